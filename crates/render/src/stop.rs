//! Work that is broken off when nobody waits for it any more.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Breaks off what is drawn with [`crate::Sources`] that hold a clone of it, at the next row of a mask or band of the picture.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

/// Stops when it is dropped.
#[derive(Debug)]
pub struct StopWhenDropped(Stop);

impl Stop {
    /// Whoever waited has gone: the drawing ends at its next row.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the drawing is to end.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// What whoever waits holds while they do.
    pub fn when_dropped(&self) -> StopWhenDropped {
        StopWhenDropped(self.clone())
    }
}

impl Drop for StopWhenDropped {
    fn drop(&mut self) {
        self.0.stop();
    }
}
