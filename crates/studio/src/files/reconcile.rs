//! Rows and store compared: what a crash or a person left in the store without a row goes, what a row names and the
//! store lacks is said, and what the store has is counted.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use document::ContentHash;
use domain::TenantId;
use futures::{StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::FileKind;
use crate::{BlobKind, Shared, Studio};
use platform::{
    Result,
    blobs::hash_column,
    db::column,
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
    /// Files whose objects had other sizes than the row counted; they are counted now.
    pub corrected: u64,
}

/// Compares a tenant's rows with the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reconcile {}

impl Job for Reconcile {
    const KIND: &'static str = "reconcile";
    const LANE: Lane = Lane::Maintenance;
    type Context = Shared;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, shared: &Shared, job: &Claimed) -> Result<Outcome, JobError> {
        let mut studio = shared.studio();
        let found = reconcile(&mut studio, job.tenant, LEFT_OVER_AFTER).await?;
        if found != Reconciled::default() {
            let Reconciled { left_over, missing, corrected } = found;
            tracing::warn!(left_over, missing, corrected, "rows and store differed");
        }
        let mut tx = studio.db.tenant(job.tenant).await?;
        job.hold(&mut tx).await?.commit(tx).await
    }
}

/// Compares a tenant's rows with the store.
pub async fn reconcile(studio: &mut Studio, tenant: TenantId, left_over_after: Duration) -> Result<Reconciled> {
    let blobs = studio.blobs.clone();
    let unfinished = tokio::task::spawn_blocking(move || blobs.remove_unfinished(tenant, left_over_after)).await??;
    let left_over = unfinished + remove_left_over(studio, tenant, left_over_after).await?;
    let mut found = Reconciled { left_over, ..Reconciled::default() };
    compare_rows(studio, tenant, &mut found).await?;
    Ok(found)
}

async fn remove_left_over(studio: &mut Studio, tenant: TenantId, after: Duration) -> Result<u64> {
    let mut removed = 0;
    let mut chunks = studio.blobs.list(tenant, after).try_chunks(CHUNK);
    while let Some(chunk) = chunks.next().await {
        let mut by_file: HashMap<(FileKind, ContentHash), Vec<BlobKind>> = HashMap::new();
        for stored in chunk.map_err(|error| error.1)? {
            // What other areas keep is theirs.
            let Some(kind) = BlobKind::of_folder(&stored.folder) else { continue };
            by_file.entry((FileKind::of(kind), stored.hash)).or_default().push(kind);
        }
        for ((kind, hash), objects) in by_file {
            removed += remove_unless_known(studio, tenant, kind, hash, &objects).await?;
        }
    }
    Ok(removed)
}

/// Removes the objects under the lock of a row made for the purpose, so that whoever claims the file meanwhile waits.
async fn remove_unless_known(
    studio: &mut Studio,
    tenant: TenantId,
    kind: FileKind,
    hash: ContentHash,
    objects: &[BlobKind],
) -> Result<u64> {
    let mut tx = studio.db.tenant(tenant).await?;
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
        studio.blobs.delete(tenant, *object, hash).await?;
    }
    // The row of this transaction goes with it.
    drop(tx);
    Ok(objects.len() as u64)
}

/// A stored file as its row has it.
struct Row {
    kind: String,
    hash: Vec<u8>,
    life: Uuid,
    bytes: i64,
    counted: Vec<String>,
}

async fn compare_rows(studio: &mut Studio, tenant: TenantId, found: &mut Reconciled) -> Result<()> {
    let mut last = (String::new(), Vec::new());
    loop {
        let mut tx = studio.db.tenant(tenant).await?;
        let rows = sqlx::query_as!(
            Row,
            "select kind, hash, life, bytes, counted from files
            where tenant_id = $1 and (kind, hash) > ($2, $3) and state = 'stored' order by kind, hash limit $4",
            tenant.0,
            last.0,
            last.1,
            CHUNK as i64
        )
        .fetch_all(tx.conn())
        .await?;
        drop(tx);
        let Some(end) = rows.last() else { return Ok(()) };
        last = (end.kind.clone(), end.hash.clone());
        for row in rows {
            compare(studio, tenant, row, found).await?;
        }
    }
}

/// Compares a file's row with its objects. What is missing stays counted: the same file again brings it back.
async fn compare(studio: &mut Studio, tenant: TenantId, row: Row, found: &mut Reconciled) -> Result<()> {
    let (kind, hash) = (column::<FileKind>(&row.kind)?, hash_column(row.hash.clone())?);
    let mut objects = Vec::new();
    for object in kind.blobs() {
        objects.extend(studio.blobs.size(tenant, object, hash).await?.map(|bytes| (object, bytes)));
    }
    if !objects.iter().any(|(object, _)| *object == kind.main()) {
        tracing::error!(%tenant, kind = kind.as_str(), %hash, "a stored file is missing");
        found.missing += 1;
        return Ok(());
    }
    let there = super::counted(&objects);
    if row.bytes != super::bytes(&objects) || BTreeSet::from_iter(&row.counted) != BTreeSet::from_iter(&there) {
        found.corrected += correct(studio, tenant, &row, &objects).await?;
    }
    Ok(())
}

/// Counts what is there, unless the row has changed since it was read: who has changed it knew more.
async fn correct(studio: &mut Studio, tenant: TenantId, row: &Row, objects: &[(BlobKind, u64)]) -> Result<u64> {
    let mut tx = studio.db.tenant(tenant).await?;
    let corrected = sqlx::query!(
        "update files set bytes = $7, counted = $8
        where tenant_id = $1 and kind = $2 and hash = $3 and life = $4 and bytes = $5 and counted = $6
            and state = 'stored'",
        tenant.0,
        row.kind,
        row.hash,
        row.life,
        row.bytes,
        &row.counted,
        super::bytes(objects),
        &super::counted(objects)
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(corrected.rows_affected())
}
