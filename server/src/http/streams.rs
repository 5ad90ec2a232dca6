//! The streams of events that phones have open. A phone that lost its signal leaves one behind without closing it, so
//! that past their limit it is the oldest that ends, not the newest that is refused.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use doorstep_client_core::ids::DeviceId;
use tokio::sync::oneshot;

use crate::limits::EVENT_STREAMS_MAX;

/// Who listens.
#[derive(Clone, Default)]
pub struct Streams(Arc<Mutex<Open>>);

#[derive(Default)]
struct Open {
    begun: u64,
    of: HashMap<DeviceId, VecDeque<(u64, oneshot::Sender<()>)>>,
}

/// One stream; over when it is dropped.
pub struct Stream {
    streams: Streams,
    device: DeviceId,
    number: u64,
    end: oneshot::Receiver<()>,
}

impl Streams {
    /// A phone opens a stream.
    pub fn open(&self, device: DeviceId) -> Stream {
        let (keep, end) = oneshot::channel();
        let mut open = self.lock();
        open.begun += 1;
        let number = open.begun;
        let own = open.of.entry(device).or_default();
        own.push_back((number, keep));
        while own.len() > EVENT_STREAMS_MAX {
            own.pop_front();
        }
        Stream { streams: self.clone(), device, number, end }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream {
    /// Returns once newer streams of the phone have taken this one's place.
    pub async fn replaced(&mut self) {
        // Nothing is ever sent: the other end goes.
        let _ = (&mut self.end).await;
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        if let Some(own) = open.of.get_mut(&self.device) {
            own.retain(|(number, _)| *number != self.number);
            if own.is_empty() {
                open.of.remove(&self.device);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::task::{Context, Waker};

    use super::*;

    const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);

    fn is_replaced(stream: &mut Stream) -> bool {
        let mut ended = std::pin::pin!(stream.replaced());
        ended.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn i14_a_phone_has_so_many_streams_and_with_one_more_its_oldest_ends() {
        let streams = Streams::default();
        let mut open: Vec<Stream> = (0..EVENT_STREAMS_MAX).map(|_| streams.open(DEVICE)).collect();
        let mut other = streams.open(DeviceId::from_bytes([2; 16]));
        assert!(!open.iter_mut().any(is_replaced));
        open.push(streams.open(DEVICE));
        let ended: Vec<usize> = (0..open.len()).filter(|index| is_replaced(&mut open[*index])).collect();
        assert_eq!(ended, [0]);
        assert!(!is_replaced(&mut other), "another phone's goes on");
    }

    #[test]
    fn a_stream_that_is_over_makes_room_and_leaves_nothing_behind() {
        let streams = Streams::default();
        let mut open: Vec<Stream> = (0..EVENT_STREAMS_MAX).map(|_| streams.open(DEVICE)).collect();
        open.remove(1);
        open.push(streams.open(DEVICE));
        assert!(!open.iter_mut().any(is_replaced));
        drop(open);
        assert!(streams.lock().of.is_empty());
    }
}
