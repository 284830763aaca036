//! The operator's master keys.

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::KEY_LEN;

/// The longest id of a master key, in bytes.
pub const KEY_ID_MAX: usize = 32;

/// Why a setting is no key ring. Nothing of a key is ever in it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    #[error("{setting} has no key; {}", how(setting))]
    Empty { setting: String },
    #[error("{setting}: entry {entry} is not id:key; {}", how(setting))]
    NotAPair { setting: String, entry: usize },
    #[error("{setting}: the id of entry {entry} must have 1 to 32 of a-z, 0-9, - and _")]
    Id { setting: String, entry: usize },
    #[error("{setting}: the key {id:?} is not Base64; {}", how(setting))]
    NotBase64 { setting: String, id: String },
    #[error("{setting}: the key {id:?} has {length} bytes instead of 32; {}", how(setting))]
    Length { setting: String, id: String, length: usize },
    #[error("{setting}: the id {id:?} is there twice")]
    Twice { setting: String, id: String },
}

fn how(setting: &str) -> String {
    format!("set {setting}=<id>:$(openssl rand -base64 32), further keys after commas, the current one first")
}

/// Master keys with their ids: the current one, which wraps, and earlier ones, which still unwrap.
pub struct KeyRing {
    current: MasterKey,
    earlier: Vec<MasterKey>,
}

struct MasterKey {
    id: String,
    bytes: Zeroizing<[u8; KEY_LEN]>,
}

impl KeyRing {
    /// The keys of a setting such as `2026:<base64>,2025:<base64>`: each 32 bytes in Base64 (RFC 4648, section 4), the
    /// current one first. `setting` is its name, for errors.
    ///
    /// # Errors
    /// Says which setting is wrong, where, and how to make a key.
    pub fn parse(setting: &str, value: &str) -> Result<Self, KeyRingError> {
        if value.trim().is_empty() {
            return Err(KeyRingError::Empty { setting: setting.to_owned() });
        }
        let (first, others) = value.split_once(',').map_or((value, None), |(first, others)| (first, Some(others)));
        let mut ring = Self { current: parse_entry(setting, 1, first.trim())?, earlier: Vec::new() };
        for (index, entry) in others.into_iter().flat_map(|others| others.split(',')).enumerate() {
            let key = parse_entry(setting, index + 2, entry.trim())?;
            if ring.get(&key.id).is_some() {
                return Err(KeyRingError::Twice { setting: setting.to_owned(), id: key.id });
            }
            ring.earlier.push(key);
        }
        Ok(ring)
    }

    pub(super) fn current(&self) -> (&str, &[u8; KEY_LEN]) {
        (&self.current.id, &self.current.bytes)
    }

    pub(super) fn get(&self, id: &str) -> Option<&[u8; KEY_LEN]> {
        std::iter::once(&self.current).chain(&self.earlier).find(|key| key.id == id).map(|key| &*key.bytes)
    }
}

fn parse_entry(setting: &str, entry: usize, text: &str) -> Result<MasterKey, KeyRingError> {
    let setting = setting.to_owned();
    let Some((id, encoded)) = text.split_once(':') else {
        return Err(KeyRingError::NotAPair { setting, entry });
    };
    let of_an_id = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'_');
    if id.is_empty() || id.len() > KEY_ID_MAX || !id.bytes().all(of_an_id) {
        return Err(KeyRingError::Id { setting, entry });
    }
    let id = id.to_owned();
    let Ok(decoded) = STANDARD.decode(encoded).map(Zeroizing::new) else {
        return Err(KeyRingError::NotBase64 { setting, id });
    };
    let Ok(bytes) = <[u8; KEY_LEN]>::try_from(decoded.as_slice()).map(Zeroizing::new) else {
        return Err(KeyRingError::Length { setting, id, length: decoded.len() });
    };
    Ok(MasterKey { id, bytes })
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyRing({:?} and {} earlier)", self.current.id, self.earlier.len())
    }
}
