//! Passwords: length checked, hashed with Argon2id.

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString, rand_core::OsRng},
};
use domain::{Problem, account::PASSWORD_CHARS};

use crate::{Result, ServiceError};

/// A password somebody typed. It prints as nothing.
#[derive(Clone)]
pub struct Password(String);

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
    pub(super) async fn hash(&self) -> Result<String> {
        let password = self.clone();
        tokio::task::spawn_blocking(move || {
            let salt = SaltString::generate(&mut OsRng);
            let hash = Argon2::default().hash_password(password.0.as_bytes(), &salt);
            hash.map(|hash| hash.to_string()).map_err(ServiceError::internal)
        })
        .await?
    }

    /// Whether it is the one that was hashed. Without a hash (no such account) the same time is spent.
    pub(super) async fn verify(&self, hash: Option<String>) -> Result<bool> {
        let password = self.clone();
        tokio::task::spawn_blocking(move || {
            let Some(hash) = hash else {
                let salt = SaltString::generate(&mut OsRng);
                let _ = Argon2::default().hash_password(password.0.as_bytes(), &salt);
                return Ok(false);
            };
            let parsed = PasswordHash::new(&hash).map_err(ServiceError::internal)?;
            Ok(Argon2::default().verify_password(password.0.as_bytes(), &parsed).is_ok())
        })
        .await?
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}
