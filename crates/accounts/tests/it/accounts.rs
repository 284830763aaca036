//! People: in, out, back in, and together.

use accounts::{Password, SignUp};
use domain::tenancy::{Role, Subdomain};
use platform::{
    ServiceError,
    access::{DesignCreate, LibraryRead, MemberManage},
    mail,
};
use test_support::{PASSWORD, World, browser, refused};

use crate::is_forbidden;

fn form(subdomain: &str, email: &str, password: &str) -> SignUp {
    let password = Password::new(password);
    SignUp { workspace: "Shop".into(), subdomain: subdomain.into(), email: email.into(), password }
}

/// The last word of the newest message: its link's token.
async fn token(world: &World, page: &str) -> String {
    let mails = mail::outbox(&mut world.process.db(), &world.process.mailer, None).await.unwrap().items;
    let start = format!("http://localhost:3000{page}");
    let line = mails.iter().flat_map(|mail| mail.body.lines()).find_map(|line| line.trim().strip_prefix(&start));
    line.expect("a link").to_owned()
}

#[tokio::test]
async fn a_form_is_refused_at_the_field_that_is_wrong() {
    let world = World::new().await;
    world.workspace("taken").await;
    for (form, field, key) in [
        (form("taken", "a@b.example", PASSWORD), "subdomain", "account-subdomain-taken"),
        (form("admin", "a@b.example", PASSWORD), "subdomain", "account-subdomain-reserved"),
        (form("a", "a@b.example", PASSWORD), "subdomain", "account-subdomain-length"),
        (form("my_shop", "a@b.example", PASSWORD), "subdomain", "account-subdomain-characters"),
        (form("good", "nobody", PASSWORD), "email", "account-email-invalid"),
        (form("good", "a@b.example", "short"), "password", "account-password-length"),
        (form("good", "owner@taken.example", "another password"), "email", "account-email-taken"),
    ] {
        let problem = refused(accounts::sign_up(&mut world.accounts(), form, &browser()).await);
        assert_eq!((problem.field.as_deref(), problem.key.as_str()), (Some(field), key));
    }
    // Nothing of the refused attempts is left over.
    assert!(accounts::sign_up(&mut world.accounts(), form("good", "a@b.example", PASSWORD), &browser()).await.is_ok());
}

