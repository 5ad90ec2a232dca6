//! What is told to the pages that are open, as it happens.
//!
//! A room gathers what an agency's browsers have to be told, once for all of them: with the first browser it opens, with
//! the last it closes. Each stream begins with what its page lacks and goes on with what the room tells, by the agency's
//! order: nothing is left out, and nothing is told twice.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive, KeepAliveStream};
use doorstep_client_core::ids::{AgencyId, StaffId};
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::ReceiverStream;

use super::told::{Batch, Known, Told};
use super::words::Language;
use crate::app::{App, Poke};
use crate::http::{Problem, Queried, SessionCaller, Stream, blocking, session_id};
use crate::limits::{EVENT_SECONDS_MAX, LIVE_BATCHES_WAITING_MAX, LIVE_PARTS_WAITING_MAX};
use crate::office::frame::language_of;
use crate::store::Seq;

type Events = Sse<KeepAliveStream<ReceiverStream<Result<Event, Infallible>>>>;

/// The rooms in which agencies' browsers listen.
#[derive(Default)]
pub struct Live(Mutex<HashMap<AgencyId, Weak<Room>>>);

struct Room {
    batches: broadcast::Sender<Arc<Batch>>,
}

impl Room {
    fn open() -> (Arc<Self>, broadcast::Receiver<Arc<Batch>>) {
        let (sender, batches) = broadcast::channel(LIVE_BATCHES_WAITING_MAX);
        (Arc::new(Self { batches: sender }), batches)
    }
}

impl Live {
    /// Joins an agency's room, which opens if it is not open.
    fn join(&self, app: &Arc<App>, agency: AgencyId) -> (Arc<Room>, broadcast::Receiver<Arc<Batch>>) {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get(&agency).and_then(Weak::upgrade) {
            let batches = room.batches.subscribe();
            return (room, batches);
        }
        rooms.retain(|_, room| room.strong_count() > 0);
        let (room, batches) = Room::open();
        rooms.insert(agency, Arc::downgrade(&room));
        tokio::spawn(gather(Arc::clone(app), agency, Arc::downgrade(&room), app.listen()));
        (room, batches)
    }
}

/// Tells a room what happens, for as long as somebody is in it.
async fn gather(app: Arc<App>, agency: AgencyId, room: Weak<Room>, mut pokes: broadcast::Receiver<Poke>) {
    let mut known: Option<Known> = None;
    loop {
        let past = known.clone();
        let batch = blocking(Arc::clone(&app), move |app| Batch::read(app, agency, past)).await;
        let Some(room) = room.upgrade() else { return };
        match batch {
            Ok(batch) => {
                let is_first = known.replace(batch.upto.clone()).is_none();
                // By the first, streams learn from where on they are told: what came before they read themselves.
                if is_first || !batch.told.is_empty() {
                    // An error means that whoever listened has just gone.
                    let _ = room.batches.send(Arc::new(batch));
                }
            }
            Err(_) => tracing::error!("what the office is to be told cannot be read; trying again"),
        }
        drop(room);
        tokio::select! {
            () = app.stopped() => return,
            () = concerning(agency, &mut pokes) => {}
            // Another process may have written, which pokes nobody here.
            () = tokio::time::sleep(Duration::from_secs(EVENT_SECONDS_MAX)) => {}
        }
    }
}

/// Returns once something has changed in the agency; what else has changed by then is read along with it.
async fn concerning(agency: AgencyId, pokes: &mut broadcast::Receiver<Poke>) {
    loop {
        match pokes.recv().await {
            Ok(poke) if poke.agency != agency => {}
            Ok(_) | Err(RecvError::Lagged(_)) => break,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
    while pokes.try_recv().is_ok() {}
}

/// What a page has already, and what it wants to be told.
#[derive(Deserialize)]
pub struct Watching {
    /// The last entry of the agency's order that the page shows; none: what comes from now on.
    after: Option<Seq>,
    /// Whether it shows the day's visits.
    #[serde(default)]
    today: bool,
}

/// What happens, for as long as a page is open.
#[utoipa::path(
    get,
    path = "/office/live",
    params(("after" = Option<u64>, Query), ("today" = Option<bool>, Query)),
    security(("session" = ["oversee"])),
    responses((status = 200, content_type = "text/event-stream", description = "What happens"))
)]
pub async fn listen(
    State(app): State<Arc<App>>,
    SessionCaller(live): SessionCaller,
    Queried(watching): Queried<Watching>,
    headers: HeaderMap,
) -> Result<Events, Problem> {
    let session = session_id(&headers).ok_or_else(Problem::internal)?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let page = Page {
        agency: live.session.agency,
        session,
        language: language_of(&headers),
        is_today: watching.today,
    };
    let after = last.or(watching.after);
    let stream = app.watchers.open(live.session.member.id);
    let (events, listener) = parts();
    tokio::spawn(tell(app, page, after, stream, events));
    Ok(Sse::new(ReceiverStream::new(listener)).keep_alive(KeepAlive::default()))
}

