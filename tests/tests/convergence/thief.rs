//! Somebody who has read along, and shows refresh tokens that are not his.

use doorstep_client_core::device::ErrorKind;
use doorstep_client_core::transport::{self, Cancel, TransportError};
use doorstep_client_core::wire::code;
use doorstep_server::store::Standing;
use doorstep_tests::world::{Fault, World};

use crate::carried::Carried;
use crate::pen::Pen;

/// Longer than an access token holds.
const TOKEN_MS: i64 = 16 * 60 * 1_000;

/// Shows a token of this phone; the session ends for both.
pub(crate) fn steal(world: &World, pen: &mut Pen, carried: &mut Carried) {
    let mut shown = carried.tokens.clone();
    shown.dedup();
    let Some(newest) = shown.pop() else { return };
    if pen.below(2) == 0 && carried.standing() == Standing::Welcome {
        go_first(world, carried, &newest);
    } else if !shown.is_empty() {
        come_late(world, carried, &shown[pen.below(shown.len())]);
    }
}

/// The phone has gone on since: the token is an old one.
fn come_late(world: &World, carried: &mut Carried, token: &str) {
    assert_eq!(refused(world, token), code_of(carried.standing(), code::SESSION_ENDED));
    carried.is_session_over = true;
}

/// The phone has not gone on yet: the thief gets two tokens, and is found out when the phone shows its own.
fn go_first(world: &World, carried: &mut Carried, token: &str) {
    let first = transport::refresh(world, token, &Cancel::new()).ok().unwrap().refresh_token.unwrap();
    let second = transport::refresh(world, &first, &Cancel::new()).ok().unwrap().refresh_token.unwrap();
    world.environment.advance_ms(TOKEN_MS);
    carried.is_session_over = true;
    assert_eq!(carried.sync(world, Fault::None, Fault::None), Err(ErrorKind::EnrolAgain));
    assert_eq!(refused(world, &second), code::SESSION_ENDED);
}

/// A phone that is to be wiped is told that first, whoever asks.
fn code_of(standing: Standing, otherwise: &'static str) -> &'static str {
    if standing == Standing::Wiping { code::DEVICE_WIPE } else { otherwise }
}

fn refused(world: &World, token: &str) -> String {
    match transport::refresh(world, token, &Cancel::new()) {
        Err(TransportError::Server { status: 403, code, .. }) => code,
        other => panic!("an old token bought something: {}", other.is_ok()),
    }
}
