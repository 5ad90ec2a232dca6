//! What the office does, over its own API.

use std::collections::{BTreeMap, BTreeSet};

use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_server::store::{Role, Seq, Waiting};
use doorstep_tests::world::World;
use serde_json::{Value, json};

use crate::carried::Carried;
use crate::pen::Pen;

/// Why work is set aside that may be what it says it is.
const HONEST: [&str; 2] = ["no_grant", "too_late"];

/// Somebody in the office, and what she remembers of what she did.
pub(crate) struct Office {
    admin: StaffId,
    /// The last word on each nurse's assignment to each case. Who opens a case has it without one.
    pub(crate) assigned: BTreeMap<(ScopeId, StaffId), bool>,
    /// Late work that she has seen.
    pub(crate) seen: BTreeSet<Seq>,
    /// Records of which she has accepted work that was set aside.
    pub(crate) accepted: BTreeSet<RecordId>,
}

impl Office {
    pub(crate) fn new(world: &World) -> Self {
        let admin = world.hire(world.agency.id, "Ada Sample", Role::Admin).staff;
        Self { admin, assigned: BTreeMap::new(), seen: BTreeSet::new(), accepted: BTreeSet::new() }
    }

    /// Asks the office's API; what it answers must be a success.
    fn must(&self, world: &World, method: &'static str, path: &str, body: &Value) -> Value {
        let (status, answer) = world.ask(world.agency.id, self.admin, method, path, body);
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    pub(crate) fn grant(&mut self, world: &World, scope: ScopeId, staff: StaffId) {
        self.must(world, "POST", &format!("/v1/office/cases/{scope}/grants"), &json!({ "staff": staff }));
        self.assigned.insert((scope, staff), true);
    }

    pub(crate) fn revoke(&mut self, world: &World, scope: ScopeId, staff: StaffId) {
        let path = format!("/v1/office/cases/{scope}/grants/{staff}");
        self.must(world, "DELETE", &path, &json!({}));
        self.assigned.insert((scope, staff), false);
    }

    /// Gives a case to a nurse who does not have it, or takes it from one who has: mostly to give it to another.
    pub(crate) fn reassign(&mut self, world: &World, pen: &mut Pen, staff: &[StaffId]) {
        let scope = pen.a_scope();
        let Some(nurses) = nurses_of(world, scope) else { return };
        let (one, other) = (staff[pen.below(staff.len())], staff[pen.below(staff.len())]);
        match nurses.contains(&one) {
            false => self.grant(world, scope, one),
            true => {
                self.revoke(world, scope, one);
                // The same nurse again is one who gets it back before her phone knows that it was gone.
                if pen.below(3) > 0 {
                    self.grant(world, scope, other);
                }
            }
        }
    }

    pub(crate) fn lock_or_unlock(&self, world: &World, carried: &mut Carried) {
        let action = if carried.is_locked { "unlock" } else { "lock" };
        self.must(world, "POST", &format!("/v1/office/devices/{}/{action}", carried.id()), &json!({}));
        carried.is_locked = !carried.is_locked;
    }

    /// A nurse leaves, which ends her assignments; or one who left is back, without them.
    pub(crate) fn let_go_or_take_back(&mut self, world: &World, carried: &mut Carried) {
        let (staff, action) = (carried.phone.staff, if carried.has_left { "return" } else { "leave" });
        self.must(world, "POST", &format!("/v1/office/staff/{staff}/{action}"), &json!({}));
        carried.has_left = !carried.has_left;
        let snapshot = world.with_server(|server| server.snapshot(world.agency.id)).unwrap();
        for grant in snapshot.grants_of(staff).unwrap() {
            self.assigned.insert((grant.scope, staff), false);
        }
    }

    /// Has a phone wiped, with the count of unsent changes that the office sees.
    pub(crate) fn wipe(&self, world: &World, carried: &mut Carried) {
        let snapshot = world.with_server(|server| server.snapshot(world.agency.id)).unwrap();
        let reported = snapshot.holder(carried.id()).unwrap().unwrap().device.unsent_count;
        let path = format!("/v1/office/devices/{}/wipe", carried.id());
        self.must(world, "POST", &path, &json!({ "unsent_count": reported }));
        carried.is_to_be_wiped = true;
    }

    /// Looks at something that was set aside: accepts or discards it. What a phone forged cannot be accepted,
    /// unless it is nothing new.
    pub(crate) fn review(&mut self, world: &World, pen: &mut Pen, hostile: StaffId) {
        let mut waiting = world.with_server(|server| server.waiting(world.agency.id)).unwrap();
        let is_honest = |waiting: &Waiting| HONEST.contains(&waiting.reason.as_str());
        if pen.below(3) > 0 && waiting.iter().any(is_honest) {
            waiting.retain(is_honest);
        }
        if waiting.is_empty() {
            return;
        }
        let one = &waiting[pen.below(waiting.len())];
        let id: String = one.id.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = format!("/v1/office/quarantine/{id}");
        self.must(world, "GET", &path, &json!({}));
        if pen.below(2) == 0 {
            self.must(world, "POST", &format!("{path}/discard"), &json!({ "reason": "not needed" }));
            return;
        }
        let path = format!("{path}/accept");
        let head = || world.with_server(|server| server.snapshot(world.agency.id)).unwrap().head().unwrap();
        let before = head();
        let (status, answer) = world.ask(world.agency.id, self.admin, "POST", &path, &json!({}));
        if status == 200 && is_honest(one) {
            self.accepted.extend(one.record);
        } else if status == 200 {
            // A replay of what its author's own push, or the office, has brought in since: there is nothing left to do.
            assert_eq!(head(), before + 1, "work set aside as {} was accepted", one.reason);
        } else {
            assert!(one.staff == hostile, "a nurse's work cannot be accepted: {} {answer}", one.reason);
            assert_eq!((status, &answer["code"]), (422, &json!("not_admitted")), "{}", one.reason);
        }
    }

    /// Looks at late work.
    pub(crate) fn see_late_work(&mut self, world: &World) {
        let late = world.with_server(|server| server.late_work(world.agency.id)).unwrap();
        if let Some(late) = late.last() {
            let path = format!("/v1/office/review/late/{}/seen", late.seq);
            self.must(world, "POST", &path, &json!({}));
            self.seen.insert(late.seq);
        }
    }
}

/// Who has a case now; none where the server does not know of it yet.
pub(crate) fn nurses_of(world: &World, scope: ScopeId) -> Option<Vec<StaffId>> {
    let snapshot = world.with_server(|server| server.snapshot(world.agency.id)).unwrap();
    snapshot.scope(scope).unwrap()?;
    let grants = snapshot.grants_in(scope).unwrap();
    Some(grants.into_iter().filter(|grant| grant.is_current()).map(|grant| grant.staff).collect())
}
