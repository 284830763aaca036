//! Limits counted in this process.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use super::{Decision, Limits, LimitsError, Rate, gcra};

/// Keys that are remembered at once: some 15 MB. Beyond that the one that would have everything back first is forgotten.
pub const KEYS_MAX: usize = 65_536;
/// Keys with everything back that are forgotten at each taking, so that there are never many.
const FORGOTTEN_AT_ONCE: usize = 2;

type Hash = [u8; 32];

/// Limits of one process.
pub struct MemoryLimits {
    began: Instant,
    keys_max: usize,
    keys: Mutex<Keys>,
}

/// Theoretical arrival times, in microseconds since the beginning: by key, and in their order.
#[derive(Default)]
struct Keys {
    arrivals: HashMap<Hash, u64>,
    order: BTreeSet<(u64, Hash)>,
}

impl Keys {
    fn set(&mut self, key: Hash, arrival: u64) {
        if let Some(before) = self.arrivals.insert(key, arrival) {
            self.order.remove(&(before, key));
        }
        self.order.insert((arrival, key));
    }

    fn forget_first(&mut self) {
        if let Some((_, key)) = self.order.pop_first() {
            self.arrivals.remove(&key);
        }
    }

    fn forget_past(&mut self, now: u64) {
        for _ in 0..FORGOTTEN_AT_ONCE {
            if self.order.first().is_none_or(|(arrival, _)| *arrival > now) {
                return;
            }
            self.forget_first();
        }
    }
}

impl MemoryLimits {
    /// `keys_max` bounds the memory; [`KEYS_MAX`] is right for a server.
    pub fn new(keys_max: usize) -> Self {
        Self { began: Instant::now(), keys_max, keys: Mutex::default() }
    }

    /// Keys that are remembered now.
    pub fn keys(&self) -> usize {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).arrivals.len()
    }

    fn take_now(&self, key: Hash, rate: Rate, cost: u64) -> Decision {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        // Half a million years fit.
        let now = self.began.elapsed().as_micros() as u64;
        keys.forget_past(now);
        let before = keys.arrivals.get(&key).map_or(0, |arrival| arrival.saturating_sub(now));
        let (allowed, ahead) = gcra::take(before, rate, cost);
        if ahead != before {
            keys.set(key, now + ahead);
            if keys.arrivals.len() > self.keys_max {
                keys.forget_first();
            }
        }
        Decision::new((allowed, ahead), rate, cost)
    }
}

impl Default for MemoryLimits {
    fn default() -> Self {
        Self::new(KEYS_MAX)
    }
}

#[async_trait::async_trait]
impl Limits for MemoryLimits {
    async fn take(&self, key: &str, rate: Rate, cost: u32) -> Result<Decision, LimitsError> {
        Ok(self.take_now(*blake3::hash(key.as_bytes()).as_bytes(), rate, rate.cost(cost)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_more_keys_are_remembered_than_told_and_those_that_wait_longest_stay() {
        let limits = MemoryLimits::new(100);
        let rate = Rate::fixed::<10, 600>();
        assert!(limits.take("busy", rate, 10).await.unwrap().allowed);
        for n in 0..1000 {
            limits.take(&n.to_string(), rate, 1).await.unwrap();
            assert!(limits.keys() <= 100);
        }
        assert!(!limits.take("busy", rate, 1).await.unwrap().allowed);
    }

    #[tokio::test]
    async fn keys_with_everything_back_are_forgotten() {
        let limits = MemoryLimits::default();
        let rate = Rate::new(1, std::time::Duration::from_millis(1)).unwrap();
        for n in 0..5000 {
            limits.take(&n.to_string(), rate, 1).await.unwrap();
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        for _ in 0..2501 {
            limits.take("another", rate, 1).await.unwrap();
        }
        assert!(limits.keys() <= 1, "{}", limits.keys());
    }
}
