//! Links by mail: verifying an address, choosing a new password.

use domain::{AccountId, Problem, account::Email};
use locales::Argument;
use sqlx::PgConnection;

use super::{
    Password,
    password::HashedPassword,
    sessions::{Browser, Session},
    throttle,
};
use crate::Accounts;
use platform::{Result, db::GlobalTx, events, mail, secret, secret::Secret};

const VERIFY_HOURS: i32 = 72;
const RESET_HOURS: i32 = 2;

pub(super) async fn enqueue_verification(
    conn: &mut PgConnection,
    public_url: &str,
    account: AccountId,
    email: &Email,
) -> Result<()> {
    let secret = new_token(conn, account, "verify_email", VERIFY_HOURS).await?;
    let link = format!("{public_url}/verify?token={}", secret.expose());
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

pub(super) fn expired() -> platform::ServiceError {
    Problem::invalid("account-link-expired").into()
}

/// A link that leads nowhere is counted against the network it is tried from.
pub(super) async fn dead_link(accounts: &mut Accounts, browser: &Browser) -> platform::ServiceError {
    let counted = throttle::count(accounts, &throttle::DEAD_LINKS_PER_NETWORK, &browser.address.network()).await;
    counted.err().unwrap_or_else(expired)
}

/// Whether a token would be taken: asked before anything is done for its sake.
async fn is_good(accounts: &mut Accounts, token: &str, purpose: &str) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from account_tokens where token_hash = $1 and purpose = $2 and expires_at > now())
            as "found!""#,
        secret::hash(token),
        purpose
    );
    Ok(found.fetch_one(accounts.db.global()).await?)
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
    account.map(AccountId).ok_or_else(expired)
}

/// Counts a message to a person against the network that asks for it and the person.
pub(super) async fn count_mail(accounts: &mut Accounts, to: &Email, network: &str) -> Result<()> {
    throttle::count(accounts, &throttle::MAIL_PER_NETWORK, network).await?;
    let pair = format!("{} {network}", to.as_str());
    throttle::count(accounts, &throttle::MAIL_PER_RECIPIENT_AND_NETWORK, &pair).await?;
    throttle::count(accounts, &throttle::MAIL_PER_RECIPIENT, to.as_str()).await
}

/// A person's address, and whether they have shown that it is theirs.
pub(super) struct Mailbox {
    pub email: Email,
    pub confirmed: bool,
}

pub(super) async fn mailbox_of(accounts: &mut Accounts, account: AccountId) -> Result<Mailbox> {
    let found = sqlx::query!(
        r#"select email, email_verified_at is not null as "confirmed!" from accounts where id = $1"#,
        account.0
    );
    let found = found.fetch_one(accounts.db.global()).await?;
    Ok(Mailbox { email: found.email.parse().map_err(platform::ServiceError::internal)?, confirmed: found.confirmed })
}

/// The person has opened what only their mailbox holds.
pub(super) async fn confirm(conn: &mut PgConnection, account: AccountId) -> Result<()> {
    sqlx::query!("update accounts set email_verified_at = coalesce(email_verified_at, now()) where id = $1", account.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Sends the verification link once more.
pub async fn send_verification(accounts: &mut Accounts, session: &Session) -> Result<()> {
    let Mailbox { email, confirmed } = mailbox_of(accounts, session.account).await?;
    if confirmed {
        return Ok(());
    }
    count_mail(accounts, &email, &session.browser.address.network()).await?;
    let mut tx = accounts.db.begin().await?;
    enqueue_verification(tx.conn(), &accounts.public_url, session.account, &email).await?;
    tx.commit().await
}

/// # Errors
/// A refusal where the link was used, replaced or is too old.
pub async fn verify_email(accounts: &mut Accounts, token: &str, browser: &Browser) -> Result<()> {
    if !is_good(accounts, token, "verify_email").await? {
        return Err(dead_link(accounts, browser).await);
    }
    let mut tx = accounts.db.begin().await?;
    let account = redeem(tx.conn(), token, "verify_email").await?;
    confirm(tx.conn(), account).await?;
    tx.commit().await
}

/// Sends a link to the address if somebody has it; whether somebody does is not told.
pub async fn request_password_reset(accounts: &mut Accounts, email: &str, browser: &Browser) -> Result<()> {
    let email: Email = email.parse().map_err(|_| Problem::invalid("account-email-invalid").at("email"))?;
    count_mail(accounts, &email, &browser.address.network()).await?;
    let mut tx = accounts.db.begin().await?;
    let account = sqlx::query_scalar!("select id from accounts where email = $1", email.as_str());
    if let Some(account) = account.fetch_optional(tx.conn()).await? {
        let secret = new_token(tx.conn(), AccountId(account), "reset_password", RESET_HOURS).await?;
        let link = format!("{}/reset?token={}", accounts.public_url, secret.expose());
        mail::enqueue(tx.conn(), email.as_str(), "mail-reset", &[("link", Argument::from(link))]).await?;
    }
    tx.commit().await
}

/// Sets a new password and signs out everywhere. Whoever opened the link has the mailbox, so the address counts as verified.
///
/// # Errors
/// Refusals for the link and for the password's length; a refused password leaves the link usable.
pub async fn reset_password(
    accounts: &mut Accounts,
    token: &str,
    password: &Password,
    browser: &Browser,
) -> Result<()> {
    password.check_length()?;
    // The link first: a hash is made only for somebody who has one.
    if !is_good(accounts, token, "reset_password").await? {
        return Err(dead_link(accounts, browser).await);
    }
    let hash = password.hash(accounts).await?;
    let mut tx = accounts.db.begin().await?;
    set_password(&mut tx, token, &hash).await?;
    tx.commit().await
}

async fn set_password(tx: &mut GlobalTx<'_>, token: &str, hash: &HashedPassword) -> Result<()> {
    let account = redeem(tx.conn(), token, "reset_password").await?;
    sqlx::query!("update accounts set password_hash = $2 where id = $1", account.0, hash.as_str())
        .execute(tx.conn())
        .await?;
    confirm(tx.conn(), account).await?;
    sqlx::query!("delete from sessions where account_id = $1", account.0).execute(tx.conn()).await?;
    events::sessions_changed(tx.conn(), account).await
}
