//! Requests that are given up half-way.

use std::time::Duration;

use domain::tenancy::Role;
use platform::audit;
use serde_json::json;
use sqlx::{Connection, Row};
use test_support::World;

#[tokio::test]
async fn a_request_given_up_at_any_point_leaves_no_transaction_open() {
    let world = World::new().await;
    let owner = world.workspace("alpha").await;
    let can = owner.can().unwrap();
    let mut accounts = world.accounts();
    for microseconds in (0..6_000).step_by(40) {
        let asked = accounts::members(&mut accounts, &can, None);
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

#[tokio::test]
async fn a_change_given_up_at_any_point_is_on_the_log_or_did_not_happen() {
    let world = World::new().await;
    let owner = world.workspace("alpha").await;
    let vera = world.member(&owner, "vera@alpha.example", Role::Viewer).await.account();
    let can = owner.can().unwrap();
    let mut accounts = world.accounts();
    for (n, microseconds) in (0..12_000).step_by(60).enumerate() {
        let role = if n % 2 == 0 { Role::Editor } else { Role::Viewer };
        let asked = accounts::change_role(&mut accounts, &can, vera, role);
        let _ = tokio::time::timeout(Duration::from_micros(microseconds), asked).await;
    }
    let mut postgres = world.connect("postgres").await;
    // Of one moment: the last change that was given up may be on its way yet.
    let mut moment = postgres.begin_with("begin isolation level repeatable read").await.unwrap();
    let changes: Vec<(serde_json::Value, serde_json::Value)> = sqlx::query_as(
        "select before -> 'role', after -> 'role' from audit_log where action = 'member.role_changed' order by sequence",
    )
    .fetch_all(&mut *moment)
    .await
    .unwrap();
    let now: String = sqlx::query_scalar("select role from memberships where account_id = $1")
        .bind(vera.0)
        .fetch_one(&mut *moment)
        .await
        .unwrap();
    drop(moment);
    let mut role = json!("viewer");
    for (before, after) in changes {
        assert_eq!(before, role);
        role = after;
    }
    assert_eq!(role, json!(now));
    let read = owner.can().unwrap();
    assert_eq!(audit::first_broken_link(&mut world.process.db(), &read).await.unwrap(), None);
}
