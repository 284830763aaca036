//! The algorithm on whole microseconds; `take.lua` is its twin in Redis.

use std::time::Duration;

use super::{Decision, Rate};

/// Whether `cost` microseconds may be taken from what a key has, and how far ahead of now its theoretical arrival time is
/// afterwards.
///
/// `ahead` is how far it is before; more than the window, which a change of rate or clock leaves behind, becomes the window.
pub(super) fn take(ahead: u64, rate: Rate, cost: u64) -> (bool, u64) {
    let ahead = ahead.min(rate.window());
    if ahead + cost > rate.window() { (false, ahead) } else { (true, ahead + cost) }
}

impl Decision {
    pub(super) fn new((allowed, ahead): (bool, u64), rate: Rate, cost: u64) -> Self {
        let free = rate.window().saturating_sub(ahead);
        let missing = if allowed { 0 } else { cost.saturating_sub(free) };
        Self {
            allowed,
            // At most the burst, because the window is the burst times the interval.
            remaining: (free / rate.interval) as u32,
            retry_after: Duration::from_micros(missing),
            reset_after: Duration::from_micros(ahead),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::PER_MAX, *};

    /// A key on a clock that the test moves.
    #[derive(Default)]
    struct Key {
        now: u64,
        arrival: u64,
    }

    impl Key {
        fn take(&mut self, rate: Rate, cost: u32) -> Decision {
            let cost = rate.cost(cost).unwrap();
            let (allowed, ahead) = take(self.arrival.saturating_sub(self.now), rate, cost);
            self.arrival = self.now + ahead;
            Decision::new((allowed, ahead), rate, cost)
        }
    }

    #[test]
    fn a_burst_passes_and_then_one_each_interval() {
        let rate = Rate::fixed::<3, 1>();
        let mut key = Key::default();
        let left: Vec<_> = (0..4).map(|_| (key.take(rate, 1).allowed, key.take(rate, 0).remaining)).collect();
        assert_eq!(left, [(true, 2), (true, 1), (true, 0), (false, 0)]);
        let refused = key.take(rate, 1);
        assert_eq!(refused.retry_after, Duration::from_micros(333_334));
        assert_eq!(refused.reset_after, Duration::from_micros(1_000_002));
        key.now += 333_333;
        assert!(!key.take(rate, 1).allowed);
        key.now += 1;
        assert!(key.take(rate, 1).allowed);
    }

    #[test]
    fn rates_have_bounds() {
        for (burst, per) in [(0, 1000), (1, 0), (1001, 1000), (1, 367 * 24 * 3600 * 1000)] {
            assert!(Rate::new(burst, Duration::from_millis(per)).is_err(), "{burst} in {per} ms");
        }
        assert!(Rate::new(1000, Duration::from_secs(1)).is_ok());
        assert!(Rate::new(31_622_400, PER_MAX).is_ok());
    }

    proptest! {
        #[test]
        fn no_stretch_of_time_has_more_than_the_burst_and_what_came_back(
            burst in 1u32..50, per_ms in 50u64..5000, steps in prop::collection::vec((0u64..200_000, 0u32..50), 1..200),
        ) {
            let rate = Rate::new(burst, Duration::from_millis(per_ms)).unwrap();
            let (mut key, mut taken) = (Key::default(), Vec::new());
            for (pause, cost) in steps {
                key.now += pause;
                let cost = cost.min(burst);
                let decision = key.take(rate, cost);
                prop_assert!(decision.remaining <= burst);
                if decision.allowed {
                    prop_assert_eq!(decision.retry_after, Duration::ZERO);
                    taken.push((key.now, u64::from(cost)));
                } else {
                    let wait = decision.retry_after.as_micros() as u64;
                    let mut early = Key { now: key.now + wait - 1, ..key };
                    prop_assert!(!early.take(rate, cost).allowed);
                    let mut then = Key { now: key.now + wait, ..key };
                    prop_assert!(then.take(rate, cost).allowed);
                }
            }
            for (first, &(from, _)) in taken.iter().enumerate() {
                let mut sum = 0;
                for &(to, cost) in &taken[first..] {
                    sum += cost;
                    prop_assert!(sum * rate.interval <= rate.window() + (to - from), "{sum} between {from} and {to}");
                }
            }
        }
    }
}
