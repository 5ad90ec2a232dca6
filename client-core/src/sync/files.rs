//! The way of one file to the server, and which files leave the phone.
//!
//! A server says from which byte it goes on, and it is believed as long as that leads to an end: it may send the phone back a
//! few times, because a chunk was lost or the whole did not hash to its name, and no more.

use crate::limits::{CASE_FILES_BYTES_MAX, FILE_CHUNK_BYTES_MAX, FILE_CHUNK_BYTES_MIN, FILE_SETBACKS_MAX};
use crate::store::StoredFile;

/// Bytes of the first chunk. Each that arrives doubles the next: where links break, chunks are small and little is lost.
const FIRST_CHUNK_BYTES: usize = 256 << 10;
/// Bytes of the first chunk of a file that was refused before: it only asks whether that still holds.
const PROBE_BYTES: usize = FILE_CHUNK_BYTES_MIN;

/// What to do next about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Send so many bytes from there.
    Send {
        /// Where they begin.
        at: u64,
        /// How many.
        len: usize,
    },
    /// Nothing: the server holds it whole.
    Held,
    /// Give it up for now: what the server says of it does not fit together.
    Unfitting(&'static str),
}

/// One file on its way to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    size_bytes: u64,
    chunk_bytes: usize,
    at: u64,
    setbacks: u32,
}

impl Upload {
    /// A file of this size, of which it is not known yet what the server holds.
    pub fn new(size_bytes: u64, was_refused: bool) -> Self {
        let chunk_bytes = if was_refused { PROBE_BYTES } else { FIRST_CHUNK_BYTES };
        Self { size_bytes, chunk_bytes, at: 0, setbacks: 0 }
    }

    /// The server holds so many bytes: it was asked.
    pub fn stands(&mut self, offset: u64) -> Step {
        self.go_on(offset)
    }

    /// The server did not take a chunk of this length, because it stands elsewhere: behind it, where the chunk had arrived
    /// already, or at a place that the phone did not know of.
    pub fn moved(&mut self, len: usize, offset: u64) -> Step {
        if offset != self.at + len as u64 {
            self.setbacks += 1;
        }
        self.go_on(offset)
    }

    /// The server has taken so many bytes, after which it stands there.
    pub fn took(&mut self, len: usize, offset: u64) -> Step {
        if offset != self.at + len as u64 {
            return Step::Unfitting("the server counts other bytes than it was sent");
        }
        self.chunk_bytes = (self.chunk_bytes * 2).min(FILE_CHUNK_BYTES_MAX);
        self.go_on(offset)
    }

    /// The whole did not hash to its name: what has arrived is discarded.
    pub fn start_over(&mut self) -> Step {
        self.setbacks += 1;
        self.go_on(0)
    }

    fn go_on(&mut self, offset: u64) -> Step {
        if self.setbacks > FILE_SETBACKS_MAX {
            return Step::Unfitting("the server sends the phone back again and again");
        }
        if offset > self.size_bytes {
            return Step::Unfitting("the server holds more bytes than the file has");
        }
        self.at = offset;
        match usize::try_from(self.size_bytes - offset) {
            Ok(0) => Step::Held,
            left => Step::Send { at: offset, len: left.unwrap_or(usize::MAX).min(self.chunk_bytes) },
        }
    }
}

