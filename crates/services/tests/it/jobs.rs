//! The queue.

use std::time::Duration;

use domain::{
    TenantId,
    render::{BatchOrder, OutputFormat},
};
use services::{
    access::Actor,
    jobs::{Worker, WorkerSettings},
    renders,
};
use sqlx::{PgConnection, Row};
use test_support::{World, picture, until};
use uuid::Uuid;

async fn order(world: &World, actor: &Actor, count: usize) -> domain::BatchId {
    let mut chosen = Vec::new();
    for i in 0..count {
        chosen.push(world.design(actor, &format!("Design {i}")).await);
    }
    let template = world.template(actor, "Mug").await;
    let order = BatchOrder { template, designs: chosen, side: 64.try_into().unwrap(), format: OutputFormat::Png };
    renders::order(&world.services, &actor.can().unwrap(), &order).await.unwrap()
}

async fn claim(app: &mut PgConnection, worker: Uuid, seconds: f64) -> Option<(Uuid, TenantId, i32)> {
    let row =
        sqlx::query("select id, tenant_id, attempts from claim_job($1, make_interval(secs => $2), array['render'])")
            .bind(worker)
            .bind(seconds)
            .fetch_optional(app)
            .await
            .unwrap()?;
    Some((row.get("id"), TenantId(row.get("tenant_id")), row.get("attempts")))
}

#[tokio::test]
async fn two_workers_on_one_queue_never_do_the_same_job_twice() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let batch = order(&world, &actor, 40).await;
    let settings = WorkerSettings { slots: 4, lease: Duration::from_secs(30) };
    let workers = [Worker::start(&world.services, settings), Worker::start(&world.services, settings)];
    until("all renders done", async || {
        renders::batch(&world.services, &actor.can().unwrap(), batch).await.unwrap().counts.done == 40
    })
    .await;
    for worker in workers {
        worker.drain(Duration::from_secs(20)).await;
    }
    let mut owner = world.connect("vitrine_owner").await;
    let row = sqlx::query(
        "select count(*) as jobs, sum(attempts) as attempts, count(*) filter (where state = 'done') as done from jobs",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    let counts = (row.get::<i64, _>("jobs"), row.get::<i64, _>("attempts"), row.get::<i64, _>("done"));
    assert_eq!(counts, (40, 40, 40), "each job was claimed once");
}

#[tokio::test]
async fn a_small_tenant_s_job_does_not_wait_behind_a_large_batch() {
    let world = World::new().await;
    let (large, small) = (world.workspace("large").await, world.workspace("small").await);
    order(&world, &large, 20).await;
    order(&world, &small, 1).await;
    let mut app = world.connect("vitrine_app").await;
    let worker = Uuid::now_v7();
    let mut first_two = Vec::new();
    for _ in 0..2 {
        first_two.push(claim(&mut app, worker, 60.0).await.unwrap().1);
    }
    first_two.sort_unstable();
    let mut both = [large.tenant(), small.tenant()];
    both.sort_unstable();
    assert_eq!(first_two, both);
}

#[tokio::test]
async fn a_job_whose_lease_has_ended_goes_to_the_next_worker_with_one_more_attempt() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    order(&world, &actor, 1).await;
    let mut app = world.connect("vitrine_app").await;
    let (dead, alive) = (Uuid::now_v7(), Uuid::now_v7());
    let (id, _, attempts) = claim(&mut app, dead, 0.0).await.unwrap();
    assert_eq!(attempts, 1);
    let (again, _, attempts) = claim(&mut app, alive, 60.0).await.unwrap();
    assert_eq!((again, attempts), (id, 2));
    assert_eq!(claim(&mut app, alive, 60.0).await, None);
}

#[tokio::test]
async fn a_job_that_kills_its_workers_is_buried_and_its_render_fails_in_words() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let batch = order(&world, &actor, 1).await;
    let mut app = world.connect("vitrine_app").await;
    for attempt in 1..=5 {
        assert_eq!(claim(&mut app, Uuid::now_v7(), 0.0).await.unwrap().2, attempt);
    }
    let worker = Worker::start(&world.services, WorkerSettings { slots: 1, lease: Duration::from_secs(30) });
    until("the render failed", async || {
        renders::batch(&world.services, &actor.can().unwrap(), batch).await.unwrap().counts.failed == 1
    })
    .await;
    worker.drain(Duration::from_secs(10)).await;
    let items = renders::items(&world.services, &actor.can().unwrap(), batch).await.unwrap();
    assert_eq!(items[0].failure.as_deref(), Some("failure-internal"));
    assert_eq!(services::jobs::counts(&world.services).await.unwrap()["dead"], 1);
}

