//! The end of files that nothing uses.

use std::time::Duration;

use domain::TenantId;

use super::FileKind;
use crate::Studio;
use platform::{Result, blobs::hash_column, db::column};

/// How many files one round looks at; the next round goes on.
const ROUND: i64 = 1000;

/// Marks what nothing has used for `unused` as doomed: nothing can use it from now on until it is stored again. What
/// was claimed and never settled is marked too.
pub async fn doom(studio: &mut Studio, tenant: TenantId, unused: Duration) -> Result<u64> {
    let mut tx = studio.db.tenant(tenant).await?;
    let doomed = sqlx::query!(
        "update files set state = 'doomed', unused_since = now() where (tenant_id, kind, hash) in (
            select tenant_id, kind, hash from files
            where tenant_id = $1 and unused_since < now() - make_interval(secs => $2) and state <> 'doomed'
            order by unused_since limit $3 for update skip locked)",
        tenant.0,
        unused.as_secs_f64(),
        ROUND
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(doomed.rows_affected())
}

/// Removes what has been doomed for `grace`, which is for those who had just been told of it.
///
/// The bytes go while the row is locked: whoever claims the same file meanwhile waits, finds no row, and stores it
/// anew. A process that is killed in between leaves a doomed row, which the next round buries.
pub async fn bury(studio: &mut Studio, tenant: TenantId, grace: Duration) -> Result<u64> {
    let mut buried = 0;
    for _ in 0..ROUND {
        let mut tx = studio.db.tenant(tenant).await?;
        let doomed = sqlx::query!(
            "select kind, hash from files
            where tenant_id = $1 and state = 'doomed' and unused_since < now() - make_interval(secs => $2)
            order by unused_since limit 1 for update skip locked",
            tenant.0,
            grace.as_secs_f64()
        )
        .fetch_optional(tx.conn())
        .await?;
        let Some(file) = doomed else { break };
        let (kind, hash) = (column::<FileKind>(&file.kind)?, hash_column(file.hash.clone())?);
        for blob in kind.blobs() {
            studio.blobs.delete(tenant, blob, hash).await?;
        }
        if kind == FileKind::Image {
            sqlx::query!("delete from images where tenant_id = $1 and hash = $2", tenant.0, file.hash)
                .execute(tx.conn())
                .await?;
        }
        sqlx::query!(
            "delete from files where tenant_id = $1 and kind = $2 and hash = $3",
            tenant.0,
            file.kind,
            file.hash
        )
        .execute(tx.conn())
        .await?;
        tx.commit().await?;
        buried += 1;
    }
    Ok(buried)
}
