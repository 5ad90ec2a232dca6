//! A server that lies: it hands everything on to a true one, until it is told to answer exchanges otherwise.
//!
//! A program tells it by `GET /lie/NAME`, or `GET /lie/nothing` for the truth again.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What exchanges are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// Bytes that mean nothing.
    Garbage,
    /// The page of a café's network that wants somebody to sign in.
    SignInPage,
    /// Nothing at all.
    Silence,
    /// The truth, cut in the middle.
    Cut,
    /// A head that announces a terabyte, and a few bytes.
    HugeBody,
    /// A frame that announces four gigabytes.
    HugeFrame,
    /// Frames of small size that unpack to a gigabyte.
    Bomb,
    /// A frame that holds something else.
    WrongFrame,
    /// A head without an end.
    EndlessHead,
    /// Somewhere else, it says.
    Elsewhere,
    /// A failure that says a lot.
    Failure,
}

impl Lie {
    /// All of them, by their names.
    pub const ALL: [(&'static str, Self); 11] = [
        ("garbage", Self::Garbage),
        ("sign-in-page", Self::SignInPage),
        ("silence", Self::Silence),
        ("cut", Self::Cut),
        ("huge-body", Self::HugeBody),
        ("huge-frame", Self::HugeFrame),
        ("bomb", Self::Bomb),
        ("wrong-frame", Self::WrongFrame),
        ("endless-head", Self::EndlessHead),
        ("elsewhere", Self::Elsewhere),
        ("failure", Self::Failure),
    ];

    fn answer(self, truth: &[u8]) -> io::Result<Vec<u8>> {
        let with = |status: &str, head: &str, body: &[u8]| {
            [format!("HTTP/1.1 {status}\r\n{head}connection: close\r\n\r\n").as_bytes(), body].concat()
        };
        const CBOR: &str = "content-type: application/vnd.doorstep.sync\r\n";
        let cbor = |body: &[u8]| with("200 OK", CBOR, body);
        Ok(match self {
            Self::Garbage => cbor(&[0x5a; 5_000]),
            Self::SignInPage => {
                with("200 OK", "content-type: text/html\r\n", b"<title>Free coffee, free network</title>")
            }
            Self::Silence => Vec::new(),
            Self::Cut => truth[..truth.len() - truth.len() / 3].to_vec(),
            Self::HugeBody => {
                with("200 OK", &format!("{CBOR}content-length: 1099511627776\r\n"), b"a few bytes")
            }
            Self::HugeFrame => cbor(&zstd::encode_all(&[0xff; 64][..], 3)?),
            Self::Bomb => cbor(&zstd::encode_all(io::repeat(0).take(1 << 30), 1)?),
            Self::WrongFrame => {
                let text = b"no frame";
                let frame = [&8u32.to_be_bytes()[..], text].concat();
                cbor(&zstd::encode_all(&frame[..], 3)?)
            }
            Self::EndlessHead => [&b"HTTP/1.1 200 OK\r\nx: "[..], &[b'y'; 4 << 20]].concat(),
            Self::Elsewhere => {
                with("302 Found", "location: http://127.0.0.1:1/\r\ncontent-length: 0\r\n", b"")
            }
            Self::Failure => {
                with("500 Internal Server Error", "content-length: 1000000\r\n", &[b'z'; 1_000_000])
            }
        })
    }
}

/// A server that lies; it does until the process ends.
pub struct Liar {
    address: SocketAddr,
}

impl Liar {
    /// Starts one before the true server at this address.
    pub fn before(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let lie = Arc::new(Mutex::new(None));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let lie = Arc::clone(&lie);
                // Whoever hangs up has heard enough.
                thread::spawn(move || serve(stream, server, &lie).ok());
            }
        });
        Ok(Self { address })
    }

    /// Its address for a phone.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn serve(mut caller: TcpStream, server: SocketAddr, lie: &Mutex<Option<Lie>>) -> io::Result<()> {
    let request = Asked::read(&caller)?;
    if let Some(name) = request.path().strip_prefix("/lie/") {
        let found = Lie::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, lie)| lie);
        *lie.lock().unwrap_or_else(PoisonError::into_inner) = found;
        return caller.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
    }
    let mut truth = Vec::new();
    let mut upstream = TcpStream::connect(server)?;
    upstream.write_all(&request.once())?;
    upstream.read_to_end(&mut truth)?;
    let lie = lie.lock().unwrap_or_else(PoisonError::into_inner).filter(|_| request.path() == "/v1/sync");
    caller.write_all(&lie.map_or(Ok(truth.clone()), |lie| lie.answer(&truth))?)
}

/// A request, whole.
struct Asked {
    head: Vec<String>,
    body: Vec<u8>,
}

impl Asked {
    fn read(caller: &TcpStream) -> io::Result<Self> {
        let mut caller = BufReader::new(caller);
        let mut head = Vec::new();
        let mut bytes = 0;
        loop {
            let mut line = String::new();
            caller.read_line(&mut line)?;
            let line = line.trim_end().to_owned();
            if line.is_empty() {
                break;
            }
            if let Some(length) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                bytes = length.trim().parse().map_err(io::Error::other)?;
            }
            head.push(line);
        }
        let mut body = vec![0; bytes];
        caller.read_exact(&mut body)?;
        Ok(Self { head, body })
    }

    fn path(&self) -> &str {
        self.head.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default()
    }

    /// The request on a connection of its own.
    fn once(&self) -> Vec<u8> {
        let kept = self.head.iter().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
        let head: String = kept.map(|line| format!("{line}\r\n")).collect();
        [head.as_bytes(), b"connection: close\r\n\r\n", &self.body].concat()
    }
}
