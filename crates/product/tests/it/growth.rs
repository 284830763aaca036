//! A question costs the same however much is stored: with a million renders in one workspace, each statement of the
//! program goes by an index, and what pages ask touches few pages of the database.

use std::{collections::BTreeMap, path::Path, time::Duration};

use accounts::api_keys::{self, NewApiKey};
use domain::{
    access::PermissionSet,
    render::{BatchOrder, OutputFormat},
};
use platform::{
    ClientAddress,
    access::Member,
    jobs::{self, Worker, WorkerSettings},
};
use serde_json::Value;
use sqlx::{Executor, PgConnection, Row};
use studio::{clean_up, designs, files, renders, templates};
use test_support::{World, until, walk};

/// How many renders the large workspace has.
const RENDERS: i64 = 1_000_000;

/// The most 8 kB pages that a page's statement may touch: some 20 ms when all of them are cached.
const PAGES_MAX: i64 = 2_000;

/// Statements that look at all of a table, and may: it is small or the work is hourly.
const WHOLE_TABLE: [&str; 4] = [
    "pg_tables",                             // the check of the role when the program connects
    "select tenant_id from subdomains",      // the hourly clean-up goes through every tenant
    "from mails",                            // what waits to be sent, by a partial index that a bare plan does not take
    "delete from sessions where expires_at", // by its index once there are sessions
];

/// Every statement that the program contains, from what `dev/prepare-sql` wrote.
fn statements() -> BTreeMap<String, usize> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.sqlx");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    let read = |file: Vec<u8>| {
        let json: Value = serde_json::from_slice(&file).unwrap();
        let parameters = json["describe"]["parameters"]["Left"].as_array().map_or(0, Vec::len);
        (json["query"].as_str().unwrap().to_owned(), parameters)
    };
    files.map(read).collect()
}

/// The plan for any parameters, as it is when all tables are too large to read whole: row by row, by an index.
async fn plan(owner: &mut PgConnection, statement: &str, parameters: usize) -> Value {
    owner.execute(sqlx::AssertSqlSafe(format!("prepare asked as {statement}"))).await.unwrap();
    let nulls = vec!["null"; parameters].join(", ");
    let arguments = if parameters == 0 { String::new() } else { format!("({nulls})") };
    let explain = format!("explain (format json) execute asked{arguments}");
    let row = owner.fetch_one(sqlx::AssertSqlSafe(explain)).await.unwrap();
    owner.execute("deallocate asked").await.unwrap();
    row.get::<Value, _>(0)[0]["Plan"].clone()
}

/// What stands above a part of a plan.
#[derive(Clone, Copy, PartialEq)]
enum Above {
    /// Nothing ends it early.
    All,
    /// It gives rows in their order until a limit is reached.
    Limit,
}

/// The scans of a plan that read all of what they scan: of the table, or of an index without a condition, which is no
/// better unless a limit takes the first rows of the index as they come.
fn whole_scans(node: &Value, above: Above, found: &mut Vec<String>) {
    let kind = node["Node Type"].as_str().unwrap();
    let picks = !node["Index Cond"].is_null();
    let takes_as_they_come = above == Above::Limit && node["Filter"].is_null();
    let whole = match kind {
        "Seq Scan" => true,
        "Index Scan" | "Index Only Scan" | "Bitmap Index Scan" => !picks && !takes_as_they_come,
        _ => false,
    };
    if whole {
        let of = [&node["Index Name"], &node["Relation Name"]].into_iter().find_map(Value::as_str).unwrap();
        let filter = node["Filter"].as_str().map(|filter| format!(", filtered by {filter}")).unwrap_or_default();
        found.push(format!("{kind} of all of {of}{filter}"));
    }
    for part in node["Plans"].as_array().into_iter().flatten() {
        let first = part["Parent Relationship"] == "Outer" || part["Parent Relationship"] == "Member";
        let streams = node["Filter"].is_null() && node["Join Filter"].is_null();
        let below = match kind {
            "Limit" if first => Above::Limit,
            "LockRows" | "Result" | "ProjectSet" | "Append" | "Merge Append" if first && streams => above,
            _ => Above::All,
        };
        whole_scans(part, below, found);
    }
}

