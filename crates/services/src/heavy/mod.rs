//! Heavy work: decoding, composing, encoding. It takes a processor and much memory, so it is let in by one gate for the
//! whole process, which knows how many bytes each piece of work will need before it begins.
//!
//! What is let in holds its share until the work itself has ended, also where the request that asked for it was given
//! up meanwhile. What does not fit yet waits; of those that wait, the tenant with the least under way goes first.

mod gate;

use std::{sync::Arc, time::Duration};

use domain::{Problem, ProblemKind, TenantId};
use gate::Gate;

use crate::{Result, ServiceError};

/// How long somebody at a screen is let wait before being told to come back.
const PATIENCE: Duration = Duration::from_secs(20);

const BUSY: ServiceError = ServiceError::Busy { seconds: 5 };

/// Who waits for the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// Somebody at a screen: told to come back when it takes long, or when too many of the tenant wait already.
    Person,
    /// A job, which has time.
    Job,
}

#[derive(Clone)]
pub(crate) struct Heavy {
    gate: Gate,
}

impl Heavy {
    /// `bytes` is what all work together may take, `places` how much of it goes on at once.
    pub fn new(bytes: u64, places: usize) -> Self {
        Self { gate: Gate::new(bytes, places) }
    }

    /// Runs work that needs at most `bytes`, outside the threads that answer requests.
    ///
    /// # Errors
    /// As [`Heavy::share`], and those of the work.
    pub async fn run<T: Send + 'static>(
        &self,
        tenant: TenantId,
        bytes: u64,
        waiting: Waiting,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.share(tenant, bytes, waiting).await?.run(work).await
    }

    /// Waits until `bytes` and a place are free.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] where a person would wait too long; a refusal where it could never fit.
    pub async fn share(&self, tenant: TenantId, bytes: u64, waiting: Waiting) -> Result<Share> {
        if bytes > self.gate.capacity() {
            let (needed, limit) = (bytes.div_ceil(1 << 20), self.gate.capacity() >> 20);
            let problem = Problem::new(ProblemKind::TooLarge, "error-needs-too-much-memory");
            return Err(problem.with("needed", needed).with("limit", limit).into());
        }
        let share = match waiting {
            Waiting::Job => self.gate.enter(tenant, bytes).await,
            Waiting::Person => {
                let entered = self.gate.enter_unless_crowded(tenant, bytes).ok_or(BUSY)?;
                tokio::time::timeout(PATIENCE, entered).await.map_err(|_| BUSY)?
            }
        };
        Ok(Share(Arc::new(share)))
    }
}

/// Memory and a place that are held for some work, of one step or of several.
#[derive(Clone)]
pub(crate) struct Share(Arc<gate::Share>);

impl Share {
    /// Runs a step outside the threads that answer requests. The share is held until the step has ended, whatever
    /// becomes of the caller.
    pub async fn run<T: Send + 'static>(&self, step: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let held = self.0.clone();
        let done = tokio::task::spawn_blocking(move || {
            let done = step();
            drop(held);
            done
        });
        done.await?
    }
}
