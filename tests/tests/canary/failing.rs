//! What goes wrong on the server itself: changes that make a library panic, commands that complain, a disk that fails.

use doorstep_client_core::document::Changeset;
use doorstep_client_core::record::care_plan::{CarePlan, Intervention};
use doorstep_server::store::SqliteStore;
use doorstep_tests::rogue::mend;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;

/// Enough altered edits that some of them make automerge panic.
const ALTERED: u8 = 200;

impl Day {
    /// Pushes edits whose bytes were altered and whose checksums were mended. The log is to say that something panicked,
    /// and where.
    pub(super) fn altered_changes_make_the_server_panic(&self, case: ScopeId) -> Vec<String> {
        let mut dice = StdRng::seed_from_u64(7);
        let store = StoreId([8; 8]);
        let by = Author { staff: self.staff, store };
        let (creations, edits): (Vec<Push>, Vec<Push>) =
            (0..ALTERED).map(|number| plan_and_altered_edit(number, case, by, &mut dice)).unzip();
        assert!(self.push(creations, store).iter().all(|verdict| *verdict == Verdict::Merged));
        self.push(edits, store).iter().map(|verdict| format!("{verdict:?}")).collect()
    }

    /// What commands say of files and names that are not what they must be.
    pub(super) fn commands_complain(&self) -> Vec<String> {
        let bundle = self.folder.path().join("bundle.json");
        let mut said = Vec::new();
        for text in [
            format!("{{\"resourceType\": \"Bundle\", \"entry\": [{{\"{CANARY}\""),
            format!("{{\"resourceType\": \"{CANARY}\", \"name\": \"{CANARY}\"}}"),
            json!({ "resourceType": "Bundle", "type": CANARY, "entry": CANARY }).to_string(),
            json!({ "resourceType": "Bundle", "type": "collection", "entry": [
                { "resource": { "resourceType": "Patient", "id": CANARY, "birthDate": CANARY,
                    "name": [{ "family": { "is": CANARY } }], "gender": CANARY } },
                { "resource": { "resourceType": "Immunization", "status": CANARY } },
            ] })
            .to_string(),
        ] {
            std::fs::write(&bundle, text).unwrap();
            for arguments in [vec!["import"], vec!["--json", "import"]] {
                said.push(self.types(&[arguments, vec![bundle.to_str().unwrap()]].concat()).1);
            }
        }
        for arguments in [
            &["audit", "verify", "--since", "1:00"][..],
            &["device", "lock", "nobody"],
            &["staff", "token", "nobody"],
            &["keys", "list"],
        ] {
            said.push(self.types(arguments).1);
        }
        said
    }

    /// Ends the server, damages its store by writing the canary over it, and asks for everything again.
    pub(super) fn the_disk_fails(self, records: &[Header]) -> (Vec<String>, String) {
        let Self { folder, server, .. } = self;
        let data = folder.path().join("data");
        let token = doorstep(&data, &["staff", "token", "Ada"])["token"].as_str().unwrap().to_owned();
        server.stop().unwrap();
        damage(&data);
        let mut said = Vec::new();
        let mut has_failed = false;
        // Where it does not even start, it has said why in its log.
        if let Ok(server) = ServerProcess::start(&server_binary().unwrap(), &data) {
            let caller = Caller { server: server.url(), token, refusals: Vec::new() };
            let mut paths: Vec<String> =
                records.iter().map(|header| format!("/v1/office/records/{}", header.id)).collect();
            paths
                .extend(["cases", "activity", "conflicts", "audit"].map(|list| format!("/v1/office/{list}")));
            paths.push(format!("/v1/office/cases/{}", records[0].scope));
            for path in paths {
                let (status, answer) = caller.send("GET", &path, b"");
                if status >= 400 {
                    has_failed |= status >= 500;
                    said.push(answer);
                }
            }
            server.stop().unwrap();
        }
        assert!(has_failed, "the store was hardly damaged");
        let log = std::fs::read_to_string(data.with_extension("log")).unwrap();
        assert!(log.contains("the store failed"), "nobody was told:\n{log}");
        (said, log)
    }

    /// What a command prints beside the server, on both streams, and whether it succeeded.
    pub(super) fn types(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(server_binary().unwrap());
        let output =
            command.arg("--data").arg(self.folder.path().join("data")).args(arguments).output().unwrap();
        let printed = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&printed).into_owned())
    }
}

fn plan_and_altered_edit(number: u8, case: ScopeId, by: Author, dice: &mut StdRng) -> (Push, Push) {
    let (record, now) = (RecordId::from_bytes([number; 16]), Timestamp::from(jiff::Timestamp::now()));
    let header = Header { id: record, scope: case, kind: Kind::CarePlan };
    let intervention =
        || Intervention { target: CANARY.into(), description: CANARY.into(), ..Intervention::default() };
    let mut plan = CarePlan { title: CANARY.into(), ..CarePlan::default() };
    plan.interventions.extend(["i1", "i2"].map(|id| (id.into(), intervention())));
    let mut document = Document::create(header, &plan.clone().into(), by, now).unwrap();
    let (first, created) = (document.version(), document.changes_since(&Version::empty()));
    plan.title = format!("{CANARY}, daily");
    plan.interventions.insert("i3".into(), intervention());
    document.edit(&first, &plan.into(), by, now).unwrap();
    let mut edit = document.changes_since(&first).into_bytes();
    for _ in 0..dice.random_range(1..4) {
        let at = dice.random_range(8..edit.len());
        edit[at] = dice.random();
    }
    mend(&mut edit);
    (Push { record, changes: created }, Push { record, changes: Changeset::from_bytes(edit) })
}

/// Leaves the first pages, where the store's tables are named, and writes over the rest.
fn damage(data: &Path) {
    let file = data.join(SqliteStore::FILE_NAME);
    let mut bytes = std::fs::read(&file).unwrap();
    let whole = bytes.len();
    bytes.truncate(whole / 2);
    while bytes.len() < whole {
        bytes.extend(CANARY.as_bytes());
    }
    std::fs::write(&file, bytes).unwrap();
}
