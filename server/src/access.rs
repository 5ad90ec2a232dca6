//! Who may see and change what. Pure, and closed by default: what no line of the table in [`may`] allows is refused.

use doorstep_client_core::ids::{ScopeId, StaffId};

use crate::store::{Grant, Role, ScopeKind, StaffMember};

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The member of staff.
    pub staff: StaffId,
    /// Her role.
    pub role: Role,
    /// Whether she works here still.
    pub is_active: bool,
}

impl From<&StaffMember> for Actor {
    fn from(member: &StaffMember) -> Self {
        Self { staff: member.id, role: member.role, is_active: member.is_active }
    }
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See the records of a scope.
    Read,
    /// Change the records of a scope, or add some.
    Write,
    /// Open a case, by writing its `patient` record.
    Open,
    /// Assign a case to a nurse, or end that.
    Assign,
    /// See what concerns the whole agency: the list of cases, activity, staff, phones, what was set aside.
    Oversee,
    /// Add staff; invite, lock and wipe phones.
    Manage,
    /// Exchange with the server, and hear of news. What the exchange then may read and write is asked case by case.
    Sync,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 7] =
        [Self::Read, Self::Write, Self::Open, Self::Assign, Self::Oversee, Self::Manage, Self::Sync];

    /// The action's name in the API's description.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Open => "open",
            Self::Assign => "assign",
            Self::Oversee => "oversee",
            Self::Manage => "manage",
            Self::Sync => "sync",
        }
    }
}

/// How the actor stands to what is acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// A case that is assigned to her.
    OwnCase,
    /// A case of the agency that is not, or no longer.
    OtherCase,
    /// The agency's directory.
    Directory,
    /// A scope that the agency does not have yet.
    Nothing,
    /// The agency as a whole.
    Agency,
    /// The phone that she asks from, which is enrolled as hers.
    OwnPhone,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 6] =
        [Self::OwnCase, Self::OtherCase, Self::Directory, Self::Nothing, Self::Agency, Self::OwnPhone];

    /// How the actor with these grants stands to a scope; `kind` is none where the agency has no such scope.
    pub fn to_scope(scope: ScopeId, kind: Option<ScopeKind>, grants: &[Grant]) -> Self {
        let is_own = grants.iter().any(|grant| grant.scope == scope && grant.is_current());
        match kind {
            None => Self::Nothing,
            Some(ScopeKind::Directory) => Self::Directory,
            Some(ScopeKind::Case) if is_own => Self::OwnCase,
            Some(ScopeKind::Case) => Self::OtherCase,
        }
    }
}

/// Whether the actor may do this.
pub fn may(actor: Actor, action: Action, to: Relation) -> bool {
    use Action::{Assign, Manage, Open, Oversee, Read, Sync, Write};
    use Relation::{Agency, Directory, Nothing, OtherCase, OwnCase, OwnPhone};
    if !actor.is_active {
        return false;
    }
    match actor.role {
        Role::Nurse => matches!(
            (action, to),
            (Read | Write, OwnCase) | (Read, Directory) | (Open, Nothing) | (Sync, OwnPhone)
        ),
        Role::Office => matches!(
            (action, to),
            (Read | Write, OwnCase | OtherCase | Directory)
                | (Open, Nothing)
                | (Assign, OwnCase | OtherCase)
                | (Oversee, Agency)
                | (Sync, OwnPhone)
        ),
        Role::Admin => {
            (action, to) == (Manage, Agency) || may(Actor { role: Role::Office, ..actor }, action, to)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAFF: StaffId = StaffId::from_bytes([1; 16]);

    fn actor(role: Role) -> Actor {
        Actor { staff: STAFF, role, is_active: true }
    }

    /// Every combination of role, action and relation is either in this table or refused.
    #[test]
    fn what_the_table_does_not_allow_is_refused() {
        use Action::*;
        use Relation::*;
        let nurse = [(Read, OwnCase), (Write, OwnCase), (Read, Directory), (Open, Nothing), (Sync, OwnPhone)];
        let office = [
            (Read, OwnCase),
            (Read, OtherCase),
            (Read, Directory),
            (Write, OwnCase),
            (Write, OtherCase),
            (Write, Directory),
            (Open, Nothing),
            (Assign, OwnCase),
            (Assign, OtherCase),
            (Oversee, Agency),
            (Sync, OwnPhone),
        ];
        for role in Role::ALL {
            for action in Action::ALL {
                for to in Relation::ALL {
                    let is_allowed = match role {
                        Role::Nurse => nurse.contains(&(action, to)),
                        Role::Office => office.contains(&(action, to)),
                        Role::Admin => office.contains(&(action, to)) || (action, to) == (Manage, Agency),
                    };
                    assert_eq!(may(actor(role), action, to), is_allowed, "{role:?} {action:?} {to:?}");
                    let left = Actor { is_active: false, ..actor(role) };
                    assert!(!may(left, action, to), "who has left may do nothing");
                }
            }
        }
    }

    #[test]
    fn a_case_is_ones_own_while_the_grant_lasts() {
        let scope = ScopeId::from_bytes([2; 16]);
        let grant = |end_seq| Grant { scope, staff: STAFF, begin_seq: 1, end_seq, ended_at: None };
        let to = |kind, grants: &[Grant]| Relation::to_scope(scope, kind, grants);
        let case = Some(ScopeKind::Case);
        assert_eq!(to(case, &[grant(Some(2)), grant(None)]), Relation::OwnCase);
        assert_eq!(to(case, &[grant(Some(2))]), Relation::OtherCase);
        assert_eq!(to(case, &[]), Relation::OtherCase);
        assert_eq!(to(None, &[]), Relation::Nothing);
        assert_eq!(to(Some(ScopeKind::Directory), &[]), Relation::Directory);
    }
}
