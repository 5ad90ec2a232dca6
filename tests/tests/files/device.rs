//! Files between real phones, over a real server.

use std::sync::atomic::{AtomicBool, Ordering};

use doorstep_client_core::device::{ErrorKind, FileState};
use doorstep_client_core::record::attachment::{Attachment, AttachmentType};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::transport::{Cancel, HttpTransport};

use super::*;

#[test]
fn a_film_of_30_mb_over_a_line_that_is_cut_ten_times_arrives_once_and_whole_at_a_colleague() {
    const BYTES: usize = 30_000_000;
    const CUTS: usize = 10;
    let office = Office::start();
    let (ana, bea) = (office.phone("Ana Sample"), office.phone("Bea Sample"));
    let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
    let scope = ana.device.open_case(&patient).unwrap().header.scope;
    ana.sync();
    office.grant(scope, bea.nurse);
    let film = bytes(BYTES);
    let named = Attachment {
        media_type: "video/mp4".into(),
        attachment_type: AttachmentType::Other,
        ..Attachment::default()
    };
    let id = ana.device.attach(scope, &named, &film).unwrap().header.id;

    let proxy = Proxy::start(office.running().address).unwrap();
    let line = HttpTransport::new(&proxy.url()).unwrap();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let _over = Over(&is_over);
        // One cut after the other, so that the next comes however soon the phone goes on.
        let cutting = threads.spawn(|| {
            for cut in 0..CUTS {
                // Now in the middle of a chunk, now while one is answered.
                let (way, after) =
                    if cut % 3 == 2 { (Direction::Down, 900) } else { (Direction::Up, 2_300_000) };
                proxy.cut_after(way, after);
                while proxy.is_cut_pending() {
                    if is_over.load(Ordering::SeqCst) {
                        return false;
                    }
                    std::thread::yield_now();
                }
            }
            true
        });
        // A connection that was kept is replaced once by itself; another cut in that request ends the sync.
        while let Err(error) = ana.device.sync(&line, &Cancel::new(), |_| ()) {
            assert_eq!(error.kind(), ErrorKind::Network, "{error}");
        }
        is_over.store(true, Ordering::SeqCst);
        assert!(cutting.join().unwrap(), "the film was through before the line was cut so often");
    });
    let status = ana.device.sync_status().unwrap();
    assert!(status.is_all_sent && status.unsent_files == 0, "{status:?}");
    let travelled = proxy.counts().up_bytes;
    let most = (BYTES + CUTS * FILE_CHUNK_BYTES_MAX) as u64;
    assert!(travelled > BYTES as u64 && travelled < most, "{travelled} bytes went up");

    bea.sync();
    assert_eq!(bea.device.file_state(id).unwrap(), FileState::NotDownloaded);
    let direct = HttpTransport::new(&office.url()).unwrap();
    bea.device.download(id, &direct, &Cancel::new(), |_| ()).unwrap();
    assert!(bea.device.file(id).unwrap() == film);
    assert_eq!((audited(&office, "file_arrived"), audited(&office, "file_read")), (1, 1));
}

/// Whoever waits beside a test that fails is told.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
