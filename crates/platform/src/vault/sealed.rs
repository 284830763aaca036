//! The layout of a sealed secret.

use super::{KEY_ID_MAX, KEY_LEN, NONCE_LEN, TAG_LEN, VaultError};

pub(super) const VERSION: u8 = 1;
const WRAPPED_LEN: usize = KEY_LEN + TAG_LEN;

/// A sealed secret, to be stored where it was sealed for.
///
/// Its bytes, version 1:
///
/// | bytes | what |
/// |---|---|
/// | 1 | version: 1 |
/// | 1 | n, the length of the master key's id: 1 to 32 |
/// | n | the master key's id, ASCII |
/// | 24 | nonce of the wrapped data key |
/// | 48 | data key: XChaCha20-Poly1305 by the master key, with its tag |
/// | 24 | nonce of the payload |
/// | 16 and more | payload: XChaCha20-Poly1305 by the data key, with its tag |
///
/// The data key is bound to version, master key's id, tenant and context; the payload to version, tenant and context.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    pub(super) key_id: String,
    pub(super) wrap_nonce: [u8; NONCE_LEN],
    pub(super) wrapped_key: [u8; WRAPPED_LEN],
    pub(super) nonce: [u8; NONCE_LEN],
    pub(super) payload: Vec<u8>,
}

impl Sealed {
    /// # Errors
    /// [`VaultError::UnknownVersion`], [`VaultError::Malformed`]. Whether the bytes are what was sealed shows when they are opened.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VaultError> {
        let (&version, rest) = bytes.split_first().ok_or(VaultError::Malformed)?;
        if version != VERSION {
            return Err(VaultError::UnknownVersion(version));
        }
        let (&length, rest) = rest.split_first().ok_or(VaultError::Malformed)?;
        let length = usize::from(length);
        if length == 0 || length > KEY_ID_MAX {
            return Err(VaultError::Malformed);
        }
        let (key_id, rest) = rest.split_at_checked(length).ok_or(VaultError::Malformed)?;
        let (wrap_nonce, rest) = rest.split_first_chunk().ok_or(VaultError::Malformed)?;
        let (wrapped_key, rest) = rest.split_first_chunk().ok_or(VaultError::Malformed)?;
        let (nonce, payload) = rest.split_first_chunk().ok_or(VaultError::Malformed)?;
        if payload.len() < TAG_LEN {
            return Err(VaultError::Malformed);
        }
        Ok(Self {
            key_id: std::str::from_utf8(key_id).map_err(|_| VaultError::Malformed)?.to_owned(),
            wrap_nonce: *wrap_nonce,
            wrapped_key: *wrapped_key,
            nonce: *nonce,
            payload: payload.to_vec(),
        })
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        // A key ring takes no longer id.
        let length = self.key_id.len() as u8;
        let mut bytes = vec![VERSION, length];
        bytes.extend_from_slice(self.key_id.as_bytes());
        bytes.extend_from_slice(&self.wrap_nonce);
        bytes.extend_from_slice(&self.wrapped_key);
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(&self.payload);
        bytes
    }

    /// The master key that wraps the data key.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({:?}, …)", self.key_id)
    }
}
