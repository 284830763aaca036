//! What processes tell each other through PostgreSQL's NOTIFY, when a transaction commits.

use domain::{AccountId, TenantId, change::Topic};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::{Result, ServiceError};

pub(super) const CHANNEL: &str = "vitrine_events";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Notice {
    Changed {
        tenant: TenantId,
        topic: Topic,
    },
    /// Sessions of a person were ended or moved to another workspace.
    Sessions {
        account: AccountId,
    },
}

/// Tells that something of a tenant changed.
pub(crate) async fn changed(conn: &mut PgConnection, tenant: TenantId, topic: Topic) -> Result<()> {
    notify(conn, Notice::Changed { tenant, topic }).await
}

/// Tells that a person's sessions are to be looked at again.
pub async fn sessions_changed(conn: &mut PgConnection, account: AccountId) -> Result<()> {
    notify(conn, Notice::Sessions { account }).await
}

async fn notify(conn: &mut PgConnection, notice: Notice) -> Result<()> {
    let payload = serde_json::to_string(&notice).map_err(ServiceError::internal)?;
    sqlx::query!("select pg_notify($1, $2)", CHANNEL, payload).fetch_one(conn).await?;
    Ok(())
}
