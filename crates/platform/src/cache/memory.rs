//! A cache in this process.

use std::time::{Duration, Instant};

use bytes::Bytes;
use moka::{Expiry, policy::EvictionPolicy, sync::Cache as Moka};

use super::{CacheError, Key, Store};

/// What an entry takes beside its name and its bytes, about.
const ENTRY_BYTES: usize = 200;

/// Bytes in this process's memory. What was used least recently goes where there would be more than told.
#[derive(Clone)]
pub struct MemoryStore(Moka<Key, Entry>);

#[derive(Clone)]
struct Entry {
    bytes: Bytes,
    ttl: Duration,
}

/// Each entry has its own time to live, from when it was put.
struct OwnTime;

impl Expiry<Key, Entry> for OwnTime {
    fn expire_after_create(&self, _: &Key, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.ttl)
    }

    fn expire_after_update(&self, _: &Key, entry: &Entry, _: Instant, _: Option<Duration>) -> Option<Duration> {
        Some(entry.ttl)
    }
}

impl MemoryStore {
    /// `bytes_max` bounds names and bytes together; while entries are put it may be passed for a moment.
    pub fn new(bytes_max: u64) -> Self {
        let weigh = |key: &Key, entry: &Entry| {
            u32::try_from(key.as_str().len() + entry.bytes.len() + ENTRY_BYTES).unwrap_or(u32::MAX)
        };
        let cache = Moka::builder()
            .max_capacity(bytes_max)
            .weigher(weigh)
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(OwnTime);
        Self(cache.build())
    }
}

#[async_trait::async_trait]
impl Store for MemoryStore {
    async fn get(&self, key: &Key) -> Result<Option<Bytes>, CacheError> {
        Ok(self.0.get(key).map(|entry| entry.bytes))
    }

    async fn put(&self, key: &Key, bytes: Bytes, ttl: Duration) -> Result<(), CacheError> {
        self.0.insert(key.clone(), Entry { bytes, ttl: ttl.max(Duration::from_millis(1)) });
        Ok(())
    }

    async fn remove(&self, key: &Key) -> Result<(), CacheError> {
        self.0.invalidate(key);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use domain::TenantId;
    use uuid::Uuid;

    use super::*;

    fn key(n: usize) -> Key {
        Key::of(TenantId(Uuid::nil()), "test", n.to_string())
    }

    #[tokio::test]
    async fn what_was_used_least_recently_goes_where_there_would_be_more_than_told() {
        let store = MemoryStore::new(20_000);
        let ttl = Duration::from_secs(60);
        for n in 0..100 {
            store.put(&key(n), vec![0; 1000].into(), ttl).await.unwrap();
            assert!(store.get(&key(0)).await.unwrap().is_some(), "used at each step, after {n}");
            store.0.run_pending_tasks();
            assert!(store.0.weighted_size() <= 20_000);
        }
        assert!(store.get(&key(50)).await.unwrap().is_none());
        assert!(store.get(&key(99)).await.unwrap().is_some());
        store.put(&key(200), vec![0; 20_000].into(), ttl).await.unwrap();
        store.0.run_pending_tasks();
        assert!(store.0.weighted_size() <= 20_000);
        assert!(store.get(&key(200)).await.unwrap().is_none(), "larger than everything together may be");
        assert!(store.get(&key(0)).await.unwrap().is_some());
    }
}
