//! Live events: what changed, told to every process through PostgreSQL's NOTIFY and from there to open pages.
//! An event says only that something changed; the page asks for the new state as the member it is.

mod hub;

use std::{collections::BTreeSet, time::Duration};

use domain::{AccountId, TenantId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

pub use hub::{Hub, Subscription};

use crate::{
    Result,
    db::{Database, TenantTx},
};

const CHANNEL: &str = "vitrine_events";

/// What a page may be showing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Designs,
    Templates,
    Renders,
    Members,
}

/// What processes tell each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Notice {
    Changed {
        tenant: TenantId,
        topic: Topic,
    },
    /// Sessions of a person were ended or moved to another workspace.
    Sessions {
        account: AccountId,
    },
}

/// What an open page's stream has to act upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// What changed in the page's workspace since it was last told.
    Changed(BTreeSet<Topic>),
    /// Sessions of this person were ended or moved.
    Sessions(AccountId),
    /// The database stopped answering.
    DatabaseLost,
    /// It answers again; whatever changed meanwhile was not told.
    DatabaseBack,
    /// More happened than this page has taken; what, is not known any more.
    Missed,
}

/// Tells every process, when the transaction commits.
pub async fn announce(tx: &mut TenantTx<'_>, topic: Topic) -> Result<()> {
    let tenant = tx.tenant();
    notify(tx.conn(), Notice::Changed { tenant, topic }).await
}

/// Tells every process that a person's sessions are to be looked at again, when the transaction commits.
pub async fn announce_sessions(conn: &mut PgConnection, account: AccountId) -> Result<()> {
    notify(conn, Notice::Sessions { account }).await
}

async fn notify(conn: &mut PgConnection, notice: Notice) -> Result<()> {
    let payload = serde_json::to_string(&notice).map_err(crate::ServiceError::internal)?;
    sqlx::query!("select pg_notify($1, $2)", CHANNEL, payload).fetch_one(conn).await?;
    Ok(())
}

async fn listen(database: Database, hub: Hub) {
    let mut lost = false;
    loop {
        match database.listen(CHANNEL).await {
            Err(error) => tracing::warn!(%error, "event listener cannot connect"),
            Ok(mut listener) => {
                if std::mem::take(&mut lost) {
                    hub.tell_all(&Event::DatabaseBack);
                }
                // `try_recv` gives None when the connection is lost, and the loop above opens another.
                while let Ok(Some(notification)) = listener.try_recv().await {
                    match serde_json::from_str::<Notice>(notification.payload()) {
                        Ok(Notice::Changed { tenant, topic }) => hub.changed(tenant, topic),
                        Ok(Notice::Sessions { account }) => hub.tell_all(&Event::Sessions(account)),
                        Err(error) => tracing::warn!(%error, "event not understood"),
                    }
                }
            }
        }
        if !std::mem::replace(&mut lost, true) {
            hub.tell_all(&Event::DatabaseLost);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
