//! Carries the bytes of one connection.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, mpsc::SyncSender};
use std::thread;
use std::time::Instant;

use super::http::RequestCounter;
use super::{Direction, Shared};

/// What one packet carries, of Ethernet's 1,500 bytes.
const PACKET_BYTES: usize = 1_460;
/// Packets that wait in a link before its sender has to.
const QUEUE_PACKETS: usize = 64;

/// A phone's connection and the one to the server that belongs to it.
#[derive(Clone)]
pub(super) struct Connection {
    phone: Arc<TcpStream>,
    server: Arc<TcpStream>,
    is_cut: Arc<AtomicBool>,
}

struct Packet {
    arrives_at: Instant,
    bytes: Vec<u8>,
}

impl Connection {
    pub(super) fn of(phone: TcpStream, server: TcpStream) -> io::Result<Self> {
        phone.set_nodelay(true)?;
        server.set_nodelay(true)?;
        Ok(Self { phone: Arc::new(phone), server: Arc::new(server), is_cut: Arc::default() })
    }

    pub(super) fn is_open(&self) -> bool {
        !self.is_cut.load(Ordering::SeqCst)
    }

    /// Closes both ends. An end that the other side has closed already is what was wanted.
    pub(super) fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        self.phone.shutdown(Shutdown::Both).ok();
        self.server.shutdown(Shutdown::Both).ok();
    }

    fn ends(&self, direction: Direction) -> (Arc<TcpStream>, Arc<TcpStream>) {
        let (phone, server) = (Arc::clone(&self.phone), Arc::clone(&self.server));
        match direction {
            Direction::Up => (phone, server),
            Direction::Down => (server, phone),
        }
    }
}

/// Carries bytes both ways, in threads of their own, until either side closes or the connection is cut.
pub(super) fn run(connection: &Connection, shared: &Arc<Shared>) -> io::Result<()> {
    let opens_at = Instant::now() + shared.shape.map_or_else(Default::default, |shape| shape.connect_time());
    for direction in [Direction::Up, Direction::Down] {
        let (sender, receiver) = sync_channel(QUEUE_PACKETS);
        let (from, to) = connection.ends(direction);
        let lane = Arc::clone(shared);
        thread::Builder::new().spawn(move || collect(&from, direction, opens_at, &lane, &sender))?;
        let (connection, shared) = (connection.clone(), Arc::clone(shared));
        thread::Builder::new().spawn(move || {
            if deliver(&to, direction, &shared, &receiver).is_err() {
                connection.cut();
            } else {
                to.shutdown(Shutdown::Write).ok();
            }
        })?;
    }
    Ok(())
}

/// Reads what one side sends and says when it is to arrive. A side that fails has ended.
fn collect(
    mut from: &TcpStream,
    direction: Direction,
    opens_at: Instant,
    shared: &Shared,
    packets: &SyncSender<Packet>,
) {
    let mut buffer = vec![0; if shared.shape.is_some() { PACKET_BYTES } else { 1 << 16 }];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let ready_at = Instant::now().max(opens_at);
        let mut state = shared.state();
        let delay = state.delay;
        let arrives_at = match &shared.shape {
            Some(shape) => state.lanes[direction as usize].send(shape, ready_at, read),
            None => ready_at,
        };
        drop(state);
        let packet = Packet { arrives_at: arrives_at + delay, bytes: buffer[..read].to_vec() };
        if packets.send(packet).is_err() {
            return;
        }
    }
}

/// Hands packets over when they arrive. Fails when the connection is to be cut, or was.
fn deliver(
    mut to: &TcpStream,
    direction: Direction,
    shared: &Shared,
    packets: &Receiver<Packet>,
) -> io::Result<()> {
    let mut counter = RequestCounter::default();
    for Packet { arrives_at, bytes } in packets {
        thread::sleep(arrives_at.saturating_duration_since(Instant::now()));
        let (passed, is_cut) = shared.state().pass(direction, bytes.len());
        if direction == Direction::Up {
            shared.state().counts.requests += counter.count(&bytes[..passed]);
        }
        to.write_all(&bytes[..passed])?;
        if is_cut {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
    }
    Ok(())
}
