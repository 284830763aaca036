//! Clean-up of what nothing refers to any more.

use std::time::Duration;

use domain::{TenantId, change::Area, render::BATCH_DAYS};

use crate::{
    Shared, Studio,
    files::{self, Reconcile},
};
use platform::{
    Result,
    jobs::{self, Due, Priority, Schedule},
};

/// How long a file that nothing uses is kept: somebody may just have uploaded it.
const UNUSED: Duration = Duration::from_secs(24 * 3600);

/// How long a doomed file is kept yet, for pages that were just told of it.
const GRACE: Duration = Duration::from_secs(3600);

/// The hourly clean-up.
pub(crate) struct CleanUp(pub Shared);

impl Schedule for CleanUp {
    const NAME: &'static str = "clean_up";
    const EVERY: Duration = Duration::from_secs(3600);

    async fn run(&self, _: &Due) -> Result<()> {
        clean_up(&mut self.0.studio()).await
    }
}

/// Lets go what has been in the trash for long, old batches, and files that nothing uses. Safe to run at any time and by
/// several processes at once.
pub async fn clean_up(studio: &mut Studio) -> Result<()> {
    for tenant in studio.db.tenants().await? {
        // One tenant's trouble is not another's.
        if let Err(error) = clean_up_tenant(studio, tenant).await {
            tracing::warn!(%tenant, %error, "clean-up failed");
        }
    }
    Ok(())
}

async fn clean_up_tenant(studio: &mut Studio, tenant: TenantId) -> Result<()> {
    forget(studio, tenant).await?;
    forget_batches(studio, tenant).await?;
    files::bury(studio, tenant, GRACE).await?;
    files::doom(studio, tenant, UNUSED).await?;
    ask_for_reconciliation(studio, tenant).await
}

/// Batches go with their pictures [`BATCH_DAYS`] after they were ordered: one in a transaction, so that none locks the
/// files of two, and so many that an hour is enough for them.
async fn forget_batches(studio: &mut Studio, tenant: TenantId) -> Result<()> {
    for _ in 0..500 {
        let mut tx = studio.db.tenant(tenant).await?;
        let gone = sqlx::query!(
            "delete from batches where id = (
                select id from batches where tenant_id = $1 and created_at < now() - make_interval(days => $2)
                order by created_at limit 1)",
            tenant.0,
            BATCH_DAYS as i32
        )
        .execute(tx.conn())
        .await?;
        if gone.rows_affected() == 0 {
            break;
        }
        tx.tell(Area::Batches);
        tx.commit().await?;
    }
    Ok(())
}

/// Designs and templates leave the trash after 30 days.
async fn forget(studio: &mut Studio, tenant: TenantId) -> Result<()> {
    let mut tx = studio.db.tenant(tenant).await?;
    sqlx::query!("delete from designs where tenant_id = $1 and deleted_at < now() - interval '30 days'", tenant.0)
        .execute(tx.conn())
        .await?;
    sqlx::query!("delete from templates where tenant_id = $1 and deleted_at < now() - interval '30 days'", tenant.0)
        .execute(tx.conn())
        .await?;
    tx.commit().await
}

/// Once a week.
async fn ask_for_reconciliation(studio: &mut Studio, tenant: TenantId) -> Result<()> {
    let mut tx = studio.db.tenant(tenant).await?;
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
