//! Names of files by their content.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The BLAKE3 hash of a file's bytes: the name under which it is stored, once, per tenant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ContentHash(pub [u8; 32]);

/// The text is not 64 hexadecimal digits in small letters.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("a content hash is 64 hexadecimal digits")]
pub struct NotAContentHash;

impl FromStr for ContentHash {
    type Err = NotAContentHash;
    fn from_str(text: &str) -> Result<Self, NotAContentHash> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(NotAContentHash);
        }
        let nibble = |c: u8| (c as char).to_digit(16).filter(|_| !c.is_ascii_uppercase());
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            let (high, low) = (nibble(pair[0]), nibble(pair[1]));
            *byte = (high.ok_or(NotAContentHash)? * 16 + low.ok_or(NotAContentHash)?) as u8;
        }
        Ok(Self(hash))
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for ContentHash {
    type Error = NotAContentHash;
    fn try_from(text: String) -> Result<Self, NotAContentHash> {
        text.parse()
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> Self {
        hash.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_reads_what_it_writes_and_refuses_the_rest() {
        let hash = ContentHash([0xa7; 32]);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        for wrong in ["", "a7", &"A7".repeat(32), &"g7".repeat(32), &"é".repeat(32)] {
            assert_eq!(wrong.parse::<ContentHash>(), Err(NotAContentHash), "{wrong}");
        }
    }
}
