//! Live events: what changed, told to every process through PostgreSQL's NOTIFY and from there to open pages.
//! An event says only that something changed; the page asks for the new state as the member it is.

use std::time::Duration;

use domain::TenantId;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgListener;
use tokio::sync::broadcast;

use crate::{Result, Services, db::TenantTx};

const CHANNEL: &str = "vitrine_events";

/// What a page may be showing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Designs,
    Templates,
    Renders,
    Members,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Changed {
    tenant: TenantId,
    topic: Topic,
}

/// What an open page is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Changed(TenantId, Topic),
    /// The database stopped answering.
    DatabaseLost,
    /// It answers again; whatever changed meanwhile was not told.
    DatabaseBack,
}

/// Tells every process, when the transaction commits.
pub(crate) async fn announce(tx: &mut TenantTx, topic: Topic) -> Result<()> {
    let changed = Changed { tenant: tx.tenant(), topic };
    let payload = serde_json::to_string(&changed).map_err(crate::ServiceError::internal)?;
    sqlx::query!("select pg_notify($1, $2)", CHANNEL, payload).fetch_one(tx.conn()).await?;
    Ok(())
}

/// Hands events on to whoever listens in this process.
#[derive(Clone)]
pub struct Hub {
    sender: broadcast::Sender<Event>,
}

impl Hub {
    /// Starts listening; ends with the runtime.
    pub fn start(services: &Services) -> Self {
        let (sender, _) = broadcast::channel(256);
        let hub = Self { sender };
        tokio::spawn(listen(services.clone(), hub.sender.clone()));
        hub
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.sender.subscribe()
    }
}

async fn listen(services: Services, sender: broadcast::Sender<Event>) {
    let tell = |event| {
        // An error only says that no page is open.
        let _ = sender.send(event);
    };
    let mut lost = false;
    loop {
        match connect(&services).await {
            Err(error) => tracing::warn!(%error, "event listener cannot connect"),
            Ok(mut listener) => {
                if std::mem::take(&mut lost) {
                    tell(Event::DatabaseBack);
                }
                // `try_recv` gives None when the connection is lost, and the loop above opens another.
                while let Ok(Some(notification)) = listener.try_recv().await {
                    match serde_json::from_str::<Changed>(notification.payload()) {
                        Ok(changed) => tell(Event::Changed(changed.tenant, changed.topic)),
                        Err(error) => tracing::warn!(%error, "event not understood"),
                    }
                }
            }
        }
        if !std::mem::replace(&mut lost, true) {
            tell(Event::DatabaseLost);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }

    async fn connect(services: &Services) -> Result<PgListener, sqlx::Error> {
        let mut listener = PgListener::connect_with(services.db.pool()).await?;
        listener.listen(CHANNEL).await?;
        Ok(listener)
    }
}
