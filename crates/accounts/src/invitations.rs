//! Invitations by link. The link names the tenant and a secret; whoever opens it joins with their own account.

use domain::{
    AccountId, Cursor, InvitationId, Page, Problem, ProblemKind, TenantId,
    account::{Email, Invitation},
    change::Object,
    page::{List, ROWS},
    tenancy::Role,
};
use locales::Argument;
use serde_json::json;
use uuid::Uuid;

use super::{
    Password,
    password::HashedPassword,
    recovery::{confirm, count_mail, dead_link, expired, mailbox_of},
    sessions::{Browser, Session, SessionCookie, move_to, start},
    sign_up::new_account,
    throttle::{self, Guess},
};
use crate::Accounts;
use platform::{
    Change, Result, ServiceError,
    access::{Can, InPerson, Member, MemberManage},
    db::TenantTx,
    mail, secret,
    secret::Secret,
};

const DAYS: i32 = 14;
/// Invitations of a workspace that nobody has taken.
const OPEN_MAX: i64 = 100;

/// Invites an address by mail and returns a link to hand over. The two links differ: only the mailed one shows that
/// whoever opens it has the mailbox.
///
/// # Errors
/// Refusals at `email` and `role`, for a sender whose own address is not confirmed, and for too many at once; a
/// conflict where the person is already a member.
pub async fn invite(accounts: &mut Accounts, can: &InPerson<MemberManage>, email: &str, role: Role) -> Result<String> {
    let email: Email = email.parse().map_err(|_| Problem::invalid("account-email-invalid").at("email"))?;
    if !can.actor().permissions().may_assign(role) {
        return Err(Problem::invalid("members-role-too-high").at("role").into());
    }
    let sender = mailbox_of(accounts, can.account()).await?;
    if !sender.confirmed {
        return Err(Problem::new(ProblemKind::Forbidden, "members-confirm-first").into());
    }
    throttle::count(accounts, &throttle::INVITATIONS_PER_WORKSPACE, &can.tenant().to_string()).await?;
    count_mail(accounts, &email, &can.actor().address().network()).await?;
    let mut tx = accounts.db.tenant(can.tenant()).await?;
    let secret = write(&mut tx, can, &accounts.public_url, &sender.email, &email, role).await?;
    tx.commit().await?;
    Ok(link(&accounts.public_url, can.tenant(), &secret))
}

fn link(public_url: &str, tenant: TenantId, secret: &Secret) -> String {
    format!("{public_url}/invite/{tenant}.{}", secret.expose())
}