async fn grow(owner: &mut PgConnection, tenant: uuid::Uuid, batch: uuid::Uuid) {
    // As a replica: the triggers count one by one, and these rows come with their counts.
    let statements = [
        "set session_replication_role = replica".to_owned(),
        format!(
            "insert into batches (id, tenant_id, template_name, document, side, format, created_at, done)
            select gen_random_uuid(), tenant_id, template_name, document, side, format, now() - i * interval '1 minute', 100
            from batches, generate_series(1, {}) i where id = '{batch}'",
            RENDERS / 100
        ),
        format!(
            "insert into renders (id, tenant_id, batch_id, position, design_name, image_hash, key, state, output_hash,
                width, height, bytes, finished_at)
            select gen_random_uuid(), b.tenant_id, b.id, i, 'Fern', r.image_hash,
                decode(md5(b.id::text || i), 'hex'), 'done', r.image_hash, 10, 10, 10, now()
            from batches b, generate_series(1, 100) i, (select image_hash from renders where batch_id = '{batch}' limit 1) r
            where b.id <> '{batch}'"
        ),
        format!(
            "insert into jobs (id, tenant_id, kind, lane, place, payload, state, subject, finished_at)
            select gen_random_uuid(), tenant_id, 'render', 'render', 1, '{{}}', 'done', batch_id, now() from renders
            where tenant_id = '{tenant}' and state = 'done'"
        ),
        // As many people and workspaces, each alone in one, and designs.
        "insert into accounts (id, email, password_hash)
        select md5(i::text)::uuid, i || '@many.example', '' from generate_series(1, 20000) i"
            .to_owned(),
        "insert into tenants (id, name, subdomain)
        select md5(i::text)::uuid, 'One of many', 'many-' || i from generate_series(1, 20000) i"
            .to_owned(),
        "insert into memberships (tenant_id, account_id, role)
        select md5(i::text)::uuid, md5(i::text)::uuid, 'owner' from generate_series(1, 20000) i"
            .to_owned(),
        "insert into designs (id, tenant_id, name, image_hash)
        select gen_random_uuid(), tenant_id, 'Fern', image_hash from designs, generate_series(1, 20000)"
            .to_owned(),
        // Of a thousand workers that died: their leases end in an hour.
        format!(
            "insert into jobs (id, tenant_id, kind, lane, place, payload, state, worker, leased_until)
            select gen_random_uuid(), '{tenant}', 'render', 'render', 1, '{{}}', 'running', gen_random_uuid(), now() + interval '1 hour'
            from generate_series(1, 1000)"
        ),
        "set session_replication_role = origin".to_owned(),
        "analyze".to_owned(),
    ];
    for statement in statements {
        owner.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
    }
}

