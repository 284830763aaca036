//! Programs with keys, in the areas that they may use.

use accounts::api_keys::{self, NewApiKey};
use domain::{
    ApiKeyId,
    access::{Permission, PermissionSet},
    account::{ApiKey, Author},
    tenancy::Role,
};
use platform::{
    ClientAddress, ServiceError,
    access::{Actor, DesignCreate, LibraryRead, Member, MemberManage},
    audit,
};
use studio::designs;
use test_support::{World, is_not_found, refused};

/// A key that the person makes, and its text.
pub async fn key(world: &World, creator: &Member, permissions: &[Permission]) -> (ApiKeyId, String) {
    let new = NewApiKey { name: "Shop".into(), permissions: PermissionSet::of(permissions), expires_at: None };
    let (id, text) = api_keys::create(&mut world.accounts(), &creator.in_person().unwrap(), &new).await.unwrap();
    (id, text.expose())
}

async fn look_up(world: &World, text: &str) -> Option<Actor> {
    api_keys::look_up(&mut world.accounts(), text, ClientAddress::Local).await.unwrap()
}

async fn only(world: &World, owner: &Member) -> ApiKey {
    let mut keys = api_keys::list(&mut world.accounts(), &owner.can().unwrap()).await.unwrap();
    assert_eq!(keys.len(), 1);
    keys.remove(0)
}

fn is_forbidden<T>(result: &platform::Result<T>) -> bool {
    matches!(result, Err(ServiceError::Forbidden))
}

#[tokio::test]
async fn a_key_does_what_its_permissions_say_and_nothing_else() {
    let world = World::new().await;
    let owner = world.workspace("alpha").await;
    world.design(&owner, "Fern").await;
    let (_, text) = key(&world, &owner, &[Permission::LibraryRead]).await;
    let program = look_up(&world, &text).await.expect("the key");
    let seen = designs::list(&mut world.studio(), &program.can().unwrap(), None).await.unwrap().items;
    assert_eq!(seen[0].name, "Fern");
    assert!(is_forbidden(&program.can::<DesignCreate>()));

    let (_, other) = key(&world, &owner, &[Permission::DesignCreate]).await;
    assert!(is_forbidden(&look_up(&world, &other).await.expect("the key").can::<LibraryRead>()));
}

#[tokio::test]
async fn what_a_program_does_is_on_the_log_with_its_key_s_name() {
    let world = World::new().await;
    let owner = world.workspace("alpha").await;
    let (_, text) = key(&world, &owner, &[Permission::DesignCreate]).await;
    let program = look_up(&world, &text).await.expect("the key");
    let design = world.design(&program, "Fern").await;
    world.design(&owner, "Moss").await;
    let entries = audit::list(&mut world.process.db(), &owner.can().unwrap(), None).await.unwrap().items;
    assert_eq!(
        (entries[1].who.clone(), entries[1].object.clone()),
        (Author::ApiKey { name: "Shop".into() }, format!("design {design}"),)
    );
    assert_eq!(entries[2].action, "api_key.created");
    assert_eq!(audit::first_broken_link(&mut world.process.db(), &owner.can().unwrap()).await.unwrap(), None);

    let mut superuser = world.connect("postgres").await;
    let rename = "update audit_log set api_key_name = 'Somebody' where api_key_id is not null";
    sqlx::query(rename).execute(&mut superuser).await.unwrap();
    assert!(audit::first_broken_link(&mut world.process.db(), &owner.can().unwrap()).await.unwrap().is_some());
}

#[tokio::test]
async fn a_key_gets_nothing_that_its_creator_lacks() {
    let world = World::new().await;
    let owner = world.workspace("alpha").await;
    let admin = world.member(&owner, "adam@alpha.example", Role::Admin).await;
    let editor = world.member(&owner, "eve@alpha.example", Role::Editor).await;
    let ask = async |permissions: &[Permission], name: &str, expires_at| {
        let new = NewApiKey { name: name.into(), permissions: PermissionSet::of(permissions), expires_at };
        api_keys::create(&mut world.accounts(), &admin.in_person().unwrap(), &new).await
    };
    let past = Some(time::OffsetDateTime::UNIX_EPOCH);
    for (asked, field, key) in [
        (ask(&[Permission::OwnerManage], "Shop", None).await, "permissions", "api-key-can-too-much"),
        (ask(&[], "Shop", None).await, "permissions", "api-key-can-nothing"),
        (ask(&[Permission::LibraryRead], " ", None).await, "name", "name-length"),
        (ask(&[Permission::LibraryRead], "Shop", past).await, "expires_at", "api-key-expired-already"),
    ] {
        let problem = refused(asked);
        assert_eq!((problem.field.as_deref(), problem.key.as_str()), (Some(field), key));
    }
    assert!(ask(&[Permission::LibraryRead], "Shop", None).await.is_ok());
    assert!(matches!(editor.in_person::<platform::access::KeyManage>(), Err(ServiceError::Forbidden)));
}

