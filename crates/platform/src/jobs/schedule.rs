//! What is done again and again. A schedule is a row; whichever process moves its time on first, does it.

use std::{sync::Arc, time::Duration};

use domain::TenantId;
use futures::future::BoxFuture;
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

use super::Registry;
use crate::{
    Result, ServiceError,
    access::Actor,
    db::{Database, Db},
};

/// How often a process looks whether something is due.
const LOOK: Duration = Duration::from_secs(30);

/// Something that is done at intervals, by the process that comes first. It must be safe to do again and at the same time: a
/// process that ends in the middle leaves the rest to the next time, and what takes longer than its interval is begun anew.
pub trait Schedule: Send + Sync + 'static {
    /// The name of its row; it is never changed.
    const NAME: &'static str;
    const EVERY: Duration;

    fn run(&self, due: &Due) -> impl Future<Output = Result<()>> + Send;
}

/// The proof that a schedule's time has come in this process.
#[derive(Debug)]
pub struct Due {
    name: &'static str,
}

impl Due {
    /// The product itself in a tenant, under the schedule's name.
    pub fn system(&self, tenant: TenantId) -> Actor {
        Actor::system(tenant, self.name)
    }
}

/// A schedule, its type forgotten.
#[derive(Clone)]
pub(super) struct Scheduled {
    every: Duration,
    run: Arc<dyn Fn(Due) -> BoxFuture<'static, Result<()>> + Send + Sync>,
}

impl Scheduled {
    pub(super) fn new<S: Schedule>(schedule: S) -> Self {
        let schedule = Arc::new(schedule);
        let run = move |due: Due| -> BoxFuture<'static, Result<()>> {
            let schedule = schedule.clone();
            Box::pin(async move { schedule.run(&due).await })
        };
        Self { every: S::EVERY, run: Arc::new(run) }
    }
}

/// Does what is due, for ever, each schedule by itself.
pub(super) async fn keep(database: Database, registry: Registry) {
    let mut all = JoinSet::new();
    for (name, schedule) in registry.schedules() {
        all.spawn(keep_one(database.db(), name, schedule.clone()));
    }
    while all.join_next().await.is_some() {}
}

async fn keep_one(mut db: Db, name: &'static str, schedule: Scheduled) {
    loop {
        match take(&mut db, name, schedule.every).await {
            Ok(false) => {}
            Ok(true) => {
                // A task of its own: what panics is tried again as what fails.
                let ended = AbortOnDropHandle::new(tokio::spawn((schedule.run)(Due { name }))).await;
                if let Err(error) = ended.map_err(ServiceError::from).flatten() {
                    tracing::warn!(name, %error, "what was due failed; it is tried again in a minute");
                    if let Err(error) = again_soon(&mut db, name).await {
                        tracing::warn!(name, %error, "schedule not written");
                    }
                }
            }
            Err(error) => tracing::warn!(name, %error, "schedule not read"),
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Whether it is time and nobody else does it. What nobody has done yet is due at once.
async fn take(db: &mut Db, name: &str, every: Duration) -> Result<bool> {
    let taken = sqlx::query!(
        "insert into schedules as known (name, next_run_at) values ($1, now() + make_interval(secs => $2))
        on conflict (name) do update set next_run_at = excluded.next_run_at where known.next_run_at <= now()",
        name,
        every.as_secs_f64()
    )
    .execute(db.global())
    .await?;
    Ok(taken.rows_affected() == 1)
}

async fn again_soon(db: &mut Db, name: &str) -> Result<()> {
    sqlx::query!(
        "update schedules set next_run_at = least(next_run_at, now() + interval '1 minute') where name = $1",
        name
    )
    .execute(db.global())
    .await?;
    Ok(())
}
