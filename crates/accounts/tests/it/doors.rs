//! What strangers try at the doors: links, passwords, invitations.

use accounts::{Accounts, Browser, Password, SignUp};
use domain::{account::Email, tenancy::Role};
use platform::{ServiceError, access::Member, mail};
use test_support::{PASSWORD, World, browser, refused};

fn from(address: &str) -> Browser {
    Browser { address: address.parse().unwrap(), ..browser() }
}

async fn invite(world: &World, by: &Member, email: &str, role: Role) -> String {
    let link = accounts::invite(&mut world.accounts(), &by.in_person().unwrap(), email, role).await.unwrap();
    link.rsplit('/').next().unwrap().to_owned()
}

async fn mailed(world: &World) -> String {
    let mail = mail::outbox(&mut world.process.db(), &world.process.mailer, None).await.unwrap().items.remove(0);
    let link = mail.body.split_whitespace().find(|word| word.contains("/invite/")).unwrap();
    link.rsplit('/').next().unwrap().to_owned()
}

async fn is_confirmed(accounts: &mut Accounts, token: &str) -> bool {
    let cookie = accounts::accept(accounts, token, None, &Password::new(PASSWORD), &browser()).await.unwrap().unwrap();
    let session = accounts::resume(accounts, cookie.value(), None, &browser()).await.unwrap().unwrap();
    accounts::viewer(accounts, &session).await.unwrap().email_verified
}

#[tokio::test]
async fn only_the_mailed_link_of_an_invitation_confirms_the_address() {
    let world = World::new().await;
    let owner = world.workspace("alpha").await;
    world.confirm(&owner).await;
    let handed = invite(&world, &owner, "first@alpha.example", Role::Viewer).await;
    assert_ne!(handed, mailed(&world).await);
    assert!(!is_confirmed(&mut world.accounts(), &handed).await);
    invite(&world, &owner, "second@alpha.example", Role::Viewer).await;
    assert!(is_confirmed(&mut world.accounts(), &mailed(&world).await).await);
}

#[tokio::test]
async fn an_invitation_needs_a_confirmed_sender_has_a_quota_and_carries_none_of_their_words() {
    let world = World::new().await;
    let form = SignUp {
        workspace: "Win 1000 at evil.example".into(),
        subdomain: "alpha".into(),
        email: "owner@alpha.example".into(),
        password: Password::new(PASSWORD),
    };
    let (owner, _) = accounts::sign_up(&mut world.accounts(), form, &browser()).await.unwrap();
    let ask = async |n: usize| {
        let email = format!("victim{n}@elsewhere.example");
        accounts::invite(&mut world.accounts(), &owner.in_person().unwrap(), &email, Role::Viewer).await
    };
    assert_eq!(refused(ask(0).await).key, "members-confirm-first");
    world.confirm(&owner).await;
    ask(0).await.unwrap();
    let mail = mail::outbox(&mut world.process.db(), &world.process.mailer, None).await.unwrap().items.remove(0);
    assert!(!format!("{} {}", mail.subject, mail.body).contains("evil.example"), "{mail:?}");
    assert!(mail.body.contains("owner@alpha.example") && mail.body.contains("the workspace alpha"), "{}", mail.body);
    for n in 1..30 {
        ask(n).await.unwrap();
    }
    assert_eq!(refused(ask(30).await).key, "account-throttled");
}

