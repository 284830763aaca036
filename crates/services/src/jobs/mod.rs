//! Durable work on the database: enqueued in the transaction of the change that asks for it, run by workers
//! that hold a lease, tried again with growing pauses, buried when nothing helps.
//!
//! A job's effect happens in one transaction together with its being done, and only while the lease is held, so
//! that a worker killed at any point loses nothing and repeats nothing.

mod outage;
mod queue;
mod worker;

pub use queue::counts;
pub(crate) use queue::{Priority, cancel, enqueue};
pub use worker::{Worker, WorkerSettings};

use domain::{JobId, TenantId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ServiceError, db::TenantTx};

/// What can be asked for. A new kind is a variant here, its handler beside the capability it belongs to, a name in
/// `KINDS`, and a line in `worker`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub(crate) enum Task {
    Render(crate::renders::RenderTask),
    Demo(crate::demo::DemoTask),
    Reconcile(crate::files::ReconcileTask),
}

impl Task {
    /// What this version can run. Jobs of other kinds are left to the versions that know them.
    const KINDS: [&str; 3] = ["render", "demo", "reconcile"];

    /// The name under which it is enqueued: one of [`Self::KINDS`].
    fn kind(&self) -> &'static str {
        match self {
            Self::Render(_) => Self::KINDS[0],
            Self::Demo(_) => Self::KINDS[1],
            Self::Reconcile(_) => Self::KINDS[2],
        }
    }
}

/// A job that this process holds.
#[derive(Clone, Debug)]
pub(crate) struct Claimed {
    pub id: JobId,
    pub tenant: TenantId,
    pub task: Task,
    pub attempt: i32,
    pub attempts_max: i32,
    pub worker: Uuid,
}

/// How a job can fail.
#[derive(Debug)]
pub(crate) enum JobError {
    /// Trying again cannot help; the key of the sentence that says why.
    Permanent(&'static str),
    /// It may go better later.
    Transient(ServiceError),
    /// The lease was lost or the job cancelled meanwhile: somebody else decides.
    NoLongerOurs,
}

impl<E: Into<ServiceError>> From<E> for JobError {
    fn from(error: E) -> Self {
        Self::Transient(error.into())
    }
}

impl Claimed {
    /// Marks the job done in the transaction that holds its effect.
    ///
    /// # Errors
    /// [`JobError::NoLongerOurs`] where the lease has gone to another worker: the transaction must not commit.
    pub async fn finish(&self, tx: &mut TenantTx) -> Result<(), JobError> {
        let done = sqlx::query!(
            "update jobs set state = 'done', worker = null, leased_until = null, finished_at = now(), last_error = null
            where id = $1 and state = 'running' and worker = $2 and attempts = $3",
            self.id.0,
            self.worker,
            self.attempt
        )
        .execute(tx.conn())
        .await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(JobError::NoLongerOurs) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_enqueued_under_a_name_that_is_claimed_and_read_back() {
        let task = Task::Reconcile(crate::files::ReconcileTask {});
        let json = serde_json::to_value(&task).unwrap();
        assert_eq!(json["kind"], task.kind());
        assert!(Task::KINDS.contains(&task.kind()));
    }
}
