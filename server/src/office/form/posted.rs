//! What a browser posted: names and values, and how names are made of paths.

use std::collections::BTreeMap;
use std::ops::Bound;

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

use super::shape::Single;

/// The name of the buttons that ask for one more empty element, whose value names the collection.
pub(super) const MORE: &str = "more";
/// What the name of an input for new members of a set ends in.
pub(super) const NEW_MEMBERS: &str = "+";
/// Characters of an element's id as this module makes them.
const ELEMENT_ID_CHARS: usize = 13;

/// Whether what was posted asks for one more empty element, rather than to be saved.
pub fn wants_more(posted: &[(String, String)]) -> bool {
    posted.iter().any(|(name, _)| name == MORE)
}

/// What was posted, by name.
pub(super) struct Posted<'a>(BTreeMap<&'a str, Vec<&'a str>>);

impl<'a> Posted<'a> {
    /// By name, in the order in which it came.
    pub(super) fn new(pairs: &'a [(String, String)]) -> Self {
        let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in pairs {
            values.entry(name).or_default().push(value);
        }
        Self(values)
    }

    /// Whether nothing was posted.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was posted under a name; a checkbox that is set comes after the hidden input that says it is not.
    pub(super) fn last(&self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.last().copied()
    }

    /// All that was posted under a name; nothing where the name was not in the form.
    pub(super) fn all(&self, name: &str) -> Option<&[&'a str]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// The ids of the new elements of the collection of this name.
    pub(super) fn new_elements(&self, collection: &str) -> Vec<&'a str> {
        let prefix = format!("{collection}.");
        let mut ids: Vec<&str> = self
            .0
            .range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded))
            .map(|(name, _)| *name)
            .take_while(|name| name.starts_with(&prefix))
            .filter_map(|name| name[prefix.len()..].split('.').next())
            .filter(|id| is_new_id(id))
            .collect();
        ids.dedup();
        ids
    }
}

/// Where an input stands: its name in the form, and its path in the record.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Its name: the path, with what is not a letter or digit in ids written as bytes, so that names differ where
    /// paths do not.
    pub name: String,
    /// Its path, as conflicts and problems give it.
    pub path: String,
}

impl Place {
    /// The record itself.
    pub(super) fn root() -> Self {
        Self { name: String::new(), path: String::new() }
    }

    /// A field inside.
    pub(super) fn field(&self, name: &str) -> Self {
        self.with(name, name)
    }

    /// An element inside, or an answer.
    pub(super) fn element(&self, id: &str) -> Self {
        let escape = |byte: u8| match byte {
            b'-' | b'_' => char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("~{byte:02x}"),
        };
        self.with(&id.bytes().map(escape).collect::<String>(), id)
    }

    fn with(&self, name: &str, path: &str) -> Self {
        if self.name.is_empty() {
            return Self { name: name.to_owned(), path: path.to_owned() };
        }
        Self { name: format!("{}.{name}", self.name), path: format!("{}.{path}", self.path) }
    }
}

/// The id of the `index`th new element of the collection of this name.
pub(super) fn new_id(seed: &[u8; 16], collection: &str, index: usize) -> String {
    let hash = Sha256::new()
        .chain_update(seed)
        .chain_update(collection)
        .chain_update(index.to_le_bytes())
        .finalize();
    BASE32_NOPAD.encode(&hash[..8]).to_ascii_lowercase()
}

fn is_new_id(id: &str) -> bool {
    id.len() == ELEMENT_ID_CHARS && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

/// Whether nobody types such a value.
pub(super) fn is_fixed(single: Single) -> bool {
    matches!(single, Single::FixedLine | Single::FixedBytes)
}
