//! Lists in pages: every row once and in order, whatever happens between two pages.

use std::collections::BTreeSet;

use domain::{
    BatchId, DesignId, ProblemKind,
    page::PAGE,
    render::{BatchOrder, OutputFormat},
};
use platform::access::Actor;
use sqlx::Executor;
use studio::{designs, renders, templates};
use test_support::{World, refused, walk};

/// Rows like the only one of a table: each fifty of them share their moment.
const DESIGNS: &str = "insert into designs (id, tenant_id, name, image_hash, created_at)
    select gen_random_uuid(), tenant_id, 'Fern ' || i, image_hash, created_at - i / 50 * interval '1 second'
    from designs, generate_series(1, 149) i";

const TEMPLATES: &str = "insert into templates (id, tenant_id, name, document, updated_at)
    select gen_random_uuid(), tenant_id, 'Mug ' || i, document, updated_at - i / 50 * interval '1 second'
    from templates, generate_series(1, 149) i";

const BATCHES: &str = "insert into batches (id, tenant_id, template_name, document, side, format, created_at)
    select gen_random_uuid(), tenant_id, template_name, document, side, format, created_at - i / 50 * interval '1 second'
    from batches, generate_series(1, 149) i";

const RENDERS: &str = "insert into renders (id, tenant_id, batch_id, position, design_name, image_hash, key)
    select gen_random_uuid(), tenant_id, batch_id, i, 'Fern ' || i, image_hash, key from renders, generate_series(1, 149) i";

async fn fill(world: &World, statement: &'static str) {
    world.connect("postgres").await.execute(statement).await.unwrap();
}

async fn all_designs(world: &World, actor: &Actor) -> Vec<DesignId> {
    let designs = walk(async |after| designs::list(&mut world.studio(), &actor.can()?, after.as_ref()).await).await;
    let order: Vec<_> = designs.iter().map(|design| (design.created_at, design.id)).collect();
    assert!(order.is_sorted_by(|one, next| one > next), "newest first");
    designs.into_iter().map(|design| design.id).collect()
}

async fn order(world: &World, actor: &Actor, design: DesignId) -> BatchId {
    let template = world.template(actor, "Mug").await;
    let order = BatchOrder { template, designs: vec![design], side: 64.try_into().unwrap(), format: OutputFormat::Png };
    renders::order(&mut world.studio(), &actor.can().unwrap(), &order).await.unwrap()
}

#[tokio::test]
async fn all_pages_together_have_every_design_once_and_the_newest_first() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    world.design(&actor, "Fern").await;
    assert_eq!(all_designs(&world, &actor).await.len(), 1);
    fill(&world, DESIGNS).await;
    let all = all_designs(&world, &actor).await;
    assert_eq!((all.len(), BTreeSet::from_iter(&all).len()), (150, 150));
}

#[tokio::test]
async fn a_list_of_exactly_a_page_ends_with_it() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    world.design(&actor, "Fern").await;
    fill(&world, DESIGNS).await;
    for left in [PAGE + 1, PAGE] {
        let fewer = format!("delete from designs where id in (select id from designs offset {left})");
        world.connect("postgres").await.execute(sqlx::AssertSqlSafe(fewer)).await.unwrap();
        let page = designs::list(&mut world.studio(), &actor.can().unwrap(), None).await.unwrap();
        assert_eq!((page.items.len(), page.next.is_some()), (PAGE, left > PAGE));
    }
}

