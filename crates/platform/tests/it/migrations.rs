//! Migrations on a database that has been in use.

use std::path::Path;

use sqlx::{Executor, PgConnection, Row};
use test_support::EmptyDatabase;

/// Runs the migrations whose numbers are in the range, as the tables' owner, who is no superuser.
async fn migrate(owner: &mut PgConnection, numbers: std::ops::RangeInclusive<u32>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let number: u32 = file.file_name().unwrap().to_str().unwrap()[..4].parse().unwrap();
        if numbers.contains(&number) {
            let text = std::fs::read_to_string(&file).unwrap();
            let ran = sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut *owner).await;
            ran.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        }
    }
}

#[tokio::test]
async fn jobs_of_before_wait_in_their_order_after_the_queue_has_turns() {
    let database = EmptyDatabase::new().await;
    let mut owner = database.connect("vitrine_owner").await;
    migrate(&mut owner, 1..=10).await;
    let mut above = database.connect("postgres").await;
    above.execute("set session_replication_role = replica").await.unwrap();
    let tenants = "insert into tenants (id, name, subdomain)
        select md5(name)::uuid, name, name from unnest(array['a', 'b', 'c', 'd', 'e', 'f']) as name";
    above.execute(tenants).await.unwrap();
    let jobs =
        "insert into jobs (id, tenant_id, kind, payload, priority, state, run_at, attempts, worker, leased_until)
        select md5(line.tenant || n)::uuid, md5(line.tenant)::uuid, 'render', '{}', line.priority, line.state,
            now() + line.wait, 0, line.worker, line.lease
        from (values
            ('a', 3, 1, 'queued', interval '0', null::uuid, null::timestamptz),
            ('b', 1, 1, 'queued', interval '0', null, null),
            ('c', 1, 1, 'queued', interval '1 hour', null, null),
            ('d', 1, 1, 'running', interval '0', md5('dead')::uuid, now() - interval '1 minute'),
            ('e', 1, 1, 'done', interval '0', null, null),
            ('f', 1, 1, 'dead', interval '0', null, null)
        ) line (tenant, count, priority, state, wait, worker, lease), generate_series(1, line.count) n";
    above.execute(jobs).await.unwrap();
    migrate(&mut owner, 11..=9999).await;
    above.execute("update jobs set run_at = now() where state = 'delayed'").await.unwrap();

    let mut app = database.connect("vitrine_app").await;
    let mut claimed = Vec::new();
    while let Some(row) = app
        .fetch_optional(
            "select tenant_id = md5('a')::uuid as of_a
            from claim_job(gen_random_uuid(), interval '1 minute', 'render', array['render'])",
        )
        .await
        .unwrap()
    {
        claimed.push(row.get::<bool, _>("of_a"));
    }
    assert_eq!(claimed.len(), 6, "three of a, and those of b, c and d");
    assert!(
        claimed[claimed.len() - 2..].iter().all(|of_a| *of_a),
        "nobody waits behind what a has more of: {claimed:?}"
    );
}

#[tokio::test]
async fn rows_of_before_keep_their_references_when_keys_begin_with_the_tenant() {
    let database = EmptyDatabase::new().await;
    let mut owner = database.connect("vitrine_owner").await;
    migrate(&mut owner, 1..=11).await;
    let mut above = database.connect("postgres").await;
    above
        .execute(
            "set session_replication_role = replica;
            insert into tenants (id, name, subdomain) select md5(name)::uuid, name, name from unnest(array['a', 'b']) name;
            insert into templates (id, tenant_id, name, document)
                select md5('template ' || name)::uuid, id, name, '{}' from tenants;
            insert into template_versions (tenant_id, template_id, revision, document, saved_at)
                select tenant_id, id, n, '{}', now() from templates, generate_series(1, 3) n;
            insert into batches (id, tenant_id, template_id, template_name, document, side, format)
                select md5('batch ' || name)::uuid, tenant_id, id, name, '{}', 100, 'png' from templates;
            set session_replication_role = origin",
        )
        .await
        .unwrap();
    migrate(&mut owner, 12..=9999).await;

    // A batch over another tenant's template, which no row could keep out before.
    let stolen = above
        .execute("update batches set template_id = md5('template b')::uuid where tenant_id = md5('a')::uuid")
        .await
        .unwrap_err();
    assert!(stolen.to_string().contains("batches_template_id_fkey"), "{stolen}");
    above.execute("delete from templates where name = 'a'").await.unwrap();
    let count = async |above: &mut PgConnection, what: &'static str| -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {what}"))).fetch_one(above).await.unwrap()
    };
    assert_eq!(count(&mut above, "template_versions").await, 3, "those of the other template");
    assert_eq!(count(&mut above, "batches where template_id is null and tenant_id = md5('a')::uuid").await, 1);
    assert_eq!(count(&mut above, "batches where template_id is not null").await, 1);
}

#[tokio::test]
async fn the_log_of_before_is_members_and_from_now_on_exactly_one_acts() {
    let database = EmptyDatabase::new().await;
    let mut owner = database.connect("vitrine_owner").await;
    migrate(&mut owner, 1..=27).await;
    let mut above = database.connect("postgres").await;
    above
        .execute(
            "set session_replication_role = replica;
            insert into tenants (id, name, subdomain) values (md5('a')::uuid, 'a', 'a');
            insert into audit_log (tenant_id, sequence, at, account_id, address, action, object_kind, object_id,
                    previous_hash, hash)
                select md5('a')::uuid, n, now(), md5('member')::uuid, 'local', 'design.created', 'design', '7', '', ''
                from generate_series(1, 3) n;
            set session_replication_role = origin",
        )
        .await
        .unwrap();
    migrate(&mut owner, 28..=9999).await;

    let members =
        "select count(*) from audit_log where account_id is not null and system is null and api_key_id is null";
    assert_eq!(sqlx::query_scalar::<_, i64>(members).fetch_one(&mut above).await.unwrap(), 3);
    for wrong in ["account_id = null", "system = 'render'", "api_key_id = md5('key')::uuid, account_id = null"] {
        let change = format!("update audit_log set {wrong} where sequence = 2");
        let refused = above.execute(sqlx::AssertSqlSafe(change)).await.unwrap_err();
        assert!(refused.to_string().contains("audit_log_one_acts"), "{wrong}: {refused}");
    }
}
