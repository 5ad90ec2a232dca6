//! A look at changes' bytes before automerge reads them: a few bytes can claim 2^60 operations.
//!
//! The layout is the one of automerge's binary format, <https://automerge.org/automerge-binary-format-spec/>.

pub(super) const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
pub(super) const CHECKSUM_BYTES: usize = 4;
pub(super) const CHANGE_CHUNK: u8 = 1;
pub(super) const HASH_BYTES: u64 = 32;

/// The bytes are not a sequence of uncompressed changes.
#[derive(Debug)]
pub(crate) struct Malformed;

/// The chunks of changes that stand back to back, each with its header.
pub(super) fn chunks(bytes: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
    let mut chunks = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (chunk, after) = next_chunk(rest)?;
        chunks.push(chunk);
        rest = after;
    }
    Ok(chunks)
}

/// How many operations a change's columns claim to hold at most.
pub(super) fn claimed_ops(chunk: &[u8]) -> Result<u64, Malformed> {
    let mut body = Reader(&chunk[MAGIC.len() + CHECKSUM_BYTES + 1..]);
    body.unsigned()?;
    let dependencies = body.unsigned()?;
    body.skip(dependencies.checked_mul(HASH_BYTES).ok_or(Malformed)?)?;
    body.skip_prefixed()?; // actor
    for _ in 0..3 {
        body.unsigned()?; // sequence number, first operation, time (signed, but as long)
    }
    body.skip_prefixed()?; // message
    for _ in 0..body.unsigned()? {
        body.skip_prefixed()?; // other actors
    }
    let mut columns = Vec::new();
    for _ in 0..body.unsigned()? {
        columns.push((body.unsigned()?, body.unsigned()?));
    }
    let mut most = 0;
    for (specification, len) in columns {
        most = most.max(claimed_rows(specification & 7, body.take(len)?)?);
    }
    Ok(most)
}

fn next_chunk(bytes: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let mut reader = Reader(bytes);
    if reader.take(MAGIC.len() as u64)? != MAGIC {
        return Err(Malformed);
    }
    reader.skip(CHECKSUM_BYTES as u64)?;
    if reader.take(1)? != [CHANGE_CHUNK] {
        return Err(Malformed);
    }
    reader.skip_prefixed()?;
    Ok(bytes.split_at(bytes.len() - reader.0.len()))
}

/// How many rows a column claims, by its type: 0–2 numbers, 3 differences, 4 truth values, 5 strings,
/// 6 the values' metadata, 7 the values' bytes.
fn claimed_rows(column_type: u64, data: &[u8]) -> Result<u64, Malformed> {
    let mut column = Reader(data);
    let mut rows = 0u64;
    while !column.0.is_empty() {
        let run = match column_type {
            7 => return Ok(0),
            4 => column.unsigned()?,
            5 => column.run(Reader::skip_prefixed)?,
            _ => column.run(|column| column.unsigned().map(drop))?,
        };
        rows = rows.saturating_add(run);
    }
    Ok(rows)
}

/// Reads the numbers and lengths of automerge's binary format.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, len: u64) -> Result<&'a [u8], Malformed> {
        let len = usize::try_from(len).map_err(|_| Malformed)?;
        let (taken, rest) = self.0.split_at_checked(len).ok_or(Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn skip(&mut self, len: u64) -> Result<(), Malformed> {
        self.take(len).map(drop)
    }

    pub(super) fn skip_prefixed(&mut self) -> Result<(), Malformed> {
        let len = self.unsigned()?;
        self.skip(len)
    }

    /// A number in unsigned LEB128.
    pub(super) fn unsigned(&mut self) -> Result<u64, Malformed> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Malformed)
    }

    /// A number in signed LEB128.
    fn signed(&mut self) -> Result<i64, Malformed> {
        let mut value = 0i64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let is_negative = byte & 0x40 != 0 && shift < 57;
                return Ok(if is_negative { value | (-1 << (shift + 7)) } else { value });
            }
        }
        Err(Malformed)
    }

    /// One run of a run-length encoded column: its length, past its values.
    fn run(&mut self, skip_value: impl Fn(&mut Self) -> Result<(), Malformed>) -> Result<u64, Malformed> {
        match self.signed()? {
            0 => self.unsigned(),
            repeats @ 1.. => {
                skip_value(self)?;
                Ok(repeats.unsigned_abs())
            }
            literals => {
                for _ in 0..literals.unsigned_abs() {
                    skip_value(self)?;
                }
                Ok(literals.unsigned_abs())
            }
        }
    }
}
