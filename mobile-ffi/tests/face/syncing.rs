//! One sync, however many ask for it.

use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, Weak};

use doorstep_client_core::device::Progress;
use doorstep_client_core::record::attachment::Attachment;
use doorstep_mobile_ffi::device::Device;
use doorstep_mobile_ffi::error::{CallbackError, DoorstepError};
use doorstep_mobile_ffi::sync::{ProgressListener, SyncOptions};
use futures::executor::block_on;
use futures::future::{join, join3};

use crate::line::{Phone, begin, takes, write};

fn budget(ms: u64) -> SyncOptions {
    SyncOptions { budget_ms: Some(ms), ..SyncOptions::default() }
}

#[test]
fn callers_that_come_while_a_sync_runs_join_it() {
    let phone = Phone::enrolled();
    let held = phone.line.hold_next();
    let sync = || Arc::clone(&phone.device).sync(SyncOptions::default());
    let (one, other, ()) = block_on(join3(sync(), sync(), async { held.send(()).unwrap() }));
    assert!(matches!(one, Err(DoorstepError::Network { .. })), "{one:?}");
    assert_eq!((one, phone.line.exchanges.load(Ordering::SeqCst)), (other, 1));
}

#[test]
fn a_sync_goes_on_for_those_who_stay_and_ends_with_the_last() {
    let phone = Phone::enrolled();
    let held = phone.line.hold_next();
    let sync = || Box::pin(Arc::clone(&phone.device).sync(SyncOptions::default()));
    let (mut leaves, mut stays) = (sync(), sync());
    begin(&mut leaves);
    begin(&mut stays);
    while phone.line.exchanges.load(Ordering::SeqCst) == 0 {
        std::thread::yield_now();
    }
    drop(leaves);
    begin(&mut stays);
    assert_eq!(phone.line.given_up(), 0);
    drop(stays);
    // The next one is not the one that was given up: it waits until that has ended.
    let next = block_on(sync());
    assert!(matches!(next, Err(DoorstepError::Network { .. })), "{next:?}");
    assert_eq!((phone.line.given_up(), phone.line.exchanges.load(Ordering::SeqCst)), (1, 2));
    drop(held);
}

#[test]
fn a_budget_ends_the_wait_of_its_caller_and_the_sync_when_nobody_else_waits() {
    let phone = Phone::enrolled();
    let held = phone.line.hold_next();
    let short = Arc::clone(&phone.device).sync(budget(1));
    let long = Arc::clone(&phone.device).sync(SyncOptions::default());
    let short = async {
        let answer = short.await;
        held.send(()).unwrap();
        answer
    };
    // Who stays is there first.
    let (long, short) = block_on(join(long, short));
    assert!(matches!(short, Err(DoorstepError::DeadlinePassed { retryable: true, .. })), "{short:?}");
    assert!(matches!(long, Err(DoorstepError::Network { .. })), "{long:?}");

    let _held = phone.line.hold_next();
    let alone = block_on(Arc::clone(&phone.device).sync(budget(1)));
    assert!(matches!(alone, Err(DoorstepError::DeadlinePassed { .. })), "{alone:?}");
    assert_eq!(
        phone.device.sync_status().unwrap().last_error.as_deref(),
        Some("the server cannot be reached")
    );
}

#[test]
fn a_sync_that_is_cancelled_answers_everybody_so() {
    let phone = Phone::enrolled();
    let _held = phone.line.hold_next();
    let sync = || Arc::clone(&phone.device).sync(SyncOptions::default());
    let (one, other, ()) = block_on(join3(sync(), sync(), async { phone.device.cancel_sync().unwrap() }));
    for answer in [one, other] {
        assert!(matches!(answer, Err(DoorstepError::Cancelled { .. })), "{answer:?}");
    }
}

#[test]
fn a_sync_right_after_another_is_its_own() {
    let phone = Phone::enrolled();
    for _ in 0..50 {
        let answer = block_on(Arc::clone(&phone.device).sync(SyncOptions::default()));
        assert!(matches!(answer, Err(DoorstepError::Network { .. })), "{answer:?}");
    }
    assert_eq!(phone.line.exchanges.load(Ordering::SeqCst), 50);
}

type Syncing = Pin<Box<dyn Future<Output = Result<Progress, DoorstepError>> + Send>>;

/// Asks for a sync of its own in the last moment of the one that it listens to: when the last file has arrived.
struct JoinsLast {
    device: Weak<Device>,
    /// Whether something is saved before.
    saves: bool,
    joined: Mutex<Option<Syncing>>,
}

impl ProgressListener for JoinsLast {
    fn progressed(&self, progress: Progress) -> Result<(), CallbackError> {
        if progress.files_sent > 0 {
            let device = self.device.upgrade().unwrap();
            if self.saves {
                write(&device);
            }
            let mut sync: Syncing = Box::pin(device.sync(SyncOptions::default()));
            begin(&mut sync);
            *self.joined.lock().unwrap() = Some(sync);
        }
        Ok(())
    }
}

/// The exchanges of a sync that is joined when it has sent its last file, and what is unsent once who joined was answered.
fn joined_last(saves: bool) -> (u32, u32) {
    let phone = Phone::enrolled();
    phone.line.answer_by(takes);
    let case = phone.write();
    let photo = Attachment { media_type: "image/jpeg".to_owned(), ..Attachment::default() };
    phone.device.attach(case, photo, vec![7; 9]).unwrap();
    let device = Arc::downgrade(&phone.device);
    let listener = Arc::new(JoinsLast { device, saves, joined: Mutex::default() });
    let options = SyncOptions { listener: Some(Arc::clone(&listener) as _), ..SyncOptions::default() };
    let first = block_on(Arc::clone(&phone.device).sync(options)).unwrap();
    assert_eq!(first.files_sent, 1);
    let joined = listener.joined.lock().unwrap().take().unwrap();
    assert!(block_on(joined).is_ok());
    let posts = phone.line.exchanges.load(Ordering::SeqCst) - 2;
    (posts, phone.device.sync_status().unwrap().unsent_changes)
}

#[test]
fn whoever_joins_in_the_last_moment_is_answered_when_what_she_saved_before_is_sent() {
    assert_eq!(joined_last(true), (2, 0));
}

#[test]
fn whoever_joins_in_the_last_moment_and_has_nothing_to_send_costs_no_exchange() {
    assert_eq!(joined_last(false), (1, 0));
}