#[tokio::test]
async fn every_statement_goes_by_an_index_and_pages_touch_little_with_a_million_renders() {
    let world = World::new().await;
    let (studio, actor) = (&mut world.studio(), world.workspace("large").await);
    let order = BatchOrder {
        template: world.template(&actor, "Mug").await,
        designs: vec![world.design(&actor, "Fern").await],
        side: 64.try_into().unwrap(),
        format: OutputFormat::Png,
    };
    let batch = renders::order(studio, &actor.can().unwrap(), &order).await.unwrap();
    let mut owner = world.connect("postgres").await;
    grow(&mut owner, actor.tenant().0, batch.0).await;

    // By the bare plan, as the program's role: no statement has to read a whole table.
    let mut app = world.connect("vitrine_app").await;
    let settings = format!(
        "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set plan_cache_mode = force_generic_plan; set app.tenant_id = '{0}'; set app.account_id = '{0}'",
        actor.tenant()
    );
    app.execute(sqlx::AssertSqlSafe(settings)).await.unwrap();
    let mut whole = Vec::new();
    for (statement, parameters) in statements() {
        let mut scans = Vec::new();
        whole_scans(&plan(&mut app, &statement, parameters).await, Above::All, &mut scans);
        if !scans.is_empty() && !WHOLE_TABLE.iter().any(|allowed| statement.contains(allowed)) {
            whole.push(format!("{statement}\n  {}", scans.join("\n  ")));
        }
    }
    assert!(
        whole.is_empty(),
        "{} statements read a whole table or a whole index:\n{}",
        whole.len(),
        whole.join("\n\n")
    );

    // As they are run: what pages and jobs ask touches little.
    owner.execute("create extension pg_stat_statements").await.unwrap();
    use_everything(&world, &actor, &order).await;
    let touched = sqlx::query(
        "select query, (shared_blks_hit + shared_blks_read) / calls as pages from pg_stat_statements s
        join pg_roles r on r.oid = s.userid join pg_database d on d.oid = s.dbid
        where r.rolname = 'vitrine_app' and d.datname = current_database() order by 2 desc",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert!(touched.len() > 30, "only {} statements were run", touched.len());
    let touched = touched.iter().map(|row| (row.get::<i64, _>("pages"), row.get::<String, _>("query")));
    let heavy: Vec<_> = touched.filter(|(pages, _)| *pages > PAGES_MAX).collect();
    assert!(heavy.is_empty(), "{heavy:#?}");
}

/// What a member's pages, a worker and the hourly clean-up ask.
async fn use_everything(world: &World, actor: &Member, order: &BatchOrder) {
    let studio = &mut world.studio();
    let batches = walk(async |after| renders::batches(studio, &actor.can()?, after.as_ref()).await).await;
    assert_eq!(batches.len() as i64, RENDERS / 100 + 1);
    let batch = batches[batches.len() / 2].id;
    assert_eq!(renders::batch(studio, &actor.can().unwrap(), batch).await.unwrap().counts.done, 100);
    let items = renders::items(studio, &actor.can().unwrap(), batch, None).await.unwrap().items;
    // Its file is a fiction of this test; what is asked for it is not.
    assert!(renders::file(studio, &actor.can().unwrap(), items[7].id).await.is_err());
    // All of them share one moment, so that a page has to look for its place among them.
    let further = designs::list(studio, &actor.can().unwrap(), None).await.unwrap().next;
    assert!(designs::list(studio, &actor.can().unwrap(), further.as_ref()).await.unwrap().next.is_some());
    templates::list(studio, &actor.can().unwrap(), None).await.unwrap();
    files::stored_bytes(studio, actor.tenant()).await.unwrap();
    let own = renders::order(studio, &actor.can().unwrap(), order).await.unwrap();
    renders::cancel(studio, &actor.can().unwrap(), own).await.unwrap();
    renders::retry(studio, &actor.can().unwrap(), own).await.unwrap();
    let worker = Worker::start(&world.process, &world.product.registry(), WorkerSettings::default());
    until("the order is done", async || {
        renders::batch(&mut world.studio(), &actor.can().unwrap(), own).await.unwrap().counts.is_settled()
    })
    .await;
    worker.drain(Duration::from_secs(20)).await;
    jobs::counts(&mut world.process.db()).await.unwrap();
    let accounts = &mut world.accounts();
    let new = NewApiKey { name: "Shop".into(), permissions: PermissionSet::ALL, expires_at: None };
    let (_, text) = api_keys::create(accounts, &actor.in_person().unwrap(), &new).await.unwrap();
    assert!(api_keys::look_up(accounts, &text.expose(), ClientAddress::Local).await.unwrap().is_some());
    clean_up(studio).await.unwrap();
    accounts::forget_expired(&mut world.accounts()).await.unwrap();
    jobs::forget_finished(&mut world.process.db()).await.unwrap();
}

/// The most 8 kB pages that a claim may touch.
const CLAIM_PAGES_MAX: i64 = 700;

#[tokio::test]
async fn a_claim_touches_little_however_many_jobs_wait_were_put_off_or_are_unknown() {
    let world = World::new().await;
    let mut owner = world.connect("postgres").await;
    let statements = [
        "set session_replication_role = replica",
        // A hundred workspaces: what waits, what falls due now after an outage, what was done, what nobody knows.
        "insert into jobs (id, tenant_id, kind, lane, place, payload, state, run_at, finished_at)
        select gen_random_uuid(), md5((i % 100)::text)::uuid, line.kind, 'render', i / 100 + 1, '{}', line.state, now(), line.finished
        from (values
            (100000, 'render', 'queued', null::timestamptz),
            (10000, 'render', 'delayed', null),
            (100000, 'render', 'done', now()),
            (10000, 'unknown', 'queued', null)
        ) line (count, kind, state, finished), generate_series(0, line.count - 1) i",
        "analyze jobs",
    ];
    for statement in statements {
        owner.execute(statement).await.unwrap();
    }
    let mut app = world.connect("vitrine_app").await;
    // The first plans its statements too.
    let claim = "select id from claim_job(gen_random_uuid(), interval '1 minute', 'render', array['demo', 'render'])";
    app.execute(claim).await.unwrap();
    let mut touched = Vec::new();
    for _ in 0..50 {
        let plan = app
            .fetch_one(sqlx::AssertSqlSafe(format!("explain (analyze, buffers, format json) {claim}")))
            .await
            .unwrap();
        let plan = &plan.get::<Value, _>(0)[0]["Plan"];
        assert_eq!(plan["Actual Rows"].as_f64(), Some(1.0));
        let pages = ["Shared Hit Blocks", "Shared Read Blocks"].map(|blocks| plan[blocks].as_i64().unwrap());
        touched.push(pages.iter().sum::<i64>());
    }
    assert!(touched.iter().all(|pages| *pages <= CLAIM_PAGES_MAX), "{touched:?}");
}
