//! One job, from its claim to its end.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::task::AbortOnDropHandle;

use super::{
    Claimed, JobError, Outcome,
    outage::{Outage, is_outage},
    queue::{self, Attempt},
    registry::Kind,
};
use crate::{Process, Result, ServiceError, db::Db};

/// What a claimed job is run with.
#[derive(Clone)]
pub(super) struct Runner {
    pub process: Process,
    pub lease: Duration,
    pub outage: Outage,
}

impl Runner {
    /// Runs the job while its lease is renewed, and writes how it ended.
    #[tracing::instrument(skip_all, fields(job = %job.id, tenant = %job.tenant, kind = job.kind, attempt = job.attempt))]
    pub async fn run(&self, job: Claimed, kind: &dyn Kind, payload: Value) {
        let outcome = self.outcome(&job, kind, &payload).await;
        if let Err(error) = self.settle(&job, kind, &payload, outcome).await {
            tracing::warn!(%error, "job's outcome could not be written; its lease will end");
        }
    }

    async fn outcome(&self, job: &Claimed, kind: &dyn Kind, payload: &Value) -> Result<Outcome, JobError> {
        if job.attempt > job.attempts_max {
            // The workers that had it died without a word.
            return Err(JobError::Permanent("failure-internal".into()));
        }
        // The beat is a task of its own: it needs a connection while the job may hold one.
        let beat = AbortOnDropHandle::new(tokio::spawn(renew(self.process.db(), job.clone(), self.lease)));
        let limit = kind.lane().time_limit();
        tokio::select! {
            outcome = timeout(limit, kind.run(payload, job)) => match outcome {
                Ok(outcome) => outcome,
                // It may only have waited for others' work, once; the same work takes as long again.
                Err(_) if job.attempt < 2 => Err(ServiceError::Busy { seconds: limit.as_secs() as u32 }.into()),
                Err(_) => Err(JobError::Permanent("failure-too-slow".into())),
            },
            _ = beat => Err(JobError::NoLongerOurs),
        }
    }

    async fn settle(
        &self,
        job: &Claimed,
        kind: &dyn Kind,
        payload: &Value,
        outcome: Result<Outcome, JobError>,
    ) -> Result<()> {
        let mut db = self.process.db();
        match outcome {
            Ok(Outcome::Done(_)) => {
                self.outage.over();
                Ok(())
            }
            Ok(Outcome::Later(pause)) => queue::postpone(&mut db, job, pause, Attempt::IsFree, None).await,
            Err(JobError::NoLongerOurs) => {
                tracing::info!("job was cancelled or taken over");
                Ok(())
            }
            Err(JobError::Transient(error)) if is_outage(&self.process, &error).await => {
                let pause = self.outage.seen();
                tracing::warn!(%error, ?pause, "job waits until database and store answer");
                queue::postpone(&mut db, job, pause, Attempt::IsFree, Some(&error.to_string())).await
            }
            Err(JobError::Transient(error)) if job.attempt < job.attempts_max => {
                tracing::warn!(%error, "job failed, will be tried again");
                let pause = pause_after(job.attempt);
                queue::postpone(&mut db, job, pause, Attempt::Counts, Some(&error.to_string())).await
            }
            Err(JobError::Transient(error)) => {
                tracing::error!(%error, "job failed for the last time");
                self.bury(job, kind, payload, "failure-internal", &error.to_string()).await
            }
            Err(JobError::Permanent(key)) => {
                tracing::error!(%key, "job cannot succeed");
                self.bury(job, kind, payload, &key, &key).await
            }
        }
    }

    /// Buries the job together with what it was for.
    async fn bury(&self, job: &Claimed, kind: &dyn Kind, payload: &Value, reason: &str, error: &str) -> Result<()> {
        let mut db = self.process.db();
        let mut tx = db.tenant(job.tenant).await?;
        if queue::bury(&mut tx, job, error).await? {
            kind.give_up(payload, &mut tx, reason).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Two seconds, four, eight ... and up to half as much again, so that failures together do not come back together.
fn pause_after(attempt: i32) -> Duration {
    let base = f64::from(1 << attempt.clamp(1, 10));
    Duration::from_secs_f64(base * (1.0 + rand::random::<f64>() * 0.5))
}

/// Renews the lease until it is lost.
async fn renew(mut db: Db, job: Claimed, lease: Duration) {
    let mut beat = interval(lease / 3);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat.tick().await;
    loop {
        beat.tick().await;
        match queue::renew(&mut db, &job, lease).await {
            Ok(true) => {}
            Ok(false) => return,
            // The lease outlives a short outage; finishing checks once more.
            Err(error) => tracing::warn!(%error, "lease not renewed"),
        }
    }
}
