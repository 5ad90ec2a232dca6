//! The proxy between real sockets.

use std::io::{Read, Write};
use std::sync::mpsc;

use super::*;

/// A server that answers each connection, once its request's 100 bytes have arrived, with 1,000 bytes.
fn answering() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            if connection.read_exact(&mut [0; 100]).is_ok() {
                connection.write_all(&[b'a'; 1_000]).ok();
            }
        }
    });
    address
}

fn request() -> Vec<u8> {
    let mut request = b"POST / HTTP/1.1\r\ncontent-length: 60\r\n\r\n".to_vec();
    request.resize(100, b'q');
    request
}

fn ask(proxy: &Proxy) -> usize {
    let mut connection = TcpStream::connect(proxy.address()).unwrap();
    let mut answer = Vec::new();
    if connection.write_all(&request()).is_ok() {
        connection.read_to_end(&mut answer).ok();
    }
    answer.len()
}

#[test]
fn every_byte_and_request_is_counted_each_way() {
    let proxy = Proxy::start(answering()).unwrap();
    assert_eq!((ask(&proxy), ask(&proxy)), (1_000, 1_000));
    let counts = Counts { up_bytes: 200, down_bytes: 2_000, requests: 2, connections: 2 };
    assert_eq!(proxy.counts(), counts);
    proxy.reset();
    assert_eq!(proxy.counts(), Counts::default());
}

#[test]
fn a_connection_is_cut_after_exactly_as_many_bytes_as_were_asked_for() {
    let proxy = Proxy::start(answering()).unwrap();
    proxy.cut_after(Direction::Down, 333);
    assert_eq!(ask(&proxy), 333);
    assert!(!proxy.is_cut_pending());
    assert_eq!(ask(&proxy), 1_000, "only one connection is cut");
}

#[test]
fn a_cut_counts_on_from_connection_to_connection() {
    let proxy = Proxy::start(answering()).unwrap();
    proxy.cut_after(Direction::Up, 150);
    assert_eq!(ask(&proxy), 1_000);
    assert!(proxy.is_cut_pending());
    assert_eq!(ask(&proxy), 0, "the server has half a request");
    assert_eq!(proxy.counts().up_bytes, 150);
}

#[test]
fn without_a_signal_nothing_gets_through_and_with_it_everything_does() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = Proxy::start(listener.local_addr().unwrap()).unwrap();
    let mut open = TcpStream::connect(proxy.address()).unwrap();
    open.write_all(b"a").unwrap();
    listener.accept().unwrap().0.read_exact(&mut [0; 1]).unwrap();
    proxy.set_dark(true);
    assert_eq!(open.read(&mut [0; 1]).unwrap_or(0), 0, "the open connection is cut");
    proxy.point_at(answering());
    assert_eq!(ask(&proxy), 0);
    proxy.set_dark(false);
    assert_eq!(ask(&proxy), 1_000);
}

#[test]
fn a_server_that_is_down_is_a_connection_that_closes() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(ask(&Proxy::start(nobody).unwrap()), 0);
}

#[test]
fn a_shaped_link_hands_over_all_and_not_before_it_can() {
    let shape =
        Shape { round_trip: Duration::from_millis(20), bits_per_s: 1_000_000, connect_round_trips: 1 };
    let proxy = Proxy::start_shaped(answering(), shape).unwrap();
    let begun = std::time::Instant::now();
    assert_eq!(ask(&proxy), 1_000);
    let at_least = shape.connect_time() + shape.round_trip + shape.send_time(1_100);
    assert!(begun.elapsed() >= at_least, "{:?}", begun.elapsed());
    assert_eq!(proxy.counts().down_bytes, 1_000);
}

#[test]
fn a_proxy_that_is_dropped_lets_go_of_its_connections() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = Proxy::start(listener.local_addr().unwrap()).unwrap();
    let mut phone = TcpStream::connect(proxy.address()).unwrap();
    phone.write_all(b"a").unwrap();
    let (sender, ended) = mpsc::channel();
    let mut server = listener.accept().unwrap().0;
    server.read_exact(&mut [0; 1]).unwrap();
    thread::spawn(move || sender.send(server.read(&mut [0; 1]).unwrap_or(0)).unwrap());
    drop(proxy);
    assert_eq!(ended.recv().unwrap(), 0);
}
