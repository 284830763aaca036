//! Requests that are given up half-way.

use std::time::Duration;

use sqlx::Row;
use test_support::World;

#[tokio::test]
async fn a_request_given_up_at_any_point_leaves_no_transaction_open() {
    let world = World::new().await;
    let owner = world.workspace("alpha").await;
    let can = owner.can().unwrap();
    let mut accounts = world.accounts();
    for microseconds in (0..6_000).step_by(40) {
        let asked = accounts::members(&mut accounts, &can);
        let _ = tokio::time::timeout(Duration::from_micros(microseconds), asked).await;
    }
    // Every connection is back; what one of them still does with an open transaction shows in the server's own list.
    test_support::until("all connections are idle", async || {
        let mut postgres = world.connect("postgres").await;
        let row = sqlx::query(
            "select count(*) filter (where state like 'idle in transaction%') as open from pg_stat_activity
            where datname = current_database() and usename = 'vitrine_app'",
        )
        .fetch_one(&mut postgres)
        .await
        .unwrap();
        row.get::<i64, _>("open") == 0
    })
    .await;
}