#[tokio::test]
async fn an_invitation_is_worth_what_its_sender_may_still_do() {
    let world = World::new().await;
    let accounts = &mut world.accounts();
    let owner = world.workspace("alpha").await;
    let accept = async |token: &str| {
        accounts::accept(&mut world.accounts(), token, None, &Password::new(PASSWORD), &browser()).await
    };

    let admin = world.member(&owner, "adam@alpha.example", Role::Admin).await;
    world.confirm(&admin).await;
    let own = invite(&world, &admin, "adam-again@alpha.example", Role::Admin).await;
    accounts::remove(accounts, &owner.can().unwrap(), admin.account()).await.unwrap();
    assert_eq!(refused(accept(&own).await).key, "account-link-expired");
    assert!(accounts::pending(accounts, &owner.can().unwrap(), None).await.unwrap().items.is_empty());

    let admin = world.member(&owner, "eve@alpha.example", Role::Admin).await;
    world.confirm(&admin).await;
    let own = invite(&world, &admin, "eve-again@alpha.example", Role::Admin).await;
    accounts::change_role(accounts, &owner.can().unwrap(), admin.account(), Role::Editor).await.unwrap();
    assert_eq!(refused(accept(&own).await).key, "account-link-expired");
}

#[tokio::test]
async fn guessing_from_elsewhere_does_not_lock_an_owner_out() {
    let world = World::new().await;
    world.workspace("alpha").await;
    let attempt = async |address: &str, password: &str| {
        let (password, browser) = (Password::new(password), from(address));
        accounts::sign_in(&mut world.accounts(), "owner@alpha.example", &password, &browser).await
    };
    for n in 0..40 {
        refused(attempt(&format!("2001:db8:5:6::{n:x}"), "wrong password").await);
    }
    let problem = refused(attempt("2001:db8:5:6:ffff::1", PASSWORD).await);
    assert_eq!(problem.key, "account-throttled", "a /64 is one sender");
    attempt("2001:db8:5:7::1", PASSWORD).await.expect("from another network at once");
}

#[tokio::test]
async fn pauses_between_guesses_grow_and_waiting_exactly_so_long_helps() {
    let world = World::new().await;
    world.workspace("alpha").await;
    let mut owner = world.connect("vitrine_owner").await;
    let attempt = async |password: &str| {
        accounts::sign_in(&mut world.accounts(), "owner@alpha.example", &Password::new(password), &browser()).await
    };
    for _ in 0..5 {
        assert_eq!(refused(attempt("wrong password").await).key, "account-sign-in-wrong");
    }
    for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
        let wait = refused(attempt("wrong password").await).retry_after.unwrap();
        assert!((minutes * 60 - 30..=minutes * 60).contains(&wait), "{wait} s instead of {minutes} min");
        // The clock goes on by what was said.
        let earlier = "update attempts set blocked_until = blocked_until - make_interval(secs => $1) where blocked_until is not null";
        sqlx::query(earlier).bind(f64::from(wait)).execute(&mut owner).await.unwrap();
        assert_eq!(refused(attempt("wrong password").await).key, "account-sign-in-wrong");
    }
    sqlx::query("update attempts set blocked_until = now()").execute(&mut owner).await.unwrap();
    attempt(PASSWORD).await.expect("the right one");
    assert_eq!(refused(attempt("wrong password").await).key, "account-sign-in-wrong", "and all is forgiven");
}

