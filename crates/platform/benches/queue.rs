//! What taking a job costs, however many wait.
#![allow(clippy::unwrap_used)]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use sqlx::{Executor, PgConnection};
use test_support::World;
use tokio::runtime::Runtime;

/// How many workspaces the waiting jobs belong to.
const TENANTS: u32 = 100;

async fn queue(world: &World, waiting: u32) {
    let mut owner = world.connect("postgres").await;
    let statements = [
        "set session_replication_role = replica".to_owned(),
        format!(
            "insert into jobs (id, tenant_id, kind, lane, payload, place)
            select gen_random_uuid(), md5((i % {TENANTS})::text)::uuid, 'render', 'render', '{{}}', i / {TENANTS}
            from generate_series(0, {waiting} - 1) i"
        ),
        "analyze jobs".to_owned(),
    ];
    for statement in statements {
        owner.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
    }
}

/// Takes a job, and gives it back by the end of the transaction.
async fn claim(app: &mut PgConnection) {
    app.execute("begin").await.unwrap();
    let claim = "select id from claim_job(gen_random_uuid(), interval '1 minute', 'render', array['demo', 'render'])";
    assert_eq!(app.fetch_all(claim).await.unwrap().len(), 1);
    app.execute("rollback").await.unwrap();
}

fn claims(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut group = criterion.benchmark_group("claim");
    for waiting in [100, 10_000, 1_000_000] {
        let world = runtime.block_on(World::new());
        runtime.block_on(queue(&world, waiting));
        let mut app = runtime.block_on(world.connect("vitrine_app"));
        group.bench_with_input(BenchmarkId::from_parameter(waiting), &waiting, |bencher, _| {
            bencher.iter(|| runtime.block_on(claim(&mut app)));
        });
    }
    group.finish();
}

criterion_group!(benches, claims);
criterion_main!(benches);
