//! The streams of events that phones and pages have open. A phone that lost its signal leaves one behind without closing
//! it, so that past their limit it is the oldest that ends, not the newest that is refused.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Who listens, and with how many streams each may.
pub struct Streams<Of> {
    each_max: usize,
    open: Arc<Mutex<Open<Of>>>,
}

struct Open<Of> {
    begun: u64,
    of: HashMap<Of, VecDeque<(u64, oneshot::Sender<()>)>>,
}

/// One stream; over when it is dropped.
pub struct Stream<Of: Hash + Eq> {
    open: Arc<Mutex<Open<Of>>>,
    of: Of,
    number: u64,
    end: oneshot::Receiver<()>,
}

impl<Of: Hash + Eq + Copy> Streams<Of> {
    /// None yet. Each may have so many.
    pub fn up_to(each_max: usize) -> Self {
        Self { each_max, open: Arc::new(Mutex::new(Open { begun: 0, of: HashMap::new() })) }
    }

    /// A phone or a person opens a stream.
    pub fn open(&self, of: Of) -> Stream<Of> {
        let (keep, end) = oneshot::channel();
        let mut open = lock(&self.open);
        open.begun += 1;
        let number = open.begun;
        let own = open.of.entry(of).or_default();
        own.push_back((number, keep));
        while own.len() > self.each_max {
            own.pop_front();
        }
        Stream { open: Arc::clone(&self.open), of, number, end }
    }
}

fn lock<Of>(open: &Mutex<Open<Of>>) -> MutexGuard<'_, Open<Of>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<Of: Hash + Eq> Stream<Of> {
    /// Returns once newer streams have taken this one's place.
    pub async fn replaced(&mut self) {
        // Nothing is ever sent: the other end goes.
        let _ = (&mut self.end).await;
    }
}

impl<Of: Hash + Eq> Drop for Stream<Of> {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        if let Some(own) = open.of.get_mut(&self.of) {
            own.retain(|(number, _)| *number != self.number);
            if own.is_empty() {
                open.of.remove(&self.of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::task::{Context, Waker};

    use doorstep_client_core::ids::DeviceId;

    use super::*;
    use crate::limits::EVENT_STREAMS_MAX;

    const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);

    fn is_replaced(stream: &mut Stream<DeviceId>) -> bool {
        let mut ended = std::pin::pin!(stream.replaced());
        ended.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn i14_a_phone_has_so_many_streams_and_with_one_more_its_oldest_ends() {
        let streams = Streams::up_to(EVENT_STREAMS_MAX);
        let mut open: Vec<Stream<DeviceId>> = (0..EVENT_STREAMS_MAX).map(|_| streams.open(DEVICE)).collect();
        let mut other = streams.open(DeviceId::from_bytes([2; 16]));
        assert!(!open.iter_mut().any(is_replaced));
        open.push(streams.open(DEVICE));
        let ended: Vec<usize> = (0..open.len()).filter(|index| is_replaced(&mut open[*index])).collect();
        assert_eq!(ended, [0]);
        assert!(!is_replaced(&mut other), "another phone's goes on");
    }

    #[test]
    fn a_stream_that_is_over_makes_room_and_leaves_nothing_behind() {
        let streams = Streams::up_to(EVENT_STREAMS_MAX);
        let mut open: Vec<Stream<DeviceId>> = (0..EVENT_STREAMS_MAX).map(|_| streams.open(DEVICE)).collect();
        open.remove(1);
        open.push(streams.open(DEVICE));
        assert!(!open.iter_mut().any(is_replaced));
        drop(open);
        assert!(lock(&streams.open).of.is_empty());
    }
}