#[tokio::test]
async fn signing_up_with_a_known_address_is_a_guess_at_its_password() {
    let world = World::new().await;
    world.workspace("alpha").await;
    let attempt = async |n: usize, password: &str| {
        let form = SignUp {
            workspace: "Shop".into(),
            subdomain: format!("shop-{n}"),
            email: "owner@alpha.example".into(),
            password: Password::new(password),
        };
        accounts::sign_up(&mut world.accounts(), form, &browser()).await
    };
    for n in 0..5 {
        assert_eq!(refused(attempt(n, "wrong password").await).key, "account-email-taken");
    }
    assert_eq!(refused(attempt(5, PASSWORD).await).key, "account-throttled");
    let sign_in =
        accounts::sign_in(&mut world.accounts(), "owner@alpha.example", &Password::new(PASSWORD), &browser()).await;
    assert_eq!(refused(sign_in).key, "account-throttled", "one count for both doors");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_resets_with_a_wrong_token_cost_no_hash_and_stop() {
    let world = World::new().await;
    world.workspace("alpha").await;
    let attempts = (0..300).map(|n| {
        let mut accounts = world.accounts();
        tokio::spawn(async move {
            let password = Password::new("a new password");
            refused(accounts::reset_password(&mut accounts, &format!("wrong{n}"), &password, &from("192.0.2.1")).await)
                .key
        })
    });
    let attempts: Vec<_> = attempts.collect();
    accounts::sign_in(&mut world.accounts(), "owner@alpha.example", &Password::new(PASSWORD), &browser())
        .await
        .expect("the owner comes in meanwhile");
    let mut expired = 0;
    for attempt in attempts {
        // Never "busy": with no link there is nothing to hash.
        match attempt.await.unwrap().as_str() {
            "account-link-expired" => expired += 1,
            key => assert_eq!(key, "account-throttled"),
        }
    }
    assert_eq!(expired, 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_accepts_of_one_invitation_hold_no_connection_while_they_hash() {
    let world = World::new().await;
    let (alpha, bravo) = (world.workspace("alpha").await, world.workspace("bravo").await);
    world.confirm(&alpha).await;
    // Known already, so that its password is compared: a guess counted, a hash made.
    let token = invite(&world, &alpha, "owner@bravo.example", Role::Viewer).await;
    let accepts: Vec<_> = (0..40)
        .map(|n| {
            let (mut accounts, token) = (world.accounts(), token.clone());
            let browser = from(&format!("192.0.2.{n}"));
            tokio::spawn(async move {
                accounts::accept(&mut accounts, &token, None, &Password::new(PASSWORD), &browser).await.map(|_| ())
            })
        })
        .collect();
    let (mut accounts, can) = (world.accounts(), bravo.can().unwrap());
    let other = tokio::spawn(async move { accounts::members(&mut accounts, &can, None).await });
    other.await.unwrap().expect("another workspace goes on meanwhile");
    let mut joined = 0;
    for accept in accepts {
        match accept.await.unwrap() {
            Ok(()) => joined += 1,
            Err(ServiceError::Refused(problem)) => assert_eq!(problem.key, "account-link-expired"),
            Err(ServiceError::Busy { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(joined, 1);
}

#[tokio::test]
async fn a_nul_is_refused_wherever_it_hides() {
    let world = World::new().await;
    let sign_in =
        accounts::sign_in(&mut world.accounts(), "a\0b@c.example", &Password::new(PASSWORD), &browser()).await;
    assert_eq!(refused(sign_in).key, "account-email-invalid");
    assert!("a@b\0.example".parse::<Email>().is_err());
}

#[tokio::test]
async fn a_password_that_nobody_had_time_to_look_at_is_no_wrong_one() {
    let world = World::new().await;
    world.workspace("alpha").await;
    let sign_in = |email: &'static str, network: String| {
        let mut accounts = world.accounts();
        tokio::spawn(async move {
            accounts::sign_in(&mut accounts, email, &Password::new(PASSWORD), &from(&network)).await.map(|_| ())
        })
    };
    let strangers: Vec<_> = (0..120).map(|n| sign_in("nobody@x.example", format!("198.51.100.{n}"))).collect();
    let owner: Vec<_> = (0..12).map(|_| sign_in("owner@alpha.example", "192.0.2.1".into())).collect();
    let (mut busy, mut looked_at) = (0, 0);
    for answer in futures::future::join_all(owner).await {
        match answer.unwrap() {
            Ok(()) => looked_at += 1,
            Err(ServiceError::Busy { .. }) => busy += 1,
            // Those that are being looked at count as long as they are.
            Err(ServiceError::Refused(problem)) => assert_eq!(problem.key, "account-throttled"),
            Err(other) => panic!("{other:?}"),
        }
    }
    let strangers = futures::future::join_all(strangers).await;
    busy += strangers.into_iter().filter(|answer| matches!(answer, Ok(Err(ServiceError::Busy { .. })))).count();
    assert!(busy > 0, "{looked_at} of the owner's were looked at, nobody was sent away");
    sign_in("owner@alpha.example", "192.0.2.1".into()).await.unwrap().expect("the right password");
}
