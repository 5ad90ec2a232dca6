//! A TCP proxy on loopback between phones and a server. It counts what passes, can make the link slow, and can cut
//! connections where a test wants them cut.

mod http;
mod pump;
mod shape;

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

pub use shape::{Lane, Shape};

use pump::Connection;

/// A way through the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From a phone to the server.
    Up,
    /// From the server to a phone.
    Down,
}

/// What has passed since the proxy began, or since [`Proxy::reset`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Bytes handed to the server, headers included.
    pub up_bytes: u64,
    /// Bytes handed to phones, headers included.
    pub down_bytes: u64,
    /// HTTP requests whose head has been handed to the server.
    pub requests: u64,
    /// Connections that phones have opened.
    pub connections: u64,
}

/// A proxy; it ends when it is dropped.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    shape: Option<Shape>,
    state: Mutex<State>,
}

struct State {
    upstream: SocketAddr,
    counts: Counts,
    lanes: [Lane; 2],
    delay: Duration,
    cut: Option<(Direction, u64)>,
    is_dark: bool,
    is_over: bool,
    open: Vec<Connection>,
}

impl Proxy {
    /// A proxy to the server at `upstream`, as fast as the machine is.
    pub fn start(upstream: SocketAddr) -> io::Result<Self> {
        Self::start_with(upstream, None)
    }

    /// A proxy to the server at `upstream`, over a link of this shape that all its connections share.
    pub fn start_shaped(upstream: SocketAddr, shape: Shape) -> io::Result<Self> {
        Self::start_with(upstream, Some(shape))
    }

    fn start_with(upstream: SocketAddr, shape: Option<Shape>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let state = State {
            upstream,
            counts: Counts::default(),
            lanes: Default::default(),
            delay: Duration::ZERO,
            cut: None,
            is_dark: false,
            is_over: false,
            open: Vec::new(),
        };
        let shared = Arc::new(Shared { shape, state: Mutex::new(state) });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(&listener, &accepting));
        Ok(Self { address, shared })
    }

    /// Where phones find the proxy.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as a server's address for a phone.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Hands new connections to the server at this address from now on.
    pub fn point_at(&self, upstream: SocketAddr) {
        self.shared.state().upstream = upstream;
    }

    /// What has passed.
    pub fn counts(&self) -> Counts {
        self.shared.state().counts
    }

    /// Counts from zero again.
    pub fn reset(&self) {
        self.shared.state().counts = Counts::default();
    }

    /// Holds everything back for this long, each way, on top of the link's own delay.
    pub fn delay(&self, each_way: Duration) {
        self.shared.state().delay = each_way;
    }

    /// Cuts the connection that carries the `bytes`-th byte from now on in this direction, right after it. Once.
    pub fn cut_after(&self, direction: Direction, bytes: u64) {
        self.shared.state().cut = Some((direction, bytes));
    }

    /// Whether a cut that was asked for has not come yet.
    pub fn is_cut_pending(&self) -> bool {
        self.shared.state().cut.is_some()
    }

    /// Takes the signal away: cuts every connection, and every new one at once, until it is given back.
    pub fn set_dark(&self, is_dark: bool) {
        let mut state = self.shared.state();
        state.is_dark = is_dark;
        if is_dark {
            state.cut_all();
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.is_over = true;
        state.cut_all();
        drop(state);
        // Wakes the thread that accepts; where that fails, there is no such thread any more.
        TcpStream::connect(self.address).ok();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn cut_all(&mut self) {
        self.open.drain(..).for_each(|connection| connection.cut());
    }

    /// Counts bytes that are about to be delivered. Returns how many of them may be, and whether the connection is
    /// then to be cut.
    fn pass(&mut self, direction: Direction, bytes: usize) -> (usize, bool) {
        let (passed, is_cut) = match &mut self.cut {
            Some((cut, left)) if *cut == direction => {
                let passed = bytes.min(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= passed as u64;
                (passed, *left == 0)
            }
            _ => (bytes, false),
        };
        if is_cut {
            self.cut = None;
        }
        match direction {
            Direction::Up => self.counts.up_bytes += passed as u64,
            Direction::Down => self.counts.down_bytes += passed as u64,
        }
        (passed, is_cut)
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    while let Ok((phone, _)) = listener.accept() {
        let mut state = shared.state();
        if state.is_over {
            return;
        }
        state.counts.connections += 1;
        let upstream = state.upstream;
        if state.is_dark {
            continue;
        }
        drop(state);
        // A server that is down looks to the phone like a connection that is closed at once.
        if let Ok(server) = TcpStream::connect(upstream)
            && let Ok(connection) = Connection::of(phone, server)
            && pump::run(&connection, shared).is_ok()
        {
            let mut state = shared.state();
            state.open.retain(Connection::is_open);
            if state.is_dark || state.is_over { connection.cut() } else { state.open.push(connection) }
        }
    }
}

#[cfg(test)]
mod tests;
