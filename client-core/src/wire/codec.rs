//! How the values of other modules are written in CBOR.

use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};

use super::{Refused, Verdict};
use crate::document::{
    Changeset, StoreId, Version, pack_changes, pack_document, unpack_changes, unpack_document,
};
use crate::record::Timestamp;

/// Values that are written as one byte string.
macro_rules! as_bytes {
    ($($ty:ty: $to_bytes:expr, $from_bytes:expr);+ $(;)?) => {$(
        impl<C> Encode<C> for $ty {
            fn encode<W: Write>(
                &self,
                encoder: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), encode::Error<W::Error>> {
                let to_bytes: fn(&Self) -> _ = $to_bytes;
                encoder.bytes(to_bytes(self).as_ref()).map(drop)
            }
        }

        impl<'b, C> Decode<'b, C> for $ty {
            fn decode(decoder: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
                let from_bytes: fn(&[u8]) -> Option<Self> = $from_bytes;
                from_bytes(decoder.bytes()?)
                    .ok_or_else(|| decode::Error::message(concat!("not a ", stringify!($ty))))
            }
        }
    )+};
}

as_bytes! {
    Version: |version| version.to_bytes(), |bytes| Self::from_bytes(bytes).ok();
    StoreId: |store| store.0, |bytes| bytes.try_into().ok().map(Self);
}

const AS_IT_IS: u8 = 0;
const PACKED: u8 = 1;

/// A byte that says how, and the changes: packed, or as they are where they are no changes. What cannot be unpacked
/// reads as it is, which is no changes: admission refuses that alone (I10), and the rest of the request stands. (Read
/// as nothing at all, it would be merged without a trace, and the phone told that its work has arrived.)
impl<C> Encode<C> for Changeset {
    fn encode<W: Write>(&self, encoder: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        let (how, bytes) = match pack_changes(self.as_bytes()) {
            Ok(packed) => (PACKED, packed),
            Err(_) => (AS_IT_IS, self.as_bytes().to_vec()),
        };
        encoder.bytes(&[&[how], bytes.as_slice()].concat()).map(drop)
    }
}

impl<'b, C> Decode<'b, C> for Changeset {
    fn decode(decoder: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        match decoder.bytes()?.split_first() {
            Some((&AS_IT_IS, bytes)) => Ok(Self::from_bytes(bytes.to_vec())),
            Some((&PACKED, packed)) => {
                Ok(Self::from_bytes(unpack_changes(packed).unwrap_or_else(|_| packed.to_vec())))
            }
            _ => Err(decode::Error::message("not a changeset")),
        }
    }
}

/// A document's bytes, packed, in [`DocumentOf`](super::DocumentOf).
pub(super) mod document {
    use super::*;

    pub(in crate::wire) fn encode<C, W: Write>(
        document: &[u8],
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        let packed = pack_document(document).map_err(|_| encode::Error::message("not a document"))?;
        encoder.bytes(&packed).map(drop)
    }

    pub(in crate::wire) fn decode<C>(decoder: &mut Decoder<'_>, _: &mut C) -> Result<Vec<u8>, decode::Error> {
        unpack_document(decoder.bytes()?).map_err(|_| decode::Error::message("not a document"))
    }
}

/// Milliseconds since 1970-01-01T00:00:00Z.
impl<C> Encode<C> for Timestamp {
    fn encode<W: Write>(&self, encoder: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        encoder.i64(self.as_millisecond()).map(drop)
    }
}

impl<'b, C> Decode<'b, C> for Timestamp {
    fn decode(decoder: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::from_millisecond(decoder.i64()?).map_err(|_| decode::Error::message("not a time"))
    }
}

/// Null for what was merged, so that many cost little.
impl<C> Encode<C> for Verdict {
    fn encode<W: Write>(
        &self,
        encoder: &mut Encoder<W>,
        context: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        match self {
            Self::Merged => encoder.null().map(drop),
            Self::Quarantined(refused) => refused.encode(encoder, context),
        }
    }
}

impl<'b, C> Decode<'b, C> for Verdict {
    fn decode(decoder: &mut Decoder<'b>, context: &mut C) -> Result<Self, decode::Error> {
        Ok(Option::<Refused>::decode(decoder, context)?.map_or(Self::Merged, Self::Quarantined))
    }
}
