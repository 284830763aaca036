//! A cache that all servers share.

use std::time::Duration;

use bytes::Bytes;
use redis::AsyncCommands;

use super::{CacheError, Key, Store};
use crate::redis::{Redis, answer};

/// Bytes in Redis, whose `maxmemory` and `maxmemory-policy` bound them.
#[derive(Clone)]
pub struct RedisStore(Redis);

impl RedisStore {
    pub fn new(redis: Redis) -> Self {
        Self(redis)
    }
}

fn name(key: &Key) -> String {
    format!("vitrine:cache:{}", key.as_str())
}

#[async_trait::async_trait]
impl Store for RedisStore {
    async fn get(&self, key: &Key) -> Result<Option<Bytes>, CacheError> {
        let found: Option<Vec<u8>> = answer(self.0.connection().get(name(key))).await?;
        Ok(found.map(Bytes::from))
    }

    async fn put(&self, key: &Key, bytes: Bytes, ttl: Duration) -> Result<(), CacheError> {
        let millis = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).clamp(1, i64::MAX as u64 / 2);
        Ok(answer(self.0.connection().pset_ex(name(key), bytes.as_ref(), millis)).await?)
    }

    async fn remove(&self, key: &Key) -> Result<(), CacheError> {
        Ok(answer(self.0.connection().del(name(key))).await?)
    }
}
