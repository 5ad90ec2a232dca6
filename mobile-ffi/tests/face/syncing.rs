//! One sync, however many ask for it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use doorstep_mobile_ffi::error::DoorstepError;
use doorstep_mobile_ffi::sync::SyncOptions;
use futures::executor::block_on;
use futures::future::{FutureExt, join, join3};

use crate::line::Phone;

fn budget(ms: u64) -> SyncOptions {
    SyncOptions { budget_ms: Some(ms), ..SyncOptions::default() }
}

/// Polls a call once, so that it has begun.
fn begin<T>(call: &mut (impl Future<Output = T> + Unpin)) {
    assert!(call.now_or_never().is_none(), "it has ended already");
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
