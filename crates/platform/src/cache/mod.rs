//! Bytes that are dear to make and may be lost at any time, behind one trait: [`MemoryStore`] keeps them in this process,
//! [`RedisStore`] for all servers together. [`Cache`] adds to either that nothing is made twice at once.

mod flights;
mod key;
mod memory;
mod redis;

pub use flights::LoadError;
pub use key::Key;
pub use memory::MemoryStore;
pub use redis::RedisStore;

use std::{fmt::Display, sync::Arc, time::Duration};

use bytes::Bytes;

use crate::redis::RedisError;
use flights::{Boarding, Flight, Flights};

#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    #[error("the cache cannot be reached")]
    Unavailable(#[from] RedisError),
}

#[async_trait::async_trait]
pub trait Store: Send + Sync {
    /// What was put and is still there.
    async fn get(&self, key: &Key) -> Result<Option<Bytes>, CacheError>;

    /// Keeps bytes for `ttl` at most, counted in whole milliseconds, 1 or more.
    async fn put(&self, key: &Key, bytes: Bytes, ttl: Duration) -> Result<(), CacheError>;

    async fn remove(&self, key: &Key) -> Result<(), CacheError>;
}

/// A store, and what is being loaded for it in this process. Its copies are one cache.
#[derive(Clone)]
pub struct Cache {
    store: Arc<dyn Store>,
    flights: Arc<Flights>,
}

impl Cache {
    pub fn new(store: impl Store + 'static) -> Self {
        Self { store: Arc::new(store), flights: Arc::default() }
    }

    /// # Errors
    /// Those of the store, as for `put` and `remove`.
    pub async fn get(&self, key: &Key) -> Result<Option<Bytes>, CacheError> {
        self.store.get(key).await
    }

    pub async fn put(&self, key: &Key, bytes: Bytes, ttl: Duration) -> Result<(), CacheError> {
        self.store.put(key, bytes, ttl).await
    }

    /// Removes what is kept. What is being loaded in this process still goes to those that wait for it, but is not kept.
    pub async fn remove(&self, key: &Key) -> Result<(), CacheError> {
        self.flights.forget(key);
        self.store.remove(key).await
    }

    /// What is kept, or else what `load` makes, which is then kept for `ttl`.
    ///
    /// Of those in this process that ask at once, one loads and the others get what it made, or the text of its error.
    /// Where that one gives up, as a request does whose browser has gone, the next loads. A store that is away is as good as empty.
    ///
    /// # Errors
    /// [`LoadError`]: `load` failed.
    pub async fn get_or_load<L, E>(
        &self,
        key: &Key,
        ttl: Duration,
        load: impl FnOnce() -> L,
    ) -> Result<Bytes, LoadError<E>>
    where
        L: Future<Output = Result<Bytes, E>>,
        E: Display,
    {
        if let Some(bytes) = self.look(key).await {
            return Ok(bytes);
        }
        loop {
            match self.flights.board(key) {
                Boarding::First(flight) => return self.fly(flight, key, ttl, load).await,
                Boarding::Follow(follower) => {
                    if let Some(arrival) = follower.arrival().await {
                        return arrival.map_err(LoadError::Followed);
                    }
                }
            }
        }
    }

    async fn fly<L, E>(
        &self,
        flight: Flight,
        key: &Key,
        ttl: Duration,
        load: impl FnOnce() -> L,
    ) -> Result<Bytes, LoadError<E>>
    where
        L: Future<Output = Result<Bytes, E>>,
        E: Display,
    {
        // Another flight may have landed since this one looked.
        if let Some(bytes) = self.look(key).await {
            flight.land(Ok(bytes.clone()));
            return Ok(bytes);
        }
        match load().await {
            Ok(bytes) => {
                self.clone().take_in(flight, key.clone(), bytes.clone(), ttl).await;
                Ok(bytes)
            }
            Err(error) => {
                flight.land(Err(error.to_string()));
                Err(LoadError::Load(error))
            }
        }
    }

    /// Keeps what was loaded, unless it was removed meanwhile. To its end also where whoever asked has gone.
    async fn take_in(self, flight: Flight, key: Key, bytes: Bytes, ttl: Duration) {
        let taking_in = tokio::spawn(async move {
            self.keep(&key, &bytes, ttl).await;
            if !flight.land(Ok(bytes)) {
                self.lose(&key).await;
            }
        });
        if let Err(error) = taking_in.await {
            tracing::error!(%error, "what was loaded was not kept");
        }
    }

    async fn look(&self, key: &Key) -> Option<Bytes> {
        self.store.get(key).await.unwrap_or_else(|error| {
            tracing::warn!(area = key.area(), error = &error as &dyn std::error::Error, "nothing read from the cache");
            None
        })
    }

    async fn keep(&self, key: &Key, bytes: &Bytes, ttl: Duration) {
        if let Err(error) = self.store.put(key, bytes.clone(), ttl).await {
            tracing::warn!(area = key.area(), error = &error as &dyn std::error::Error, "nothing kept in the cache");
        }
    }

    async fn lose(&self, key: &Key) {
        if let Err(error) = self.store.remove(key).await {
            tracing::warn!(
                area = key.area(),
                error = &error as &dyn std::error::Error,
                "nothing removed from the cache"
            );
        }
    }
}
