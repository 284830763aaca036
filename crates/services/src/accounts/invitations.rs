//! Invitations by link. The link names the tenant and a secret; whoever opens it joins with their own account.

use domain::{
    AccountId, InvitationId, Problem, ProblemKind, TenantId,
    account::{Email, Invitation},
    tenancy::Role,
};
use locales::Argument;
use serde_json::json;
use uuid::Uuid;

use super::{
    Password,
    sessions::{Browser, Session, SessionCookie, start},
    throttle,
};
use crate::{
    Result, ServiceError, Services,
    access::{Actor, Can, MemberManage},
    audit,
    db::TenantTx,
    events::{self, Topic},
    mail, secret,
    secret::Secret,
};

const DAYS: i32 = 14;

/// Invites an address and returns the link, which is also mailed.
///
/// # Errors
/// Refusals at `email` and `role`; a conflict where the person is already a member.
pub async fn invite(services: &Services, can: &Can<MemberManage>, email: &str, role: Role) -> Result<String> {
    let email: Email = email.parse().map_err(|_| Problem::invalid("account-email-invalid").at("email"))?;
    if !can.actor().role().may_assign(role) {
        return Err(Problem::invalid("members-role-too-high").at("role").into());
    }
    throttle::count(services, &format!("mail {}", email.as_str()), &throttle::MAIL_PER_RECIPIENT).await?;
    let mut tx = services.db.tenant(can.tenant()).await?;
    let member = sqlx::query_scalar!(
        "select m.account_id from memberships m join accounts a on a.id = m.account_id where a.email = $1",
        email.as_str()
    );
    if member.fetch_optional(tx.conn()).await?.is_some() {
        return Err(Problem::new(ProblemKind::Conflict, "members-already-member").at("email").into());
    }
    let (id, secret) = (InvitationId(Uuid::now_v7()), Secret::generate()?);
    sqlx::query!("delete from invitations where email = $1", email.as_str()).execute(tx.conn()).await?;
    sqlx::query!(
        "insert into invitations (id, tenant_id, email, role, token_hash, invited_by, expires_at)
        values ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7))",
        id.0,
        can.tenant().0,
        email.as_str(),
        role.as_str(),
        secret.hash(),
        can.actor().account.0,
        DAYS
    )
    .execute(tx.conn())
    .await?;
    let name = sqlx::query_scalar!("select name from tenants where id = $1", can.tenant().0);
    let tenant_name = name.fetch_one(tx.conn()).await?;
    let link = format!("{}/invite/{}.{}", services.public_url, can.tenant(), secret.expose());
    let arguments = [("link", Argument::from(&link)), ("workspace", Argument::from(&tenant_name))];
    mail::enqueue(tx.conn(), email.as_str(), "mail-invite", &arguments).await?;
    let entry = audit::Entry {
        action: "member.invited",
        object_kind: "invitation",
        object_id: id.to_string(),
        before: None,
        after: Some(json!({ "email": email.as_str(), "role": role })),
    };
    audit::record(&mut tx, can.actor(), entry).await?;
    events::announce(&mut tx, Topic::Members).await?;
    tx.commit().await?;
    Ok(link)
}

/// Invitations that nobody has taken.
pub async fn pending(services: &Services, can: &Can<MemberManage>) -> Result<Vec<Invitation>> {
    let mut tx = services.db.tenant(can.tenant()).await?;
    let rows = sqlx::query!(
        "select id, email, role, expires_at from invitations where expires_at > now() order by created_at desc"
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let role = row.role.parse().map_err(ServiceError::internal)?;
            Ok(Invitation { id: InvitationId(row.id), email: row.email, role, expires_at: row.expires_at })
        })
        .collect()
}

