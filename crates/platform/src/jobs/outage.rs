//! Standing still while the database or the file store does not answer, so that an outage costs no job an attempt and
//! the store no storm of requests.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::{Process, ServiceError};

const LONGEST: Duration = Duration::from_secs(30);

/// What the slots of a process know of an outage.
#[derive(Clone, Default)]
pub(super) struct Outage(Arc<Mutex<Standstill>>);

#[derive(Default)]
struct Standstill {
    failures: u32,
    until: Option<Instant>,
}

/// Whether something that every job needs is away, and nothing is wrong with the job itself: one unreadable file is no
/// outage.
pub(super) async fn is_outage(process: &Process, error: &ServiceError) -> bool {
    match error {
        ServiceError::StorageFull => true,
        ServiceError::Unavailable(_) => !process.db().answers().await || !process.blobs.answers().await,
        _ => false,
    }
}

impl Outage {
    /// Makes all slots stand still: one second, two, four ... and at most thirty. Slots that fail during a standstill
    /// do not make it longer.
    pub fn seen(&self) -> Duration {
        let mut standstill = self.lock();
        let now = Instant::now();
        if let Some(until) = standstill.until
            && until > now
        {
            return until - now;
        }
        let pause = LONGEST.min(Duration::from_secs(1 << standstill.failures.min(5)));
        standstill.failures += 1;
        standstill.until = Some(now + pause);
        pause
    }

    pub fn over(&self) {
        *self.lock() = Standstill::default();
    }

    /// How long to stand still yet.
    pub fn left(&self) -> Option<Duration> {
        self.lock().until?.checked_duration_since(Instant::now())
    }

    fn lock(&self) -> MutexGuard<'_, Standstill> {
        // Both fields are written at once, so even a poisoned lock guards a usable value.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_lengthens_its_pause_once_for_all_slots_and_ends_with_a_success() {
        let outage = Outage::default();
        assert_eq!(outage.left(), None);
        assert_eq!(outage.seen(), Duration::from_secs(1));
        assert!(outage.seen() <= Duration::from_secs(1), "a second slot joins the same standstill");
        assert!(outage.left().is_some());
        for expected in [2, 4, 8, 16, 30, 30] {
            outage.lock().until = None;
            assert_eq!(outage.seen(), Duration::from_secs(expected));
        }
        outage.over();
        assert_eq!((outage.left(), outage.seen()), (None, Duration::from_secs(1)));
    }
}
