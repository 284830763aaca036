//! Rows and store compared: what a crash or a person left in the store without a row goes, what a row names and the
//! store lacks is said.

use std::{collections::HashMap, time::Duration};

use document::ContentHash;
use domain::TenantId;
use futures::{StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};

use super::FileKind;
use crate::{
    Result, Services,
    blobs::{Stored, hash_column},
    jobs::{Claimed, Job, JobError, Lane, Outcome},
};

/// How many objects or rows are compared at once.
const CHUNK: usize = 1000;

/// How long an object may be without a row: far longer than any upload takes.
const LEFT_OVER_AFTER: Duration = Duration::from_secs(24 * 3600);

/// What a comparison found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Objects that no row named; they are gone now.
    pub left_over: u64,
    /// Files that a row calls stored and the store does not have.
    pub missing: u64,
}

/// Compares a tenant's rows with the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reconcile {}

impl Job for Reconcile {
    const KIND: &'static str = "reconcile";
    const LANE: Lane = Lane::Maintenance;
    type Context = Services;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, services: &Services, job: &Claimed) -> Result<Outcome, JobError> {
        let found = reconcile(services, job.tenant, LEFT_OVER_AFTER).await?;
        if found != Reconciled::default() {
            tracing::warn!(left_over = found.left_over, missing = found.missing, "rows and store differed");
        }
        let mut tx = services.db.tenant(job.tenant).await?;
        let finished = job.finish(&mut tx).await?;
        tx.commit().await?;
        Ok(Outcome::Done(finished))
    }
}

/// Compares a tenant's rows with the store.
pub async fn reconcile(services: &Services, tenant: TenantId, left_over_after: Duration) -> Result<Reconciled> {
    let blobs = services.blobs.clone();
    let unfinished = tokio::task::spawn_blocking(move || blobs.remove_unfinished(tenant, left_over_after)).await??;
    let left_over = unfinished + remove_left_over(services, tenant, left_over_after).await?;
    let missing = count_missing(services, tenant).await?;
    Ok(Reconciled { left_over, missing })
}

async fn remove_left_over(services: &Services, tenant: TenantId, after: Duration) -> Result<u64> {
    let mut removed = 0;
    let mut chunks = services.blobs.list(tenant, after).try_chunks(CHUNK);
    while let Some(chunk) = chunks.next().await {
        let mut by_file: HashMap<(FileKind, ContentHash), Vec<Stored>> = HashMap::new();
        for stored in chunk.map_err(|error| error.1)? {
            by_file.entry((FileKind::of(stored.kind), stored.hash)).or_default().push(stored);
        }
        for ((kind, hash), objects) in by_file {
            removed += remove_unless_known(services, tenant, kind, hash, &objects).await?;
        }
    }
    Ok(removed)
}

/// Removes the objects under the lock of a row made for the purpose, so that whoever claims the file meanwhile waits.
async fn remove_unless_known(
    services: &Services,
    tenant: TenantId,
    kind: FileKind,
    hash: ContentHash,
    objects: &[Stored],
) -> Result<u64> {
    let mut tx = services.db.tenant(tenant).await?;
    let made = sqlx::query!(
        "insert into files (tenant_id, kind, hash, bytes) values ($1, $2, $3, 0) on conflict do nothing",
        tenant.0,
        kind.as_str(),
        hash.0.as_slice()
    )
    .execute(tx.conn())
    .await?;
    if made.rows_affected() == 0 {
        return Ok(0);
    }
    for object in objects {
        services.blobs.delete(tenant, object.kind, hash).await?;
    }
    // The row of this transaction goes with it.
    drop(tx);
    Ok(objects.len() as u64)
}

async fn count_missing(services: &Services, tenant: TenantId) -> Result<u64> {
    let (mut missing, mut last) = (0, (String::new(), Vec::new()));
    loop {
        let mut tx = services.db.tenant(tenant).await?;
        let rows = sqlx::query!(
            "select kind, hash from files where tenant_id = $1 and (kind, hash) > ($2, $3) and state = 'stored'
            order by kind, hash limit $4",
            tenant.0,
            last.0,
            last.1,
            CHUNK as i64
        )
        .fetch_all(tx.conn())
        .await?;
        drop(tx);
        let Some(end) = rows.last() else { return Ok(missing) };
        last = (end.kind.clone(), end.hash.clone());
        for row in rows {
            let (kind, hash) = (FileKind::from_column(&row.kind)?, hash_column(row.hash)?);
            if !services.blobs.has(tenant, kind.main(), hash).await? {
                tracing::error!(%tenant, kind = kind.as_str(), %hash, "a stored file is missing");
                missing += 1;
            }
        }
    }
}
