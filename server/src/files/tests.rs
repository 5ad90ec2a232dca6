use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{AgencyId, ScopeId};
use tempfile::TempDir;
use tokio_stream::StreamExt;

use super::*;
use crate::limits::{AGENCY_FILES_BYTES_QUOTA, CASE_FILES_BYTES_QUOTA, FILE_PARTS_DAYS_MAX};

const QUOTAS: FileQuotas =
    FileQuotas { case_bytes: CASE_FILES_BYTES_QUOTA, agency_bytes: AGENCY_FILES_BYTES_QUOTA };
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Files in memory, and in a folder.
fn everywhere() -> [(Files, TempDir); 2] {
    [FilesAt::Memory, FilesAt::Data].map(|at| {
        let data = tempfile::tempdir().unwrap();
        (Files::open(&at, QUOTAS, data.path()).unwrap(), data)
    })
}

fn file(scope: u8, bytes: &[u8]) -> FileId {
    let hash = FileHash(Sha256::digest(bytes).into());
    FileId { agency: AgencyId::from_bytes([1; 16]), scope: ScopeId::from_bytes([scope; 16]), hash }
}

fn chunk(of: &[u8], offset: usize, bytes: usize) -> Chunk {
    let part = of[offset..(offset + bytes).min(of.len())].to_vec();
    Chunk { offset: offset as u64, length: of.len() as u64, bytes: part.into() }
}

async fn read(files: &Files, file: &FileId, from: u64) -> Vec<u8> {
    let parts = files.read(file, from).await.unwrap().map(Result::unwrap).collect::<Vec<Bytes>>().await;
    parts.concat()
}

fn offset(refused: Result<Held, ChunkError>) -> u64 {
    match refused {
        Err(ChunkError::WrongOffset(held)) => held.bytes,
        other => panic!("{other:?}"),
    }
}

/// What is kept, by name.
async fn names(files: &Files) -> Vec<String> {
    let found = files.objects.list(None).map(|object| object.unwrap().location.to_string());
    found.collect().await
}

#[tokio::test]
async fn a_file_arrives_in_chunks_and_is_read_from_any_byte() {
    for (files, _data) in everywhere() {
        let bytes: Vec<u8> = (0..100u8).collect();
        let id = file(1, &bytes);
        assert_eq!(files.held(&id, 100).await.unwrap(), Held::part(0));
        assert_eq!(files.put(&id, chunk(&bytes, 0, 40)).await.unwrap(), Held::part(40));
        assert_eq!(files.held(&id, 100).await.unwrap(), Held::part(40));
        assert_eq!(
            (files.size(&id).await.unwrap(), files.in_case(id.agency, id.scope).await.unwrap().len()),
            (None, 0)
        );
        assert_eq!(offset(files.put(&id, chunk(&bytes, 0, 40)).await), 40, "the same chunk again");
        assert_eq!(offset(files.put(&id, chunk(&bytes, 60, 40)).await), 40, "one past a gap");
        let past = Chunk { length: 50, ..chunk(&bytes, 40, 20) };
        assert!(matches!(files.put(&id, past).await, Err(ChunkError::PastLength)));
        assert_eq!(files.put(&id, chunk(&bytes, 40, 60)).await.unwrap(), Held::just_arrived(100));
        assert_eq!(names(&files).await, [id.path().to_string()], "no chunk is left");
        assert_eq!(files.held(&id, 100).await.unwrap(), Held::whole(100));
        assert_eq!(offset(files.put(&id, chunk(&bytes, 40, 60)).await), 100);
        assert_eq!((read(&files, &id, 0).await, read(&files, &id, 99).await), (bytes.clone(), vec![99]));
        assert_eq!(files.in_case(id.agency, id.scope).await.unwrap(), HashSet::from([id.hash]));
        assert_eq!(files.size(&file(2, &bytes)).await.unwrap(), None, "another case's are its own");
    }
}

#[tokio::test]
async fn a_file_of_no_bytes_is_here_before_anything_was_sent() {
    for (files, _data) in everywhere() {
        assert_eq!(files.held(&file(1, b""), 0).await.unwrap(), Held::whole(0));
        let unlike = files.held(&file(1, b"a"), 0).await.unwrap();
        assert_eq!(unlike, Held::part(0), "whatever its record says of its length");
    }
}

#[tokio::test]
async fn several_phones_that_send_the_same_file_at_once_bring_it_whole() {
    for (files, _data) in everywhere() {
        let (files, bytes) = (Arc::new(files), Arc::new((0..=255u8).cycle().take(900).collect::<Vec<u8>>()));
        let id = file(1, &bytes);
        let phones = [7usize, 30, 100].map(|step| {
            let (files, bytes) = (Arc::clone(&files), Arc::clone(&bytes));
            tokio::spawn(async move {
                let mut held = files.held(&id, 900).await.unwrap();
                while !held.is_whole {
                    held = match files.put(&id, chunk(&bytes, held.bytes as usize, step)).await {
                        Ok(held) | Err(ChunkError::WrongOffset(held)) => held,
                        Err(error) => panic!("{error}"),
                    };
                }
            })
        });
        for phone in phones {
            phone.await.unwrap();
        }
        assert_eq!(read(&files, &id, 0).await, *bytes);
        assert_eq!(names(&files).await.len(), 1);
    }
}

