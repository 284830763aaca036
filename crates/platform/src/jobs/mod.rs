//! Durable work on the database: enqueued in the transaction of the change that asks for it, run by workers
//! that hold a lease, tried again with growing pauses, buried when nothing helps.
//!
//! A job's effect happens in one transaction together with its being done, and only while the lease is held, so
//! that a worker killed at any point loses nothing and repeats nothing.

mod forget;
mod lane;
mod outage;
mod queue;
mod registry;
mod run;
mod schedule;
mod worker;

pub use forget::{Forget, forget_finished};
pub use lane::Lane;
pub use queue::{Priority, cancel, counts, enqueue};
pub use registry::Registry;
pub use schedule::{Due, Schedule};
pub use worker::{Worker, WorkerSettings};

use std::{borrow::Cow, time::Duration};

use domain::{JobId, TenantId};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{Result, ServiceError, access::Actor, db::TenantTx};

/// Work that outlives the request which asks for it. A new kind is a type in a file of its own beside the capability it
/// belongs to, and a line where that capability registers its jobs. The value's fields are what is kept in the database.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name under which it waits in the database; it is never changed.
    const KIND: &'static str;
    const LANE: Lane;
    /// How often it is tried before it is buried.
    const ATTEMPTS: u16 = 5;
    /// What it needs to run.
    type Context: Clone + Send + Sync + 'static;

    /// What the job is about: jobs of one subject are cancelled together.
    fn subject(&self) -> Option<Uuid> {
        None
    }

    /// How long it will take, at least 1, in units that the kinds of its lane agree on: the tenant's next turn comes that
    /// much later, so that work is shared out by time and not by the number of jobs.
    fn cost(&self) -> u32 {
        1
    }

    /// While a job of the tenant with the same key waits or runs, asking for another changes nothing.
    fn dedupe_key(&self) -> Option<String> {
        None
    }

    /// Does the work, and marks it done in the transaction that holds its effect.
    fn run(self, context: &Self::Context, claimed: &Claimed) -> impl Future<Output = Result<Outcome, JobError>> + Send;

    /// Tells whom it concerns, in the transaction that buries the job. `reason` is the key of a sentence.
    fn give_up(self, _tx: &mut TenantTx<'_>, _reason: &str) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

/// A job that this process holds.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub id: JobId,
    pub tenant: TenantId,
    pub kind: String,
    pub attempt: i32,
    pub attempts_max: i32,
    pub worker: Uuid,
}

/// How a job can end well.
#[derive(Debug)]
pub enum Outcome {
    Done(Finished),
    /// Nothing is wrong and it is not its time yet: the slot is given back, no attempt is used up.
    Later(Duration),
}

/// The proof that a job's being done was committed.
#[derive(Debug)]
pub struct Finished(());

/// A job that is marked done in a transaction and will be when that commits.
#[must_use]
pub struct Held(());

impl Held {
    /// Commits the transaction that holds the job's effect and its being done.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn commit(self, tx: TenantTx<'_>) -> Result<Outcome, JobError> {
        tx.commit().await?;
        Ok(Outcome::Done(Finished(())))
    }
}

/// How a job can fail.
#[derive(Debug)]
pub enum JobError {
    /// Trying again cannot help; the key of the sentence that says why.
    Permanent(Cow<'static, str>),
    /// It may go better later.
    Transient(ServiceError),
    /// The lease was lost or the job cancelled meanwhile: somebody else decides.
    NoLongerOurs,
}

impl<E: Into<ServiceError>> From<E> for JobError {
    fn from(error: E) -> Self {
        match error.into() {
            ServiceError::Refused(problem) => Self::Permanent(problem.key.into()),
            other => Self::Transient(other),
        }
    }
}

impl Claimed {
    /// The product itself, where the job acts for nobody: in its tenant, under the name of its kind.
    pub fn system(&self) -> Actor {
        Actor::system(self.tenant, &self.kind)
    }

    /// Marks the job done in the transaction that will hold its effect, before anything else is locked there.
    ///
    /// # Errors
    /// [`JobError::NoLongerOurs`] where the lease has gone to another worker: the transaction must not commit.
    pub async fn hold(&self, tx: &mut TenantTx<'_>) -> Result<Held, JobError> {
        let done = sqlx::query!(
            "update jobs set state = 'done', worker = null, leased_until = null, finished_at = now(), last_error = null
            where id = $1 and state = 'running' and worker = $2 and attempts = $3",
            self.id.0,
            self.worker,
            self.attempt
        )
        .execute(tx.conn())
        .await?;
        if done.rows_affected() == 1 { Ok(Held(())) } else { Err(JobError::NoLongerOurs) }
    }
}
