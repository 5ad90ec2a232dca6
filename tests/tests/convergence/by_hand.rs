//! An enrolled phone that keeps no store and speaks to the server by hand.

use doorstep_client_core::document::{Author, Changeset, Document, Header, StoreId, Version};
use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{AgencyId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::AnyRecord;
use doorstep_client_core::transport::{self, Cancel, EnrolAnswer, EnrolRequest, Request};
use doorstep_client_core::wire::{Frame, FrameBody, FrameReader, MEDIA_TYPE, Push, SyncRequest, Verdict};
use doorstep_tests::world::World;

pub(crate) struct ByHand {
    pub(crate) enrolled: EnrolAnswer,
    pub(crate) store: StoreId,
    /// The cursors that it was given, in order.
    pub(crate) cursors: Vec<Vec<u8>>,
}

/// What came of an exchange.
pub(crate) struct Answered {
    /// `merged`, or the reason's code, of each push.
    pub(crate) verdicts: Vec<String>,
    pub(crate) frames: Vec<Frame>,
}

impl ByHand {
    pub(crate) fn enrol(world: &World, agency: AgencyId, staff: StaffId) -> Self {
        let request = EnrolRequest {
            code: world.invite(agency, staff),
            device_name: "by hand".to_owned(),
            app_version: "1.0".to_owned(),
            device_time: world.environment.now(),
        };
        let enrolled = transport::enrol(world, &request, &Cancel::new()).ok().unwrap();
        let dice: &dyn Environment = &*world.environment;
        Self { enrolled, store: StoreId::new(&mut dice.entropy()), cursors: Vec::new() }
    }

    pub(crate) fn author(&self) -> Author {
        Author { staff: self.enrolled.staff, store: self.store }
    }

    /// A request that asks for nothing but what is new since this cursor.
    pub(crate) fn request(&self, world: &World, cursor: Option<Vec<u8>>) -> SyncRequest {
        SyncRequest::new(world.environment.now(), self.store, cursor)
    }

    /// Sends the body of an exchange with a token of its own.
    pub(crate) fn send(&mut self, world: &World, body: Vec<u8>) -> Answered {
        let renewed = transport::refresh(world, &self.enrolled.refresh_token, &Cancel::new()).ok().unwrap();
        self.enrolled.refresh_token = renewed.refresh_token.unwrap();
        let request = Request::post("/v1/sync", MEDIA_TYPE, body).with_bearer(&renewed.access_token);
        let answer = world.deliver(&request);
        assert_eq!(answer.status, 200);
        let frames: Vec<Frame> = FrameReader::new(&answer.body[..]).unwrap().map(Result::unwrap).collect();
        self.cursors.extend(frames.iter().filter_map(|frame| frame.cursor.clone()));
        let verdicts = frames.iter().find_map(|frame| match &frame.body {
            FrameBody::Verdicts(verdicts) => Some(verdicts.iter().map(word).collect()),
            _ => None,
        });
        Answered { verdicts: verdicts.unwrap_or_default(), frames }
    }

    /// Pushes changesets.
    pub(crate) fn push(&mut self, world: &World, cursor: Option<Vec<u8>>, pushes: Vec<Push>) -> Answered {
        let request = SyncRequest { pushes, ..self.request(world, cursor) };
        self.send(world, request.to_body())
    }
}

fn word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Merged => "merged".to_owned(),
        Verdict::Quarantined(refused) => refused.code.clone(),
    }
}

/// The changes that create a record.
pub(crate) fn created(
    world: &World,
    scope: ScopeId,
    id: RecordId,
    record: impl Into<AnyRecord>,
    by: Author,
) -> Push {
    let record = record.into();
    let header = Header { id, scope, kind: record.kind() };
    let mut document = Document::create(header, &record, by, world.environment.now()).unwrap();
    Push { record: id, changes: document.changes_since(&Version::empty()) }
}

/// The changes that make this of a record as it stands on the server.
pub(crate) fn edited(
    world: &World,
    id: RecordId,
    change: impl FnOnce(&mut AnyRecord),
    by: Author,
) -> Option<Push> {
    let mut document = world.on_server(id)?;
    let seen = document.version();
    let mut record = document.read().unwrap();
    change(&mut record);
    document.edit(&seen, &record, by, world.environment.now()).unwrap();
    let changes: Changeset = document.changes_since(&seen);
    (!changes.is_empty()).then_some(Push { record: id, changes })
}

pub(crate) fn new_record(world: &World) -> RecordId {
    let dice: &dyn Environment = &*world.environment;
    RecordId::new(world.environment.now(), &mut dice.entropy())
}
