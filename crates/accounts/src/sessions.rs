//! Signed-in browsers. The cookie holds a secret of which only the hash is stored, so that a copy of the
//! database opens nothing; a member sees their sessions and can end them.

use domain::{
    AccountId, Cursor, Page, Problem, ProblemKind, SessionId, TenantId,
    account::SessionInfo,
    page::{List, ROWS},
    tenancy::{Role, Subdomain},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Accounts;
use platform::{ClientAddress, Result, ServiceError, access::Member, events, secret, secret::Secret};

/// How long a session lives without being used.
pub const IDLE_DAYS: i32 = 30;

/// Where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    pub user_agent: String,
    pub address: ClientAddress,
}

/// A new session's secret, for the cookie.
#[derive(Debug)]
pub struct SessionCookie(pub(crate) Secret);

impl SessionCookie {
    pub fn value(&self) -> &str {
        self.0.expose()
    }
}

/// Somebody is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    pub(crate) id: SessionId,
    pub(crate) account: AccountId,
    /// Membership in the present tenant; a person may have none left.
    pub(crate) membership: Option<(TenantId, Role)>,
    /// The host named the tenant, so that the session's own does not matter.
    pub(crate) at_host: bool,
    pub(crate) browser: Browser,
    /// The session was used after a while, so that its cookie is due to be set anew.
    pub renewed: bool,
}

impl Session {
    pub fn id(&self) -> SessionId {
        self.id
    }

    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The workspace that the session is in, where the person is a member of it.
    pub fn tenant(&self) -> Option<TenantId> {
        self.membership.map(|(tenant, _)| tenant)
    }

    /// The person as a member of that workspace.
    ///
    /// # Errors
    /// A refusal where they are none.
    pub fn member(&self) -> Result<Member> {
        let (tenant, role) =
            self.membership.ok_or_else(|| Problem::new(ProblemKind::NotFound, "error-no-workspace"))?;
        Ok(Member::signed_in(self.account, self.id, (tenant, role), self.browser.address))
    }
}

pub(super) async fn start(
    conn: &mut PgConnection,
    account: AccountId,
    tenant: Option<TenantId>,
    browser: &Browser,
) -> Result<(SessionId, SessionCookie)> {
    let (id, secret) = (SessionId(Uuid::now_v7()), Secret::generate()?);
    let user_agent: String = browser.user_agent.chars().take(300).collect();
    sqlx::query!(
        "insert into sessions (id, token_hash, account_id, tenant_id, user_agent, address, expires_at)
        values ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7))",
        id.0,
        secret.hash(),
        account.0,
        tenant.map(|tenant| tenant.0),
        user_agent,
        browser.address.to_string(),
        IDLE_DAYS
    )
    .execute(conn)
    .await?;
    Ok((id, SessionCookie(secret)))
}

/// The session a cookie belongs to, in the tenant the request's host names or else the one the session is in.
pub async fn resume(
    accounts: &mut Accounts,
    cookie: &str,
    host: Option<&Subdomain>,
    browser: &Browser,
) -> Result<Option<Session>> {
    let found = sqlx::query!(
        r#"select id, account_id, tenant_id, last_seen_at < now() - interval '1 minute' as "stale!"
        from sessions where token_hash = $1 and expires_at > now()"#,
        secret::hash(cookie)
    )
    .fetch_optional(accounts.db.global())
    .await?;
    let Some(found) = found else { return Ok(None) };
    if found.stale {
        sqlx::query!(
            "update sessions set last_seen_at = now(), expires_at = now() + make_interval(days => $2), address = $3
            where id = $1",
            found.id,
            IDLE_DAYS,
            browser.address.to_string()
        )
        .execute(accounts.db.global())
        .await?;
    }
    let account = AccountId(found.account_id);
    let tenant = match host {
        Some(subdomain) => {
            sqlx::query_scalar!("select tenant_id from subdomains where subdomain = $1", subdomain.as_str())
                .fetch_optional(accounts.db.global())
                .await?
        }
        None => found.tenant_id,
    };
    let membership = match tenant {
        Some(tenant) => accounts.db.role(account, TenantId(tenant)).await?.map(|role| (TenantId(tenant), role)),
        None => None,
    };
    let (at_host, browser, renewed) = (host.is_some(), browser.clone(), found.stale);
    Ok(Some(Session { id: SessionId(found.id), account, membership, at_host, browser, renewed }))
}

/// The workspace that a page says it shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// None is said, as by a program: it acts in the session's.
    #[default]
    Unsaid,
    Workspace(TenantId),
    /// Something else stands in its place, and no workspace is called so.
    Garbled,
}

