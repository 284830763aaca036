//! Heavy work: decoding, composing, encoding. It takes a processor and much memory, so it is let in by one gate for the
//! whole process, which knows how many bytes each piece of work will need before it begins.
//!
//! What is let in holds its share until the work itself has ended, also where the request that asked for it was given
//! up meanwhile. What does not fit yet waits; of those that wait, the tenant with the least under way goes first. However long
//! the work of a tenant takes, and however much of it there is, it never has all places: one more is for a person of another.

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
pub enum Waiting {
    /// Somebody at a screen: told to come back when it takes long, or when too many of the tenant wait already.
    Person,
    /// A job, which has time.
    Job,
}

#[derive(Clone)]
pub struct Heavy {
    gate: Gate,
}

impl Heavy {
    /// `bytes` is what all work together may take, `places` how much of it goes on at once, beside that of one person
    /// whose tenant has nothing else under way.
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

    /// Whether work of so many bytes can ever be let in.
    ///
    /// # Errors
    /// A refusal that says what is needed and what there is.
    pub fn fits(&self, bytes: u64) -> Result<()> {
        if bytes <= self.gate.capacity() {
            return Ok(());
        }
        let (needed, limit) = (bytes.div_ceil(1 << 20), self.gate.capacity() >> 20);
        let problem = Problem::new(ProblemKind::TooLarge, "error-needs-too-much-memory");
        Err(problem.with("needed", needed).with("limit", limit).into())
    }

    /// Waits until `bytes` and a place are free.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] where a person would wait too long; a refusal where it could never fit.
    pub async fn share(&self, tenant: TenantId, bytes: u64, waiting: Waiting) -> Result<Share> {
        self.fits(bytes)?;
        let share = match waiting {
            Waiting::Job => self.gate.enter(tenant, bytes, Waiting::Job).await,
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
pub struct Share(Arc<gate::Share>);

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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn work_whose_request_was_given_up_holds_its_share_until_it_has_ended() {
        let heavy = Heavy::new(100, 4);
        let tenant = TenantId(uuid::Uuid::nil());
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (end, may_end) = mpsc::channel();
        let work = move || {
            let _ = begun.send(());
            Ok(may_end.recv())
        };
        let running = heavy.clone();
        let request = tokio::spawn(async move { running.run(tenant, 100, Waiting::Person, work).await });
        has_begun.await.unwrap();
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());

        let mut next = Box::pin(heavy.share(tenant, 10, Waiting::Job));
        let waits = tokio::time::timeout(Duration::ZERO, &mut next).await;
        assert!(waits.is_err(), "the work still has the memory");
        end.send(()).unwrap();
        assert!(next.await.is_ok());
    }

    #[test]
    fn what_could_never_fit_is_refused_with_both_numbers() {
        let refused = Heavy::new(64 << 20, 1).fits((64 << 20) + 1).unwrap_err().problem();
        assert_eq!((refused.arguments["needed"].as_str(), refused.arguments["limit"].as_str()), ("65", "64"));
    }
}
