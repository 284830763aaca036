//! The loop that runs jobs.

use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use uuid::Uuid;

use super::{
    Claimed, JobError, Task,
    outage::{Outage, is_outage},
    queue::{self, Attempt},
};
use crate::{Result, ServiceError, Services, demo, files, mail, maintenance, renders};

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
    pub fn start(services: &Services, settings: WorkerSettings) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (wake, woken) = watch::channel(());
        let mut tasks = JoinSet::new();
        let outage = Outage::default();
        for _ in 0..settings.slots {
            let slot = Slot {
                services: services.clone(),
                lease: settings.lease,
                worker: Uuid::now_v7(),
                outage: outage.clone(),
                stopped: stopped.clone(),
            };
            tasks.spawn(slot.work(woken.clone()));
        }
        tasks.spawn(until_stopped(stopped.clone(), listen(services.clone(), wake)));
        tasks.spawn(until_stopped(stopped.clone(), send_mail(services.clone(), woken)));
        tasks.spawn(until_stopped(stopped, maintain(services.clone())));
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

/// One job at a time.
struct Slot {
    services: Services,
    lease: Duration,
    worker: Uuid,
    outage: Outage,
    stopped: watch::Receiver<bool>,
}

impl Slot {
    async fn work(mut self, mut woken: watch::Receiver<()>) {
        while !*self.stopped.borrow() {
            if let Some(left) = self.outage.left() {
                self.wait(sleep(left)).await;
                continue;
            }
            match queue::claim(&self.services, self.worker, self.lease).await {
                Ok(Some(job)) => {
                    // A task of its own: what panics in a job ends the job and not the slot; its lease ends by itself.
                    let (services, lease, outage) = (self.services.clone(), self.lease, self.outage.clone());
                    let run = tokio::spawn(async move { run(&services, job, lease, &outage).await });
                    if let Err(error) = run.await {
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
async fn listen(services: Services, wake: watch::Sender<()>) {
    loop {
        if let Ok(mut listener) = PgListener::connect_with(services.db.pool()).await
            && listener.listen(queue::CHANNEL).await.is_ok()
        {
            wake.send_replace(());
            while let Ok(Some(_)) = listener.try_recv().await {
                wake.send_replace(());
            }
        }
        sleep(Duration::from_secs(1)).await;
    }
}

async fn send_mail(services: Services, mut woken: watch::Receiver<()>) {
    loop {
        if let Err(error) = mail::send_due(&services).await {
            tracing::warn!(%error, "mail could not be sent");
        }
        tokio::select! {
            _ = woken.changed() => {}
            () = sleep(Duration::from_secs(3)) => {}
        }
    }
}

async fn maintain(services: Services) {
    let mut hourly = interval(Duration::from_secs(3600));
    loop {
        hourly.tick().await;
        if let Err(error) = maintenance::clean_up(&services).await {
            tracing::warn!(%error, "clean-up failed");
        }
    }
}

#[tracing::instrument(skip_all, fields(job = %job.id, tenant = %job.tenant, attempt = job.attempt))]
async fn run(services: &Services, job: Claimed, lease: Duration, outage: &Outage) {
    let outcome = if job.attempt > job.attempts_max {
        // The workers that had it died without a word.
        Err(JobError::Permanent("failure-internal"))
    } else {
        // The beat is a task of its own too: it needs a connection while the job may hold one.
        let mut beat = JoinSet::new();
        beat.spawn(keep(services.clone(), job.clone(), lease));
        tokio::select! {
            outcome = handle(services, &job) => outcome,
            _ = beat.join_next() => Err(JobError::NoLongerOurs),
        }
    };
    let settled = match outcome {
        Ok(()) => {
            outage.over();
            Ok(())
        }
        Err(JobError::NoLongerOurs) => {
            tracing::info!("job was cancelled or taken over");
            Ok(())
        }
        Err(JobError::Transient(error)) if is_outage(services, &error).await => {
            let pause = outage.seen();
            tracing::warn!(%error, ?pause, "job waits until database and store answer");
            queue::postpone(services, &job, pause, Attempt::IsFree, &error.to_string()).await
        }
        Err(JobError::Transient(ServiceError::Refused(problem))) => {
            tracing::error!(%problem, "job was refused");
            bury(services, &job, &problem.key, &problem.to_string()).await
        }
        Err(JobError::Transient(error)) if job.attempt < job.attempts_max => {
            tracing::warn!(%error, "job failed, will be tried again");
            queue::postpone(services, &job, pause_after(job.attempt), Attempt::Counts, &error.to_string()).await
        }
        Err(JobError::Transient(error)) => {
            tracing::error!(%error, "job failed for the last time");
            bury(services, &job, "failure-internal", &error.to_string()).await
        }
        Err(JobError::Permanent(key)) => {
            tracing::error!(key, "job cannot succeed");
            bury(services, &job, key, key).await
        }
    };
    if let Err(error) = settled {
        tracing::warn!(%error, "job's outcome could not be written; its lease will end");
    }
}

/// Two seconds, four, eight ... and up to half as much again, so that failures together do not come back together.
fn pause_after(attempt: i32) -> Duration {
    let base = f64::from(1 << attempt.clamp(1, 10));
    Duration::from_secs_f64(base * (1.0 + rand::random::<f64>() * 0.5))
}

/// Renews the lease until it is lost.
async fn keep(services: Services, job: Claimed, lease: Duration) {
    let mut beat = interval(lease / 3);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat.tick().await;
    loop {
        beat.tick().await;
        match queue::renew(&services, &job, lease).await {
            Ok(true) => {}
            Ok(false) => return,
            // The lease outlives a short outage; finishing checks once more.
            Err(error) => tracing::warn!(%error, "lease not renewed"),
        }
    }
}

async fn handle(services: &Services, job: &Claimed) -> Result<(), JobError> {
    match &job.task {
        Task::Render(task) => renders::run(services, job, task).await,
        Task::Demo(task) => demo::run(services, job, task).await,
        Task::Reconcile(_) => files::run(services, job).await,
    }
}

/// Buries the job together with what it was for.
async fn bury(services: &Services, job: &Claimed, key: &str, error: &str) -> Result<()> {
    let mut tx = services.db.tenant(job.tenant).await?;
    if queue::bury(&mut tx, job.id, job.worker, error).await? {
        match &job.task {
            Task::Render(task) => renders::give_up(&mut tx, task, key).await?,
            Task::Demo(_) | Task::Reconcile(_) => {}
        }
        tx.commit().await?;
    }
    Ok(())
}
