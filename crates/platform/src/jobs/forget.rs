//! The end of jobs and mail that are done.

use std::time::Duration;

use domain::TenantId;

use super::{Due, Schedule};
use crate::{Process, Result, db::Db};

/// The hourly end of finished jobs and of mail that has left.
pub struct Forget(pub Process);

impl Schedule for Forget {
    const NAME: &'static str = "forget_jobs";
    const EVERY: Duration = Duration::from_secs(3600);

    async fn run(&self, _: &Due) -> Result<()> {
        forget_finished(&mut self.0.db()).await
    }
}

/// Finished jobs are kept for a week, dead ones for a month, mail that has left for a week. Safe to run at any time and by
/// several processes at once.
pub async fn forget_finished(db: &mut Db) -> Result<()> {
    sqlx::query!("delete from mails where sent_at < now() - interval '7 days'").execute(db.global()).await?;
    for tenant in db.tenants().await? {
        // One tenant's trouble is not another's.
        if let Err(error) = forget_of_tenant(db, tenant).await {
            tracing::warn!(%tenant, %error, "finished jobs were not forgotten");
        }
    }
    Ok(())
}

async fn forget_of_tenant(db: &mut Db, tenant: TenantId) -> Result<()> {
    let mut tx = db.tenant(tenant).await?;
    sqlx::query!(
        "delete from jobs where tenant_id = $1 and state <> 'dead' and finished_at < now() - interval '7 days'",
        tenant.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from jobs where tenant_id = $1 and state = 'dead' and finished_at < now() - interval '30 days'",
        tenant.0
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await
}
