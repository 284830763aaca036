//! Rate limits behind one trait: [`MemoryLimits`] counts in this process, [`RedisLimits`] for all servers together.
//!
//! Both are the generic cell rate algorithm (GCRA, ITU-T I.371, annex A; in its virtual scheduling form): for each key one
//! instant is kept, the theoretical arrival time, at which the key has everything back.

mod gcra;
mod memory;
mod redis;

pub use memory::{KEYS_MAX, MemoryLimits};
pub use redis::RedisLimits;

use std::time::Duration;

use crate::redis::RedisError;

#[derive(Debug, thiserror::Error)]
pub enum LimitsError {
    #[error("{burst} in {per:?} is no rate: 1 or more, in up to 366 days, and at most 1000 a second")]
    Rate { burst: u32, per: Duration },
    #[error("a cost of {cost} is more than the {burst} that the rate has at once")]
    Cost { cost: u32, burst: u32 },
    /// What happens now is for the caller to say.
    #[error("the limits cannot be read")]
    Unavailable(#[from] RedisError),
}

/// How much a key may take: `burst` at once, and as much again in every `per`, evenly spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    burst: u32,
    /// Between two that come evenly, in microseconds, rounded up: a rate is slower by 0.1 % at most, never faster.
    interval: u64,
}

const PER_MAX: Duration = Duration::from_secs(366 * 24 * 60 * 60);
const INTERVAL_MIN_NANOS: u128 = 1_000_000;

impl Rate {
    /// `burst` is 1 or more, `per` 366 days at most, and both together no more than 1000 a second.
    ///
    /// # Errors
    /// [`LimitsError::Rate`]
    pub const fn new(burst: u32, per: Duration) -> Result<Self, LimitsError> {
        match interval(burst, per) {
            Some(interval) => Ok(Self { burst, interval }),
            None => Err(LimitsError::Rate { burst, per }),
        }
    }

    /// A rate that is checked when it is compiled.
    ///
    /// ```
    /// const SIGN_UPS: platform::limits::Rate = platform::limits::Rate::fixed::<30, 3600>();
    /// ```
    pub const fn fixed<const BURST: u32, const SECONDS: u64>() -> Self {
        const {
            match interval(BURST, Duration::from_secs(SECONDS)) {
                Some(interval) => Self { burst: BURST, interval },
                None => panic!("no rate: 1 or more, in up to 366 days, and at most 1000 a second"),
            }
        }
    }

    /// The time in which a key that has nothing left gets everything back, in microseconds.
    const fn window(self) -> u64 {
        self.interval * self.burst as u64
    }

    fn cost(self, cost: u32) -> Result<u64, LimitsError> {
        if cost > self.burst {
            return Err(LimitsError::Cost { cost, burst: self.burst });
        }
        Ok(self.interval * u64::from(cost))
    }
}

const fn interval(burst: u32, per: Duration) -> Option<u64> {
    let nanos = per.as_nanos();
    if burst == 0 || nanos > PER_MAX.as_nanos() || nanos < burst as u128 * INTERVAL_MIN_NANOS {
        return None;
    }
    Some(nanos.div_ceil(burst as u128 * 1000) as u64)
}

/// What a key may do, and what it will be able to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    pub allowed: bool,
    /// What is left to be taken at once, 0 to the rate's burst.
    pub remaining: u32,
    /// After which the same would be allowed; zero where it is.
    pub retry_after: Duration,
    /// After which everything is back.
    pub reset_after: Duration,
}

#[async_trait::async_trait]
pub trait Limits: Send + Sync {
    /// Takes `cost` for `key` where the rate allows it, and nothing where it does not; a cost of 0 only looks.
    ///
    /// A key is of any length: what is kept of it is a hash. It is to be asked about with one rate.
    ///
    /// # Errors
    /// [`LimitsError::Cost`] for more than the rate's burst; [`LimitsError::Unavailable`] where Redis is away.
    async fn take(&self, key: &str, rate: Rate, cost: u32) -> Result<Decision, LimitsError>;
}
