//! The queue's statements.

use std::{collections::BTreeMap, time::Duration};

use domain::{JobId, TenantId};
use sqlx::postgres::types::PgInterval;
use uuid::Uuid;

use super::{Claimed, Task};
use crate::{Result, ServiceError, Services, db::TenantTx};

pub(super) const CHANNEL: &str = "vitrine_jobs";

/// Who goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Priority {
    /// Somebody is waiting at the screen.
    High = 0,
    Normal = 1,
}

/// Asks for work in the caller's transaction; workers hear of it when that commits.
pub(crate) async fn enqueue(tx: &mut TenantTx, task: &Task, priority: Priority) -> Result<JobId> {
    let id = JobId(Uuid::now_v7());
    let mut task = serde_json::to_value(task).map_err(ServiceError::internal)?;
    let payload = task.get_mut("payload").map(serde_json::Value::take).unwrap_or_default();
    let kind = task.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default();
    sqlx::query!(
        "insert into jobs (id, tenant_id, kind, payload, priority) values ($1, $2, $3, $4, $5)",
        id.0,
        tx.tenant().0,
        kind,
        payload,
        priority as i16
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("select pg_notify($1, '')", CHANNEL).fetch_one(tx.conn()).await?;
    Ok(id)
}

/// The next job for this worker, if any is due.
pub(super) async fn claim(services: &Services, worker: Uuid, lease: Duration) -> Result<Option<Claimed>> {
    let lease = PgInterval::try_from(lease).map_err(ServiceError::internal)?;
    let row = sqlx::query!(
        r#"select id as "id!", tenant_id as "tenant!", kind as "kind!", payload as "payload!", attempts as "attempt!",
            attempts_max as "attempts_max!" from claim_job($1, $2)"#,
        worker,
        lease
    )
    .fetch_optional(services.db.global())
    .await?;
    row.map(|row| {
        let task = serde_json::json!({ "kind": row.kind, "payload": row.payload });
        Ok(Claimed {
            id: JobId(row.id),
            tenant: TenantId(row.tenant),
            task: serde_json::from_value(task).map_err(ServiceError::internal)?,
            attempt: row.attempt,
            attempts_max: row.attempts_max,
            worker,
        })
    })
    .transpose()
}

/// Holds the job for another lease; false where it is no longer this worker's.
pub(super) async fn renew(services: &Services, job: &Claimed, lease: Duration) -> Result<bool> {
    let mut tx = services.db.tenant(job.tenant).await?;
    let renewed = sqlx::query!(
        "update jobs set leased_until = now() + make_interval(secs => $3)
        where id = $1 and state = 'running' and worker = $2",
        job.id.0,
        job.worker,
        lease.as_secs_f64()
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(renewed.rows_affected() == 1)
}

/// Puts the job back for a later attempt.
pub(super) async fn postpone(services: &Services, job: &Claimed, pause: Duration, error: &str) -> Result<()> {
    let mut tx = services.db.tenant(job.tenant).await?;
    sqlx::query!(
        "update jobs set state = 'queued', worker = null, leased_until = null, last_error = $3,
            run_at = now() + make_interval(secs => $4)
        where id = $1 and state = 'running' and worker = $2",
        job.id.0,
        job.worker,
        error,
        pause.as_secs_f64()
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await
}

/// Buries the job; false where it is no longer this worker's.
pub(super) async fn bury(tx: &mut TenantTx, job: &Claimed, error: &str) -> Result<bool> {
    let buried = sqlx::query!(
        "update jobs set state = 'dead', worker = null, leased_until = null, finished_at = now(), last_error = $3
        where id = $1 and state = 'running' and worker = $2",
        job.id.0,
        job.worker,
        error
    )
    .execute(tx.conn())
    .await?;
    Ok(buried.rows_affected() == 1)
}

/// How many jobs of all tenants wait, run and are dead.
pub async fn counts(services: &Services) -> Result<BTreeMap<String, i64>> {
    let rows = sqlx::query!(r#"select state as "state!", count as "count!" from job_counts()"#)
        .fetch_all(services.db.global())
        .await?;
    let mut counts: BTreeMap<String, i64> = ["queued", "running", "dead"].map(|state| (state.to_owned(), 0)).into();
    counts.extend(rows.into_iter().map(|row| (row.state, row.count)));
    Ok(counts)
}
