//! Secrets of tenants at rest, such as tokens of remote services: envelope encryption.
//!
//! Each secret is encrypted by a data key of its own, and that key by a master key of the operator's [`KeyRing`].
//! A sealed secret opens only for the tenant and the context (the column, the row) it was sealed for. A new master key
//! is taken up by wrapping data keys again; what they encrypt stays as it is. The bytes are described at [`Sealed`].

mod key_ring;
mod sealed;
mod secret;

pub use key_ring::{KEY_ID_MAX, KeyRing, KeyRingError};
pub use sealed::Sealed;
pub use secret::Secret;

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use domain::TenantId;
use rand::{TryRngCore, rngs::OsRng};
use zeroize::Zeroizing;

/// A secret key of XChaCha20-Poly1305, in bytes.
const KEY_LEN: usize = 32;
/// Long enough that nonces may be drawn at random (draft-irtf-cfrg-xchacha-03, section 2).
const NONCE_LEN: usize = 24;
const TAG_LEN: usize = 16;

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("a sealed secret is cut off or not laid out as one")]
    Malformed,
    #[error("a sealed secret has version {0}, which this program does not know")]
    UnknownVersion(u8),
    #[error("a secret was sealed with the master key {0:?}, which is not in the key ring")]
    UnknownKey(String),
    /// Another tenant's, another context's, or changed; which of them cannot be told.
    #[error("a sealed secret does not belong where it was found, or was changed")]
    Refused,
    #[error("a secret is too long to be sealed")]
    TooLong,
    #[error("the system gave no random bytes")]
    Random(#[source] rand::rand_core::OsError),
}

/// Seals and opens secrets.
pub struct Vault {
    ring: KeyRing,
}

impl Vault {
    pub fn new(ring: KeyRing) -> Self {
        Self { ring }
    }

    /// A secret encrypted with a new data key, which the current master key wraps.
    ///
    /// `context` names the place where the result is kept, for instance `connections.token <id>`; it is not stored, and
    /// opening takes the same.
    ///
    /// # Errors
    /// [`VaultError::Random`]; [`VaultError::TooLong`] from 256 GiB on.
    pub fn seal(&self, tenant: TenantId, context: &str, plaintext: &[u8]) -> Result<Sealed, VaultError> {
        let data_key = Zeroizing::new(random::<KEY_LEN>()?);
        self.seal_with(&data_key, [random()?, random()?], tenant, context, plaintext)
    }

    fn seal_with(
        &self,
        data_key: &[u8; KEY_LEN],
        [wrap_nonce, nonce]: [[u8; NONCE_LEN]; 2],
        tenant: TenantId,
        context: &str,
        plaintext: &[u8],
    ) -> Result<Sealed, VaultError> {
        let (key_id, master) = self.ring.current();
        let wrapped_key = encrypt(master, &wrap_nonce, data_key, &wrap_aad(key_id, tenant, context))?;
        let payload = encrypt(data_key, &nonce, plaintext, &payload_aad(tenant, context))?;
        Ok(Sealed {
            key_id: key_id.to_owned(),
            wrap_nonce,
            wrapped_key: wrapped_key.try_into().map_err(|_| VaultError::Malformed)?,
            nonce,
            payload,
        })
    }

    /// The secret that was sealed for this tenant and context.
    ///
    /// # Errors
    /// [`VaultError::UnknownKey`]; [`VaultError::Refused`] where anything is not as it was sealed.
    pub fn open(&self, tenant: TenantId, context: &str, sealed: &Sealed) -> Result<Secret, VaultError> {
        let data_key = self.unwrap(tenant, context, sealed)?;
        let plaintext = decrypt(&data_key, &sealed.nonce, &sealed.payload, &payload_aad(tenant, context))?;
        Ok(Secret::new(plaintext))
    }

    /// Whether another master key than the current one wraps the secret's data key.
    pub fn needs_rewrap(&self, sealed: &Sealed) -> bool {
        sealed.key_id != self.ring.current().0
    }

    /// The same secret with its data key wrapped by the current master key. The secret itself is neither opened nor
    /// changed.
    ///
    /// # Errors
    /// As [`Vault::open`], and [`VaultError::Random`].
    pub fn rewrap(&self, tenant: TenantId, context: &str, sealed: &Sealed) -> Result<Sealed, VaultError> {
        let data_key = self.unwrap(tenant, context, sealed)?;
        let (key_id, master) = self.ring.current();
        let wrap_nonce = random()?;
        let wrapped_key = encrypt(master, &wrap_nonce, &*data_key, &wrap_aad(key_id, tenant, context))?;
        Ok(Sealed {
            key_id: key_id.to_owned(),
            wrap_nonce,
            wrapped_key: wrapped_key.try_into().map_err(|_| VaultError::Malformed)?,
            ..sealed.clone()
        })
    }

    fn unwrap(&self, tenant: TenantId, context: &str, sealed: &Sealed) -> Result<Zeroizing<[u8; KEY_LEN]>, VaultError> {
        let id = &sealed.key_id;
        let master = self.ring.get(id).ok_or_else(|| VaultError::UnknownKey(id.clone()))?;
        let bytes = decrypt(master, &sealed.wrap_nonce, &sealed.wrapped_key, &wrap_aad(id, tenant, context))?;
        <[u8; KEY_LEN]>::try_from(bytes.as_slice()).map(Zeroizing::new).map_err(|_| VaultError::Malformed)
    }
}

fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    OsRng.try_fill_bytes(&mut bytes).map_err(VaultError::Random)?;
    Ok(bytes)
}

fn encrypt(key: &[u8; KEY_LEN], nonce: &[u8; NONCE_LEN], msg: &[u8], aad: &[u8]) -> Result<Vec<u8>, VaultError> {
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.encrypt(nonce.into(), Payload { msg, aad }).map_err(|_| VaultError::TooLong)
}

fn decrypt(
    key: &[u8; KEY_LEN],
    nonce: &[u8; NONCE_LEN],
    msg: &[u8],
    aad: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.decrypt(nonce.into(), Payload { msg, aad }).map(Zeroizing::new).map_err(|_| VaultError::Refused)
}

/// What a wrapped key is bound to.
fn wrap_aad(key_id: &str, tenant: TenantId, context: &str) -> Vec<u8> {
    associated(b"vitrine vault key", &[key_id.as_bytes(), tenant.0.as_bytes(), context.as_bytes()])
}

/// What a payload is bound to: not to a master key, so that one can follow another.
fn payload_aad(tenant: TenantId, context: &str) -> Vec<u8> {
    associated(b"vitrine vault payload", &[tenant.0.as_bytes(), context.as_bytes()])
}

/// The version and the parts, each after its length as 8 bytes, little-endian: no two lists of parts give the same bytes.
fn associated(label: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![sealed::VERSION];
    for part in std::iter::once(&label).chain(parts) {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

#[cfg(test)]
mod tests;
