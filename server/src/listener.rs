//! Takes connections, with or without TLS, and bounds how long each may keep silent.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpListener;

use crate::limits::{HANDSHAKE_SECONDS_MAX, HEAD_SECONDS_MAX};

/// Answers what comes by these routes until the handle says to stop.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    tls: Option<RustlsConfig>,
    handle: Handle<SocketAddr>,
) -> io::Result<()> {
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    let mut server = Server::from_listener(listener)
        .http1_only()
        .handle(handle)
        .acceptor(NoDelayAcceptor::new())
        .accept_error_handler(tell);
    bound(server.http_builder());
    match tls {
        None => server.serve(service).await,
        Some(config) => server.map(|plain| secured(config, plain)).serve(service).await,
    }
}

/// Whoever does not go on with the handshake is let go.
fn secured<A>(config: RustlsConfig, plain: A) -> RustlsAcceptor<A> {
    let handshake = Duration::from_secs(HANDSHAKE_SECONDS_MAX);
    RustlsAcceptor::new(config).handshake_timeout(handshake).acceptor(plain)
}

/// A request's head has to come whole within its time, which runs from the end of the answer before it: an idle
/// connection is closed when it is over, like one that sends a head letter by letter.
fn bound(builder: &mut Builder<TokioExecutor>) {
    let head = Duration::from_secs(HEAD_SECONDS_MAX);
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head);
}

/// Without an address, it is the listener that failed: the process may have too many files open, for example.
fn tell(peer: Option<&SocketAddr>, error: &io::Error) {
    let kind = error.kind();
    match peer {
        None => tracing::error!("connections cannot be taken: {kind}"),
        Some(_) => tracing::debug!("a connection ended before its first request: {kind}"),
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use axum_server::accept::{Accept, DefaultAcceptor};
    use hyper_util::rt::TokioIo;
    use hyper_util::service::TowerToHyperService;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

    use super::*;
    use crate::config::TlsFiles;
    use crate::tls::Tls;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";

    /// A connection to a server that answers `ok`.
    fn connect() -> DuplexStream {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let routes: Router = Router::new().route("/", get(async || "ok"));
        tokio::spawn(async move {
            let mut builder = Builder::new(TokioExecutor::new()).http1_only();
            bound(&mut builder);
            let served =
                builder.serve_connection(TokioIo::new(theirs), TowerToHyperService::new(routes)).await;
            drop(served);
        });
        ours
    }

    async fn is_answered(connection: &mut DuplexStream) -> bool {
        let mut answer = Vec::new();
        while !answer.ends_with(b"ok") {
            let mut part = [0; 256];
            match connection.read(&mut part).await {
                Ok(read @ 1..) => answer.extend(&part[..read]),
                _ => return false,
            }
        }
        true
    }

    async fn pass(seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn i14_a_head_that_takes_its_time_is_waited_for_up_to_the_limit_and_no_longer() {
        let (start, end) = REQUEST.split_at(REQUEST.len() - 1);
        for (seconds, is_taken) in [(HEAD_SECONDS_MAX - 1, true), (HEAD_SECONDS_MAX + 1, false)] {
            let mut connection = connect();
            connection.write_all(start).await.unwrap();
            pass(seconds).await;
            // A server that has given up is written to in vain.
            let _ = connection.write_all(end).await;
            assert_eq!(is_answered(&mut connection).await, is_taken, "{seconds} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn i14_a_head_that_comes_letter_by_letter_gets_no_more_time() {
        let mut connection = connect();
        let mut sent = 0;
        for letter in REQUEST {
            if connection.write_all(&[*letter]).await.is_err() {
                break;
            }
            sent += 1;
            pass(HEAD_SECONDS_MAX / 10).await;
        }
        assert!((10..13).contains(&sent), "{sent} letters");
    }

    #[tokio::test(start_paused = true)]
    async fn i14_a_handshake_is_waited_for_up_to_the_limit_and_no_longer() {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let files =
            TlsFiles { certificate: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
        std::fs::write(&files.certificate, made.cert.pem()).unwrap();
        std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        let acceptor = secured(Tls::load(&files).unwrap().config(), DefaultAcceptor::new());
        for (seconds, is_over) in [(HANDSHAKE_SECONDS_MAX - 1, false), (HANDSHAKE_SECONDS_MAX + 1, true)] {
            let (_silent, theirs) = tokio::io::duplex(1 << 16);
            let waited = Duration::from_secs(seconds);
            let accepted = tokio::time::timeout(waited, acceptor.accept(theirs, ())).await;
            assert_eq!(accepted.is_ok_and(|accepted| accepted.is_err()), is_over, "{seconds} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn i14_a_connection_may_idle_up_to_the_limit_and_is_closed_past_it() {
        for (seconds, is_open) in [(HEAD_SECONDS_MAX - 1, true), (HEAD_SECONDS_MAX + 1, false)] {
            let mut connection = connect();
            connection.write_all(REQUEST).await.unwrap();
            assert!(is_answered(&mut connection).await);
            pass(seconds).await;
            let _ = connection.write_all(REQUEST).await;
            assert_eq!(is_answered(&mut connection).await, is_open, "{seconds} s");
        }
    }
}