#[tokio::test]
async fn designs_that_come_and_go_between_two_pages_neither_repeat_nor_hide_another() {
    let world = World::new().await;
    let (studio, actor) = (&mut world.studio(), world.workspace("alpha").await);
    world.design(&actor, "Fern").await;
    fill(&world, DESIGNS).await;
    let before = all_designs(&world, &actor).await;
    let mut seen = Vec::new();
    let mut gone = BTreeSet::new();
    let mut after = None;
    loop {
        let page = designs::list(studio, &actor.can().unwrap(), after.as_ref()).await.unwrap();
        seen.extend(page.items.iter().map(|design| design.id));
        // One comes; the first and the last that were seen go, which the cursor stands on, and one that was not yet seen.
        world.design(&actor, &format!("New {}", seen.len())).await;
        let unseen = before.iter().copied().filter(|id| !seen.contains(id) && !gone.contains(id)).nth(3);
        for id in [page.items[0].id, page.items[page.items.len() - 1].id].into_iter().chain(unseen) {
            designs::shelve(studio, &actor.can().unwrap(), id, designs::Shelf::Trash).await.unwrap();
            gone.insert(id);
        }
        let Some(next) = page.next else { break };
        after = Some(next);
    }
    assert_eq!(BTreeSet::from_iter(&seen).len(), seen.len(), "none twice");
    let missing: Vec<_> = before.iter().filter(|id| !seen.contains(id) && !gone.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(seen.iter().all(|id| before.contains(id)), "what came meanwhile is before the first page");
    assert_eq!(seen, before.iter().copied().filter(|id| seen.contains(id)).collect::<Vec<_>>(), "in order");
}

#[tokio::test]
async fn templates_batches_and_pictures_come_in_pages_too() {
    let world = World::new().await;
    let (studio, actor) = (&mut world.studio(), world.workspace("alpha").await);
    let design = world.design(&actor, "Fern").await;
    let batch = order(&world, &actor, design).await;
    for statement in [TEMPLATES, BATCHES, RENDERS] {
        fill(&world, statement).await;
    }
    let all = walk(async |after| templates::list(studio, &actor.can()?, after.as_ref()).await).await;
    assert!(all.is_sorted_by(|one, next| (one.updated_at, one.id) > (next.updated_at, next.id)));
    assert_eq!(all.len(), 150);
    let all = walk(async |after| renders::batches(studio, &actor.can()?, after.as_ref()).await).await;
    assert!(all.is_sorted_by(|one, next| (one.created_at, one.id) > (next.created_at, next.id)));
    assert_eq!(all.len(), 150);
    let all = walk(async |after| renders::items(studio, &actor.can()?, batch, after.as_ref()).await).await;
    let names = all.into_iter().map(|render| render.design_name);
    let expected = std::iter::once("Fern".to_owned()).chain((1..150).map(|i| format!("Fern {i}")));
    assert_eq!(names.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[tokio::test]
async fn another_tenant_s_cursor_gives_nothing_of_theirs() {
    let world = World::new().await;
    let (studio, a) = (&mut world.studio(), world.workspace("alpha").await);
    let design = world.design(&a, "Fern").await;
    let batch = order(&world, &a, design).await;
    for statement in [DESIGNS, TEMPLATES, BATCHES, RENDERS] {
        fill(&world, statement).await;
    }
    let b = world.workspace("bravo").await;
    // Older than all of A's, so that it stands behind every cursor.
    let own = world.design(&b, "Own").await;
    let older = "update designs set created_at = '2001-01-01' where name = 'Own'";
    world.connect("postgres").await.execute(older).await.unwrap();
    let next = designs::list(studio, &a.can().unwrap(), None).await.unwrap().next;
    let page = designs::list(studio, &b.can().unwrap(), next.as_ref()).await.unwrap();
    assert_eq!(page.items.iter().map(|design| design.id).collect::<Vec<_>>(), [own]);
    let next = templates::list(studio, &a.can().unwrap(), None).await.unwrap().next;
    assert!(templates::list(studio, &b.can().unwrap(), next.as_ref()).await.unwrap().items.is_empty());
    let next = renders::batches(studio, &a.can().unwrap(), None).await.unwrap().next;
    assert!(renders::batches(studio, &b.can().unwrap(), next.as_ref()).await.unwrap().items.is_empty());
    let next = renders::items(studio, &a.can().unwrap(), batch, None).await.unwrap().next;
    assert!(renders::items(studio, &b.can().unwrap(), batch, next.as_ref()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn a_cursor_of_another_list_or_of_nobody_is_refused_at_after() {
    let world = World::new().await;
    let (studio, actor) = (&mut world.studio(), world.workspace("alpha").await);
    world.template(&actor, "Mug").await;
    fill(&world, TEMPLATES).await;
    let other = templates::list(studio, &actor.can().unwrap(), None).await.unwrap().next;
    let made_up = serde_json::from_str("\"' or 1 = 1 --\"").unwrap();
    for wrong in [other, Some(made_up)] {
        let problem = refused(designs::list(studio, &actor.can().unwrap(), wrong.as_ref()).await);
        assert_eq!((problem.kind, problem.field.as_deref()), (ProblemKind::Malformed, Some("after")));
    }
}