#[tokio::test]
async fn a_job_of_a_kind_that_this_version_does_not_know_waits_untouched_for_one_that_does() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let mut owner = world.connect("postgres").await;
    sqlx::query("insert into jobs (id, tenant_id, kind, payload) values ($1, $2, 'from_the_future', '{}')")
        .bind(Uuid::now_v7())
        .bind(actor.tenant().0)
        .execute(&mut owner)
        .await
        .unwrap();
    let batch = order(&world, &actor, 1).await;
    let worker = Worker::start(&world.services, WorkerSettings { slots: 1, lease: Duration::from_secs(30) });
    until("the render behind it is done", async || {
        renders::batch(&world.services, &actor.can().unwrap(), batch).await.unwrap().counts.done == 1
    })
    .await;
    worker.drain(Duration::from_secs(10)).await;
    let row =
        sqlx::query("select state, attempts from jobs where kind = 'from_the_future'").fetch_one(&mut owner).await;
    let row = row.unwrap();
    assert_eq!((row.get::<String, _>("state").as_str(), row.get::<i32, _>("attempts")), ("queued", 0));
}

#[tokio::test]
async fn a_job_whose_payload_cannot_be_read_is_buried_at_once() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let mut owner = world.connect("postgres").await;
    sqlx::query("insert into jobs (id, tenant_id, kind, payload) values ($1, $2, 'render', '{\"render\": 7}')")
        .bind(Uuid::now_v7())
        .bind(actor.tenant().0)
        .execute(&mut owner)
        .await
        .unwrap();
    let worker = Worker::start(&world.services, WorkerSettings { slots: 1, lease: Duration::from_secs(30) });
    until("it is buried", async || services::jobs::counts(&world.services).await.unwrap()["dead"] == 1).await;
    worker.drain(Duration::from_secs(10)).await;
}

#[tokio::test]
async fn one_unreadable_file_is_no_outage_and_holds_up_nobody() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let batch = order(&world, &actor, 3).await;
    // A folder where the file should be: reading it is an error, and not that it is missing.
    let originals = world.files.path().join(format!("blobs/tenant/{}/original", actor.tenant()));
    let unreadable = services::blobs::content_hash(&picture(64, 80, 8, b"Design 1")).to_string();
    std::fs::remove_file(originals.join(&unreadable)).unwrap();
    std::fs::create_dir(originals.join(&unreadable)).unwrap();
    let worker = Worker::start(&world.services, WorkerSettings { slots: 1, lease: Duration::from_secs(30) });
    until("the others are done", async || {
        renders::batch(&world.services, &actor.can().unwrap(), batch).await.unwrap().counts.done == 2
    })
    .await;
    worker.drain(Duration::from_secs(10)).await;
    let mut owner = world.connect("postgres").await;
    let used: i32 =
        sqlx::query_scalar("select attempts from jobs where state <> 'done'").fetch_one(&mut owner).await.unwrap();
    assert!(used > 0, "its attempts are counted");
}

#[tokio::test]
async fn an_outage_of_the_store_uses_up_no_attempt() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let batch = order(&world, &actor, 2).await;
    // The folder of files is away, as when a disk is not mounted.
    let (folder, aside) = (world.files.path().join("blobs"), world.files.path().join("aside"));
    std::fs::rename(&folder, &aside).unwrap();
    std::fs::write(&folder, b"not a folder").unwrap();
    let mut owner = world.connect("postgres").await;
    let worker = Worker::start(&world.services, WorkerSettings { slots: 2, lease: Duration::from_secs(30) });
    until("a job has met the outage", || async {
        let mut owner = world.connect("postgres").await;
        let met = sqlx::query("select from jobs where last_error like 'unavailable%'").fetch_all(&mut owner).await;
        !met.unwrap().is_empty()
    })
    .await;
    let attempts: i64 = sqlx::query_scalar("select coalesce(sum(attempts), 0) from jobs where state = 'queued'")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(attempts, 0);
    std::fs::remove_file(&folder).unwrap();
    std::fs::rename(&aside, &folder).unwrap();
    until("all is done once the store is back", async || {
        renders::batch(&world.services, &actor.can().unwrap(), batch).await.unwrap().counts.done == 2
    })
    .await;
    worker.drain(Duration::from_secs(10)).await;
    let attempts: i32 = sqlx::query_scalar("select max(attempts) from jobs").fetch_one(&mut owner).await.unwrap();
    assert_eq!(attempts, 1);
}
