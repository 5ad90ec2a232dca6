//! A phone of somebody else: it keeps no store, and pushes documents that are made elsewhere.

use doorstep_client_core::document::{Author, StoreId};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::StaffId;
use doorstep_client_core::limits::PUSH_RECORDS_MAX;
use doorstep_client_core::transport::{self, Cancel, EnrolRequest, HttpTransport};
use doorstep_client_core::wire::{FrameBody, FrameReader, Push, SyncRequest, Verdict};

use anyhow::{bail, ensure};

use super::seed::random;

/// A phone that only sends.
pub(super) struct Sender {
    transport: HttpTransport,
    access_token: String,
    staff: StaffId,
    store: StoreId,
    cursor: Option<Vec<u8>>,
}

impl Sender {
    /// Enrols the phone at a server.
    pub(super) fn enrol(server_url: &str, code: &str) -> anyhow::Result<Self> {
        let transport = HttpTransport::new(server_url)?;
        let request = EnrolRequest {
            code: code.to_owned(),
            device_name: "another phone".to_owned(),
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            device_time: SystemEnvironment.now(),
        };
        let answer = transport::enrol(&transport, &request, &Cancel::new())?;
        let (access_token, staff) = (answer.access_token, answer.staff);
        let store = StoreId::new(&mut random());
        Ok(Self { transport, access_token, staff, store, cursor: None })
    }

    /// Whom the changes that it pushes are by.
    pub(super) fn author(&self) -> Author {
        Author { staff: self.staff, store: self.store }
    }

    /// Pushes changesets, all of which the server has to merge.
    pub(super) fn push(&mut self, pushes: Vec<Push>) -> anyhow::Result<()> {
        for part in pushes.chunks(PUSH_RECORDS_MAX) {
            self.exchange(part)?;
        }
        Ok(())
    }

    fn exchange(&mut self, pushes: &[Push]) -> anyhow::Result<()> {
        let mut request = SyncRequest::new(SystemEnvironment.now(), self.store, self.cursor.clone());
        request.pushes = pushes.to_vec();
        let answer = transport::sync(&self.transport, &self.access_token, request.to_body(), &Cancel::new())?;
        let mut merged = 0;
        for frame in FrameReader::new(answer)? {
            let frame = frame?;
            if let FrameBody::Verdicts(verdicts) = frame.body {
                for verdict in verdicts {
                    match verdict {
                        Verdict::Merged => merged += 1,
                        Verdict::Quarantined(refused) => {
                            bail!("the server refused a record of the workload: {}", refused.message)
                        }
                    }
                }
            }
            self.cursor = frame.cursor.or_else(|| self.cursor.take());
        }
        ensure!(merged == pushes.len(), "the server merged {merged} of {} records", pushes.len());
        Ok(())
    }
}
