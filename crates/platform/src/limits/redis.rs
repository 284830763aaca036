//! Limits that all servers count together.

use std::sync::Arc;

use redis::Script;

use super::{Decision, Limits, LimitsError, Rate};
use crate::redis::{Redis, answer};

/// Limits in Redis, by its clock. A key is gone from there when it has everything back.
#[derive(Clone)]
pub struct RedisLimits {
    redis: Redis,
    take: Arc<Script>,
}

impl RedisLimits {
    pub fn new(redis: Redis) -> Self {
        Self { redis, take: Arc::new(Script::new(include_str!("take.lua"))) }
    }
}

#[async_trait::async_trait]
impl Limits for RedisLimits {
    async fn take(&self, key: &str, rate: Rate, cost: u32) -> Result<Decision, LimitsError> {
        let cost = rate.cost(cost)?;
        let mut take = self.take.key(format!("vitrine:limits:{}", blake3::hash(key.as_bytes()).to_hex()));
        take.arg(rate.window()).arg(cost);
        let mut connection = self.redis.connection();
        let taken: (bool, u64) = answer(take.invoke_async(&mut connection)).await?;
        Ok(Decision::new(taken, rate, cost))
    }
}
