//! Who made a change: its automerge actor, by design.

use automerge::ActorId;

use crate::ids::{Entropy, StaffId};

/// What automerge puts before an actor's bytes, with a level in LEB128 after it, when a change is made at a
/// version that lacks the actor's latest one (`ActorId::with_concurrency`).
const DERIVED_ACTOR_PREFIX: [u8; 4] = [0x13, 0xb2, 0x23, 0x09];

/// A store's part of the actor. Random; made with the store, and made anew when the store finds itself copied,
/// restored or opened elsewhere: an actor must be one linear stream of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreId(pub [u8; 8]);

impl StoreId {
    /// A new store's id.
    pub fn new(entropy: &mut (impl Entropy + ?Sized)) -> Self {
        let mut bytes = [0u8; 8];
        entropy.fill(&mut bytes);
        Self(bytes)
    }
}

/// Who made a change, and in which store: 16 and 8 bytes, which together are the change's actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Author {
    /// The member of staff.
    pub staff: StaffId,
    /// The phone's or the server's store.
    pub store: StoreId,
}

impl Author {
    pub(super) fn to_actor(self) -> ActorId {
        let mut bytes = [0u8; 24];
        bytes[..16].copy_from_slice(self.staff.as_bytes());
        bytes[16..].copy_from_slice(&self.store.0);
        ActorId::from(&bytes)
    }

    /// The author behind an actor, derived ones included. None for the actors of containers, and for others'.
    pub(super) fn of_actor(actor: &ActorId) -> Option<Self> {
        let bytes = actor.to_bytes();
        let bytes = if bytes.len() > 24 {
            let after_prefix = bytes.strip_prefix(&DERIVED_ACTOR_PREFIX)?;
            let level_len = after_prefix.iter().position(|byte| byte & 0x80 == 0)? + 1;
            after_prefix.get(level_len..)?
        } else {
            bytes
        };
        let (staff, store) = bytes.split_at_checked(16)?;
        Some(Self { staff: StaffId::try_from(staff).ok()?, store: StoreId(store.try_into().ok()?) })
    }
}
