//! When a call is made again.

use std::time::Duration;

use rand::Rng;
use reqwest::StatusCode;

use super::{OutboundError, Request, Response};

/// The policy of trying again: for requests that may be repeated, where nothing listens, a connection breaks, time is over, or
/// the answer is 408, 429, 500, 502, 503 or 504.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// Tries in all, 1 or more.
    pub tries: u32,
    /// Before the second try; doubled before each further one. Each pause is drawn from its half to its whole.
    pub pause: Duration,
    pub pause_max: Duration,
    /// A service that asks to wait longer is not tried again: the caller gets its answer, and can come back later.
    pub retry_after_max: Duration,
    /// For all tries and pauses together.
    pub deadline: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            tries: 3,
            pause: Duration::from_millis(300),
            pause_max: Duration::from_secs(10),
            retry_after_max: Duration::from_secs(20),
            deadline: Duration::from_secs(60),
        }
    }
}

impl Retry {
    /// How long to wait before the next try, which begins before what is `left` of the deadline is over; `None` where the result is
    /// the last.
    pub(super) fn next(
        &self,
        request: &Request,
        tries: u32,
        result: &Result<Response, OutboundError>,
        left: Duration,
    ) -> Option<Duration> {
        if !request.repeatable || tries >= self.tries {
            return None;
        }
        let asked = match result {
            Ok(answer) if is_passing(answer.status) => answer.retry_after(),
            Err(error) if error.may_be_tried_again() => None,
            _ => return None,
        };
        if asked.is_some_and(|asked| asked > self.retry_after_max) {
            return None;
        }
        let pause = self.drawn_pause(tries).max(asked.unwrap_or_default());
        (pause < left).then_some(pause)
    }

    fn drawn_pause(&self, tries: u32) -> Duration {
        let doubled = self.pause.saturating_mul(2u32.saturating_pow(tries - 1)).min(self.pause_max);
        doubled.mul_f64(rand::rng().random_range(0.5..=1.0))
    }
}

fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_spread() {
        let retry =
            Retry { pause: Duration::from_millis(100), pause_max: Duration::from_millis(350), ..Retry::default() };
        for (tries, whole) in [(1, 100), (2, 200), (3, 350), (40, 350)] {
            let drawn: Vec<_> = (0..200).map(|_| retry.drawn_pause(tries)).collect();
            let (half, whole) = (Duration::from_millis(whole / 2), Duration::from_millis(whole));
            assert!(drawn.iter().all(|pause| (half..=whole).contains(pause)), "{tries}: {drawn:?}");
            assert!(drawn.iter().max().unwrap().saturating_sub(*drawn.iter().min().unwrap()) > whole / 5);
        }
    }
}
