//! Signing in and out.

use domain::{AccountId, Problem, TenantId, account::Email};

use super::{
    Password,
    sessions::{Browser, Session, SessionCookie, start},
    throttle,
};
use crate::{Result, Services};

/// Starts a session in the workspace the person joined first.
///
/// # Errors
/// One refusal for a wrong address and a wrong password alike; a refusal with the minutes to wait after too many.
pub async fn sign_in(
    services: &Services,
    email: &str,
    password: &Password,
    browser: &Browser,
) -> Result<SessionCookie> {
    let wrong = || Problem::invalid("account-sign-in-wrong").at("password");
    let email: Email = email.parse().map_err(|_| Problem::invalid("account-email-invalid").at("email"))?;
    let account_key = format!("sign-in {}", email.as_str());
    throttle::count(services, &format!("sign-in {}", browser.address), &throttle::SIGN_IN_PER_ADDRESS).await?;
    throttle::count(services, &account_key, &throttle::SIGN_IN_PER_ACCOUNT).await?;

    let found = sqlx::query!("select id, password_hash from accounts where email = $1", email.as_str())
        .fetch_optional(services.db.global())
        .await?;
    let id = found.as_ref().map(|account| AccountId(account.id));
    let fits = password.verify(found.map(|account| account.password_hash)).await?;
    let account = id.filter(|_| fits).ok_or_else(wrong)?;
    throttle::forgive(services, &account_key).await?;

    let mut tx = services.db.account(account).await?;
    let first = sqlx::query_scalar!(
        "select tenant_id from memberships where account_id = $1 order by created_at limit 1",
        account.0
    )
    .fetch_optional(tx.conn())
    .await?;
    drop(tx);
    let mut conn = services.db.global().acquire().await?;
    let (_, cookie) = start(&mut conn, account, first.map(TenantId), browser).await?;
    Ok(cookie)
}

pub async fn sign_out(services: &Services, session: &Session) -> Result<()> {
    sqlx::query!("delete from sessions where id = $1", session.id.0).execute(services.db.global()).await?;
    Ok(())
}