#[tokio::test]
async fn a_revoked_or_expired_key_and_what_is_none_read_alike() {
    let world = World::new().await;
    let (owner, other) = (world.workspace("alpha").await, world.workspace("bravo").await);
    let (id, text) = key(&world, &owner, &[Permission::LibraryRead]).await;
    // Of another tenant: the secret is good only where it was made.
    let stolen = text.replace(&owner.tenant().to_string(), &other.tenant().to_string());
    let wrong = format!("vtr_{}.{}", owner.tenant(), "A".repeat(43));
    for nothing in [&*stolen, &wrong, "", "vtr_x.y", &text["vtr_".len()..]] {
        assert!(look_up(&world, nothing).await.is_none(), "{nothing}");
    }
    assert!(look_up(&world, &text).await.is_some());

    let mut superuser = world.connect("postgres").await;
    let expire = "update api_keys set expires_at = now() where id = $1";
    sqlx::query(expire).bind(id.0).execute(&mut superuser).await.unwrap();
    assert!(look_up(&world, &text).await.is_none());
    assert!(only(&world, &owner).await.expires_at.is_some(), "still listed");

    let (second, text) = key(&world, &owner, &[Permission::LibraryRead]).await;
    assert!(look_up(&world, &text).await.is_some());
    api_keys::revoke(&mut world.accounts(), &owner.can().unwrap(), second).await.unwrap();
    assert!(look_up(&world, &text).await.is_none());
    assert_eq!(only(&world, &owner).await.id, id);
    assert!(is_not_found(&api_keys::revoke(&mut world.accounts(), &owner.can().unwrap(), second).await));
}

#[tokio::test]
async fn a_key_loses_what_its_creator_loses_and_ends_with_their_membership() {
    let world = World::new().await;
    let accounts = &mut world.accounts();
    let owner = world.workspace("alpha").await;
    let admin = world.member(&owner, "adam@alpha.example", Role::Admin).await;
    let (_, text) = key(&world, &admin, &[Permission::LibraryRead, Permission::MemberManage]).await;
    let program = look_up(&world, &text).await.expect("the key");
    // It manages members, as far as it has what their role has: here nobody's.
    let promote = accounts::change_role(accounts, &program.can().unwrap(), admin.account(), Role::Viewer).await;
    assert_eq!(refused(promote).key, "members-role-too-high");

    accounts::change_role(accounts, &owner.can().unwrap(), admin.account(), Role::Editor).await.unwrap();
    let program = look_up(&world, &text).await.expect("the key");
    assert!(program.can::<LibraryRead>().is_ok() && is_forbidden(&program.can::<MemberManage>()));

    accounts::remove(accounts, &owner.can().unwrap(), admin.account()).await.unwrap();
    assert!(look_up(&world, &text).await.is_none());
    assert!(api_keys::list(accounts, &owner.can().unwrap()).await.unwrap().is_empty());
    // Not even the membership brings it back.
    let mut superuser = world.connect("postgres").await;
    sqlx::query("insert into memberships (tenant_id, account_id, role) values ($1, $2, 'owner')")
        .bind(owner.tenant().0)
        .bind(admin.account().0)
        .execute(&mut superuser)
        .await
        .unwrap();
    assert!(look_up(&world, &text).await.is_none());
}

#[tokio::test]
async fn the_last_use_is_written_once_a_minute() {
    let world = World::new().await;
    let owner = world.workspace("alpha").await;
    let (id, text) = key(&world, &owner, &[Permission::LibraryRead]).await;
    assert_eq!(only(&world, &owner).await.last_used_at, None);
    futures::future::join_all((0..8).map(|_| look_up(&world, &text))).await;
    let first = only(&world, &owner).await.last_used_at.expect("used");
    look_up(&world, &text).await;
    assert_eq!(only(&world, &owner).await.last_used_at, Some(first));

    let mut superuser = world.connect("postgres").await;
    let writes = "select xmin::text from api_keys where id = $1";
    let before: String = sqlx::query_scalar(writes).bind(id.0).fetch_one(&mut superuser).await.unwrap();
    look_up(&world, &text).await;
    let after: String = sqlx::query_scalar(writes).bind(id.0).fetch_one(&mut superuser).await.unwrap();
    assert_eq!(before, after, "nothing was written");
    let age = "update api_keys set last_used_at = last_used_at - interval '2 minutes' where id = $1";
    sqlx::query(age).bind(id.0).execute(&mut superuser).await.unwrap();
    look_up(&world, &text).await;
    assert!(only(&world, &owner).await.last_used_at.expect("used") > first);
}