#[tokio::test]
async fn a_session_lives_until_it_is_ended_and_follows_the_host() {
    let world = World::new().await;
    let accounts = &mut world.accounts();
    world.workspace("alpha").await;
    let second = form("bravo", "owner@alpha.example", PASSWORD);
    accounts::sign_up(accounts, second, &browser()).await.expect("a second workspace for the same person");

    let cookie =
        accounts::sign_in(accounts, "Owner@Alpha.example", &Password::new(PASSWORD), &browser()).await.unwrap();
    let resume = async |host: Option<&str>| {
        let host = host.map(|host| host.parse::<Subdomain>().unwrap());
        accounts::resume(&mut world.accounts(), cookie.value(), host.as_ref(), &browser()).await.unwrap()
    };
    let session = resume(None).await.expect("signed in");
    let viewer = accounts::viewer(accounts, &session).await.unwrap();
    assert_eq!((viewer.tenant_name.as_str(), viewer.role, viewer.memberships.len()), ("alpha", Role::Owner, 2));

    let on_bravo = resume(Some("bravo")).await.unwrap();
    assert_eq!(accounts::viewer(accounts, &on_bravo).await.unwrap().tenant_name, "Shop");
    world.workspace("charlie").await;
    assert!(resume(Some("charlie")).await.unwrap().member().is_err());

    let bravo = viewer.memberships.iter().find(|m| m.subdomain == "bravo").unwrap().tenant;
    accounts::switch_tenant(accounts, &session, bravo).await.unwrap();
    assert_eq!(resume(None).await.unwrap().member().unwrap().tenant(), bravo);

    let sessions = accounts::sessions(accounts, &session, None).await.unwrap().items;
    assert_eq!((sessions.len(), sessions.iter().filter(|s| s.current).count()), (3, 1));
    accounts::end_all_others(accounts, &session).await.unwrap();
    assert_eq!(accounts::sessions(accounts, &session, None).await.unwrap().items.len(), 1);
    accounts::sign_out(accounts, &session).await.unwrap();
    assert!(resume(None).await.is_none());
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_read_alike_and_are_throttled() {
    let world = World::new().await;
    world.workspace("alpha").await;
    let attempt = async |email: &str, password: &str| {
        accounts::sign_in(&mut world.accounts(), email, &Password::new(password), &browser()).await
    };
    let known = refused(attempt("owner@alpha.example", "wrong password").await);
    let unknown = refused(attempt("nobody@alpha.example", "wrong password").await);
    assert_eq!(known, unknown);
    for _ in 0..4 {
        refused(attempt("owner@alpha.example", "wrong password").await);
    }
    let problem = refused(attempt("owner@alpha.example", PASSWORD).await);
    assert_eq!(problem.key, "account-throttled");
    assert_eq!((problem.arguments["minutes"].as_str(), problem.retry_after.is_some()), ("1", true));
}

#[tokio::test]
async fn a_reset_link_works_once_and_signs_out_everywhere() {
    let world = World::new().await;
    let accounts = &mut world.accounts();
    world.workspace("alpha").await;
    let cookie =
        accounts::sign_in(accounts, "owner@alpha.example", &Password::new(PASSWORD), &browser()).await.unwrap();
    accounts::request_password_reset(accounts, "nobody@alpha.example", &browser())
        .await
        .expect("unknown addresses are not told");
    accounts::request_password_reset(accounts, "owner@alpha.example", &browser()).await.unwrap();
    let token = token(&world, "/reset?token=").await;

    assert_eq!(
        refused(accounts::reset_password(accounts, &token, &Password::new("short"), &browser()).await).key,
        "account-password-length"
    );
    accounts::reset_password(accounts, &token, &Password::new("a new password"), &browser())
        .await
        .expect("the link still works");
    assert_eq!(
        refused(accounts::reset_password(accounts, &token, &Password::new("a new password"), &browser()).await).key,
        "account-link-expired"
    );
    assert!(accounts::resume(accounts, cookie.value(), None, &browser()).await.unwrap().is_none());
    assert!(accounts::sign_in(accounts, "owner@alpha.example", &Password::new(PASSWORD), &browser()).await.is_err());
    assert!(
        accounts::sign_in(accounts, "owner@alpha.example", &Password::new("a new password"), &browser()).await.is_ok()
    );
}

#[tokio::test]
async fn an_address_is_verified_by_its_link() {
    let world = World::new().await;
    let (_, cookie) =
        accounts::sign_up(&mut world.accounts(), form("alpha", "ada@alpha.example", PASSWORD), &browser())
            .await
            .unwrap();
    let session = accounts::resume(&mut world.accounts(), cookie.value(), None, &browser()).await.unwrap().unwrap();
    assert!(!accounts::viewer(&mut world.accounts(), &session).await.unwrap().email_verified);
    let token = token(&world, "/verify?token=").await;
    accounts::verify_email(&mut world.accounts(), &token, &browser()).await.unwrap();
    assert!(accounts::viewer(&mut world.accounts(), &session).await.unwrap().email_verified);
    assert_eq!(
        refused(accounts::verify_email(&mut world.accounts(), "made up", &browser()).await).key,
        "account-link-expired"
    );
}

#[tokio::test]
async fn an_invitation_makes_a_member_of_exactly_its_role() {
    let world = World::new().await;
    let owner = world.workspace("alpha").await;
    let viewer = world.member(&owner, "vera@alpha.example", Role::Viewer).await;
    assert_eq!((viewer.tenant(), viewer.role()), (owner.tenant(), Role::Viewer));
    assert!(viewer.can::<LibraryRead>().is_ok());
    assert!(is_forbidden(&viewer.can::<DesignCreate>()));
    assert!(is_forbidden(&viewer.can::<MemberManage>()));
    let again =
        accounts::invite(&mut world.accounts(), &owner.in_person().unwrap(), "vera@alpha.example", Role::Admin).await;
    assert_eq!(refused(again).key, "members-already-member");
}

#[tokio::test]
async fn an_admin_cannot_touch_an_owner_and_the_last_owner_stays() {
    let world = World::new().await;
    let accounts = &mut world.accounts();
    let owner = world.workspace("alpha").await;
    let admin = world.member(&owner, "adam@alpha.example", Role::Admin).await;
    let promote = accounts::change_role(accounts, &admin.can().unwrap(), admin.account(), Role::Owner).await;
    assert_eq!(refused(promote).key, "members-role-too-high");
    let unmake = accounts::remove(accounts, &admin.can().unwrap(), owner.account()).await;
    assert_eq!(refused(unmake).key, "members-role-too-high");
    let leave = accounts::change_role(accounts, &owner.can().unwrap(), owner.account(), Role::Viewer).await;
    assert_eq!(refused(leave).key, "members-last-owner");
    accounts::change_role(accounts, &owner.can().unwrap(), admin.account(), Role::Owner).await.unwrap();
    accounts::change_role(accounts, &owner.can().unwrap(), owner.account(), Role::Viewer).await.unwrap();
}

#[tokio::test]
async fn an_unreachable_database_says_so() {
    let world = World::new().await;
    let owner = world.workspace("alpha").await;
    world.process.database.close().await;
    let result = accounts::members(&mut world.accounts(), &owner.can().unwrap(), None).await;
    assert!(matches!(result, Err(ServiceError::Unavailable(_))));
    assert!(!world.process.db().answers().await);
}
