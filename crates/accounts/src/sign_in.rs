//! Signing in and out.

use domain::{AccountId, Problem, TenantId, account::Email};

use super::{
    Password,
    sessions::{Browser, Session, SessionCookie, start},
    throttle::Guess,
};
use crate::Accounts;
use platform::Result;

/// Starts a session in the workspace the person joined first.
///
/// # Errors
/// One refusal for a wrong address and a wrong password alike; a refusal with how long to wait after too many.
pub async fn sign_in(
    accounts: &mut Accounts,
    email: &str,
    password: &Password,
    browser: &Browser,
) -> Result<SessionCookie> {
    let wrong = || Problem::invalid("account-sign-in-wrong").at("password");
    let email: Email = email.parse().map_err(|_| Problem::invalid("account-email-invalid").at("email"))?;
    let guess = Guess::count(accounts, &email, browser).await?;
    let found = sqlx::query!("select id, password_hash from accounts where email = $1", email.as_str())
        .fetch_optional(accounts.db.global())
        .await?;
    let id = found.as_ref().map(|account| AccountId(account.id));
    let fits = password.fits(accounts, guess, found.map(|account| account.password_hash)).await?;
    let account = id.filter(|_| fits).ok_or_else(wrong)?;

    let mut tx = accounts.db.account(account).await?;
    let first = sqlx::query_scalar!(
        "select tenant_id from memberships where account_id = $1 order by created_at limit 1",
        account.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let (_, cookie) = start(tx.conn(), account, first.map(TenantId), browser).await?;
    tx.commit().await?;
    Ok(cookie)
}

pub async fn sign_out(accounts: &mut Accounts, session: &Session) -> Result<()> {
    super::sessions::end(accounts, session, session.id).await
}
