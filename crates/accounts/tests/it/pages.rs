//! Lists of people in pages: every row once and in order.

use platform::{audit, mail};
use sqlx::Executor;
use test_support::{PASSWORD, World, browser, refused, walk};

use accounts::Password;

#[tokio::test]
async fn all_pages_together_have_every_session_once_and_the_last_used_first() {
    let world = World::new().await;
    let accounts = &mut world.accounts();
    world.workspace("alpha").await;
    let password = Password::new(PASSWORD);
    let cookie = accounts::sign_in(accounts, "owner@alpha.example", &password, &browser()).await.unwrap();
    let session = accounts::resume(accounts, cookie.value(), None, &browser()).await.unwrap().unwrap();
    let mut owner = world.connect("postgres").await;
    // Many share a moment; those of others, and those that have ended, are not listed.
    let statements = [
        "insert into sessions (id, token_hash, account_id, user_agent, address, last_seen_at, expires_at)
        select gen_random_uuid(), decode(md5(i::text), 'hex'), account_id, 'many', '127.0.0.1',
            now() - i / 50 * interval '1 second', now() + case when i <= 148 then 1 else -1 end * interval '1 day'
        from (select account_id from sessions limit 1) one, generate_series(1, 160) i",
        "insert into accounts (id, email, password_hash) values (gen_random_uuid(), 'other@alpha.example', '')",
        "insert into sessions (id, token_hash, account_id, user_agent, address, expires_at)
        select gen_random_uuid(), decode(md5('other'), 'hex'), id, '', '', now() + interval '1 day'
        from accounts where email = 'other@alpha.example'",
    ];
    for statement in statements {
        owner.execute(statement).await.unwrap();
    }
    let all = walk(async |after| accounts::sessions(accounts, &session, after.as_ref()).await).await;
    // Two by signing up and in.
    assert_eq!(all.len(), 150);
    assert!(all.is_sorted_by(|one, next| (one.last_seen_at, one.id) > (next.last_seen_at, next.id)));
    assert_eq!(all.iter().filter(|session| session.current).count(), 1);
}

#[tokio::test]
async fn all_pages_together_have_every_member_and_invitation_once() {
    let world = World::new().await;
    let accounts = &mut world.accounts();
    let (alpha, bravo) = (world.workspace("alpha").await, world.workspace("bravo").await);
    let mut owner = world.connect("postgres").await;
    let statements = [
        "insert into accounts (id, email, password_hash)
        select md5(i::text)::uuid, i || '@alpha.example', '' from generate_series(1, 149) i",
        "insert into memberships (tenant_id, account_id, role, created_at)
        select t.id, md5(i::text)::uuid, 'viewer', now() + i / 50 * interval '1 second'
        from tenants t, generate_series(1, 149) i where t.subdomain = 'alpha'",
        "insert into invitations (id, tenant_id, email, role, token_hash, invited_by, created_at, expires_at)
        select gen_random_uuid(), m.tenant_id, i || '@new.example', 'viewer', decode(md5(i::text), 'hex'), m.account_id,
            now() - i / 50 * interval '1 second', now() + interval '1 day'
        from memberships m join tenants t on t.id = m.tenant_id, generate_series(1, 150) i
        where m.role = 'owner' and t.subdomain = 'alpha'",
    ];
    for statement in statements {
        owner.execute(statement).await.unwrap();
    }
    let members = walk(async |after| accounts::members(accounts, &alpha.can()?, after.as_ref()).await).await;
    assert_eq!((members.len(), members[0].account), (150, alpha.account()));
    assert!(members.is_sorted_by(|one, next| (one.joined_at, one.account) < (next.joined_at, next.account)));
    let invitations = walk(async |after| accounts::pending(accounts, &alpha.can()?, after.as_ref()).await).await;
    let mut emails: Vec<_> = invitations.into_iter().map(|invitation| invitation.email).collect();
    emails.sort();
    emails.dedup();
    assert_eq!(emails.len(), 150);

    // Another workspace's cursors give nothing of theirs, and none leads on in another list.
    let next = accounts::members(accounts, &alpha.can().unwrap(), None).await.unwrap().next;
    let theirs = accounts::members(accounts, &bravo.can().unwrap(), next.as_ref()).await.unwrap().items;
    assert!(theirs.iter().all(|member| member.account == bravo.account()));
    let problem = refused(accounts::pending(accounts, &bravo.can().unwrap(), next.as_ref()).await);
    assert_eq!(problem.field.as_deref(), Some("after"));
    let next = accounts::pending(accounts, &alpha.can().unwrap(), None).await.unwrap().next;
    assert!(accounts::pending(accounts, &bravo.can().unwrap(), next.as_ref()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn all_pages_together_have_every_entry_of_the_audit_log_also_when_more_are_written() {
    let world = World::new().await;
    let (alpha, bravo) = (world.workspace("alpha").await, world.workspace("bravo").await);
    let mut owner = world.connect("postgres").await;
    let many =
        "insert into audit_log (tenant_id, sequence, at, account_id, address, action, object_kind, object_id,
            previous_hash, hash)
        select tenant_id, sequence + i, at, account_id, address, 'design.created', 'design', tenant_id || ' ' || i, hash, hash
        from audit_log, generate_series(1, 149) i where tenant_id = ";
    for tenant in [alpha.tenant(), bravo.tenant()] {
        owner.execute(sqlx::AssertSqlSafe(format!("{many} '{tenant}'"))).await.unwrap();
    }
    world.confirm(&alpha).await;
    let mut invited = 0;
    let entries = walk(async |after| {
        let page = audit::list(&mut world.process.db(), &alpha.can()?, after.as_ref()).await;
        invited += 1;
        let (accounts, email) = (&mut world.accounts(), format!("{invited}@new.example"));
        accounts::invite(accounts, &alpha.in_person()?, &email, domain::tenancy::Role::Viewer).await?;
        page
    })
    .await;
    let sequence: Vec<_> = entries.iter().map(|entry| entry.sequence).collect();
    assert_eq!(sequence, (1..=150).rev().collect::<Vec<_>>());
    assert!(invited >= 3);
    let next = audit::list(&mut world.process.db(), &alpha.can().unwrap(), None).await.unwrap().next;
    let theirs = audit::list(&mut world.process.db(), &bravo.can().unwrap(), next.as_ref()).await.unwrap().items;
    let own = bravo.tenant().to_string();
    assert!(!theirs.is_empty() && theirs.iter().all(|entry| entry.object.contains(&own)), "{theirs:?}");
}

#[tokio::test]
async fn all_pages_together_have_every_message_of_the_outbox() {
    let world = World::new().await;
    let many = "insert into mails (id, recipient, subject, body, created_at)
        select gen_random_uuid(), i || '@new.example', '', '', now() - i / 50 * interval '1 second'
        from generate_series(1, 150) i";
    world.connect("postgres").await.execute(many).await.unwrap();
    let (db, mailer) = (&mut world.process.db(), &world.process.mailer);
    let mut all: Vec<_> = walk(async |after| mail::outbox(db, mailer, after.as_ref()).await).await;
    assert_eq!(all.len(), 150);
    all.dedup_by(|one, other| one.id == other.id);
    assert!(all.is_sorted_by(|one, next| (one.created_at, one.id) > (next.created_at, next.id)));
}
