//! No tenant sees another.

use document::Template;
use domain::{
    BatchId, RenderId,
    access::Permission,
    render::{BatchOrder, OutputFormat},
    tenancy::Role,
};
use sqlx::{Connection, Row};
use studio::{designs, images, renders, templates};
use test_support::{World, is_not_found, refused};

use crate::api_keys;

/// Tables that hold people and directory entries, nothing a tenant owns.
const GLOBAL: [&str; 8] =
    ["_sqlx_migrations", "account_tokens", "accounts", "attempts", "mails", "schedules", "sessions", "subdomains"];

#[tokio::test]
async fn every_tenant_table_is_behind_row_level_security() {
    let world = World::new().await;
    let mut owner = world.connect("vitrine_owner").await;
    let tables = sqlx::query(
        "select c.relname::text as name, c.relrowsecurity and c.relforcerowsecurity as forced,
            exists (select from pg_policy p where p.polrelid = c.oid) as has_policy,
            exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id') as has_tenant
        from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let mut guarded = 0;
    for table in tables {
        let name: String = table.get("name");
        if GLOBAL.contains(&name.as_str()) {
            continue;
        }
        assert!(table.get::<bool, _>("forced"), "{name} does not force row-level security");
        assert!(table.get::<bool, _>("has_policy"), "{name} has no policy");
        assert!(table.get::<bool, _>("has_tenant") || name == "tenants", "{name} has no tenant_id");
        guarded += 1;
    }
    assert!(guarded >= 10, "only {guarded} tables looked at");
}

#[tokio::test]
async fn every_key_of_a_tenant_s_table_begins_with_the_tenant() {
    let world = World::new().await;
    let mut owner = world.connect("vitrine_owner").await;
    // References to what is a tenant's too; primary and other unique keys are indexes, below.
    let others: Vec<String> = sqlx::query_scalar(
        "select format('%s: %s', k.conrelid::regclass, pg_get_constraintdef(k.oid))
        from pg_constraint k join pg_class c on c.oid = k.conrelid
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
        where c.relnamespace = 'public'::regnamespace and c.relforcerowsecurity and c.relname <> 'tenants'
            and k.contype = 'f'
            and exists (select from pg_class other where other.oid = k.confrelid and other.relforcerowsecurity)
            and a.attname <> 'tenant_id'",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert_eq!(others, [""; 0]);
    let unique: Vec<String> = sqlx::query_scalar(
        "select i.indexrelid::regclass::text
        from pg_index i join pg_class c on c.oid = i.indrelid
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
        where c.relnamespace = 'public'::regnamespace and c.relforcerowsecurity and c.relname <> 'tenants'
            and i.indisunique and a.attname <> 'tenant_id'",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert_eq!(unique, [""; 0]);
}

/// A policy that is not the common one, and why it may exist.
const OTHER_POLICIES: [(&str, &str); 4] = [
    // A workspace is its own tenant.
    ("tenants", "tenant ALL to public using (id = app_tenant()) check (id = app_tenant())"),
    // A person sees the workspaces they belong to, before being in one.
    ("memberships", "own SELECT to public using (account_id = app_account()) check -"),
    (
        "tenants",
        "own SELECT to public using (id IN ( SELECT m.tenant_id FROM memberships m WHERE (m.account_id = app_account()))) check -",
    ),
    // For the functions below, which run as the tables' owner; the application role is not it.
    ("jobs", "queue ALL to vitrine_owner using true check true"),
];

/// What runs with the owner's rights: it sees every tenant, so each is here with its whole name.
const DEFINER_FUNCTIONS: [&str; 3] = ["claim_job(uuid,interval,text,text[])", "job_counts()", "take_turns(text)"];

/// Where such a function looks for names: what its caller may make comes last.
const DEFINER_PATH: &str = "search_path=pg_catalog, public, pg_temp";

const COMMON: &str = "tenant ALL to public using (tenant_id = app_tenant()) check (tenant_id = app_tenant())";

#[tokio::test]
async fn policies_are_word_for_word_those_and_no_view_or_function_leads_past_them() {
    let world = World::new().await;
    let mut owner = world.connect("vitrine_owner").await;
    let policies: Vec<(String, String)> = sqlx::query_as(
        "select tablename::text, format('%s %s to %s using %s check %s', policyname, cmd, array_to_string(roles, ','),
            regexp_replace(coalesce(qual, '-'), '\\s+', ' ', 'g'), coalesce(with_check, '-'))
        from pg_policies where permissive = 'PERMISSIVE' order by 1, 2",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relrowsecurity",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let common = tables.into_iter().filter(|table| table != "tenants").map(|table| (table, COMMON.to_owned()));
    let other = OTHER_POLICIES.map(|(table, text)| (table.to_owned(), text.to_owned()));
    let mut expected: Vec<_> = common.chain(other).collect();
    expected.sort();
    let mut policies = policies;
    policies.sort();
    assert_eq!(policies, expected);

    let definers: Vec<String> = sqlx::query_scalar(
        "select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef order by 1",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert_eq!(definers, DEFINER_FUNCTIONS);
    let paths: Vec<String> = sqlx::query_scalar(
        "select distinct array_to_string(p.proconfig, ';') from pg_proc p
        where p.pronamespace = 'public'::regnamespace and p.prosecdef",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert_eq!(paths, [DEFINER_PATH]);
    // Of the database that was migrated: a copy of it, as this test's, does not keep who may do what in the whole of it.
    let temporary: bool = sqlx::query_scalar("select has_database_privilege('vitrine_app', 'vitrine', 'temporary')")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert!(!temporary);
    // A view reads with its owner's rights.
    let views: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert_eq!(views, [""; 0]);
    // And nothing of it is open to whoever else connects.
    let open: Vec<String> = sqlx::query_scalar(
        "select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
            and has_function_privilege('public', p.oid, 'execute')",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert_eq!(open, [""; 0]);
}

#[tokio::test]
async fn the_application_role_owns_nothing_and_cannot_bypass() {
    let world = World::new().await;
    let mut app = world.connect("vitrine_app").await;
    let row = sqlx::query(
        "select rolsuper or rolbypassrls or rolcreaterole as powerful,
            (select count(*) from pg_class where relowner = pg_roles.oid) as owned
        from pg_roles where rolname = current_user",
    )
    .fetch_one(&mut app)
    .await
    .unwrap();
    assert!(!row.get::<bool, _>("powerful"));
    assert_eq!(row.get::<i64, _>("owned"), 0);
}

#[tokio::test]
async fn a_query_that_forgets_its_tenant_sees_nothing() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    world.design(&actor, "Fern").await;
    world.template(&actor, "Mug").await;
    api_keys::key(&world, &actor, &[Permission::LibraryRead]).await;
    let mut app = world.connect("vitrine_app").await;
    for table in [
        "tenants",
        "memberships",
        "designs",
        "images",
        "templates",
        "template_images",
        "batches",
        "renders",
        "batch_images",
        "files",
        "tenant_storage",
        "template_saves",
        "audit_log",
        "jobs",
        "api_keys",
    ] {
        let count = format!("select count(*) from {table}");
        let seen: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count.clone())).fetch_one(&mut app).await.unwrap();
        assert_eq!(seen, 0, "{table} without a tenant");
        let mut tx = app.begin().await.unwrap();
        sqlx::query("select set_config('app.tenant_id', $1, true)")
            .bind(uuid::Uuid::now_v7().to_string())
            .execute(&mut *tx)
            .await
            .unwrap();
        let seen: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, 0, "{table} as another tenant");
    }
    // A row for another tenant cannot be slipped in either.
    let mut tx = app.begin().await.unwrap();
    sqlx::query("select set_config('app.tenant_id', $1, true)")
        .bind(uuid::Uuid::now_v7().to_string())
        .execute(&mut *tx)
        .await
        .unwrap();
    let slipped =
        sqlx::query("insert into jobs (id, tenant_id, kind, lane, place, payload) values (gen_random_uuid(), $1, 'render', 'render', 1, '{}')")
            .bind(actor.tenant().0)
            .execute(&mut *tx)
            .await;
    assert!(slipped.unwrap_err().to_string().contains("row-level security"));
}

#[tokio::test]
async fn tenant_b_cannot_reach_anything_of_tenant_a_by_its_id() {
    let world = World::new().await;
    let (studio, accounts) = (&mut world.studio(), &mut world.accounts());
    let (a, b) = (world.workspace("alpha").await, world.workspace("bravo").await);
    let design = world.design(&a, "Fern").await;
    let template = world.template(&a, "Mug").await;
    let order = BatchOrder { template, designs: vec![design], side: 64.try_into().unwrap(), format: OutputFormat::Png };
    let batch = renders::order(studio, &a.can().unwrap(), &order).await.unwrap();
    let render = renders::items(studio, &a.can().unwrap(), batch, None).await.unwrap().items[0].id;
    let image = designs::list(studio, &a.can().unwrap(), None).await.unwrap().items[0].image.hash;
    world.confirm(&a).await;
    let invitation = accounts::invite(accounts, &a.in_person().unwrap(), "new@alpha.example", Role::Viewer).await;
    assert!(invitation.is_ok());
    let invitation = accounts::pending(accounts, &a.can().unwrap(), None).await.unwrap().items[0].id;
    let (key, _) = api_keys::key(&world, &a, &[Permission::LibraryRead]).await;

    // What lists show.
    assert!(designs::list(studio, &b.can().unwrap(), None).await.unwrap().items.is_empty());
    assert!(templates::list(studio, &b.can().unwrap(), None).await.unwrap().items.is_empty());
    assert!(renders::batches(studio, &b.can().unwrap(), None).await.unwrap().items.is_empty());
    assert!(accounts::pending(accounts, &b.can().unwrap(), None).await.unwrap().items.is_empty());
    assert!(accounts::api_keys::list(accounts, &b.can().unwrap()).await.unwrap().is_empty());
    assert_eq!(accounts::members(accounts, &b.can().unwrap(), None).await.unwrap().items.len(), 1);

    // Reading by id.
    assert!(is_not_found(&designs::thumbnail(studio, &b.can().unwrap(), design).await));
    assert!(is_not_found(&images::info(studio, &b.can().unwrap(), image).await));
    assert!(is_not_found(&images::level(studio, &b.can().unwrap(), image, 0).await));
    assert!(is_not_found(&templates::open(studio, &b.can().unwrap(), template).await));
    assert!(is_not_found(&templates::thumbnail(studio, &b.can().unwrap(), template).await));
    assert!(is_not_found(&templates::export(studio, &b.can().unwrap(), template).await));
    assert!(is_not_found(&templates::versions(studio, &b.can().unwrap(), template).await));
    assert!(is_not_found(&templates::version(studio, &b.can().unwrap(), template, 1).await));
    assert!(is_not_found(&renders::batch(studio, &b.can().unwrap(), batch).await));
    assert!(renders::items(studio, &b.can().unwrap(), batch, None).await.unwrap().items.is_empty());
    assert!(is_not_found(&renders::file(studio, &b.can().unwrap(), render).await));
    assert!(is_not_found(&renders::preview(studio, &b.can().unwrap(), render).await));
    assert!(is_not_found(&renders::zip(studio, &b.can().unwrap(), batch).await));

    // Changing by id.
    let shelf = designs::Shelf::Trash;
    assert!(is_not_found(&designs::rename(studio, &b.can().unwrap(), design, "Mine").await));
    assert!(is_not_found(&designs::shelve(studio, &b.can().unwrap(), design, shelf).await));
    assert!(is_not_found(&templates::shelve(studio, &b.can().unwrap(), template, shelf).await));
    let (document, revision) = templates::open(studio, &a.can().unwrap(), template).await.unwrap();
    assert!(is_not_found(&templates::save(studio, &b.can().unwrap(), template, &document, revision).await));
    assert!(is_not_found(&renders::order(studio, &b.can().unwrap(), &order).await));
    assert!(is_not_found(&renders::cancel(studio, &b.can().unwrap(), batch).await));
    assert!(is_not_found(&renders::retry(studio, &b.can().unwrap(), batch).await));
    assert!(is_not_found(&accounts::withdraw(accounts, &b.can().unwrap(), invitation).await));
    assert!(is_not_found(&accounts::api_keys::revoke(accounts, &b.can().unwrap(), key).await));
    assert!(is_not_found(&accounts::remove(accounts, &b.can().unwrap(), a.account()).await));
    assert!(is_not_found(&accounts::change_role(accounts, &b.can().unwrap(), a.account(), Role::Viewer).await));

    // B's own template over A's photo: the hash is no key to it.
    let own = world.template(&b, "Poster").await;
    let (document, revision) = templates::open(studio, &b.can().unwrap(), own).await.unwrap();
    let stolen = Template::over_photo("Poster", document.canvas, image);
    let problem = refused(templates::save(studio, &b.can().unwrap(), own, &stolen, revision).await);
    assert_eq!(problem.key, "template-image-missing");

    // And everything of A's is as it was.
    assert_eq!(designs::list(studio, &a.can().unwrap(), None).await.unwrap().items[0].name, "Fern");
    assert_eq!(renders::batch(studio, &a.can().unwrap(), batch).await.unwrap().counts.queued, 1);
    let nothing = (BatchId(uuid::Uuid::now_v7()), RenderId(uuid::Uuid::now_v7()));
    assert!(is_not_found(&renders::batch(studio, &a.can().unwrap(), nothing.0).await));
    assert!(is_not_found(&renders::file(studio, &a.can().unwrap(), nothing.1).await));
}
