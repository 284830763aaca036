//! What a process can run: the kinds of jobs and the schedules, registered by the capabilities they belong to.

use std::{collections::BTreeMap, marker::PhantomData, sync::Arc};

use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::Value;

use super::{Claimed, Job, JobError, Lane, Outcome, Schedule, schedule::Scheduled};
use crate::{Result, db::TenantTx};

/// Kinds of jobs and schedules by their names.
#[derive(Clone, Default)]
pub struct Registry {
    kinds: BTreeMap<&'static str, Arc<dyn Kind>>,
    schedules: BTreeMap<&'static str, Scheduled>,
}

/// A kind of job, its type forgotten. `payload` is what is kept of one.
pub(super) trait Kind: Send + Sync {
    fn lane(&self) -> Lane;

    fn run<'a>(&'a self, payload: &'a Value, claimed: &'a Claimed) -> BoxFuture<'a, Result<Outcome, JobError>>;

    fn give_up<'a>(
        &'a self,
        payload: &'a Value,
        tx: &'a mut TenantTx<'_>,
        reason: &'a str,
    ) -> BoxFuture<'a, Result<()>>;
}

struct KindOf<J: Job>(J::Context, PhantomData<fn() -> J>);

impl<J: Job> Kind for KindOf<J> {
    fn lane(&self) -> Lane {
        J::LANE
    }

    fn run<'a>(&'a self, payload: &'a Value, claimed: &'a Claimed) -> BoxFuture<'a, Result<Outcome, JobError>> {
        Box::pin(async move {
            match <J as Deserialize>::deserialize(payload) {
                Ok(job) => job.run(&self.0, claimed).await,
                Err(error) => {
                    tracing::error!(%error, "a job's payload cannot be read");
                    Err(JobError::Permanent("failure-internal".into()))
                }
            }
        })
    }

    fn give_up<'a>(
        &'a self,
        payload: &'a Value,
        tx: &'a mut TenantTx<'_>,
        reason: &'a str,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match <J as Deserialize>::deserialize(payload) {
                Ok(job) => job.give_up(tx, reason).await,
                // What cannot be read concerns nobody that is known.
                Err(_) => Ok(()),
            }
        })
    }
}

impl Registry {
    /// Adds a kind of job.
    #[must_use]
    pub fn job<J: Job>(mut self, context: &J::Context) -> Self {
        let before = self.kinds.insert(J::KIND, Arc::new(KindOf::<J>(context.clone(), PhantomData)));
        assert!(before.is_none(), "two kinds of jobs are called {}", J::KIND);
        self
    }

    /// Adds something that is done again and again.
    #[must_use]
    pub fn schedule<S: Schedule>(mut self, schedule: S) -> Self {
        let before = self.schedules.insert(S::NAME, Scheduled::new(schedule));
        assert!(before.is_none(), "two schedules are called {}", S::NAME);
        self
    }

    pub(super) fn kind(&self, name: &str) -> Option<&Arc<dyn Kind>> {
        self.kinds.get(name)
    }

    /// The names of the kinds of a lane.
    pub(super) fn known(&self, lane: Lane) -> Vec<String> {
        let of_lane = self.kinds.iter().filter(|(_, kind)| kind.lane() == lane);
        of_lane.map(|(name, _)| (*name).to_owned()).collect()
    }

    pub(super) fn schedules(&self) -> impl Iterator<Item = (&'static str, &Scheduled)> {
        self.schedules.iter().map(|(name, schedule)| (*name, schedule))
    }
}
