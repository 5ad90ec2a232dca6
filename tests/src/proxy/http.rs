//! Finds the requests in what a phone sends.

/// Counts the HTTP/1.1 requests of one connection.
#[derive(Default)]
pub(super) struct RequestCounter {
    place: Place,
    line: Vec<u8>,
    body_bytes: u64,
    is_chunked: bool,
}

#[derive(Default, Clone, Copy)]
enum Place {
    #[default]
    Head,
    Body(u64),
    ChunkSize,
    Chunk(u64),
    Trailer,
}

impl RequestCounter {
    /// Takes the next bytes. Returns how many heads of requests end in them.
    pub(super) fn count(&mut self, mut bytes: &[u8]) -> u64 {
        let mut requests = 0;
        while let Some(byte) = bytes.first() {
            match self.place {
                Place::Body(left) | Place::Chunk(left) => {
                    let taken = left.min(bytes.len() as u64);
                    bytes = &bytes[usize::try_from(taken).unwrap_or(bytes.len())..];
                    self.place = match (self.place, left - taken) {
                        (Place::Body(_), 0) => Place::Head,
                        (Place::Body(_), left) => Place::Body(left),
                        (_, 0) => Place::ChunkSize,
                        (_, left) => Place::Chunk(left),
                    };
                }
                Place::Head | Place::ChunkSize | Place::Trailer => {
                    bytes = &bytes[1..];
                    match byte {
                        b'\n' => requests += self.end_line(),
                        b'\r' => {}
                        byte => self.line.push(*byte),
                    }
                }
            }
        }
        requests
    }

    fn end_line(&mut self) -> u64 {
        let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).to_ascii_lowercase();
        match (self.place, line.is_empty()) {
            (Place::Head, true) => {
                self.place =
                    match (std::mem::take(&mut self.is_chunked), std::mem::take(&mut self.body_bytes)) {
                        (true, _) => Place::ChunkSize,
                        (false, 0) => Place::Head,
                        (false, bytes) => Place::Body(bytes),
                    };
                return 1;
            }
            (Place::Head, false) => match line.split_once(':') {
                Some(("content-length", length)) => self.body_bytes = length.trim().parse().unwrap_or(0),
                Some(("transfer-encoding", encoding)) => self.is_chunked = encoding.trim() == "chunked",
                _ => {}
            },
            (Place::ChunkSize, _) => {
                let digits = line.split(';').next().unwrap_or_default().trim();
                self.place = match u64::from_str_radix(digits, 16).unwrap_or(0) {
                    0 => Place::Trailer,
                    bytes => Place::Chunk(bytes + 2),
                };
            }
            (Place::Trailer, true) => self.place = Place::Head,
            _ => {}
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[u8] = b"POST /v1/sync HTTP/1.1\r\nContent-Length: 31\r\n\r\nGET / HTTP/1.1\r\n\r\nnot a requestPOST /v1/token \
        HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\n\r\n\r\n\n\r\n0\r\n\r\nGET /v1/events HTTP/1.1\r\n\r\n";

    #[test]
    fn requests_are_counted_by_their_heads_whatever_their_bodies_look_like() {
        assert_eq!(RequestCounter::default().count(TWO), 3);
    }

    #[test]
    fn requests_are_counted_however_the_bytes_arrive() {
        for size in 1..TWO.len() {
            let mut counter = RequestCounter::default();
            assert_eq!(TWO.chunks(size).map(|bytes| counter.count(bytes)).sum::<u64>(), 3, "{size}");
        }
    }

    #[test]
    fn a_request_whose_head_was_cut_does_not_count() {
        assert_eq!(RequestCounter::default().count(b"POST /v1/sync HTTP/1.1\r\nhost: a\r\n"), 0);
    }
}
