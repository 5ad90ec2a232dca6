//! Where a request comes from. What a proxy says of it is believed only where a proxy is declared (`behind_proxy`):
//! anybody can send such headers.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};

use crate::app::App;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The address that a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallerAddress(pub IpAddr);

impl FromRequestParts<Arc<App>> for CallerAddress {
    type Rejection = Infallible;

    /// A request that came by no connection, as within a test, comes from this machine.
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip());
        Ok(Self(caller_address(peer, &parts.headers, app.is_behind_proxy)))
    }
}

/// The caller's address: the connection's other end; behind a declared proxy the last entry of `X-Forwarded-For`, which
/// is the one that the proxy itself has added.
pub fn caller_address(peer: IpAddr, headers: &HeaderMap, is_behind_proxy: bool) -> IpAddr {
    let told = is_behind_proxy.then(|| last_entry(headers, &FORWARDED_FOR)).flatten();
    told.and_then(parse).unwrap_or(peer).to_canonical()
}

/// Whether the caller's own connection is secure, as far as a declared proxy's `X-Forwarded-Proto` does not deny it.
pub fn is_secure(is_tls: bool, headers: &HeaderMap, is_behind_proxy: bool) -> bool {
    let told = is_behind_proxy.then(|| last_entry(headers, &FORWARDED_PROTO)).flatten();
    match told {
        Some(scheme) => scheme.eq_ignore_ascii_case("https"),
        None => is_tls || is_behind_proxy,
    }
}

/// What of an address stands for one caller: of an IPv6 address the first 64 bits, since whoever has one has all of
/// those.
pub fn caller_network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

fn last_entry<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let last = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next().map(str::trim)
}

/// Some proxies add the port.
fn parse(entry: &str) -> Option<IpAddr> {
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value.parse().unwrap());
        }
        headers
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn what_a_caller_says_of_his_address_is_believed_behind_a_declared_proxy_alone() {
        let peer = ip("203.0.113.9");
        let said = headers(&[(FORWARDED_FOR, "198.51.100.1")]);
        assert_eq!(caller_address(peer, &said, false), peer);
        assert_eq!(caller_address(peer, &said, true), ip("198.51.100.1"));
    }

    #[test]
    fn the_address_is_the_one_that_the_proxy_added_and_not_what_the_caller_put_before_it() {
        let peer = ip("127.0.0.1");
        for (lines, address) in [
            (&["10.0.0.1, 198.51.100.1"][..], "198.51.100.1"),
            (&["10.0.0.1", "10.0.0.2,198.51.100.1 "], "198.51.100.1"),
            (&["198.51.100.1:4711"], "198.51.100.1"),
            (&["2001:db8::1"], "2001:db8::1"),
            (&["[2001:db8::1]"], "2001:db8::1"),
            (&["[2001:db8::1]:4711"], "2001:db8::1"),
            (&["::ffff:198.51.100.1"], "198.51.100.1"),
            (&["10.0.0.1, unknown"], "127.0.0.1"),
            (&[""], "127.0.0.1"),
            (&[], "127.0.0.1"),
        ] {
            let lines: Vec<_> = lines.iter().map(|line| (FORWARDED_FOR, *line)).collect();
            assert_eq!(caller_address(peer, &headers(&lines), true), ip(address), "{lines:?}");
        }
    }

    #[test]
    fn a_connection_is_secure_by_tls_of_the_servers_own_or_of_a_declared_proxy() {
        let (none, https, http) = (
            headers(&[]),
            headers(&[(FORWARDED_PROTO, "https")]),
            headers(&[(FORWARDED_PROTO, "https"), (FORWARDED_PROTO, "http")]),
        );
        assert!(is_secure(true, &none, false) && is_secure(false, &none, true));
        assert!(is_secure(false, &https, true) && !is_secure(false, &http, true));
        assert!(!is_secure(false, &none, false));
        assert!(!is_secure(false, &https, false), "anybody can say so");
        assert!(is_secure(true, &http, false));
    }

    #[test]
    fn who_has_one_address_of_ipv6_has_64_bits_of_them() {
        assert_eq!(caller_network(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
        assert_eq!(caller_network(ip("203.0.113.9")), ip("203.0.113.9"));
    }
}
