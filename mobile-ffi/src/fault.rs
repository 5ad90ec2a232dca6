//! What goes wrong on purpose, for the tests of apps. The feature `faults` alone has it: no app is built with it.

use std::sync::atomic::{AtomicU32, Ordering};

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::record::Timestamp;

use crate::device::Device;
use crate::error::DoorstepError;

/// The phone's surroundings, with a clock that can be made to panic.
#[derive(Default)]
pub(crate) struct Faults(AtomicU32);

impl Environment for Faults {
    fn now(&self) -> Timestamp {
        let left = self.0.load(Ordering::SeqCst);
        if left > 0 && self.0.fetch_sub(1, Ordering::SeqCst) == 1 {
            panic!("these words are told to nobody");
        }
        SystemEnvironment.now()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        SystemEnvironment.fill_random(bytes);
    }
}

#[uniffi::export]
impl Device {
    /// Makes the core panic when it next looks at the clock for the `reading`th time, once: the second time of a save is in the
    /// middle of its transaction.
    pub fn panic_at_clock_reading(&self, reading: u32) -> Result<(), DoorstepError> {
        self.call(|open| {
            open.faults.0.store(reading, Ordering::SeqCst);
            Ok(())
        })
    }
}
