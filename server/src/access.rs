//! Who may see and change what. Pure, and closed by default: what no line of the table in [`may`] allows is refused.

use doorstep_client_core::ids::{AgencyId, ScopeId, StaffId};

use crate::store::{DeviceHolder, Grant, Role, ScopeKind, StaffMember};

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Where she works.
    pub agency: AgencyId,
    /// The member of staff.
    pub staff: StaffId,
    /// Her role.
    pub role: Role,
    /// Whether she works here still.
    pub is_active: bool,
}

impl Actor {
    /// A member of an agency's staff.
    pub fn of(agency: AgencyId, member: &StaffMember) -> Self {
        Self { agency, staff: member.id, role: member.role, is_active: member.is_active }
    }
}

impl From<&DeviceHolder> for Actor {
    fn from(holder: &DeviceHolder) -> Self {
        Self::of(holder.agency, &holder.staff)
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
    /// Assign a case to a nurse, or end that; close a case, which ends it for all, or open it again. In the office's pages
    /// also: agree on when who visits, move that and call it off.
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

    /// Something that belongs to this agency, to which the actor stands so.
    pub const fn of(self, agency: AgencyId) -> Target {
        Target { agency, relation: self }
    }
}

/// What is acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The agency that it belongs to.
    pub agency: AgencyId,
    /// How the actor stands to it.
    pub relation: Relation,
}

/// Whether the actor may do this.
pub fn may(actor: Actor, action: Action, to: Target) -> bool {
    use Action::{Assign, Manage, Open, Oversee, Read, Sync, Write};
    use Relation::{Agency, Directory, Nothing, OtherCase, OwnCase, OwnPhone};
    if !actor.is_active || actor.agency != to.agency {
        return false;
    }
    match actor.role {
        Role::Nurse => matches!(
            (action, to.relation),
            (Read | Write, OwnCase) | (Read, Directory) | (Open, Nothing) | (Sync, OwnPhone)
        ),
        Role::Office => matches!(
            (action, to.relation),
            (Read | Write, OwnCase | OtherCase | Directory)
                | (Open, Nothing)
                | (Assign, OwnCase | OtherCase)
                | (Oversee, Agency)
                | (Sync, OwnPhone)
        ),
        Role::Admin => {
            (action, to.relation) == (Manage, Agency)
                || may(Actor { role: Role::Office, ..actor }, action, to)
        }
    }
}

/// Those of the actor's grants by which she sees a case of this agency now.
pub fn in_force(actor: Actor, agency: AgencyId, grants: &[Grant]) -> impl Iterator<Item = &Grant> {
    let sees_own = may(actor, Action::Read, Relation::OwnCase.of(agency));
    grants.iter().filter(move |grant| sees_own && grant.is_current())
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGENCY: AgencyId = AgencyId::from_bytes([1; 16]);
    const OTHER_AGENCY: AgencyId = AgencyId::from_bytes([2; 16]);
    const STAFF: StaffId = StaffId::from_bytes([3; 16]);

    /// What may be done to what, and by whom: a nurse, the office, an admin. All else is refused.
    const ALLOWED: &str = "
        read     own case     nurse office admin
        read     other case         office admin
        read     directory    nurse office admin
        write    own case     nurse office admin
        write    other case         office admin
        write    directory          office admin
        open     nothing      nurse office admin
        assign   own case           office admin
        assign   other case         office admin
        oversee  agency             office admin
        manage   agency                    admin
        sync     own phone    nurse office admin
    ";

    fn words(relation: Relation) -> &'static str {
        match relation {
            Relation::OwnCase => "own case",
            Relation::OtherCase => "other case",
            Relation::Directory => "directory",
            Relation::Nothing => "nothing",
            Relation::Agency => "agency",
            Relation::OwnPhone => "own phone",
        }
    }

    fn is_listed(role: Role, action: Action, to: Relation) -> bool {
        ALLOWED.lines().filter_map(|line| line.trim().strip_prefix(action.code())).any(|rest| {
            let who = rest.trim().strip_prefix(words(to));
            who.is_some_and(|who| who.split_whitespace().any(|allowed| allowed == role.code()))
        })
    }

    #[test]
    fn what_the_table_does_not_allow_is_refused() {
        let mut allowed = 0;
        for role in Role::ALL {
            for action in Action::ALL {
                for relation in Relation::ALL {
                    for (is_active, agency) in
                        [(true, AGENCY), (true, OTHER_AGENCY), (false, AGENCY), (false, OTHER_AGENCY)]
                    {
                        let actor = Actor { agency: AGENCY, staff: STAFF, role, is_active };
                        let expected = is_active && agency == AGENCY && is_listed(role, action, relation);
                        assert_eq!(
                            may(actor, action, relation.of(agency)),
                            expected,
                            "{role:?} {action:?} {relation:?}, active: {is_active}, hers: {}",
                            agency == AGENCY
                        );
                        allowed += usize::from(expected);
                    }
                }
            }
        }
        let names = ALLOWED.split_whitespace().filter(|word| Role::ALL.map(Role::code).contains(word));
        assert_eq!(allowed, names.count(), "every line of the table was walked");
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

    #[test]
    fn a_grant_is_in_force_while_it_lasts_for_whoever_may_see_her_cases() {
        let grant = |end_seq| Grant {
            scope: ScopeId::from_bytes([2; 16]),
            staff: STAFF,
            begin_seq: 1,
            end_seq,
            ended_at: None,
        };
        let grants = [grant(Some(2)), grant(None)];
        let nurse = Actor { agency: AGENCY, staff: STAFF, role: Role::Nurse, is_active: true };
        let left = Actor { is_active: false, ..nurse };
        let count = |actor, agency| in_force(actor, agency, &grants).count();
        assert_eq!([count(nurse, AGENCY), count(left, AGENCY), count(nurse, OTHER_AGENCY)], [1, 0, 0]);
    }
}
