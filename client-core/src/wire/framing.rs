//! Frames in a zstd stream: each is a length of 4 bytes, big-endian, and that many bytes of CBOR.

use std::io::{BufReader, Read, Write};

use zstd::stream::raw::CParameter;
use zstd::stream::{raw, read, write, zio};

use super::{Frame, FrameBody, WireError, within};
use crate::limits::{FRAME_BYTES_MAX, WINDOW_LOG_MAX};

/// How hard requests are compressed: phones have time, and uploads are the narrow side.
const REQUEST_LEVEL: i32 = 19;
/// How hard answers are compressed: about 60 ms of a server core for a whole caseload.
const ANSWER_LEVEL: i32 = 9;

/// The compression windows of answers and the tables that are kept of them, as base-2 logarithms: of bytes, and of
/// entries of 4 bytes. Both cost memory, and time to clear it: the level's own tables would cost ten times what an
/// exchange without news does.
const DOWNLOAD_WINDOW_LOG: u32 = 22;
const DOWNLOAD_TABLE_LOG: u32 = 20;
const UPDATE_WINDOW_LOG: u32 = 17;
const UPDATE_TABLE_LOG: u32 = 15;

/// What an answer is expected to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerSize {
    /// What has changed since the last exchange.
    Update,
    /// Whole cases.
    Download,
}

/// Compresses an answer's frames as they come.
pub struct FrameWriter {
    encoder: write::Encoder<'static, Vec<u8>>,
}

impl FrameWriter {
    /// The beginning of an answer.
    pub fn new(size: AnswerSize) -> Result<Self, WireError> {
        let (window_log, table_log) = match size {
            AnswerSize::Update => (UPDATE_WINDOW_LOG, UPDATE_TABLE_LOG),
            AnswerSize::Download => (DOWNLOAD_WINDOW_LOG, DOWNLOAD_TABLE_LOG),
        };
        let mut encoder =
            write::Encoder::new(Vec::new(), ANSWER_LEVEL).map_err(|_| WireError::Compression)?;
        for parameter in [
            CParameter::WindowLog(window_log),
            CParameter::HashLog(table_log),
            CParameter::ChainLog(table_log),
        ] {
            encoder.set_parameter(parameter).map_err(|_| WireError::Compression)?;
        }
        Ok(Self { encoder })
    }

    /// Adds a frame and hands out the bytes that bring it to the device.
    pub fn frame(&mut self, frame: &Frame) -> Result<Vec<u8>, WireError> {
        self.write(frame)?;
        self.encoder.flush().map_err(|_| WireError::Compression)?;
        Ok(std::mem::take(self.encoder.get_mut()))
    }

    /// Adds the last frame and hands out the bytes that end the answer.
    pub fn finish(mut self, last: &Frame) -> Result<Vec<u8>, WireError> {
        self.write(last)?;
        self.encoder.finish().map_err(|_| WireError::Compression)
    }

    fn write(&mut self, frame: &Frame) -> Result<(), WireError> {
        let bytes = minicbor::to_vec(frame).expect("writing CBOR into memory does not fail");
        within(bytes.len(), FRAME_BYTES_MAX, "a frame, in bytes")?;
        let len = u32::try_from(bytes.len()).expect("a frame's limit fits in 4 bytes").to_be_bytes();
        self.encoder
            .write_all(&len)
            .and_then(|()| self.encoder.write_all(&bytes))
            .map_err(|_| WireError::Compression)
    }
}

/// Reads an answer's frames as they arrive.
pub struct FrameReader<R: Read> {
    decoder: zio::Reader<BufReader<R>, raw::Decoder<'static>>,
    is_done: bool,
}

impl<R: Read> FrameReader<R> {
    /// Reads the answer that this reader yields.
    pub fn new(answer: R) -> Result<Self, WireError> {
        let mut decoder = raw::Decoder::new().map_err(|_| WireError::Compression)?;
        limit_window(|parameter| decoder.set_parameter(parameter))?;
        Ok(Self { decoder: zio::Reader::new(BufReader::new(answer), decoder), is_done: false })
    }

    fn next_frame(&mut self) -> Result<Frame, WireError> {
        let mut len = [0u8; 4];
        self.fill(&mut len)?;
        let len = u32::from_be_bytes(len) as usize;
        within(len, FRAME_BYTES_MAX, "a frame, in bytes")?;
        let mut bytes = vec![0u8; len];
        self.fill(&mut bytes)?;
        minicbor::decode(&bytes).map_err(|_| WireError::Malformed("a frame of the answer"))
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), WireError> {
        self.decoder.read_exact(bytes).map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => WireError::Cut,
            std::io::ErrorKind::Other | std::io::ErrorKind::InvalidData => WireError::Compression,
            kind => WireError::Io(kind),
        })
    }
}

impl<R: Read> Iterator for FrameReader<R> {
    type Item = Result<Frame, WireError>;

    /// The next frame, until the one that ends the answer or an error.
    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let frame = self.next_frame();
        self.is_done = !matches!(&frame, Ok(frame) if !matches!(frame.body, FrameBody::Done(_)));
        Some(frame)
    }
}

pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, REQUEST_LEVEL).expect("compressing in memory does not fail")
}

pub(super) fn decompressor(bytes: &[u8]) -> Result<impl Read, WireError> {
    let mut decoder = read::Decoder::with_buffer(bytes).map_err(|_| WireError::Compression)?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(|_| WireError::Compression)?;
    Ok(decoder)
}

fn limit_window(
    set: impl FnOnce(zstd::stream::raw::DParameter) -> std::io::Result<()>,
) -> Result<(), WireError> {
    set(zstd::stream::raw::DParameter::WindowLogMax(WINDOW_LOG_MAX)).map_err(|_| WireError::Compression)
}
