//! The way to a Redis that several servers share. It is optional: what uses it has a twin in process.

use std::{sync::Arc, time::Duration};

use redis::{
    Client, RedisError as Cause,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tokio::time::timeout;

/// How long a connection may take to come about.
const CONNECT_MAX: Duration = Duration::from_secs(2);
/// How long a command may wait for its answer, a new connection included where one is needed.
const ANSWER_MAX: Duration = Duration::from_secs(1);
/// The longest pause between two tries to connect again.
const PAUSE_MAX: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, thiserror::Error)]
pub enum RedisError {
    #[error("the address of Redis must be redis://[user:password@]host:port[/database]")]
    Address,
    #[error("Redis did not answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    #[error("Redis cannot be reached")]
    Unreachable(#[source] Arc<Cause>),
    #[error("Redis refused a command")]
    Refused(#[source] Arc<Cause>),
}

impl From<Cause> for RedisError {
    fn from(cause: Cause) -> Self {
        if cause.is_timeout() {
            return Self::TimedOut(ANSWER_MAX);
        }
        let lost = cause.is_io_error() || cause.is_unrecoverable_error();
        if lost { Self::Unreachable(Arc::new(cause)) } else { Self::Refused(Arc::new(cause)) }
    }
}

/// One connection, shared by its copies, that commands of many tasks go through at once. Lost, it comes back by itself.
#[derive(Clone)]
pub struct Redis(ConnectionManager);

impl Redis {
    /// # Errors
    /// [`RedisError::Address`], where TLS (`rediss://`) is asked for too; the others where nothing answers within 2 s.
    pub async fn connect(address: &str) -> Result<Self, RedisError> {
        if !address.starts_with("redis://") {
            return Err(RedisError::Address);
        }
        let client = Client::open(address).map_err(|_| RedisError::Address)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(CONNECT_MAX))
            .set_response_timeout(Some(ANSWER_MAX))
            .set_number_of_retries(1)
            .set_max_delay(PAUSE_MAX);
        let connecting = timeout(CONNECT_MAX, ConnectionManager::new_with_config(client, config));
        Ok(Self(connecting.await.map_err(|_| RedisError::TimedOut(CONNECT_MAX))??))
    }

    pub(crate) fn connection(&self) -> ConnectionManager {
        self.0.clone()
    }
}

/// What a command answers.
///
/// # Errors
/// Those of the command; [`RedisError::TimedOut`] after a second, when the command may have been carried out.
pub(crate) async fn answer<T>(command: impl Future<Output = Result<T, Cause>>) -> Result<T, RedisError> {
    Ok(timeout(ANSWER_MAX, command).await.map_err(|_| RedisError::TimedOut(ANSWER_MAX))??)
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redis")
    }
}
