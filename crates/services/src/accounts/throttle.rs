//! Attempts per key within a window, counted in the database so that every replica sees the same number.

use domain::{Problem, ProblemKind};

use crate::{Result, Services};

/// How many attempts a key has.
pub(super) struct Limit {
    pub attempts: i32,
    pub minutes: i32,
}

/// Tries at one account's password, from anywhere.
pub(super) const SIGN_IN_PER_ACCOUNT: Limit = Limit { attempts: 10, minutes: 15 };
/// Tries from one address, at any account.
pub(super) const SIGN_IN_PER_ADDRESS: Limit = Limit { attempts: 60, minutes: 15 };
pub(super) const SIGN_UP_PER_ADDRESS: Limit = Limit { attempts: 30, minutes: 60 };
/// Messages that somebody else can have sent to a person.
pub(super) const MAIL_PER_RECIPIENT: Limit = Limit { attempts: 5, minutes: 60 };

/// Counts an attempt.
///
/// # Errors
/// A refusal that says how many minutes to wait, once the limit is passed.
pub(super) async fn count(services: &Services, key: &str, limit: &Limit) -> Result<()> {
    let row = sqlx::query!(
        r#"insert into attempts (key, count, window_started_at) values ($1, 1, now())
        on conflict (key) do update set
            count = case when attempts.window_started_at < now() - make_interval(mins => $2) then 1
                else attempts.count + 1 end,
            window_started_at = case when attempts.window_started_at < now() - make_interval(mins => $2) then now()
                else attempts.window_started_at end
        returning count, ceil(extract(epoch from window_started_at + make_interval(mins => $2) - now()) / 60)::integer
            as "minutes_left!""#,
        key,
        limit.minutes
    )
    .fetch_one(services.db.global())
    .await?;
    if row.count <= limit.attempts {
        return Ok(());
    }
    let problem = Problem::new(ProblemKind::Throttled, "account-throttled");
    Err(problem.with("minutes", row.minutes_left.max(1)).into())
}

/// Forgets a key's attempts, after one has succeeded.
pub(super) async fn forgive(services: &Services, key: &str) -> Result<()> {
    sqlx::query!("delete from attempts where key = $1", key).execute(services.db.global()).await?;
    Ok(())
}
