//! Clean-up of what nothing refers to any more.

use std::time::Duration;

use domain::{TenantId, render::BATCH_DAYS};

use crate::{
    Process, Result, Services,
    files::{self, Reconcile},
    jobs::{self, Priority, Schedule},
};

/// How long a file that nothing uses is kept: somebody may just have uploaded it.
const UNUSED: Duration = Duration::from_secs(24 * 3600);

/// How long a doomed file is kept yet, for pages that were just told of it.
const GRACE: Duration = Duration::from_secs(3600);

/// The hourly clean-up.
pub(crate) struct CleanUp(pub Process);

impl Schedule for CleanUp {
    const NAME: &'static str = "clean_up";
    const EVERY: Duration = Duration::from_secs(3600);

    async fn run(&self) -> Result<()> {
        clean_up(&mut self.0.services()).await
    }
}

/// Ends expired sessions and links, forgets old attempts, sent mail and finished jobs, and lets unused files go. Safe
/// to run at any time and by several processes at once.
pub async fn clean_up(services: &mut Services) -> Result<()> {
    let db = services.db.global();
    sqlx::query!("delete from sessions where expires_at < now()").execute(db).await?;
    sqlx::query!("delete from account_tokens where expires_at < now()").execute(db).await?;
    sqlx::query!("delete from attempts where window_started_at < now() - interval '1 day'").execute(db).await?;
    sqlx::query!("delete from mails where sent_at < now() - interval '7 days'").execute(db).await?;
    let tenants = sqlx::query_scalar!("select tenant_id from subdomains").fetch_all(db).await?;
    for tenant in tenants.into_iter().map(TenantId) {
        // One tenant's trouble is not another's.
        if let Err(error) = clean_up_tenant(services, tenant).await {
            tracing::warn!(%tenant, %error, "clean-up failed");
        }
    }
    Ok(())
}

async fn clean_up_tenant(services: &mut Services, tenant: TenantId) -> Result<()> {
    forget(services, tenant).await?;
    forget_batches(services, tenant).await?;
    files::bury(services, tenant, GRACE).await?;
    files::doom(services, tenant, UNUSED).await?;
    ask_for_reconciliation(services, tenant).await
}

/// Batches go with their pictures [`BATCH_DAYS`] after they were ordered: one in a transaction, so that none locks the
/// files of two, and so many that an hour is enough for them.
async fn forget_batches(services: &mut Services, tenant: TenantId) -> Result<()> {
    for _ in 0..500 {
        let mut tx = services.db.tenant(tenant).await?;
        let gone = sqlx::query!(
            "delete from batches where id = (
                select id from batches where tenant_id = $1 and created_at < now() - make_interval(days => $2)
                order by created_at limit 1)",
            tenant.0,
            BATCH_DAYS as i32
        )
        .execute(tx.conn())
        .await?;
        tx.commit().await?;
        if gone.rows_affected() == 0 {
            break;
        }
    }
    Ok(())
}

/// Finished jobs are kept for a week, dead ones for a month; designs and templates leave the trash after 30 days.
async fn forget(services: &mut Services, tenant: TenantId) -> Result<()> {
    let mut tx = services.db.tenant(tenant).await?;
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
    sqlx::query!("delete from designs where tenant_id = $1 and deleted_at < now() - interval '30 days'", tenant.0)
        .execute(tx.conn())
        .await?;
    sqlx::query!("delete from templates where tenant_id = $1 and deleted_at < now() - interval '30 days'", tenant.0)
        .execute(tx.conn())
        .await?;
    tx.commit().await
}

/// Once a week.
async fn ask_for_reconciliation(services: &mut Services, tenant: TenantId) -> Result<()> {
    let mut tx = services.db.tenant(tenant).await?;
    let due = sqlx::query!(
        "update tenant_storage set reconciled_at = now()
        where tenant_id = $1 and reconciled_at < now() - interval '7 days'",
        tenant.0
    )
    .execute(tx.conn())
    .await?;
    if due.rows_affected() == 0 {
        return Ok(());
    }
    jobs::enqueue(&mut tx, &[Reconcile {}], Priority::Normal).await?;
    tx.commit().await
}
