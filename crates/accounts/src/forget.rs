//! The end of what has expired.

use std::time::Duration;

use platform::{
    Result,
    jobs::{Due, Schedule},
};

use crate::{Accounts, Shared};

/// The hourly end of expired sessions, links and counts.
pub(crate) struct Forget(pub Shared);

impl Schedule for Forget {
    const NAME: &'static str = "forget_accounts";
    const EVERY: Duration = Duration::from_secs(3600);

    async fn run(&self, _: &Due) -> Result<()> {
        forget_expired(&mut self.0.accounts()).await
    }
}

/// Ends expired sessions and links, and forgets old attempts. Safe to run at any time and by several processes at once.
pub async fn forget_expired(accounts: &mut Accounts) -> Result<()> {
    sqlx::query!("delete from sessions where expires_at < now()").execute(accounts.db.global()).await?;
    sqlx::query!("delete from account_tokens where expires_at < now()").execute(accounts.db.global()).await?;
    sqlx::query!("delete from attempts where window_started_at < now() - interval '1 day'")
        .execute(accounts.db.global())
        .await?;
    Ok(())
}
