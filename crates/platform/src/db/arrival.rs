//! The first connection of a start. A database that is starting up, or recovering from a crash, refuses everybody for
//! a while: the program says so and waits, for a bounded time.

use std::{io::ErrorKind, time::Duration};

use sqlx::{Connection, PgConnection};
use tokio::time::{Instant, sleep, timeout_at};

use super::ConnectError;

/// How long a start waits until the database lets it in.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// How long between two tries.
const PAUSE: Duration = Duration::from_millis(200);

/// What PostgreSQL answers while it starts up, recovers or shuts down.
const CANNOT_CONNECT_NOW: &str = "57P03";
/// What it answers while it has not yet noticed that a killed program's connections are gone.
const TOO_MANY_CONNECTIONS: &str = "53300";

/// # Errors
/// [`ConnectError::NotReady`] where the database still lets nobody in after `patience`; [`ConnectError::Unreachable`]
/// at once for what waiting does not change.
pub(super) async fn connect(url: &str, patience: Duration) -> Result<PgConnection, ConnectError> {
    let end = Instant::now() + patience;
    let mut last = None;
    loop {
        let refused = match timeout_at(end, PgConnection::connect(url)).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) if !passes(&error) => return Err(error.into()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => last.clone().unwrap_or_else(|| "no answer".to_owned()),
        };
        if Instant::now() + PAUSE >= end {
            return Err(ConnectError::NotReady { seconds: patience.as_secs(), last: refused });
        }
        if last.is_none() {
            tracing::warn!(reason = refused, seconds = patience.as_secs(), "the database is not ready; waiting for it");
        }
        last = Some(refused);
        sleep(PAUSE).await;
    }
}

/// Whether a database that comes up refuses like this.
fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(refusal) => {
            refusal.code().is_some_and(|code| [CANNOT_CONNECT_NOW, TOO_MANY_CONNECTIONS].contains(&&*code))
        }
        // Nobody listens yet, the socket's file is not there yet, or the one who listened has just gone.
        sqlx::Error::Io(error) => matches!(
            error.kind(),
            ErrorKind::ConnectionRefused | ErrorKind::NotFound | ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    /// Refuses everybody with this code, as PostgreSQL does, and counts them.
    async fn refusing(code: &'static str) -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("postgres://nobody@{}/none?sslmode=disable", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        tokio::spawn(async move {
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::Relaxed);
                // The start-up message begins with its length.
                let length = client.read_u32().await.unwrap();
                client.read_exact(&mut vec![0; length as usize - 4]).await.unwrap();
                let fields = format!("SFATAL\0VFATAL\0C{code}\0Mthe door is closed\0\0");
                client.write_u8(b'E').await.unwrap();
                client.write_u32(fields.len() as u32 + 4).await.unwrap();
                client.write_all(fields.as_bytes()).await.unwrap();
            }
        });
        (url, asked)
    }

    #[tokio::test]
    async fn a_database_that_only_starts_up_is_asked_again_and_given_up_in_the_end() {
        let (url, asked) = refusing(CANNOT_CONNECT_NOW).await;
        let error = connect(&url, Duration::from_secs(1)).await.unwrap_err();
        let said = error.to_string();
        assert!(said.contains("let nobody in for 1 s") && said.contains("the door is closed"), "{said}");
        assert!(asked.load(Ordering::Relaxed) > 1);
    }

    #[tokio::test]
    async fn what_waiting_does_not_change_is_said_at_once() {
        let (url, asked) = refusing("28000").await;
        assert!(matches!(connect(&url, PATIENCE).await, Err(ConnectError::Unreachable(_))));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }
}