impl Shown {
    /// Of what the page says, where it says something.
    pub fn read(said: Option<&str>) -> Self {
        said.map_or(Self::Unsaid, |said| said.parse().map_or(Self::Garbled, Self::Workspace))
    }
}

/// The member, in the workspace that a page says it shows. The tenant of a change is never only the session's, which
/// another tab may have moved.
///
/// # Errors
/// A conflict that names the workspace now open, where it is another; a refusal where the person is not a member.
pub async fn acting(accounts: &mut Accounts, session: &Session, page: Shown) -> Result<Member> {
    let member = session.member()?;
    match page {
        Shown::Unsaid => return Ok(member),
        Shown::Workspace(tenant) if tenant == member.tenant() => return Ok(member),
        Shown::Workspace(_) | Shown::Garbled => {}
    }
    let mut tx = accounts.db.tenant(member.tenant()).await?;
    let name =
        sqlx::query_scalar!("select name from tenants where id = $1", member.tenant().0).fetch_one(tx.conn()).await?;
    Err(Problem::new(ProblemKind::Conflict, "error-other-workspace").with("workspace", name).into())
}

/// Moves a session to another workspace. Whoever calls knows that the person is a member of it.
pub(super) async fn move_to(conn: &mut PgConnection, session: &Session, tenant: TenantId) -> Result<()> {
    sqlx::query!("update sessions set tenant_id = $2 where id = $1", session.id.0, tenant.0)
        .execute(&mut *conn)
        .await?;
    events::sessions_changed(conn, session.account).await
}

/// Whether the session still lives, in the workspace it was resumed in, and the person still is a member of that.
pub async fn stands(accounts: &mut Accounts, session: &Session) -> Result<bool> {
    let now = sqlx::query!("select tenant_id from sessions where id = $1 and expires_at > now()", session.id.0);
    let Some(now) = now.fetch_optional(accounts.db.global()).await? else { return Ok(false) };
    let Some((tenant, _)) = session.membership else { return Ok(true) };
    if !session.at_host && now.tenant_id != Some(tenant.0) {
        return Ok(false);
    }
    Ok(accounts.db.role(session.account, tenant).await?.is_some())
}

/// Whether a workspace has this address.
pub async fn is_workspace(accounts: &mut Accounts, subdomain: &Subdomain) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from subdomains where subdomain = $1) as "found!""#,
        subdomain.as_str()
    );
    Ok(found.fetch_one(accounts.db.global()).await?)
}

/// A person's signed-in browsers, the last used first.
///
/// # Errors
/// A refusal at `after`.
pub async fn list(accounts: &mut Accounts, session: &Session, after: Option<&Cursor>) -> Result<Page<SessionInfo>> {
    let after = List::Sessions.after(after)?;
    let rows = sqlx::query!(
        "select id, user_agent, address, last_seen_at from sessions
        where account_id = $1 and expires_at > now() and (last_seen_at, id) < ($2, $3)
        order by last_seen_at desc, id desc limit $4",
        session.account.0,
        after.moment(),
        after.id,
        ROWS
    )
    .fetch_all(accounts.db.global())
    .await?;
    Page::of(
        rows,
        |row| List::Sessions.at_moment(row.last_seen_at, row.id),
        |row| {
            Ok(SessionInfo {
                id: SessionId(row.id),
                user_agent: row.user_agent,
                address: row.address,
                last_seen_at: row.last_seen_at,
                current: row.id == session.id.0,
            })
        },
    )
}

/// Ends one of the person's own sessions.
///
/// # Errors
/// [`ServiceError::NotFound`] for somebody else's.
pub async fn end(accounts: &mut Accounts, session: &Session, ended: SessionId) -> Result<()> {
    let mut tx = accounts.db.begin().await?;
    let gone = sqlx::query!("delete from sessions where id = $1 and account_id = $2", ended.0, session.account.0)
        .execute(tx.conn())
        .await?;
    if gone.rows_affected() == 0 {
        return Err(ServiceError::NotFound);
    }
    events::sessions_changed(tx.conn(), session.account).await?;
    tx.commit().await
}

/// Signs out everywhere but here.
pub async fn end_all_others(accounts: &mut Accounts, session: &Session) -> Result<()> {
    let mut tx = accounts.db.begin().await?;
    sqlx::query!("delete from sessions where account_id = $1 and id <> $2", session.account.0, session.id.0)
        .execute(tx.conn())
        .await?;
    events::sessions_changed(tx.conn(), session.account).await?;
    tx.commit().await
}
