//! The one thread that writes. Work that queues up while a transaction is under way shares the next one, each
//! piece in a savepoint of its own, so that many commits cost one wait for the disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use rusqlite::{Connection, TransactionBehavior};

use crate::store::StoreError;

/// Pieces of work that one transaction takes at most, so that the first does not wait for an endless queue.
const GROUP_MAX: usize = 256;

/// Tells one caller what became of his work, once the transaction is on disk or has failed.
type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// A piece of work: runs inside the transaction where there is one, and returns the reply to be sent after it.
type Work = Box<dyn FnOnce(Result<&Connection, StoreError>) -> Reply + Send>;

/// The queue to the thread that writes.
pub(super) struct Writer {
    queue: Option<Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (queue, works) = channel();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write(connection, &works))
            .map_err(|error| StoreError::Failed(error.kind().to_string()))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Does a piece of work whole or, when it returns an error, not at all. On disk when it returns.
    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = channel();
        let work: Work = Box::new(move |connection| {
            let done = connection.and_then(|connection| in_savepoint(connection, work));
            Box::new(move |committed| {
                // Whoever asked may have gone; the work is done all the same.
                let _ = answer.send(committed.and(done));
            })
        });
        self.queue.as_ref().ok_or(StoreError::BrokenOff)?.send(work).map_err(|_| StoreError::BrokenOff)?;
        answered.recv().map_err(|_| StoreError::BrokenOff)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that writes the database had panicked");
        }
    }
}

fn write(mut connection: Connection, works: &Receiver<Work>) {
    while let Ok(first) = works.recv() {
        let mut replies = Vec::new();
        let group = std::iter::once(first).chain(works.try_iter()).take(GROUP_MAX);
        let committed = transact(&mut connection, group, &mut replies);
        for reply in replies {
            reply(committed.clone());
        }
    }
}

fn transact(
    connection: &mut Connection,
    group: impl Iterator<Item = Work>,
    replies: &mut Vec<Reply>,
) -> Result<(), StoreError> {
    let transaction = match connection.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(transaction) => transaction,
        Err(error) => {
            let error = StoreError::from(error);
            replies.extend(group.map(|work| work(Err(error.clone()))));
            return Err(error);
        }
    };
    for work in group {
        // SQLite ends a transaction by itself when the disk fails: nothing may run, or be kept, outside of one.
        let alive = if transaction.is_autocommit() { Err(StoreError::BrokenOff) } else { Ok(&*transaction) };
        replies.push(work(alive));
    }
    Ok(transaction.commit()?)
}

fn in_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.prepare_cached("SAVEPOINT work")?.execute(())?;
    let done =
        catch_unwind(AssertUnwindSafe(|| work(connection))).unwrap_or_else(|_| Err(StoreError::BrokenOff));
    if done.is_err() {
        connection.prepare_cached("ROLLBACK TO work")?.execute(())?;
    }
    connection.prepare_cached("RELEASE work")?.execute(())?;
    done
}