/// # Errors
/// [`ServiceError::NotFound`] where it was taken or withdrawn meanwhile.
pub async fn withdraw(services: &Services, can: &Can<MemberManage>, id: InvitationId) -> Result<()> {
    let mut tx = services.db.tenant(can.tenant()).await?;
    let gone = sqlx::query!("delete from invitations where id = $1", id.0).execute(tx.conn()).await?;
    if gone.rows_affected() == 0 {
        return Err(ServiceError::NotFound);
    }
    let entry = audit::Entry {
        action: "member.invitation_withdrawn",
        object_kind: "invitation",
        object_id: id.to_string(),
        before: None,
        after: None,
    };
    audit::record(&mut tx, can.actor(), entry).await?;
    events::announce(&mut tx, Topic::Members).await?;
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

struct Open {
    id: Uuid,
    email: String,
    role: Role,
    tx: TenantTx,
}

async fn open(services: &Services, token: &str) -> Result<Open> {
    let expired = || ServiceError::Refused(Problem::invalid("account-link-expired"));
    let (tenant, secret) = token.split_once('.').ok_or_else(expired)?;
    let tenant: TenantId = tenant.parse().map_err(|_| expired())?;
    let mut tx = services.db.tenant(tenant).await?;
    let row = sqlx::query!(
        "select id, email, role from invitations where token_hash = $1 and expires_at > now() for update",
        secret::hash(secret)
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(expired)?;
    let role = row.role.parse().map_err(ServiceError::internal)?;
    Ok(Open { id: row.id, email: row.email, role, tx })
}

/// # Errors
/// A refusal where the link was taken, withdrawn or is too old.
pub async fn offer(services: &Services, token: &str) -> Result<InvitationOffer> {
    let mut open = open(services, token).await?;
    let tenant = open.tx.tenant();
    let name = sqlx::query_scalar!("select name from tenants where id = $1", tenant.0);
    let tenant_name = name.fetch_one(open.tx.conn()).await?;
    let account = sqlx::query_scalar!("select id from accounts where email = $1", open.email);
    let has_account = account.fetch_optional(open.tx.conn()).await?.is_some();
    Ok(InvitationOffer { tenant_name, email: open.email, role: open.role, has_account })
}

/// Joins: with the session's account if it is the invited one, else with the invited address and its password,
/// which makes the account where there is none. Returns a cookie where a session was started.
///
/// # Errors
/// Refusals for the link and the password.
pub async fn accept(
    services: &Services,
    token: &str,
    session: Option<&Session>,
    password: &Password,
    browser: &Browser,
) -> Result<Option<SessionCookie>> {
    let mut open = open(services, token).await?;
    let tenant = open.tx.tenant();
    let known = sqlx::query!("select id, password_hash from accounts where email = $1", open.email)
        .fetch_optional(open.tx.conn())
        .await?;
    let signed_in = session.filter(|session| known.as_ref().is_some_and(|known| known.id == session.account.0));
    let account = match (known, signed_in) {
        (Some(known), Some(_)) => AccountId(known.id),
        (Some(known), None) => {
            throttle::count(services, &format!("sign-in {}", open.email), &throttle::SIGN_IN_PER_ACCOUNT).await?;
            if !password.verify(Some(known.password_hash)).await? {
                return Err(Problem::invalid("account-sign-in-wrong").at("password").into());
            }
            AccountId(known.id)
        }
        (None, _) => {
            password.check_length()?;
            let (id, hash) = (AccountId(Uuid::now_v7()), password.hash().await?);
            // The link came to this address, so it is verified.
            sqlx::query!(
                "insert into accounts (id, email, password_hash, email_verified_at) values ($1, $2, $3, now())",
                id.0,
                open.email,
                hash
            )
            .execute(open.tx.conn())
            .await?;
            id
        }
    };
    sqlx::query!(
        "insert into memberships (tenant_id, account_id, role) values ($1, $2, $3) on conflict do nothing",
        tenant.0,
        account.0,
        open.role.as_str()
    )
    .execute(open.tx.conn())
    .await?;
    sqlx::query!("delete from invitations where id = $1", open.id).execute(open.tx.conn()).await?;
    let (session_id, cookie) = match signed_in {
        Some(session) => {
            sqlx::query!("update sessions set tenant_id = $2 where id = $1", session.id.0, tenant.0)
                .execute(open.tx.conn())
                .await?;
            (session.id, None)
        }
        None => {
            let (id, cookie) = start(open.tx.conn(), account, Some(tenant), browser).await?;
            (id, Some(cookie))
        }
    };
    let address = browser.address.clone();
    let actor = Actor { account, session: session_id, tenant, role: open.role, address };
    let entry = audit::Entry {
        action: "member.joined",
        object_kind: "member",
        object_id: account.to_string(),
        before: None,
        after: Some(json!({ "role": open.role })),
    };
    audit::record(&mut open.tx, &actor, entry).await?;
    events::announce(&mut open.tx, Topic::Members).await?;
    open.tx.commit().await?;
    Ok(cookie)
}