type Parts = mpsc::Receiver<Result<Event, Infallible>>;

/// What waits for a browser.
fn parts() -> (Sender, Parts) {
    mpsc::channel(LIVE_PARTS_WAITING_MAX)
}

/// A page that is open.
struct Page {
    agency: AgencyId,
    session: String,
    language: Language,
    is_today: bool,
}

type Sender = mpsc::Sender<Result<Event, Infallible>>;

/// Tells a page what happens until it goes, its person's session has ended, she has newer streams, or the server stops.
async fn tell(app: Arc<App>, page: Page, after: Option<Seq>, mut stream: Stream<StaffId>, events: Sender) {
    let (_room, mut batches) = app.live.join(&app, page.agency);
    let agency = page.agency;
    let head = move |app: &App| Ok(app.store.snapshot(agency)?.head()?);
    let (mut after, mut missed) = match after {
        Some(after) => (after, true),
        None => match blocking(Arc::clone(&app), head).await {
            Ok(head) => (head, false),
            Err(_) => return,
        },
    };
    loop {
        if missed {
            let since = after;
            let read = move |app: &App| Batch::missed(app, agency, since);
            let Ok(batch) = blocking(Arc::clone(&app), read).await else { return };
            if !page.tell(&batch, &mut after, &events).await {
                return;
            }
            missed = false;
        }
        let batch = tokio::select! {
            () = app.stopped() => return,
            () = events.closed() => return,
            () = stream.replaced() => return,
            batch = batches.recv() => Some(batch),
            () = tokio::time::sleep(Duration::from_secs(EVENT_SECONDS_MAX)) => None,
        };
        if !page.may_be_told(&app, &events).await {
            return;
        }
        let is_over = match batch {
            None => false,
            Some(batch) => match batch {
                Ok(batch) if batch.from > after => {
                    missed = true;
                    false
                }
                Ok(batch) => !page.tell(&batch, &mut after, &events).await,
                Err(RecvError::Lagged(_)) => {
                    missed = true;
                    false
                }
                Err(RecvError::Closed) => true,
            },
        };
        if is_over {
            return;
        }
    }
}

impl Page {
    /// Whether its person's session lasts, without which she is told nothing more. It is not a use of the session.
    async fn may_be_told(&self, app: &Arc<App>, events: &Sender) -> bool {
        let id = self.session.clone();
        let session = blocking(Arc::clone(app), move |app| Ok(app.sign_ins.glance(&id)?)).await;
        if session.as_ref().is_err_and(|problem| problem.code() == "signed_out") {
            // Browsers drop an event without data.
            self.send(events, Event::default().event("signed-out").data("{}")).await;
        }
        session.is_ok()
    }

    /// Hands an event over to a browser that takes it in its time. Whether it did: one that does not has gone.
    async fn send(&self, events: &Sender, event: Event) -> bool {
        let patience = Duration::from_secs(EVENT_SECONDS_MAX);
        events.send_timeout(Ok(event), patience).await.is_ok()
    }

    /// Tells what of a batch the page does not know yet. Whether it is still there.
    async fn tell(&self, batch: &Batch, after: &mut Seq, events: &Sender) -> bool {
        let is_new = |told: &&Told| told.seq.is_none_or(|seq| seq > *after);
        let is_asked = |told: &&Told| self.is_today || !told.is_of_today;
        let wanted: Vec<&Told> = batch.told.iter().filter(is_new).filter(is_asked).collect();
        *after = batch.upto.head.max(*after);
        for told in wanted {
            let event = Event::default().event(told.name).data(told.text(self.language));
            let event = told.seq.iter().fold(event, |event, seq| event.id(seq.to_string()));
            if !self.send(events, event).await {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i14_so_many_batches_wait_for_a_slow_stream_and_past_them_it_reads_what_it_lacks() {
        for (sent, is_late) in [(LIVE_BATCHES_WAITING_MAX, false), (LIVE_BATCHES_WAITING_MAX + 1, true)] {
            let (room, mut batches) = Room::open();
            for _ in 0..sent {
                assert!(room.batches.send(Arc::default()).is_ok());
            }
            let first = batches.try_recv();
            assert_eq!(matches!(first, Err(broadcast::error::TryRecvError::Lagged(_))), is_late, "{sent}");
        }
    }

    #[test]
    fn i14_so_many_parts_wait_for_a_slow_browser_and_no_more() {
        let (events, _listener) = parts();
        for _ in 0..LIVE_PARTS_WAITING_MAX {
            assert!(events.try_send(Ok(Event::default())).is_ok());
        }
        assert!(events.try_send(Ok(Event::default())).is_err());
    }
}
