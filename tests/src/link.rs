//! A link to a world that a test holds in its hands: it cuts answers inside the frame that the test names, and
//! remembers what passed.

use std::io::Cursor as Bytes;
use std::sync::{Mutex, MutexGuard, PoisonError};

use doorstep_client_core::transport::{Cancel, Request, Response, Transport, TransportError};
use doorstep_client_core::wire::{Frame, FrameReader, SyncRequest};

use crate::world::World;

/// The link.
pub struct Link<'w> {
    world: &'w World,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    whole_frames: Option<usize>,
    requests: Vec<Request>,
    arrived: Vec<Frame>,
}

impl<'w> Link<'w> {
    /// A link that works.
    pub fn to(world: &'w World) -> Self {
        Self { world, state: Mutex::default() }
    }

    /// Lets so many frames of the next answer arrive whole, and half of the one after them.
    pub fn cut_after_frames(&self, whole: usize) {
        self.state().whole_frames = Some(whole);
    }

    /// Every request for an exchange so far.
    pub fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    /// What the last exchange asked.
    pub fn last_request(&self) -> SyncRequest {
        let state = self.state();
        let request = state.requests.last().expect("there was an exchange");
        SyncRequest::from_body(&request.body).expect("phones send requests that can be read")
    }

    /// The frames that arrived whole since this was last asked.
    pub fn take_frames(&self) -> Vec<Frame> {
        std::mem::take(&mut self.state().arrived)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Link<'_> {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        if request.path != "/v1/sync" {
            return self.world.exchange(request, cancel);
        }
        self.state().requests.push(request.clone());
        let mut response = self.world.exchange(request, cancel)?;
        let mut answer = Vec::new();
        response.body.read_to_end(&mut answer).map_err(|_| TransportError::Lost)?;
        let mut state = self.state();
        if let Some(whole) = state.whole_frames.take() {
            let (before, after) = (end_of(&answer, whole), end_of(&answer, whole + 1));
            answer.truncate(before + (after - before) / 2);
        }
        state.arrived.extend(frames_in(&answer));
        Ok(Response { body: Box::new(Bytes::new(answer)), ..response })
    }
}

/// The frames that can be read from the beginning of an answer.
fn frames_in(answer: &[u8]) -> Vec<Frame> {
    let frames = FrameReader::new(answer).expect("a reader can be made");
    frames.map_while(Result::ok).collect()
}

/// How many bytes of an answer have to arrive until so many frames can be read; all of it where it has fewer.
fn end_of(answer: &[u8], frames: usize) -> usize {
    let (mut too_few, mut enough) = (0, answer.len());
    if frames == 0 {
        return 0;
    }
    while too_few + 1 < enough {
        let middle = usize::midpoint(too_few, enough);
        if frames_in(&answer[..middle]).len() < frames { too_few = middle } else { enough = middle }
    }
    enough
}
