//! The queue with work of its own: what comes back, what takes long, what is due, what stands in its own lane.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use domain::TenantId;
use platform::{
    Process, Result,
    jobs::{self, Claimed, Due, Job, JobError, Lane, Outcome, Priority, Registry, Schedule, Worker, WorkerSettings},
};
use serde::{Deserialize, Serialize};
use test_support::{World, until};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Work that comes back a few times before it is done, and tells each time.
#[derive(Serialize, Deserialize)]
struct Patience {
    times: usize,
}

#[derive(Clone)]
struct Calls(Process, Arc<AtomicUsize>);

impl Job for Patience {
    const KIND: &'static str = "patience";
    const LANE: Lane = Lane::Render;
    type Context = Calls;

    fn dedupe_key(&self) -> Option<String> {
        Some("once".to_owned())
    }

    async fn run(self, calls: &Calls, claimed: &Claimed) -> Result<Outcome, JobError> {
        if calls.1.fetch_add(1, SeqCst) < self.times {
            return Ok(Outcome::Later(Duration::from_millis(1)));
        }
        let mut db = calls.0.db();
        let mut tx = db.tenant(claimed.tenant).await?;
        claimed.hold(&mut tx).await?.commit(tx).await
    }
}

async fn ask(world: &World, tenant: TenantId, jobs: &[Patience], priority: Priority) {
    let mut db = world.process.db();
    let mut tx = db.tenant(tenant).await.unwrap();
    jobs::enqueue(&mut tx, jobs, priority).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_job_that_is_not_due_yet_comes_back_without_using_up_an_attempt() {
    let world = World::new().await;
    let tenant = world.workspace("alpha").await.tenant();
    ask(&world, tenant, &[Patience { times: 7 }, Patience { times: 9 }], Priority::Normal).await;
    ask(&world, tenant, &[Patience { times: 9 }], Priority::Normal).await;
    let calls = Calls(world.process.clone(), Arc::default());
    let registry = Registry::default().job::<Patience>(&calls);
    let settings = WorkerSettings { slots: 2, lease: Duration::from_secs(30) };
    let worker = Worker::start(&world.process, &registry, settings);
    let jobs = async || -> Vec<(String, i32)> {
        let mut owner = world.connect("postgres").await;
        sqlx::query_as("select state, attempts from jobs").fetch_all(&mut owner).await.unwrap()
    };
    until("it is done", async || jobs().await.iter().all(|job| job.0 == "done")).await;
    worker.drain(Duration::from_secs(10)).await;
    assert_eq!(jobs().await, [("done".to_owned(), 1)], "one of a key waits at a time, and was tried once");
    assert_eq!(calls.1.load(SeqCst), 8);
}

/// Work that says how long it takes.
#[derive(Serialize, Deserialize)]
struct Long(u32);

impl Job for Long {
    const KIND: &'static str = "long";
    const LANE: Lane = Lane::Render;
    type Context = ();

    fn cost(&self) -> u32 {
        self.0
    }

    async fn run(self, (): &(), _claimed: &Claimed) -> Result<Outcome, JobError> {
        Ok(Outcome::Later(Duration::from_secs(3600)))
    }
}

#[tokio::test]
async fn long_work_of_one_workspace_leaves_as_much_time_to_another() {
    let world = World::new().await;
    let (slow, quick) = (world.workspace("slow").await.tenant(), world.workspace("quick").await.tenant());
    for (tenant, jobs) in [(slow, vec![Long(300), Long(300), Long(300)]), (quick, (0..500).map(|_| Long(1)).collect())]
    {
        let mut db = world.process.db();
        let mut tx = db.tenant(tenant).await.unwrap();
        jobs::enqueue(&mut tx, &jobs, Priority::Normal).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut app = world.connect("vitrine_app").await;
    let mut of_slow = 0;
    for _ in 0..302 {
        let claim = "select tenant_id from claim_job(gen_random_uuid(), interval '1 minute', 'render', array['long'])";
        let tenant: Uuid = sqlx::query_scalar(claim).fetch_one(&mut app).await.unwrap();
        of_slow += usize::from(tenant == slow.0);
    }
    assert_eq!(of_slow, 2, "one of 300 and the next one when the other has had its 300");
}

/// Counts how often it was done.
struct Tick(Arc<AtomicUsize>);

impl Schedule for Tick {
    const NAME: &'static str = "tick";
    const EVERY: Duration = Duration::from_secs(3600);

    async fn run(&self, _: &Due) -> Result<()> {
        self.0.fetch_add(1, SeqCst);
        Ok(())
    }
}

/// Looked at after [`Tick`], as schedules are by their names: a process that has done this has passed that.
struct Witness<const N: usize>(Arc<AtomicUsize>);

impl<const N: usize> Schedule for Witness<N> {
    const NAME: &'static str = ["witness 0", "witness 1", "witness 2"][N];
    const EVERY: Duration = Duration::from_secs(3600);

    async fn run(&self, _: &Due) -> Result<()> {
        self.0.fetch_add(1, SeqCst);
        Ok(())
    }
}

#[tokio::test]
async fn what_is_due_is_done_by_one_process_only() {
    let world = World::new().await;
    let (done, passed): (Arc<AtomicUsize>, Arc<AtomicUsize>) = Default::default();
    let settings = WorkerSettings { slots: 1, lease: Duration::from_secs(30) };
    let registry = || Registry::default().schedule(Tick(done.clone()));
    let registries = [
        registry().schedule(Witness::<0>(passed.clone())),
        registry().schedule(Witness::<1>(passed.clone())),
        registry().schedule(Witness::<2>(passed.clone())),
    ];
    let workers = registries.map(|registry| Worker::start(&world.process, &registry, settings));
    until("all have looked", async || passed.load(SeqCst) == 3).await;
    for worker in workers {
        worker.drain(Duration::from_secs(10)).await;
    }
    assert_eq!(done.load(SeqCst), 1);
}

/// Work that nobody ends.
#[derive(Serialize, Deserialize)]
struct Endless;

impl Job for Endless {
    const KIND: &'static str = "endless";
    const LANE: Lane = Lane::Render;
    type Context = Arc<Semaphore>;

    async fn run(self, begun: &Arc<Semaphore>, _claimed: &Claimed) -> Result<Outcome, JobError> {
        begun.add_permits(1);
        std::future::pending().await
    }
}

/// Work of another lane.
#[derive(Serialize, Deserialize)]
struct Sweep;

impl Job for Sweep {
    const KIND: &'static str = "sweep";
    const LANE: Lane = Lane::Maintenance;
    type Context = Process;

    async fn run(self, process: &Process, claimed: &Claimed) -> Result<Outcome, JobError> {
        let mut db = process.db();
        let mut tx = db.tenant(claimed.tenant).await?;
        claimed.hold(&mut tx).await?.commit(tx).await
    }
}

#[tokio::test]
async fn a_lane_whose_slots_are_all_taken_holds_up_no_other() {
    let world = World::new().await;
    let tenant = world.workspace("alpha").await.tenant();
    let begun = Arc::new(Semaphore::new(0));
    let registry = Registry::default().job::<Endless>(&begun).job::<Sweep>(&world.process);
    let worker = Worker::start(&world.process, &registry, WorkerSettings { slots: 2, lease: Duration::from_secs(30) });
    let mut db = world.process.db();
    let mut tx = db.tenant(tenant).await.unwrap();
    jobs::enqueue(&mut tx, &[Endless, Endless, Endless], Priority::High).await.unwrap();
    tx.commit().await.unwrap();
    let _both = begun.acquire_many(2).await.unwrap();
    let mut tx = db.tenant(tenant).await.unwrap();
    jobs::enqueue(&mut tx, &[Sweep], Priority::Normal).await.unwrap();
    tx.commit().await.unwrap();
    let states = async || -> Vec<(String, String)> {
        let mut owner = world.connect("postgres").await;
        sqlx::query_as("select kind, state from jobs order by kind, state").fetch_all(&mut owner).await.unwrap()
    };
    until("the other lane's work is done", async || states().await.contains(&("sweep".into(), "done".into()))).await;
    let endless = states().await.into_iter().filter(|(kind, _)| kind == "endless").map(|(_, state)| state);
    assert_eq!(endless.collect::<Vec<_>>(), ["queued", "running", "running"]);
    worker.drain(Duration::ZERO).await;
}
