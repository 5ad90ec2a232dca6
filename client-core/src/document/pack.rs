//! Documents and changes as they travel: without the hashes that the receiver can work out.
//!
//! A hash does not compress. A change that builds on the one before it in the same changeset names it by 32 bytes,
//! and every chunk has a checksum; a document names its heads. All of them follow from the rest. Leaving them out
//! makes a shift's upload a quarter smaller and a first download a twelfth.

use automerge::ChangeHash;
use sha2::{Digest, Sha256};

use super::prescan::{CHANGE_CHUNK, CHECKSUM_BYTES, HASH_BYTES, MAGIC, Malformed, Reader, chunks};
use crate::limits::{CHANGESET_BYTES_MAX, CHANGESET_CHANGES_MAX, RECORD_BYTES_MAX};

const DOCUMENT_CHUNK: u8 = 0;
const HASH_LEN: usize = HASH_BYTES as usize;

/// How a packed change says what it builds on.
const DEPS_WRITTEN: u8 = 0;
const DEPS_IS_PREVIOUS: u8 = 1;

/// What a change says beside what it builds on takes so much at least: an actor of 16 bytes with its length, and six
/// numbers. With less, changes of two bytes each would be unpacked to twenty times their bytes.
const CHANGE_REST_BYTES_MIN: u64 = 1 + 16 + 6;

type Hash = [u8; HASH_LEN];

/// A changeset's changes, each as: what it builds on, the length of the rest, the rest.
pub(crate) fn pack_changes(changes: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut packed = Vec::with_capacity(changes.len());
    let mut previous: Option<Hash> = None;
    for chunk in chunks(changes)? {
        let body = body(chunk, CHANGE_CHUNK)?;
        let mut reader = Reader(body);
        let count = reader.unsigned()?;
        let deps = reader.take(count.checked_mul(HASH_BYTES).ok_or(Malformed)?)?;
        if previous.is_some_and(|previous| deps == previous) {
            packed.push(DEPS_IS_PREVIOUS);
        } else {
            packed.push(DEPS_WRITTEN);
            push_unsigned(&mut packed, count);
            packed.extend_from_slice(deps);
        }
        push_unsigned(&mut packed, reader.0.len() as u64);
        packed.extend_from_slice(reader.0);
        previous = Some(hash(CHANGE_CHUNK, body));
    }
    Ok(packed)
}

/// The changes that were packed, each a chunk with its checksum.
pub(crate) fn unpack_changes(packed: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut reader = Reader(packed);
    let mut changes = Vec::with_capacity(packed.len());
    let mut previous: Option<Hash> = None;
    let mut count = 0;
    while !reader.0.is_empty() {
        let mut body = Vec::new();
        match reader.take(1)? {
            [DEPS_IS_PREVIOUS] => {
                body.push(1);
                body.extend_from_slice(&previous.ok_or(Malformed)?);
            }
            [DEPS_WRITTEN] => {
                let count = reader.unsigned()?;
                push_unsigned(&mut body, count);
                body.extend_from_slice(reader.take(count.checked_mul(HASH_BYTES).ok_or(Malformed)?)?);
            }
            _ => return Err(Malformed),
        }
        let len = reader.unsigned()?;
        if len < CHANGE_REST_BYTES_MIN {
            return Err(Malformed);
        }
        body.extend_from_slice(reader.take(len)?);
        previous = Some(push_chunk(&mut changes, CHANGE_CHUNK, &body));
        count += 1;
        if count > CHANGESET_CHANGES_MAX || changes.len() > 2 * CHANGESET_BYTES_MAX {
            return Err(Malformed);
        }
    }
    Ok(changes)
}

/// A document without its checksum and the hashes of its heads.
pub(crate) fn pack_document(document: &[u8]) -> Result<Vec<u8>, Malformed> {
    let body = body(document, DOCUMENT_CHUNK)?;
    let (before, _, after) = around_heads(body, HASH_BYTES)?;
    Ok([before, after].concat())
}

/// A document whose heads are left blank; [`fill_heads`] puts them in once they are worked out.
pub(crate) fn unpack_document(packed: &[u8]) -> Result<Vec<u8>, Malformed> {
    let (before, count, after) = around_heads(packed, 0)?;
    let heads = usize::try_from(count).map_err(|_| Malformed)?.saturating_mul(HASH_LEN);
    let len = before.len().saturating_add(heads).saturating_add(after.len());
    if len > RECORD_BYTES_MAX {
        return Err(Malformed);
    }
    let mut body = Vec::with_capacity(len);
    body.extend_from_slice(before);
    body.resize(before.len() + heads, 0);
    body.extend_from_slice(after);
    let mut document = Vec::with_capacity(len + 16);
    push_chunk(&mut document, DOCUMENT_CHUNK, &body);
    Ok(document)
}

/// The document with these heads, sorted, in place of its blank ones.
pub(super) fn fill_heads(blank: &[u8], heads: &[ChangeHash]) -> Result<Vec<u8>, Malformed> {
    let body = body(blank, DOCUMENT_CHUNK)?;
    let (before, count, after) = around_heads(body, HASH_BYTES)?;
    if count != heads.len() as u64 {
        return Err(Malformed);
    }
    let heads: Vec<u8> = heads.iter().flat_map(|head| head.0).collect();
    let mut document = Vec::with_capacity(blank.len());
    push_chunk(&mut document, DOCUMENT_CHUNK, &[before, &heads, after].concat());
    Ok(document)
}

/// A document's body before its heads' hashes, their number (which ends that part), and what follows them.
fn around_heads(body: &[u8], hash_bytes: u64) -> Result<(&[u8], u64, &[u8]), Malformed> {
    let mut reader = Reader(body);
    for _ in 0..reader.unsigned()? {
        reader.skip_prefixed()?;
    }
    let count = reader.unsigned()?;
    let before = &body[..body.len() - reader.0.len()];
    reader.skip(count.checked_mul(hash_bytes).ok_or(Malformed)?)?;
    Ok((before, count, reader.0))
}

/// The body of a single chunk of this type.
fn body(chunk: &[u8], chunk_type: u8) -> Result<&[u8], Malformed> {
    let mut reader = Reader(chunk);
    reader.skip((MAGIC.len() + CHECKSUM_BYTES) as u64)?;
    if reader.take(1)? != [chunk_type] || !chunk.starts_with(&MAGIC) {
        return Err(Malformed);
    }
    let len = reader.unsigned()?;
    let body = reader.take(len)?;
    if reader.0.is_empty() { Ok(body) } else { Err(Malformed) }
}

fn push_chunk(out: &mut Vec<u8>, chunk_type: u8, body: &[u8]) -> Hash {
    let hash = hash(chunk_type, body);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&hash[..CHECKSUM_BYTES]);
    out.push(chunk_type);
    push_unsigned(out, body.len() as u64);
    out.extend_from_slice(body);
    hash
}

/// A chunk's hash: SHA-256 over its type, its length and its body.
fn hash(chunk_type: u8, body: &[u8]) -> Hash {
    let mut head = vec![chunk_type];
    push_unsigned(&mut head, body.len() as u64);
    Sha256::new().chain_update(head).chain_update(body).finalize().into()
}

fn push_unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
