//! Passwords: length checked, hashed with Argon2id, a few at a time.
//!
//! A [`HashedPassword`] comes only from [`Password::hash`], which wants the [`Hasher`]; what runs inside a transaction is
//! given the transaction and not the accounts, so it can neither hash nor wait for a hash. A password is compared
//! only against a [`Guess`], the proof that the try was counted.

use std::{sync::Arc, time::Duration};

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString, rand_core::OsRng},
};
use domain::{Problem, account::PASSWORD_CHARS};
use tokio::sync::Semaphore;

use super::throttle::Guess;
use crate::Accounts;
use platform::{Result, ServiceError};

/// How many may wait for a hand; with some 40 ms a hash the last of them waits about a second.
const WAITING_MAX: usize = 32;
const PATIENCE: Duration = Duration::from_secs(5);
const BUSY: ServiceError = ServiceError::Busy { seconds: 5 };

/// The few hands that hash. Each hash takes 19 MiB while it is made, so this bounds the memory as well.
#[derive(Clone)]
pub(crate) struct Hasher {
    hands: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Default for Hasher {
    fn default() -> Self {
        let hands = std::thread::available_parallelism().map_or(2, std::num::NonZero::get).clamp(1, 4);
        Self::new(hands, WAITING_MAX)
    }
}

impl Hasher {
    fn new(hands: usize, waiting: usize) -> Self {
        Self { hands: Arc::new(Semaphore::new(hands)), places: Arc::new(Semaphore::new(hands + waiting)) }
    }

    /// The hand and the place belong to the work: a request that is given up frees neither before its hash is done.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| BUSY)?;
        let hand = tokio::time::timeout(PATIENCE, self.hands.clone().acquire_owned()).await;
        let hand = hand.map_err(|_| BUSY)?.map_err(ServiceError::internal)?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop((hand, place));
            done
        })
        .await?
    }
}

/// A password somebody typed. It prints as nothing.
#[derive(Clone)]
pub struct Password(String);

/// What is stored of a password.
pub(crate) struct HashedPassword(String);

impl HashedPassword {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Password {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// # Errors
    /// A refusal at the field `password` when it is shorter or longer than allowed.
    pub(super) fn check_length(&self) -> Result<()> {
        if PASSWORD_CHARS.contains(&self.0.chars().count()) {
            return Ok(());
        }
        let problem = Problem::invalid("account-password-length").at("password");
        Err(problem.with("least", PASSWORD_CHARS.start()).with("most", PASSWORD_CHARS.end()).into())
    }

    /// Argon2id with the crate's defaults, which are OWASP's first recommendation (19 MiB, 2 passes, 1 lane).
    pub(super) async fn hash(&self, accounts: &Accounts) -> Result<HashedPassword> {
        self.check_length()?;
        let password = self.clone();
        accounts.hasher.run(move || password.digest().map(HashedPassword)).await
    }

    fn digest(&self) -> Result<String> {
        let salt = SaltString::generate(&mut OsRng);
        let hash = Argon2::default().hash_password(self.0.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(ServiceError::internal)
    }

    /// Whether it is the one that was hashed; then the guesses before it are forgiven. One that could not be looked at
    /// was none. Without a hash (no such account)
    /// the same time is spent.
    pub(super) async fn fits(&self, accounts: &mut Accounts, guess: Guess, hash: Option<String>) -> Result<bool> {
        let password = self.clone();
        let fits = accounts.hasher.run(move || {
            let Some(hash) = hash else { return password.digest().map(|_| false) };
            let parsed = PasswordHash::new(&hash).map_err(ServiceError::internal)?;
            Ok(Argon2::default().verify_password(password.0.as_bytes(), &parsed).is_ok())
        });
        match fits.await {
            Ok(true) => guess.forgive(accounts).await.map(|()| true),
            Ok(false) => Ok(false),
            Err(error) => {
                guess.withdraw(accounts).await?;
                Err(error)
            }
        }
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_finds_no_place_is_told_to_come_back_and_a_given_up_request_keeps_its_hand_until_the_work_is_done() {
        let hasher = Hasher::new(1, 1);
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let slow = hasher.run(move || wait.recv().map_err(ServiceError::internal));
        // Polled once, then dropped: as when a browser closes the connection.
        assert!(tokio::time::timeout(Duration::ZERO, slow).await.is_err());
        assert_eq!(hasher.hands.available_permits(), 0);

        let waits = tokio::spawn({
            let hasher = hasher.clone();
            async move { hasher.run(|| Ok(7)).await }
        });
        while hasher.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(hasher.run(|| Ok(7)).await, Err(ServiceError::Busy { .. })));
        release.send(()).unwrap();
        assert_eq!(waits.await.unwrap().unwrap(), 7);
    }
}
