//! Which version holds which.

use super::{Document, Version};

impl Document {
    /// The version that holds everything of both, as far as it is in the document.
    pub fn union(&mut self, a: &Version, b: &Version) -> Version {
        let mut heads = Version::from_heads([a.heads(), b.heads()].concat()).heads().to_vec();
        heads.retain(|head| self.doc.get_change_meta_by_hash(head).is_some());
        let mut newest = heads.clone();
        for head in heads {
            let others: Vec<_> = newest.iter().copied().filter(|other| *other != head).collect();
            let is_older = !others.is_empty()
                && self.doc.get_changes_meta(&others).iter().all(|change| change.hash != head);
            if is_older {
                newest = others;
            }
        }
        Version::from_heads(newest)
    }
}
