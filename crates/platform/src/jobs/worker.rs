//! The loop that runs jobs.

use std::time::Duration;

use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use super::{Lane, Registry, outage::Outage, queue, run::Runner, schedule};
use crate::{Process, db::Database, mail};

#[derive(Clone, Copy, Debug)]
pub struct WorkerSettings {
    /// How many jobs run at once.
    pub slots: usize,
    /// How long a job is held without a sign of life. A killed worker's jobs are taken up after this.
    pub lease: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        let slots = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self { slots, lease: Duration::from_secs(15) }
    }
}

/// Workers of one process.
pub struct Worker {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Worker {
    /// Begins to run what is registered.
    pub fn start(process: &Process, registry: &Registry, settings: WorkerSettings) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (wake, woken) = watch::channel(());
        let mut tasks = JoinSet::new();
        let runner = Runner { process: process.clone(), lease: settings.lease, outage: Outage::default() };
        for lane in Lane::ALL {
            for _ in 0..lane.slots(settings.slots) {
                let slot = Slot {
                    runner: runner.clone(),
                    registry: registry.clone(),
                    lane,
                    known: registry.known(lane),
                    worker: Uuid::now_v7(),
                    stopped: stopped.clone(),
                };
                tasks.spawn(slot.work(woken.clone()));
            }
        }
        let database = process.database.clone();
        tasks.spawn(until_stopped(stopped.clone(), steadily(move || listen(database.clone(), wake.clone()))));
        tasks.spawn(until_stopped(stopped.clone(), schedule::keep(process.database.clone(), registry.clone())));
        let process = process.clone();
        tasks.spawn(until_stopped(stopped, steadily(move || send_mail(process.clone(), woken.clone()))));
        Self { stop, tasks }
    }

    /// Takes no new job and waits for those that run. What is still running after `patience` is left to its lease.
    pub async fn drain(mut self, patience: Duration) {
        self.stop.send_replace(true);
        let finished = timeout(patience, async { while self.tasks.join_next().await.is_some() {} }).await;
        if finished.is_err() {
            tracing::warn!("jobs still running at the end of the drain; their leases will end");
        }
    }
}

async fn until_stopped(mut stopped: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        _ = stopped.wait_for(|stopped| *stopped) => {}
        () = work => {}
    }
}

/// Begins the work again where it breaks off.
async fn steadily<W: Future<Output = ()> + Send + 'static>(work: impl Fn() -> W) {
    loop {
        if let Err(error) = AbortOnDropHandle::new(tokio::spawn(work())).await {
            tracing::error!(%error, "a worker's task broke off; it begins again");
        }
        sleep(Duration::from_secs(1)).await;
    }
}

/// One job at a time, of one lane.
struct Slot {
    runner: Runner,
    registry: Registry,
    lane: Lane,
    known: Vec<String>,
    worker: Uuid,
    stopped: watch::Receiver<bool>,
}

impl Slot {
    async fn work(mut self, mut woken: watch::Receiver<()>) {
        while !*self.stopped.borrow() {
            if let Some(left) = self.runner.outage.left() {
                self.wait(sleep(left)).await;
                continue;
            }
            let Runner { process, lease, .. } = &self.runner;
            match queue::claim(&mut process.db(), self.lane, &self.known, self.worker, *lease).await {
                Ok(Some((job, payload))) => {
                    // Only known kinds are claimed.
                    let Some(kind) = self.registry.kind(&job.kind).cloned() else { continue };
                    // A task of its own: what panics in a job ends the job and not the slot, and what ends the slot ends
                    // the job. Its lease ends by itself.
                    let runner = self.runner.clone();
                    let run = tokio::spawn(async move { runner.run(job, &*kind, payload).await });
                    if let Err(error) = AbortOnDropHandle::new(run).await {
                        tracing::error!(%error, "a job broke off");
                    }
                }
                other => {
                    if let Err(error) = other {
                        tracing::warn!(%error, "no job could be claimed");
                    }
                    // A notification wakes at once; the pause finds retries that fall due and leases that end.
                    self.wait(async {
                        tokio::select! {
                            _ = woken.changed() => {}
                            () = sleep(Duration::from_secs(2)) => {}
                        }
                    })
                    .await;
                }
            }
        }
    }

    async fn wait(&mut self, what: impl Future<Output = ()>) {
        tokio::select! {
            _ = self.stopped.wait_for(|stopped| *stopped) => {}
            () = what => {}
        }
    }
}

/// Tells the slots of new jobs.
async fn listen(database: Database, wake: watch::Sender<()>) {
    loop {
        if let Ok(mut listener) = database.listen(queue::CHANNEL).await {
            wake.send_replace(());
            while let Ok(Some(_)) = listener.try_recv().await {
                wake.send_replace(());
            }
        }
        sleep(Duration::from_secs(1)).await;
    }
}

async fn send_mail(process: Process, mut woken: watch::Receiver<()>) {
    loop {
        if let Err(error) = mail::send_due(&mut process.db(), &process.mailer).await {
            tracing::warn!(%error, "mail could not be sent");
        }
        tokio::select! {
            _ = woken.changed() => {}
            () = sleep(Duration::from_secs(3)) => {}
        }
    }
}
