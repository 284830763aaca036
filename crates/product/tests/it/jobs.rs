//! The queue with the studio's work.

use std::time::Duration;

use document::{Figure, Mask, Stroke, StrokePoint, geometry::Point};
use domain::{
    TenantId,
    render::{BatchOrder, OutputFormat},
};
use platform::{access::Actor, jobs};
use sqlx::{PgConnection, Row};
use studio::{renders, templates};
use test_support::{World, picture, until};
use uuid::Uuid;

async fn order(world: &World, actor: &Actor, count: usize) -> domain::BatchId {
    let mut chosen = Vec::new();
    for i in 0..count {
        chosen.push(world.design(actor, &format!("Design {i}")).await);
    }
    let template = world.template(actor, "Mug").await;
    let order = BatchOrder { template, designs: chosen, side: 64.try_into().unwrap(), format: OutputFormat::Png };
    renders::order(&mut world.studio(), &actor.can().unwrap(), &order).await.unwrap()
}

async fn claim(app: &mut PgConnection, worker: Uuid, seconds: f64) -> Option<(Uuid, TenantId, i32)> {
    let row = sqlx::query(
        "select id, tenant_id, attempts from claim_job($1, make_interval(secs => $2), 'render', array['render'])",
    )
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
    let workers = [world.worker(4), world.worker(4)];
    until("all renders done", async || {
        renders::batch(&mut world.studio(), &actor.can().unwrap(), batch).await.unwrap().counts.done == 40
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
    let worker = world.worker(1);
    until("the render failed", async || {
        renders::batch(&mut world.studio(), &actor.can().unwrap(), batch).await.unwrap().counts.failed == 1
    })
    .await;
    worker.drain(Duration::from_secs(10)).await;
    let items = renders::items(&mut world.studio(), &actor.can().unwrap(), batch).await.unwrap();
    assert_eq!(items[0].failure.as_deref(), Some("failure-internal"));
    assert_eq!(jobs::counts(&mut world.process.db()).await.unwrap()["dead"], 1);
}

#[tokio::test]
async fn a_job_of_a_kind_that_this_version_does_not_know_waits_untouched_for_one_that_does() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let mut owner = world.connect("postgres").await;
    sqlx::query(
        "insert into jobs (id, tenant_id, kind, lane, place, payload) values ($1, $2, 'from_the_future', 'render', 1, '{}')",
    )
    .bind(Uuid::now_v7())
    .bind(actor.tenant().0)
    .execute(&mut owner)
    .await
    .unwrap();
    let batch = order(&world, &actor, 1).await;
    let worker = world.worker(1);
    until("the render behind it is done", async || {
        renders::batch(&mut world.studio(), &actor.can().unwrap(), batch).await.unwrap().counts.done == 1
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
    sqlx::query(
        "insert into jobs (id, tenant_id, kind, lane, place, payload) values ($1, $2, 'render', 'render', 1, '{\"render\": 7}')",
    )
    .bind(Uuid::now_v7())
    .bind(actor.tenant().0)
    .execute(&mut owner)
    .await
    .unwrap();
    let worker = world.worker(1);
    until("it is buried", async || jobs::counts(&mut world.process.db()).await.unwrap()["dead"] == 1).await;
    worker.drain(Duration::from_secs(10)).await;
}

#[tokio::test]
async fn one_unreadable_file_is_no_outage_and_holds_up_nobody() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let batch = order(&world, &actor, 3).await;
    // A folder where the file should be: reading it is an error, and not that it is missing.
    let originals = world.files.path().join(format!("blobs/tenant/{}/original", actor.tenant()));
    let unreadable = platform::blobs::content_hash(&picture(64, 80, 8, b"Design 1")).to_string();
    std::fs::remove_file(originals.join(&unreadable)).unwrap();
    std::fs::create_dir(originals.join(&unreadable)).unwrap();
    let worker = world.worker(1);
    until("the others are done", async || {
        renders::batch(&mut world.studio(), &actor.can().unwrap(), batch).await.unwrap().counts.done == 2
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
    let worker = world.worker(2);
    until("a job has met the outage", || async {
        let mut owner = world.connect("postgres").await;
        let met = sqlx::query("select from jobs where last_error like 'unavailable%'").fetch_all(&mut owner).await;
        !met.unwrap().is_empty()
    })
    .await;
    let attempts: i64 =
        sqlx::query_scalar("select coalesce(sum(attempts), 0) from jobs where state in ('queued', 'delayed')")
            .fetch_one(&mut owner)
            .await
            .unwrap();
    assert_eq!(attempts, 0);
    std::fs::remove_file(&folder).unwrap();
    std::fs::rename(&aside, &folder).unwrap();
    until("all is done once the store is back", async || {
        renders::batch(&mut world.studio(), &actor.can().unwrap(), batch).await.unwrap().counts.done == 2
    })
    .await;
    worker.drain(Duration::from_secs(10)).await;
    let attempts: i32 = sqlx::query_scalar("select max(attempts) from jobs").fetch_one(&mut owner).await.unwrap();
    assert_eq!(attempts, 1);
}

#[tokio::test]
async fn what_somebody_waits_for_takes_the_next_turn_of_its_own_workspace_and_of_no_other() {
    let world = World::new().await;
    let (busy, other) = (world.workspace("busy").await, world.workspace("other").await);
    let slow = order(&world, &busy, 4).await;
    order(&world, &other, 4).await;
    studio::demo::request(&mut world.studio(), &busy.can().unwrap()).await.unwrap();
    let mut app = world.connect("vitrine_app").await;
    let mut turns = Vec::new();
    for _ in 0..9 {
        let row = sqlx::query(
            "select kind, tenant_id, subject from claim_job(gen_random_uuid(), interval '1 minute', 'render', array['render', 'demo'])",
        );
        let row = row.fetch_one(&mut app).await.unwrap();
        turns.push((
            row.get::<String, _>("kind"),
            TenantId(row.get("tenant_id")),
            row.get::<Option<Uuid>, _>("subject"),
        ));
    }
    let first_of_busy = turns.iter().find(|turn| turn.1 == busy.tenant()).unwrap();
    assert_eq!((first_of_busy.0.as_str(), first_of_busy.2), ("demo", None));
    for pair in turns.chunks_exact(2) {
        assert_ne!(pair[0].1, pair[1].1, "the two workspaces take turns: {turns:?}");
    }
    assert_eq!(turns.iter().filter(|turn| turn.2 == Some(slow.0)).count(), 4, "nothing of the batch is lost");
}

#[tokio::test]
async fn pictures_whose_masks_take_long_leave_as_much_time_to_another_workspace() {
    let world = World::new().await;
    let (busy, other) = (world.workspace("busy").await, world.workspace("other").await);
    let mut designs = Vec::new();
    for i in 0..4 {
        designs.push(world.design(&busy, &format!("Design {i}")).await);
    }
    let template = world.template(&busy, "Mug").await;
    let studio = &mut world.studio();
    let (mut document, revision) = templates::open(studio, &busy.can().unwrap(), template).await.unwrap();
    let at = |i: u32| Point::new(f64::from(i * 37 % 160), f64::from(i * 53 % 120));
    let points = (0..20_000).map(|i| StrokePoint::new(at(i), 1.0).unwrap()).collect();
    let stroke = Stroke { points, size: 5000.0.try_into().unwrap(), hardness: 0.try_into().unwrap() };
    document.layers[1].mask = Some(Mask::of(Figure::Stroke(stroke)));
    templates::save(studio, &busy.can().unwrap(), template, &document, revision).await.unwrap();
    let laborious = BatchOrder { template, designs, side: 64.try_into().unwrap(), format: OutputFormat::Png };
    renders::order(studio, &busy.can().unwrap(), &laborious).await.unwrap();
    order(&world, &other, 9).await;
    let mut app = world.connect("vitrine_app").await;
    let mut turns = Vec::new();
    for _ in 0..10 {
        turns.push(claim(&mut app, Uuid::now_v7(), 60.0).await.unwrap().1);
    }
    let of_busy = turns.iter().filter(|tenant| **tenant == busy.tenant()).count();
    assert_eq!(of_busy, 1, "nine pictures of the other take less time than one of these: {turns:?}");
}

#[tokio::test]
async fn a_workspace_that_comes_later_does_not_wait_behind_what_others_have_asked_for_before() {
    let world = World::new().await;
    let (early, late) = (world.workspace("early").await, world.workspace("late").await);
    order(&world, &early, 10).await;
    let mut app = world.connect("vitrine_app").await;
    for _ in 0..5 {
        assert_eq!(claim(&mut app, Uuid::now_v7(), 60.0).await.unwrap().1, early.tenant());
    }
    order(&world, &late, 2).await;
    let mut tenants = Vec::new();
    for _ in 0..4 {
        tenants.push(claim(&mut app, Uuid::now_v7(), 60.0).await.unwrap().1);
    }
    assert_eq!(tenants.iter().filter(|tenant| **tenant == late.tenant()).count(), 2, "{tenants:?}");
}

#[tokio::test]
async fn what_is_cancelled_gives_its_turns_back() {
    let world = World::new().await;
    let (hasty, other) = (world.workspace("hasty").await, world.workspace("other").await);
    let regretted = order(&world, &hasty, 10).await;
    renders::cancel(&mut world.studio(), &hasty.can().unwrap(), regretted).await.unwrap();
    order(&world, &other, 5).await;
    order(&world, &hasty, 1).await;
    let mut app = world.connect("vitrine_app").await;
    let first_two = [claim(&mut app, Uuid::now_v7(), 60.0).await, claim(&mut app, Uuid::now_v7(), 60.0).await];
    assert!(first_two.iter().flatten().any(|claimed| claimed.1 == hasty.tenant()), "{first_two:?}");
}

#[tokio::test]
async fn a_job_that_is_tried_again_goes_before_what_its_workspace_has_asked_for_since() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    order(&world, &actor, 1).await;
    let mut app = world.connect("vitrine_app").await;
    let (failed, ..) = claim(&mut app, Uuid::now_v7(), 60.0).await.unwrap();
    order(&world, &actor, 5).await;
    let mut owner = world.connect("postgres").await;
    let postpone =
        "update jobs set state = 'delayed', worker = null, leased_until = null, run_at = now() where id = $1";
    sqlx::query(postpone).bind(failed).execute(&mut owner).await.unwrap();
    assert_eq!(claim(&mut app, Uuid::now_v7(), 60.0).await.unwrap().0, failed);
}
