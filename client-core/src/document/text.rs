//! Rewriting a text: as little of it as can be found out in bounded time.
//!
//! What stays untouched merges with what others write meanwhile, so a small change by characters is best. But
//! automerge's `update_text` takes time that grows with the square of what differs: half a minute for a note of
//! 20,000 characters that was written anew. So what differs much is compared by words, and what differs still more
//! is replaced.

use automerge::transaction::Transactable;
use automerge::{AutoCommit, AutomergeError, ObjId, ReadDoc};
use similar::{Algorithm, DiffTag, capture_diff_slices};

/// Characters, old and new together, that are compared one by one: at most 10 ms on a slow phone.
const COMPARED_CHARS_MAX: usize = 1_000;
/// Words and what stands between them, old and new together, that are compared one by one.
const COMPARED_WORDS_MAX: usize = 4_000;

/// Makes a text in a document say this.
pub(super) fn rewrite(doc: &mut AutoCommit, text: &ObjId, new: &str) -> Result<(), AutomergeError> {
    let old = doc.text(text)?;
    let (start, old_middle, new_middle) = differing(&old, new);
    let chars = |words: &[&str]| words.iter().map(|word| word.chars().count()).sum::<usize>();
    if chars(&[old_middle, new_middle]) <= COMPARED_CHARS_MAX {
        return doc.update_text(text, new);
    }
    let (old_words, new_words) = (words(old_middle), words(new_middle));
    if old_words.len() + new_words.len() > COMPARED_WORDS_MAX {
        return splice(doc, text, start, chars(&[old_middle]), new_middle);
    }
    let differences = capture_diff_slices(Algorithm::Myers, &old_words, &new_words);
    for difference in differences.iter().rev().filter(|difference| difference.tag() != DiffTag::Equal) {
        let (old_range, new_range) = (difference.old_range(), difference.new_range());
        let at = start + chars(&old_words[..old_range.start]);
        splice(doc, text, at, chars(&old_words[old_range]), &new_words[new_range].concat())?;
    }
    Ok(())
}

fn splice(
    doc: &mut AutoCommit,
    text: &ObjId,
    at: usize,
    deleted: usize,
    inserted: &str,
) -> Result<(), AutomergeError> {
    let deleted = isize::try_from(deleted).map_err(|_| AutomergeError::InvalidIndex(at))?;
    doc.splice_text(text, at, deleted, inserted)
}

/// How many characters two texts have in common at their beginnings, and what is left of each without those and
/// without what they have in common at their ends.
fn differing<'t>(old: &'t str, new: &'t str) -> (usize, &'t str, &'t str) {
    let same = |(a, b): &(char, char)| a == b;
    let (mut start, mut bytes) = (0, 0);
    for (char, _) in old.chars().zip(new.chars()).take_while(same) {
        start += 1;
        bytes += char.len_utf8();
    }
    let (old, new) = (&old[bytes..], &new[bytes..]);
    let ends = old.chars().rev().zip(new.chars().rev()).take_while(same);
    let end: usize = ends.map(|(char, _)| char.len_utf8()).sum();
    (start, &old[..old.len() - end], &new[..new.len() - end])
}

/// The words of a text, each with the space that ends it.
fn words(text: &str) -> Vec<&str> {
    text.split_inclusive(char::is_whitespace).collect()
}
