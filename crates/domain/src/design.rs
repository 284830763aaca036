//! Designs in the library, and what is allowed to be uploaded.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use document::{ContentHash, ImageFormat};

use crate::DesignId;

/// The largest upload, in bytes.
pub const UPLOAD_BYTES_MAX: u64 = 100 << 20;

/// A design as the library lists it.
#[derive(Clone, Debug, PartialEq, Hash, Serialize, Deserialize)]
pub struct Design {
    pub id: DesignId,
    pub name: String,
    pub image: StoredImage,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// What is known of an image file of the tenant.
#[derive(Clone, Debug, PartialEq, Hash, Serialize, Deserialize)]
pub struct StoredImage {
    pub hash: ContentHash,
    pub format: ImageFormat,
    pub width: u32,
    pub height: u32,
    /// Some pixel is not fully opaque.
    pub has_alpha: bool,
    pub bytes: u64,
}

/// A file's name as a title: without folders, ending and control characters, at most 120 characters.
pub fn title_of_file(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| if stem.is_empty() { base } else { stem });
    let clean: String = stem.chars().filter(|c| !crate::name::is_forbidden(*c)).take(120).collect();
    let clean = clean.trim();
    crate::name::name(clean, 120).unwrap_or("Untitled").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_file_name_made_safe() {
        assert_eq!(title_of_file("C:\\art\\Blue fern.final.png"), "Blue fern.final");
        assert_eq!(title_of_file("../../etc/passwd"), "passwd");
        assert_eq!(title_of_file(".png"), ".png");
        assert_eq!(title_of_file("\u{7}\n.jpg"), "Untitled");
        assert_eq!(title_of_file("fern\u{202e}gpj.png"), "ferngpj");
        assert_eq!(title_of_file("\u{200b}.png"), "Untitled");
        assert_eq!(title_of_file(&"x".repeat(500)).len(), 120);
    }
}