/// Which of a case's files leave the phone so that so many bytes may come: of those that a server holds, the ones that were
/// not used for longest.
pub fn leaving(mut held: Vec<StoredFile>, coming_bytes: u64) -> Vec<StoredFile> {
    held.sort_by_key(|file| file.used);
    let mut bytes = held.iter().fold(coming_bytes, |sum, file| sum.saturating_add(file.here_bytes));
    let mut leaving = Vec::new();
    for file in held {
        if bytes <= CASE_FILES_BYTES_MAX {
            break;
        }
        bytes -= file.here_bytes;
        leaving.push(file);
    }
    leaving
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ScopeId;
    use crate::limits::ATTACHMENT_BYTES_MAX;

    const SIZE: u64 = 3 << 20;

    #[test]
    fn a_file_goes_on_from_where_the_server_stands_in_chunks_that_grow_to_their_limit() {
        let mut upload = Upload::new(ATTACHMENT_BYTES_MAX, false);
        let mut step = upload.stands(1_000);
        let mut sizes = Vec::new();
        while let Step::Send { at, len } = step {
            sizes.push(len);
            step = upload.took(len, at + len as u64);
        }
        assert_eq!(step, Step::Held);
        assert_eq!(sizes[..4], [FIRST_CHUNK_BYTES, 512 << 10, FILE_CHUNK_BYTES_MAX, FILE_CHUNK_BYTES_MAX]);
        assert_eq!(sizes.iter().sum::<usize>() as u64, ATTACHMENT_BYTES_MAX - 1_000);
    }

    #[test]
    fn what_was_refused_before_is_asked_for_with_few_bytes() {
        assert_eq!(Upload::new(SIZE, true).stands(0), Step::Send { at: 0, len: PROBE_BYTES });
        assert_eq!(Upload::new(10, true).stands(3), Step::Send { at: 3, len: 7 });
    }

    #[test]
    fn a_server_that_contradicts_itself_is_not_believed() {
        let begun = || {
            let mut upload = Upload::new(SIZE, false);
            upload.stands(0);
            upload
        };
        assert_eq!(begun().stands(SIZE), Step::Held);
        for step in [
            begun().stands(SIZE + 1),
            begun().moved(FIRST_CHUNK_BYTES, u64::MAX),
            begun().took(FIRST_CHUNK_BYTES, SIZE),
            begun().took(FIRST_CHUNK_BYTES, 0),
        ] {
            assert!(matches!(step, Step::Unfitting(_)), "{step:?}");
        }
    }

    #[test]
    fn i14_a_server_may_send_a_phone_back_as_often_as_the_limit_says_and_not_once_more() {
        let setbacks: [fn(&mut Upload) -> Step; 3] =
            [Upload::start_over, |upload| upload.moved(9, 0), |upload| upload.moved(9, upload.at + 1)];
        for set_back in setbacks {
            let mut upload = Upload::new(SIZE, false);
            upload.stands(SIZE / 2);
            for _ in 0..FILE_SETBACKS_MAX {
                assert!(matches!(set_back(&mut upload), Step::Send { .. }));
            }
            assert!(matches!(set_back(&mut upload), Step::Unfitting(_)));
        }
        let mut upload = Upload::new(SIZE, false);
        upload.stands(0);
        for times in 1..=2 * u64::from(FILE_SETBACKS_MAX) {
            let step = upload.moved(9, 9 * times);
            assert!(matches!(step, Step::Send { .. }), "the chunk had arrived, its answer had not: {step:?}");
        }
    }

    fn file(number: i64, here_bytes: u64, used: u64) -> StoredFile {
        StoredFile {
            number,
            scope: ScopeId::from_bytes([1; 16]),
            sha256: String::new(),
            size_bytes: here_bytes,
            here_bytes,
            sent_bytes: here_bytes,
            is_held: true,
            is_refused: false,
            used,
        }
    }

    #[test]
    fn i14_files_stay_up_to_the_limit_of_a_case_and_past_it_the_least_recently_used_leaves() {
        let coming = ATTACHMENT_BYTES_MAX;
        let held = |bytes: u64| vec![file(1, bytes, 3), file(2, 10, 1), file(3, 10, 2)];
        let numbers = |bytes| leaving(held(bytes), coming).iter().map(|file| file.number).collect::<Vec<_>>();
        let at_limit = CASE_FILES_BYTES_MAX - coming - 20;
        assert_eq!(numbers(at_limit), [0; 0]);
        assert_eq!(numbers(at_limit + 1), [2]);
        assert_eq!(numbers(at_limit + 11), [2, 3]);
        assert_eq!(numbers(at_limit + 21), [2, 3, 1]);
    }
}