#[tokio::test]
async fn what_is_not_the_file_of_its_name_is_removed_and_may_be_sent_again() {
    for (files, _data) in everywhere() {
        let id = file(1, b"right");
        assert_eq!(files.put(&id, chunk(b"wrong", 0, 3)).await.unwrap(), Held::part(3));
        assert!(matches!(files.put(&id, chunk(b"wrong", 3, 2)).await, Err(ChunkError::WrongHash)));
        assert_eq!(files.held(&id, 5).await.unwrap(), Held::part(0));
        assert_eq!(names(&files).await, [""; 0]);
        assert_eq!(files.put(&id, chunk(b"right", 0, 5)).await.unwrap(), Held::just_arrived(5));
    }
}

#[tokio::test]
async fn whatever_a_crash_leaves_is_gone_on_from() {
    for (files, _data) in everywhere() {
        let (bytes, keep) = (b"0123456789", async |id: &FileId, offset: u64, part: &'static [u8]| {
            files.keep(id, offset, Bytes::from_static(part)).await.unwrap();
        });
        let id = file(1, bytes);
        keep(&id, 0, b"01234").await;
        keep(&id, 5, b"56789").await;
        assert_eq!(files.held(&id, 10).await.unwrap(), Held::just_arrived(10), "all there, not put together");
        keep(&id, 0, b"01234").await;
        assert_eq!(files.held(&id, 10).await.unwrap(), Held::whole(10), "put together, a chunk left");

        let id = file(2, bytes);
        keep(&id, 0, b"01234").await;
        keep(&id, 5, b"56789").await;
        let again = files.put(&id, chunk(bytes, 5, 5)).await;
        assert!(matches!(again, Err(ChunkError::WrongOffset(held)) if held == Held::just_arrived(10)));

        let id = file(3, bytes);
        keep(&id, 0, b"012").await;
        keep(&id, 5, b"56789").await;
        assert_eq!(files.held(&id, 10).await.unwrap(), Held::part(3), "what lies past a gap is no good");
        assert_eq!(files.put(&id, chunk(bytes, 3, 7)).await.unwrap(), Held::just_arrived(10));

        let id = file(4, bytes);
        keep(&id, 0, b"0123456789").await;
        let other = files.keep(&id, 0, Bytes::from_static(b"another server's")).await;
        assert!(matches!(other, Err(ChunkError::WrongOffset(held)) if held == Held::part(10)));
        assert_eq!(files.held(&id, 10).await.unwrap(), Held::just_arrived(10));
    }
}

#[tokio::test]
async fn files_come_to_their_quotas_and_no_byte_more_also_after_a_restart() {
    for (case_bytes, agency_bytes) in [(10, 100), (100, 10)] {
        let data = tempfile::tempdir().unwrap();
        let open = || {
            let quotas = FileQuotas { case_bytes, agency_bytes };
            Files::open(&FilesAt::Data, quotas, data.path()).unwrap()
        };
        let files = open();
        let too_long = files.put(&file(1, b"12345678901"), chunk(b"12345678901", 0, 5)).await;
        assert!(matches!(too_long, Err(ChunkError::OverQuota)), "whose last chunk would not fit");
        files.put(&file(1, b"123456"), chunk(b"123456", 0, 6)).await.unwrap();
        let refused = files.put(&file(1, b"wrong"), chunk(b"abcd", 0, 4)).await;
        assert!(matches!(refused, Err(ChunkError::WrongHash)), "it takes no room");
        assert_eq!(files.put(&file(1, b"abcd"), chunk(b"abcd", 0, 4)).await.unwrap().bytes, 4);
        let again = open();
        for files in [&files, &again] {
            let more = files.put(&file(1, b"x"), chunk(b"x", 0, 1)).await;
            assert!(matches!(more, Err(ChunkError::OverQuota)));
        }
        let elsewhere = again.put(&file(2, b"x"), chunk(b"x", 0, 1)).await;
        assert_eq!(elsewhere.is_ok(), case_bytes < agency_bytes, "a case's quota is its own");
    }
}

