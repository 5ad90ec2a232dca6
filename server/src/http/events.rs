//! Events: something has changed, sync. They say no more than that.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use doorstep_client_core::ids::{AgencyId, DeviceId};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::ReceiverStream;

use super::{DeviceCaller, Problem, Stream, blocking};
use crate::access::{Actor, in_force};
use crate::app::{App, Poke};
use crate::limits::EVENT_SECONDS_MAX;
use crate::store::Seq;

type Events = Sse<axum::response::sse::KeepAliveStream<ReceiverStream<Result<Event, Infallible>>>>;

/// Events, for as long as the phone listens: each says that something has changed, and no more.
#[utoipa::path(
    get,
    path = "/v1/events",
    security(("device" = ["sync"])),
    responses(
        (status = 200, body = String, content_type = "text/event-stream", description = "The events"),
        DeviceCaller,
    )
)]
pub async fn listen(State(app): State<Arc<App>>, DeviceCaller(holder): DeviceCaller) -> Events {
    let (events, listener) = mpsc::channel(1);
    let pokes = app.listen();
    let phone = Phone { actor: Actor::from(&holder), device: holder.device.id };
    let stream = app.streams.open(phone.device);
    tokio::spawn(tell(app, phone, stream, pokes, events));
    Sse::new(ReceiverStream::new(listener)).keep_alive(KeepAlive::default())
}

#[derive(Clone, Copy)]
struct Phone {
    actor: Actor,
    device: DeviceId,
}

/// Tells the phone whenever something concerns it, until it goes, has newer streams in this one's place, or the server stops.
async fn tell(
    app: Arc<App>,
    phone: Phone,
    mut stream: Stream<DeviceId>,
    mut pokes: broadcast::Receiver<Poke>,
    events: mpsc::Sender<Result<Event, Infallible>>,
) {
    let mut head = head(&app, phone.actor.agency).await.unwrap_or(0);
    loop {
        let concerns = tokio::select! {
            () = app.stopped() => return,
            () = events.closed() => return,
            () = stream.replaced() => return,
            poke = pokes.recv() => match poke {
                Ok(poke) => poke.agency == phone.actor.agency && concerns(&app, phone, poke).await,
                Err(RecvError::Lagged(_)) => true,
                Err(RecvError::Closed) => return,
            },
            // Another process may have written, which pokes nobody here.
            () = tokio::time::sleep(Duration::from_secs(EVENT_SECONDS_MAX)) => {
                let before = head;
                head = self::head(&app, phone.actor.agency).await.unwrap_or(before);
                head != before
            }
        };
        if concerns && events.send(Ok(Event::default().event("changed").data("sync"))).await.is_err() {
            return;
        }
    }
}

async fn head(app: &Arc<App>, agency: AgencyId) -> Result<Seq, Problem> {
    blocking(Arc::clone(app), move |app| Ok(app.store.snapshot(agency)?.head()?)).await
}

async fn concerns(app: &Arc<App>, phone: Phone, poke: Poke) -> bool {
    if poke.by == Some(phone.device) {
        return false;
    }
    if poke.staff == Some(phone.actor.staff) {
        return true;
    }
    if poke.scopes.is_empty() {
        return false;
    }
    let known = blocking(Arc::clone(app), move |app| {
        let snapshot = app.store.snapshot(phone.actor.agency)?;
        let directory = snapshot.agency()?.directory;
        let grants = snapshot.grants_of(phone.actor.staff)?;
        Ok(poke.scopes.iter().any(|scope| {
            *scope == directory
                || in_force(phone.actor, phone.actor.agency, &grants).any(|grant| grant.scope == *scope)
        }))
    });
    // In doubt, the phone looks for itself.
    known.await.unwrap_or(true)
}
