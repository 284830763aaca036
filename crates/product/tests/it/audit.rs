//! The audit log.

use std::time::Duration;

use domain::{TenantId, account::Author, change::Object};
use platform::{
    Change, Process, Result, audit,
    jobs::{Due, Registry, Schedule, Worker, WorkerSettings},
};
use test_support::{World, until};

#[tokio::test]
async fn what_somebody_does_is_on_the_log_with_who_and_which() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let design = world.design(&actor, "Fern").await;
    let entries = audit::list(&mut world.process.db(), &actor.can().unwrap(), None).await.unwrap().items;
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["design.created", "tenant.created"]);
    assert_eq!(entries[0].who, Author::Member { email: "owner@alpha.example".into() });
    assert_eq!(entries[0].object, format!("design {design}"));
}

#[tokio::test]
async fn tampering_with_an_entry_shows_and_the_program_itself_cannot() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    for name in ["One", "Two", "Three"] {
        world.design(&actor, name).await;
    }
    assert_eq!(audit::first_broken_link(&mut world.process.db(), &actor.can().unwrap()).await.unwrap(), None);

    let mut app = world.connect("vitrine_app").await;
    let refused = sqlx::query("update audit_log set action = 'nothing.happened'").execute(&mut app).await.unwrap_err();
    assert!(refused.to_string().contains("permission denied"));

    let mut superuser = world.connect("postgres").await;
    sqlx::query("update audit_log set action = 'nothing.happened' where sequence = 3")
        .execute(&mut superuser)
        .await
        .unwrap();
    assert_eq!(audit::first_broken_link(&mut world.process.db(), &actor.can().unwrap()).await.unwrap(), Some(3));
    sqlx::query("delete from audit_log where sequence = 3").execute(&mut superuser).await.unwrap();
    assert_eq!(audit::first_broken_link(&mut world.process.db(), &actor.can().unwrap()).await.unwrap(), Some(3));
}

#[tokio::test]
async fn changes_at_the_same_time_make_one_chain() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let names: Vec<String> = (0..12).map(|i| format!("Design {i}")).collect();
    let adding = names.iter().map(|name| world.design(&actor, name));
    futures::future::join_all(adding).await;
    assert_eq!(audit::list(&mut world.process.db(), &actor.can().unwrap(), None).await.unwrap().items.len(), 13);
    assert_eq!(audit::first_broken_link(&mut world.process.db(), &actor.can().unwrap()).await.unwrap(), None);
}

/// Changes a workspace for nobody.
struct Tidy(Process, TenantId);

impl Schedule for Tidy {
    const NAME: &'static str = "tidy";
    const EVERY: Duration = Duration::from_secs(3600);

    async fn run(&self, due: &Due) -> Result<()> {
        let mut db = self.0.db();
        let mut tx = db.tenant(self.1).await?;
        tx.changed(&due.system(self.1), Change::new("tenant.tidied", Object::Tenant(self.1)));
        tx.commit().await
    }
}

#[tokio::test]
async fn what_the_product_does_by_itself_is_on_the_log_as_its_own() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let registry = Registry::default().schedule(Tidy(world.process.clone(), actor.tenant()));
    let worker = Worker::start(&world.process, &registry, WorkerSettings::default());
    let newest =
        async || audit::list(&mut world.process.db(), &actor.can().unwrap(), None).await.unwrap().items.remove(0);
    until("it is tidied", async || newest().await.action == "tenant.tidied").await;
    worker.drain(Duration::from_secs(20)).await;
    assert_eq!(newest().await.who, Author::System { what: "tidy".into() });
    world.design(&actor, "Fern").await;
    assert_eq!(audit::first_broken_link(&mut world.process.db(), &actor.can().unwrap()).await.unwrap(), None);
    let mut superuser = world.connect("postgres").await;
    let blame = "update audit_log set account_id = $1, system = null where sequence = 2";
    sqlx::query(blame).bind(actor.account().0).execute(&mut superuser).await.unwrap();
    assert_eq!(audit::first_broken_link(&mut world.process.db(), &actor.can().unwrap()).await.unwrap(), Some(2));
}