async fn write(
    tx: &mut TenantTx<'_>,
    can: &InPerson<MemberManage>,
    public_url: &str,
    sender: &Email,
    email: &Email,
    role: Role,
) -> Result<Secret> {
    let member = sqlx::query_scalar!(
        "select m.account_id from memberships m join accounts a on a.id = m.account_id
        where a.email = $1 and m.tenant_id = $2",
        email.as_str(),
        tx.tenant().0
    );
    if member.fetch_optional(tx.conn()).await?.is_some() {
        return Err(Problem::new(ProblemKind::Conflict, "members-already-member").at("email").into());
    }
    sqlx::query!("delete from invitations where email = $1 or expires_at < now()", email.as_str())
        .execute(tx.conn())
        .await?;
    let open = sqlx::query_scalar!(r#"select count(*) as "count!" from invitations"#).fetch_one(tx.conn()).await?;
    if open >= OPEN_MAX {
        return Err(Problem::invalid("members-invitations-full").at("email").with("most", OPEN_MAX).into());
    }
    let (id, handed, mailed) = (InvitationId(Uuid::now_v7()), Secret::generate()?, Secret::generate()?);
    sqlx::query!(
        "insert into invitations (id, tenant_id, email, role, token_hash, mail_token_hash, invited_by, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(days => $8))",
        id.0,
        can.tenant().0,
        email.as_str(),
        role.as_str(),
        handed.hash(),
        mailed.hash(),
        can.account().0,
        DAYS
    )
    .execute(tx.conn())
    .await?;
    let address = sqlx::query_scalar!("select subdomain from tenants where id = $1", can.tenant().0);
    let address = address.fetch_one(tx.conn()).await?;
    // No words of the sender's choosing: a confirmed address and a plain label say who asks, and cannot advertise.
    let arguments = [
        ("link", Argument::from(link(public_url, can.tenant(), &mailed))),
        ("workspace", Argument::from(&address)),
        ("sender", Argument::from(sender.as_str())),
    ];
    mail::enqueue(tx.conn(), email.as_str(), "mail-invite", &arguments).await?;
    let invited = Change::new("member.invited", Object::Invitation(id));
    tx.changed(can.actor(), invited.after(json!({ "email": email.as_str(), "role": role })));
    Ok(handed)
}

/// Invitations that nobody has taken, the newest first.
///
/// # Errors
/// A refusal at `after`.
pub async fn pending(
    accounts: &mut Accounts,
    can: &Can<MemberManage>,
    after: Option<&Cursor>,
) -> Result<Page<Invitation>> {
    let after = List::Invitations.after(after)?;
    let mut tx = accounts.db.tenant(can.tenant()).await?;
    let rows = sqlx::query!(
        "select id, email, role, expires_at, created_at from invitations
        where expires_at > now() and (created_at, id) < ($1, $2) order by created_at desc, id desc limit $3",
        after.moment(),
        after.id,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    Page::of(
        rows,
        |row| List::Invitations.at_moment(row.created_at, row.id),
        |row| {
            let role = row.role.parse().map_err(ServiceError::internal)?;
            Ok(Invitation { id: InvitationId(row.id), email: row.email, role, expires_at: row.expires_at })
        },
    )
}

/// # Errors
/// [`ServiceError::NotFound`] where it was taken or withdrawn meanwhile.
pub async fn withdraw(accounts: &mut Accounts, can: &Can<MemberManage>, id: InvitationId) -> Result<()> {
    let mut tx = accounts.db.tenant(can.tenant()).await?;
    let gone = sqlx::query!("delete from invitations where id = $1", id.0).execute(tx.conn()).await?;
    if gone.rows_affected() == 0 {
        return Err(ServiceError::NotFound);
    }
    tx.changed(can.actor(), Change::new("member.invitation_withdrawn", Object::Invitation(id)));
    tx.commit().await
}

/// What a link offers, to be shown before it is taken.
#[derive(Debug)]
pub struct InvitationOffer {
    pub tenant_name: String,
    pub email: String,
    pub role: Role,
    /// The address already has an account, so its password is asked for rather than a new one.
    pub has_account: bool,
}

/// An invitation that can be taken now.
struct Open {
    id: Uuid,
    email: Email,
    role: Role,
    /// It was reached by the mailed link.
    by_mail: bool,
}

fn parts(token: &str) -> Option<(TenantId, Vec<u8>)> {
    let (tenant, secret) = token.split_once('.')?;
    Some((tenant.parse().ok()?, secret::hash(secret)))
}

/// An invitation is worth what its sender may still do: it opens while they are a member who can give its role.
/// It stays locked until the transaction ends, so that one link is not taken twice at once.
async fn open(tx: &mut TenantTx<'_>, token_hash: &[u8]) -> Result<Option<Open>> {
    let row = sqlx::query!(
        r#"select i.id, i.email, i.role, i.mail_token_hash = $1 as by_mail, m.role as sender_role
        from invitations i join memberships m on m.account_id = i.invited_by and m.tenant_id = i.tenant_id
        where (i.token_hash = $1 or i.mail_token_hash = $1) and i.expires_at > now() for update of i"#,
        token_hash
    );
    let Some(row) = row.fetch_optional(tx.conn()).await? else { return Ok(None) };
    let sender: Role = row.sender_role.parse().map_err(ServiceError::internal)?;
    let role = row.role.parse().map_err(ServiceError::internal)?;
    let email = row.email.parse().map_err(ServiceError::internal)?;
    let open = Open { id: row.id, email, role, by_mail: row.by_mail.unwrap_or(false) };
    Ok(sender.permissions().may_assign(role).then_some(open))
}

/// Who may come in by a link, as it is before anything is done.
struct Guest {
    tenant: TenantId,
    token_hash: Vec<u8>,
    tenant_name: String,
    role: Role,
    email: Email,
    /// The account with the invited address, and its password's hash.
    known: Option<(AccountId, String)>,
}

async fn guest(accounts: &mut Accounts, token: &str, browser: &Browser) -> Result<Guest> {
    let Some((tenant, token_hash)) = parts(token) else { return Err(dead_link(accounts, browser).await) };
    let mut tx = accounts.db.tenant(tenant).await?;
    let Some(open) = open(&mut tx, &token_hash).await? else {
        drop(tx);
        return Err(dead_link(accounts, browser).await);
    };
    let name = sqlx::query_scalar!("select name from tenants where id = $1", tenant.0);
    let tenant_name = name.fetch_one(tx.conn()).await?;
    let known = sqlx::query!("select id, password_hash from accounts where email = $1", open.email.as_str())
        .fetch_optional(tx.conn())
        .await?;
    let known = known.map(|known| (AccountId(known.id), known.password_hash));
    Ok(Guest { tenant, token_hash, tenant_name, role: open.role, email: open.email, known })
}

/// # Errors
/// A refusal where the link was taken, withdrawn or is too old.
pub async fn offer(accounts: &mut Accounts, token: &str, browser: &Browser) -> Result<InvitationOffer> {
    let Guest { tenant_name, email, role, known, .. } = guest(accounts, token, browser).await?;
    Ok(InvitationOffer { tenant_name, email: email.into(), role, has_account: known.is_some() })
}

enum Joining<'a> {
    SignedIn(&'a Session),
    Known(AccountId),
    New(HashedPassword),
}

/// Joins: with the session's account if it is the invited one, else with the invited address and its password,
/// which makes the account where there is none. Returns a cookie where a session was started.
///
/// # Errors
/// Refusals for the link and the password.
pub async fn accept(
    accounts: &mut Accounts,
    token: &str,
    session: Option<&Session>,
    password: &Password,
    browser: &Browser,
) -> Result<Option<SessionCookie>> {
    let Guest { tenant, token_hash, email, known, .. } = guest(accounts, token, browser).await?;
    let joining = match (known, session) {
        (Some((known, _)), Some(session)) if session.account == known => Joining::SignedIn(session),
        (Some((known, hash)), _) => {
            let guess = Guess::count(accounts, &email, browser).await?;
            if !password.fits(accounts, guess, Some(hash)).await? {
                return Err(Problem::invalid("account-sign-in-wrong").at("password").into());
            }
            Joining::Known(known)
        }
        (None, _) => Joining::New(password.hash(accounts).await?),
    };
    let mut tx = accounts.db.tenant(tenant).await?;
    let cookie = join(&mut tx, &accounts.public_url, &token_hash, joining, browser).await?;
    tx.commit().await?;
    Ok(cookie)
}

async fn join(
    tx: &mut TenantTx<'_>,
    public_url: &str,
    token_hash: &[u8],
    joining: Joining<'_>,
    browser: &Browser,
) -> Result<Option<SessionCookie>> {
    let tenant = tx.tenant();
    let open = open(tx, token_hash).await?.ok_or_else(expired)?;
    let account = match &joining {
        Joining::SignedIn(session) => session.account,
        Joining::Known(account) => *account,
        Joining::New(hash) => new_account(tx, public_url, &open.email, hash).await?,
    };
    if open.by_mail {
        confirm(tx.conn(), account).await?;
    }
    sqlx::query!(
        "insert into memberships (tenant_id, account_id, role) values ($1, $2, $3) on conflict do nothing",
        tenant.0,
        account.0,
        open.role.as_str()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from invitations where id = $1", open.id).execute(tx.conn()).await?;
    let (session, cookie) = match joining {
        Joining::SignedIn(session) => {
            move_to(tx.conn(), session, tenant).await?;
            (session.id, None)
        }
        Joining::Known(_) | Joining::New(_) => {
            let (id, cookie) = start(tx.conn(), account, Some(tenant), browser).await?;
            (id, Some(cookie))
        }
    };
    let member = Member::signed_in(account, session, (tenant, open.role), browser.address);
    let joined = Change::new("member.joined", Object::Member(account)).after(json!({ "role": open.role }));
    tx.changed(&member, joined);
    Ok(cookie)
}
