//! Attempts, counted in the database so that every replica sees the same number.
//!
//! Windows hold back one key (an address, a recipient). Guesses at a password are counted per account *and* network:
//! whoever guesses from elsewhere slows nobody down but themselves, so an owner cannot be locked out.

use domain::{Problem, ProblemKind, account::Email};

use super::sessions::Browser;
use crate::Accounts;
use platform::Result;

/// How many attempts a key has within a window.
pub(super) struct Limit {
    what: &'static str,
    attempts: i32,
    minutes: i32,
}

impl Limit {
    const fn new(what: &'static str, attempts: i32, minutes: i32) -> Self {
        Self { what, attempts, minutes }
    }
}

/// Tries from one network at passwords of any account.
const GUESSES_PER_NETWORK: Limit = Limit::new("guess", 60, 15);
pub(super) const SIGN_UPS_PER_NETWORK: Limit = Limit::new("sign-up", 30, 60);
/// Links that lead nowhere, from one network.
pub(super) const DEAD_LINKS_PER_NETWORK: Limit = Limit::new("link", 60, 15);
/// Messages to a person that one network can have sent, and that anybody can.
pub(super) const MAIL_PER_RECIPIENT_AND_NETWORK: Limit = Limit::new("mail", 5, 60);
pub(super) const MAIL_PER_RECIPIENT: Limit = Limit::new("mail", 20, 60);
/// Messages to anybody that one network can have sent.
pub(super) const MAIL_PER_NETWORK: Limit = Limit::new("mail-from", 30, 60);
pub(super) const INVITATIONS_PER_WORKSPACE: Limit = Limit::new("invite", 30, 60);

/// Wrong passwords in a row that cost no pause; then a minute, two, four, up to an hour.
const GUESSES_FREE: i32 = 5;
const PAUSE_MINUTES_MAX: i32 = 60;

/// Counts an attempt.
///
/// # Errors
/// A refusal that says how long to wait, once the limit is passed.
pub(super) async fn count(accounts: &mut Accounts, limit: &Limit, of: &str) -> Result<()> {
    let row = sqlx::query!(
        r#"insert into attempts (key, count, window_started_at) values ($1, 1, now())
        on conflict (key) do update set
            count = case when attempts.window_started_at <= now() - make_interval(mins => $2) then 1
                else attempts.count + 1 end,
            window_started_at = case when attempts.window_started_at <= now() - make_interval(mins => $2) then now()
                else attempts.window_started_at end
        returning count, ceil(extract(epoch from window_started_at + make_interval(mins => $2) - now()))::integer
            as "seconds_left!""#,
        format!("{} {of}", limit.what),
        limit.minutes
    )
    .fetch_one(accounts.db.global())
    .await?;
    if row.count <= limit.attempts {
        return Ok(());
    }
    Err(throttled(row.seconds_left))
}

fn throttled(seconds: i32) -> platform::ServiceError {
    let seconds = u32::try_from(seconds).unwrap_or(1).max(1);
    let problem = Problem::new(ProblemKind::Throttled, "account-throttled");
    problem.with("minutes", seconds.div_ceil(60)).after(seconds).into()
}

/// The proof that a try at an account's password was counted; comparing one takes it.
pub(super) struct Guess {
    key: String,
}

impl Guess {
    /// Counts before the password is looked at, so that many at once are no more than one after the other.
    ///
    /// # Errors
    /// A refusal that says how long to wait: this network has guessed wrong too often, at this account or at all.
    pub(super) async fn count(accounts: &mut Accounts, email: &Email, browser: &Browser) -> Result<Self> {
        let network = browser.address.network();
        count(accounts, &GUESSES_PER_NETWORK, &network).await?;
        let key = format!("password {} {network}", email.as_str());
        let counted = sqlx::query!(
            "insert into attempts (key, count, window_started_at) values ($1, 1, now())
            on conflict (key) do update set count = attempts.count + 1, window_started_at = now(),
                blocked_until = case when attempts.count + 1 >= $2
                    then now() + make_interval(mins => least($3, power(2, least(attempts.count + 1 - $2, 10))::integer))
                end
            where attempts.blocked_until is null or attempts.blocked_until <= now()",
            key,
            GUESSES_FREE,
            PAUSE_MINUTES_MAX
        )
        .execute(accounts.db.global())
        .await?;
        if counted.rows_affected() == 1 {
            return Ok(Self { key });
        }
        let left = sqlx::query_scalar!(
            r#"select ceil(extract(epoch from blocked_until - now()))::integer as "seconds!" from attempts where key = $1"#,
            key
        );
        Err(throttled(left.fetch_optional(accounts.db.global()).await?.unwrap_or(1)))
    }

    /// Takes the count back: nobody has looked at the password.
    pub(super) async fn withdraw(self, accounts: &mut Accounts) -> Result<()> {
        sqlx::query!(
            "update attempts set count = count - 1,
                blocked_until = case when count - 1 >= $2 then blocked_until end
            where key = $1 and count > 0",
            self.key,
            GUESSES_FREE
        )
        .execute(accounts.db.global())
        .await?;
        Ok(())
    }

    pub(super) async fn forgive(self, accounts: &mut Accounts) -> Result<()> {
        sqlx::query!("delete from attempts where key = $1", self.key).execute(accounts.db.global()).await?;
        Ok(())
    }
}
