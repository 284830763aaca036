//! The queue's statements.

use std::{collections::BTreeMap, time::Duration};

use domain::{JobId, TenantId};
use serde_json::Value;
use sqlx::postgres::types::PgInterval;
use uuid::Uuid;

use super::{Claimed, Job, Lane};
use crate::{
    Result, ServiceError,
    db::{Db, TenantTx},
};

pub(super) const CHANNEL: &str = "vitrine_jobs";

/// Which of a tenant's jobs goes first when its turn comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Somebody is waiting at the screen.
    High = 0,
    Normal = 1,
}

/// Asks for work in the caller's transaction; workers hear of it when that commits. Best at its end: until then no other
/// transaction of the tenant can ask for work of the same lane.
pub async fn enqueue<J: Job>(tx: &mut TenantTx<'_>, jobs: &[J], priority: Priority) -> Result<()> {
    let mut place =
        sqlx::query_scalar!(r#"select take_turns($1) as "place!""#, J::LANE.as_str()).fetch_one(tx.conn()).await?;
    let mut rows = Rows::default();
    for job in jobs {
        let cost = i32::try_from(job.cost().max(1)).unwrap_or(i32::MAX);
        rows.ids.push(Uuid::now_v7());
        rows.payloads.push(serde_json::to_value(job).map_err(ServiceError::internal)?);
        rows.places.push(place);
        rows.costs.push(cost);
        place = place.saturating_add(cost.into());
        rows.subjects.push(job.subject());
        rows.keys.push(job.dedupe_key());
    }
    sqlx::query!(
        "insert into jobs (id, tenant_id, kind, lane, priority, attempts_max, payload, place, cost, subject, dedupe)
        select id, $1, $2, $3, $4, $5, payload, place, cost, subject, dedupe
        from unnest($6::uuid[], $7::jsonb[], $8::bigint[], $9::integer[], $10::uuid[], $11::text[])
            as asked (id, payload, place, cost, subject, dedupe)
        on conflict (tenant_id, kind, dedupe)
            where dedupe is not null and state in ('delayed', 'queued', 'running') do nothing",
        tx.tenant().0,
        J::KIND,
        J::LANE.as_str(),
        priority as i16,
        i32::from(J::ATTEMPTS),
        &rows.ids,
        &rows.payloads,
        &rows.places,
        &rows.costs,
        &rows.subjects as &[Option<Uuid>],
        &rows.keys as &[Option<String>]
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("select pg_notify($1, '')", CHANNEL).fetch_one(tx.conn()).await?;
    Ok(())
}

#[derive(Default)]
struct Rows {
    ids: Vec<Uuid>,
    payloads: Vec<Value>,
    places: Vec<i64>,
    costs: Vec<i32>,
    subjects: Vec<Option<Uuid>>,
    keys: Vec<Option<String>>,
}

/// Cancels what waits and runs for `subject`. A running job loses its lease and so cannot finish.
pub async fn cancel(tx: &mut TenantTx<'_>, subject: Uuid) -> Result<()> {
    sqlx::query!(
        "update jobs set state = 'cancelled', worker = null, leased_until = null, finished_at = now()
        where tenant_id = $1 and subject = $2 and state in ('delayed', 'queued', 'running')",
        tx.tenant().0,
        subject
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The next job of a lane for this worker, if any is due, with what is kept of it.
pub(super) async fn claim(
    db: &mut Db,
    lane: Lane,
    known: &[String],
    worker: Uuid,
    lease: Duration,
) -> Result<Option<(Claimed, Value)>> {
    let lease = PgInterval::try_from(lease).map_err(ServiceError::internal)?;
    let row = sqlx::query!(
        r#"select id as "id!", tenant_id as "tenant!", kind as "kind!", payload as "payload!",
            attempts as "attempt!", attempts_max as "attempts_max!" from claim_job($1, $2, $3, $4)"#,
        worker,
        lease,
        lane.as_str(),
        known
    )
    .fetch_optional(db.global())
    .await?;
    Ok(row.map(|row| {
        let (id, tenant) = (JobId(row.id), TenantId(row.tenant));
        let (attempt, attempts_max) = (row.attempt, row.attempts_max);
        (Claimed { id, tenant, kind: row.kind, attempt, attempts_max, worker }, row.payload)
    }))
}

/// Holds the job for another lease; false where it is no longer this worker's.
pub(super) async fn renew(db: &mut Db, job: &Claimed, lease: Duration) -> Result<bool> {
    let mut tx = db.tenant(job.tenant).await?;
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
    db: &mut Db,
    job: &Claimed,
    pause: Duration,
    attempt: Attempt,
    error: Option<&str>,
) -> Result<()> {
    let mut tx = db.tenant(job.tenant).await?;
    sqlx::query!(
        "update jobs set state = 'delayed', worker = null, leased_until = null, last_error = $3,
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
pub(super) async fn bury(tx: &mut TenantTx<'_>, job: &Claimed, error: &str) -> Result<bool> {
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

/// How many jobs of all tenants wait, run and are dead; each is counted to 10,000 at most.
pub async fn counts(db: &mut Db) -> Result<BTreeMap<String, i64>> {
    let rows =
        sqlx::query!(r#"select state as "state!", count as "count!" from job_counts()"#).fetch_all(db.global()).await?;
    let mut counts: BTreeMap<String, i64> =
        ["delayed", "queued", "running", "dead"].map(|state| (state.to_owned(), 0)).into();
    counts.extend(rows.into_iter().map(|row| (row.state, row.count)));
    Ok(counts)
}
