//! Passwords as they are kept: argon2id. Checking one takes a processor and tens of megabytes for its time, so few are
//! checked at once, few wait, and the others are refused.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use argon2::password_hash::{self, PasswordHasher, PasswordVerifier, phc};
use argon2::{Argon2, Params};
use data_encoding::BASE64_NOPAD;
use doorstep_client_core::environment::Environment;

use crate::config::PasswordCost;
use crate::limits::{PASSWORD_CHECKS_MAX, PASSWORD_CHECKS_WAITING_MAX};

/// Too many passwords wait to be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many people are signing in at once; try again in a moment")]
pub struct Busy;

/// Makes and checks passwords' hashes.
pub struct Passwords {
    argon2: Argon2<'static>,
    /// What the password of nobody is checked against, so that it costs what another's does.
    decoy: String,
    queue: Mutex<Queue>,
    freed: Condvar,
    runs: AtomicU64,
}

#[derive(Default)]
struct Queue {
    under_way: usize,
    waiting: usize,
}

/// A place at the work, given back when it is dropped.
pub struct Place<'a>(&'a Passwords);

impl Passwords {
    /// At this cost.
    pub fn new(cost: PasswordCost, environment: &dyn Environment) -> Self {
        let params = Params::new(cost.memory_kib(), cost.passes(), 1, None);
        let mut random = [0; 48];
        environment.fill_random(&mut random);
        let (salt, hash) = random.split_at(16);
        let decoy = format!(
            "$argon2id$v=19$m={},t={},p=1${}${}",
            cost.memory_kib(),
            cost.passes(),
            BASE64_NOPAD.encode(salt),
            BASE64_NOPAD.encode(hash)
        );
        Self {
            argon2: params.expect("every cost that there is lies within argon2's bounds").into(),
            decoy,
            queue: Mutex::default(),
            freed: Condvar::new(),
            runs: AtomicU64::new(0),
        }
    }

    /// Waits for a place at the work; refuses at once where too many wait.
    pub fn place(&self) -> Result<Place<'_>, Busy> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.under_way >= PASSWORD_CHECKS_MAX {
            if queue.waiting >= PASSWORD_CHECKS_WAITING_MAX {
                return Err(Busy);
            }
            queue.waiting += 1;
            let is_full = |queue: &mut Queue| queue.under_way >= PASSWORD_CHECKS_MAX;
            queue = self.freed.wait_while(queue, is_full).unwrap_or_else(PoisonError::into_inner);
            queue.waiting -= 1;
        }
        queue.under_way += 1;
        Ok(Place(self))
    }

    /// How often argon2 has run.
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }
}

impl Place<'_> {
    /// Whether this is the password that was kept. Where none was, it takes as long to say no.
    pub fn check(&self, kept: Option<&str>, password: &str) -> bool {
        let Self(passwords) = self;
        passwords.runs.fetch_add(1, Ordering::Relaxed);
        let is_right =
            passwords.argon2.verify_password(password.as_bytes(), kept.unwrap_or(&passwords.decoy));
        if let Err(error) = &is_right
            && *error != password_hash::Error::PasswordInvalid
        {
            tracing::error!("a password's hash could not be checked: {error}");
        }
        is_right.is_ok() && kept.is_some()
    }

    /// The password as it is kept: a PHC string.
    pub fn hash(&self, password: &str, environment: &dyn Environment) -> String {
        let Self(passwords) = self;
        passwords.runs.fetch_add(1, Ordering::Relaxed);
        let mut salt = [0; 16];
        environment.fill_random(&mut salt);
        let hash: password_hash::Result<phc::PasswordHash> =
            passwords.argon2.hash_password_with_salt(password.as_bytes(), &salt);
        hash.expect("a salt of 16 bytes and a bounded password are within argon2's bounds").to_string()
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).under_way -= 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use doorstep_client_core::environment::SystemEnvironment;

    use super::*;

    fn cheap() -> Passwords {
        Passwords::new(PasswordCost::CHEAP, &SystemEnvironment)
    }

    #[test]
    fn a_password_is_known_again_and_kept_as_argon2id_with_a_salt_of_its_own() {
        let passwords = cheap();
        let place = passwords.place().unwrap();
        let [kept, again] = [(); 2].map(|()| place.hash("an odd sentence", &SystemEnvironment));
        assert!(kept.starts_with("$argon2id$v=19$m=64,t=1,p=1$") && kept != again, "{kept}");
        assert!(place.check(Some(&kept), "an odd sentence") && place.check(Some(&again), "an odd sentence"));
        assert!(!place.check(Some(&kept), "an odd sentencE"));
        assert!(!place.check(Some("no hash"), "an odd sentence"));
    }

    #[test]
    fn a_password_that_was_kept_at_another_cost_is_known_again() {
        let strong = Passwords::new(PasswordCost::STRONG, &SystemEnvironment);
        let kept = strong.place().unwrap().hash("an odd sentence", &SystemEnvironment);
        assert!(kept.starts_with("$argon2id$v=19$m=32768,t=3,p=1$"), "{kept}");
        assert!(cheap().place().unwrap().check(Some(&kept), "an odd sentence"));
    }

    #[test]
    fn nobodys_password_takes_a_run_of_the_same_cost_and_is_never_right() {
        let passwords = cheap();
        let place = passwords.place().unwrap();
        let params = |phc: &str| phc.split('$').nth(3).unwrap().to_owned();
        assert_eq!(params(&passwords.decoy), params(&place.hash("an odd sentence", &SystemEnvironment)));
        let before = passwords.runs();
        assert!(!place.check(None, "an odd sentence"));
        assert_eq!(passwords.runs(), before + 1);
        let decoy = passwords.argon2.verify_password(b"an odd sentence", passwords.decoy.as_str());
        assert_eq!(decoy, Err(password_hash::Error::PasswordInvalid), "argon2 ran to its end");
    }

    #[test]
    fn i14_so_many_wait_for_their_check_and_one_more_is_refused_at_once() {
        let passwords = cheap();
        let held: Vec<Place<'_>> = (0..PASSWORD_CHECKS_MAX).map(|_| passwords.place().unwrap()).collect();
        let (refused, had_a_turn) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let refused_meanwhile = std::thread::scope(|threads| {
            for _ in 0..=PASSWORD_CHECKS_WAITING_MAX {
                threads.spawn(|| {
                    let count = if passwords.place().is_ok() { &had_a_turn } else { &refused };
                    count.fetch_add(1, Ordering::SeqCst);
                });
            }
            let waiting = || passwords.queue.lock().unwrap().waiting;
            while waiting() + refused.load(Ordering::SeqCst) <= PASSWORD_CHECKS_WAITING_MAX {
                std::thread::yield_now();
            }
            let refused_meanwhile = refused.load(Ordering::SeqCst);
            drop(held);
            refused_meanwhile
        });
        assert_eq!(refused_meanwhile, 1);
        assert_eq!(had_a_turn.into_inner(), PASSWORD_CHECKS_WAITING_MAX, "and all others have their turn");
        assert!(passwords.place().is_ok());
    }
}
