//! Links by mail: verifying an address, choosing a new password.

use domain::{AccountId, Problem, account::Email};
use locales::Argument;
use sqlx::PgConnection;

use super::{Password, sessions::Session, throttle};
use crate::{Result, Services, mail, secret, secret::Secret};

const VERIFY_HOURS: i32 = 72;
const RESET_HOURS: i32 = 2;

pub(super) async fn enqueue_verification(
    services: &Services,
    conn: &mut PgConnection,
    account: AccountId,
    email: &Email,
) -> Result<()> {
    let secret = new_token(conn, account, "verify_email", VERIFY_HOURS).await?;
    let link = format!("{}/verify?token={}", services.public_url, secret.expose());
    mail::enqueue(conn, email.as_str(), "mail-verify", &[("link", Argument::from(link))]).await
}

async fn new_token(conn: &mut PgConnection, account: AccountId, purpose: &str, hours: i32) -> Result<Secret> {
    let secret = Secret::generate()?;
    sqlx::query!("delete from account_tokens where account_id = $1 and purpose = $2", account.0, purpose)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "insert into account_tokens (token_hash, account_id, purpose, expires_at)
        values ($1, $2, $3, now() + make_interval(hours => $4))",
        secret.hash(),
        account.0,
        purpose,
        hours
    )
    .execute(conn)
    .await?;
    Ok(secret)
}

/// Takes a token out of the world; a link works once.
async fn redeem(conn: &mut PgConnection, token: &str, purpose: &str) -> Result<AccountId> {
    let account = sqlx::query_scalar!(
        "delete from account_tokens where token_hash = $1 and purpose = $2 and expires_at > now() returning account_id",
        secret::hash(token),
        purpose
    )
    .fetch_optional(conn)
    .await?;
    account.map(AccountId).ok_or_else(|| Problem::invalid("account-link-expired").into())
}

/// Sends the verification link once more.
pub async fn send_verification(services: &Services, session: &Session) -> Result<()> {
    let account = sqlx::query!("select email, email_verified_at from accounts where id = $1", session.account.0)
        .fetch_one(services.db.global())
        .await?;
    if account.email_verified_at.is_some() {
        return Ok(());
    }
    let email: Email = account.email.parse().map_err(crate::ServiceError::internal)?;
    throttle::count(services, &format!("mail {}", email.as_str()), &throttle::MAIL_PER_RECIPIENT).await?;
    let mut tx = services.db.begin().await?;
    enqueue_verification(services, &mut tx, session.account, &email).await?;
    Ok(tx.commit().await?)
}

/// # Errors
/// A refusal where the link was used, replaced or is too old.
pub async fn verify_email(services: &Services, token: &str) -> Result<()> {
    let mut tx = services.db.begin().await?;
    let account = redeem(&mut tx, token, "verify_email").await?;
    sqlx::query!("update accounts set email_verified_at = coalesce(email_verified_at, now()) where id = $1", account.0)
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

/// Sends a link to the address if somebody has it; whether somebody does is not told.
pub async fn request_password_reset(services: &Services, email: &str) -> Result<()> {
    let email: Email = email.parse().map_err(|_| Problem::invalid("account-email-invalid").at("email"))?;
    throttle::count(services, &format!("mail {}", email.as_str()), &throttle::MAIL_PER_RECIPIENT).await?;
    let mut tx = services.db.begin().await?;
    let account = sqlx::query_scalar!("select id from accounts where email = $1", email.as_str());
    if let Some(account) = account.fetch_optional(&mut *tx).await? {
        let secret = new_token(&mut tx, AccountId(account), "reset_password", RESET_HOURS).await?;
        let link = format!("{}/reset?token={}", services.public_url, secret.expose());
        mail::enqueue(&mut tx, email.as_str(), "mail-reset", &[("link", Argument::from(link))]).await?;
    }
    Ok(tx.commit().await?)
}

/// Sets a new password and signs out everywhere. Whoever opened the link has the mailbox, so the address counts as verified.
///
/// # Errors
/// Refusals for the link and for the password's length; a refused password leaves the link usable.
pub async fn reset_password(services: &Services, token: &str, password: &Password) -> Result<()> {
    password.check_length()?;
    let hash = password.hash().await?;
    let mut tx = services.db.begin().await?;
    let account = redeem(&mut tx, token, "reset_password").await?;
    sqlx::query!(
        "update accounts set password_hash = $2, email_verified_at = coalesce(email_verified_at, now()) where id = $1",
        account.0,
        hash
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("delete from sessions where account_id = $1", account.0).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}
