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

/// Asks for work in the caller's transaction; workers hear of it when that commits. `subject` is what the jobs are
/// about, by which they can be cancelled together.
pub(crate) async fn enqueue(
    tx: &mut TenantTx,
    tasks: &[Task],
    subject: Option<Uuid>,
    priority: Priority,
) -> Result<()> {
    let (mut ids, mut kinds, mut payloads) = (Vec::new(), Vec::new(), Vec::new());
    for task in tasks {
        let mut json = serde_json::to_value(task).map_err(ServiceError::internal)?;
        payloads.push(json.get_mut("payload").map(serde_json::Value::take).unwrap_or_default());
        kinds.push(task.kind().to_owned());
        ids.push(Uuid::now_v7());
    }
    sqlx::query!(
        "insert into jobs (id, tenant_id, kind, payload, priority, subject)
        select id, $1, kind, payload, $5, $6 from unnest($2::uuid[], $3::text[], $4::jsonb[]) as asked (id, kind, payload)",
        tx.tenant().0,
        &ids,
        &kinds,
        &payloads,
        priority as i16,
        subject
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("select pg_notify($1, '')", CHANNEL).fetch_one(tx.conn()).await?;
    Ok(())
}

/// Cancels what waits and runs for `subject`. A running job loses its lease and so cannot finish.
pub(crate) async fn cancel(tx: &mut TenantTx, subject: Uuid) -> Result<()> {
    sqlx::query!(
        "update jobs set state = 'cancelled', worker = null, leased_until = null, finished_at = now()
        where tenant_id = $1 and subject = $2 and state in ('queued', 'running')",
        tx.tenant().0,
        subject
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The next job for this worker, if any is due. One whose payload cannot be read is buried on the way.
pub(super) async fn claim(services: &Services, worker: Uuid, lease: Duration) -> Result<Option<Claimed>> {
    let lease = PgInterval::try_from(lease).map_err(ServiceError::internal)?;
    let known = Task::KINDS.map(str::to_owned);
    loop {
        let row = sqlx::query!(
            r#"select id as "id!", tenant_id as "tenant!", kind as "kind!", payload as "payload!",
                attempts as "attempt!", attempts_max as "attempts_max!" from claim_job($1, $2, $3)"#,
            worker,
            lease,
            &known
        )
        .fetch_optional(services.db.global())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let (id, tenant) = (JobId(row.id), TenantId(row.tenant));
        let task = serde_json::json!({ "kind": row.kind, "payload": row.payload });
        match serde_json::from_value(task) {
            Ok(task) => {
                let (attempt, attempts_max) = (row.attempt, row.attempts_max);
                return Ok(Some(Claimed { id, tenant, task, attempt, attempts_max, worker }));
            }
            Err(error) => {
                tracing::error!(job = %id, %tenant, %error, "a job's payload cannot be read");
                let mut tx = services.db.tenant(tenant).await?;
                bury(&mut tx, id, worker, &error.to_string()).await?;
                tx.commit().await?;
            }
        }
    }
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

/// Whether a job that is put back has used up one of its attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    Counts,
    /// Nothing was wrong with the job itself.
    IsFree,
}

/// Puts the job back for later.
pub(super) async fn postpone(
    services: &Services,
    job: &Claimed,
    pause: Duration,
    attempt: Attempt,
    error: &str,
) -> Result<()> {
    let mut tx = services.db.tenant(job.tenant).await?;
    sqlx::query!(
        "update jobs set state = 'queued', worker = null, leased_until = null, last_error = $3,
            run_at = now() + make_interval(secs => $4), attempts = attempts - $5
        where id = $1 and state = 'running' and worker = $2",
        job.id.0,
        job.worker,
        error,
        pause.as_secs_f64(),
        i32::from(attempt == Attempt::IsFree)
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await
}

/// Buries the job; false where it is no longer this worker's.
pub(super) async fn bury(tx: &mut TenantTx, job: JobId, worker: Uuid, error: &str) -> Result<bool> {
    let buried = sqlx::query!(
        "update jobs set state = 'dead', worker = null, leased_until = null, finished_at = now(), last_error = $3
        where id = $1 and state = 'running' and worker = $2",
        job.0,
        worker,
        error
    )
    .execute(tx.conn())
    .await?;
    Ok(buried.rows_affected() == 1)
}

/// How many jobs of all tenants wait, run and are dead; each is counted to 10,000 at most.
pub async fn counts(services: &Services) -> Result<BTreeMap<String, i64>> {
    let rows = sqlx::query!(r#"select state as "state!", count as "count!" from job_counts()"#)
        .fetch_all(services.db.global())
        .await?;
    let mut counts: BTreeMap<String, i64> = ["queued", "running", "dead"].map(|state| (state.to_owned(), 0)).into();
    counts.extend(rows.into_iter().map(|row| (row.state, row.count)));
    Ok(counts)
}