#[tokio::test]
async fn i14_chunks_of_which_no_more_came_are_kept_for_their_days_and_no_longer() {
    for (files, data) in everywhere() {
        let (begun, whole) = (file(1, b"begun"), file(1, b"whole"));
        files.put(&begun, chunk(b"begun", 0, 2)).await.unwrap();
        files.put(&whole, chunk(b"whole", 0, 5)).await.unwrap();
        let half_written = data.path().join("files").join(format!("{}#1", whole.path()));
        let is_folder = half_written.parent().unwrap().exists();
        if is_folder {
            std::fs::write(&half_written, "who").unwrap();
        }
        let within = SystemEnvironment.now().saturating_add_ms(FILE_PARTS_DAYS_MAX * DAY_MS - 60_000);
        assert_eq!(files.sweep(within).await.unwrap(), 0);
        assert_eq!(files.held(&begun, 5).await.unwrap(), Held::part(2));
        assert_eq!(half_written.exists(), is_folder);
        let past = SystemEnvironment.now().saturating_add_ms(FILE_PARTS_DAYS_MAX * DAY_MS + 60_000);
        assert_eq!(files.sweep(past).await.unwrap(), 1);
        assert_eq!(files.held(&begun, 5).await.unwrap(), Held::part(0));
        assert!(!half_written.exists());
        assert_eq!(files.held(&whole, 5).await.unwrap(), Held::whole(5));
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_used_is_refused_by_the_name_of_its_setting() {
    let data = tempfile::tempdir().unwrap();
    let taken = data.path().join("taken");
    std::fs::write(&taken, "a file").unwrap();
    let refused = Files::open(&FilesAt::Folder(taken.join("files")), QUOTAS, data.path()).err().unwrap();
    assert!(refused.to_string().contains("`files`"), "{refused}");
    let files = Files::open(&FilesAt::Data, QUOTAS, data.path()).unwrap();
    files.prove_writable().await.unwrap();
    assert_eq!(names(&files).await, [""; 0]);
    std::fs::remove_dir(data.path().join("files")).unwrap();
    std::fs::write(data.path().join("files"), "a file").unwrap();
    let refused = files.prove_writable().await.err().unwrap();
    assert!(refused.to_string().contains("`files`"), "{refused}");
}

#[cfg(unix)]
#[test]
fn the_folder_of_files_is_open_to_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let data = tempfile::tempdir().unwrap();
    Files::open(&FilesAt::Data, QUOTAS, data.path()).unwrap();
    assert_eq!(std::fs::metadata(data.path().join("files")).unwrap().permissions().mode() & 0o777, 0o700);
}

async fn gathered(files: &Files, bytes: &[u8]) -> Gathered {
    let mut gathering = files.gather().unwrap();
    for part in bytes.chunks(30_000) {
        gathering.push(part).await.unwrap();
    }
    gathering.end().await.unwrap()
}

#[tokio::test]
async fn a_file_that_comes_in_one_piece_is_here_before_it_is_named_and_arrives_once() {
    for (files, _data) in everywhere() {
        let bytes = vec![7u8; FILE_PART_BYTES + 1];
        let id = file(1, &bytes);
        files.put(&id, chunk(&bytes, 0, 40)).await.unwrap();
        for is_first in [true, false] {
            let whole = gathered(&files, &bytes).await;
            assert_eq!((whole.hash, whole.bytes), (id.hash, bytes.len() as u64));
            let name = async { Ok::<_, ChunkError>(files.size(&id).await?) };
            let (size, is_new) = files.keep_whole((id.agency, id.scope), whole, name).await.unwrap();
            assert_eq!((size, is_new), (Some(bytes.len() as u64), is_first));
        }
        assert!(read(&files, &id, 0).await == bytes);
        assert_eq!(names(&files).await, [id.path().to_string()], "no chunk is left of what a phone had sent");
    }
}

#[tokio::test]
async fn of_a_file_that_is_not_named_nothing_is_left_and_it_takes_no_room() {
    for at in [FilesAt::Memory, FilesAt::Data] {
        let data = tempfile::tempdir().unwrap();
        let quotas = FileQuotas { case_bytes: 10, agency_bytes: 10 };
        let files = Files::open(&at, quotas, data.path()).unwrap();
        let (id, other) = (file(1, b"0123456789"), file(1, b"another"));
        let case = (id.agency, id.scope);
        let keep = async |bytes: &[u8], is_named: bool| {
            let name = async { is_named.then_some(()).ok_or(ChunkError::WrongHash) };
            files.keep_whole(case, gathered(&files, bytes).await, name).await.map(|(_, is_new)| is_new)
        };
        assert!(matches!(keep(b"0123456789", false).await, Err(ChunkError::WrongHash)));
        assert_eq!(names(&files).await, [""; 0]);
        assert!(matches!(keep(b"0123456789+", true).await, Err(ChunkError::OverQuota)), "it is not named");
        assert!(keep(b"0123456789", true).await.unwrap(), "there is all the room");
        assert!(matches!(keep(b"another", true).await, Err(ChunkError::OverQuota)));
        assert!(keep(b"0123456789", false).await.is_err());
        assert_eq!(files.size(&id).await.unwrap(), Some(10), "what was here before stays");
        assert_eq!(files.size(&other).await.unwrap(), None);
    }
}
