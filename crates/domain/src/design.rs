//! Designs in the library, and what is allowed to be uploaded.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{ContentHash, DesignId};

/// The largest upload, in bytes.
pub const UPLOAD_BYTES_MAX: u64 = 100 << 20;
/// The most pixels of an uploaded image: what a full square of the longest side has.
pub const UPLOAD_SIDE_MAX: u32 = crate::template::SIDE_MAX;

/// The coarsest pyramid level that is kept as a file: the last whose longest side is at least 512 px. A browser makes
/// coarser ones from it itself.
pub fn coarsest_level(width: u32, height: u32) -> u32 {
    let longest = width.max(height);
    (0..31).take_while(|level| longest.div_ceil(1 << (level + 1)) >= 512).count() as u32
}

/// An image file the product takes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImageFormat {
    Png,
    Jpeg,
    Webp,
}

crate::words!(ImageFormat { Png => "png", Jpeg => "jpeg", Webp => "webp" });

impl ImageFormat {
    /// By the file's first bytes; its name and declared type are never trusted.
    /// Signatures: PNG specification 5.2, ITU T.81 B.1.1.3 (SOI), RFC 9649 2.4.
    pub fn sniff(head: &[u8]) -> Option<Self> {
        match head {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }
}

/// A design as the library lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Design {
    pub id: DesignId,
    pub name: String,
    pub image: StoredImage,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// What is known of an image file of the tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    let clean: String = stem.chars().filter(|c| !c.is_control()).take(120).collect();
    let clean = clean.trim();
    if clean.is_empty() { "Untitled".to_owned() } else { clean.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_program_is_not_an_image() {
        assert_eq!(ImageFormat::sniff(b"MZ\x90\0 this is really an .exe"), None);
        assert_eq!(ImageFormat::sniff(b""), None);
        assert_eq!(ImageFormat::sniff(b"RIFF\x10\0\0\0WAVEfmt "), None);
        assert_eq!(ImageFormat::sniff(b"\x89PNG\r\n\x1a\n"), Some(ImageFormat::Png));
    }

    #[test]
    fn the_coarsest_level_still_has_512_pixels() {
        for (width, height, level) in [(100, 100, 0), (1023, 10, 1), (1022, 10, 0), (4500, 5400, 3), (10_000, 1, 4)] {
            assert_eq!(coarsest_level(width, height), level, "{width} × {height}");
        }
    }

    #[test]
    fn a_title_is_the_file_name_made_safe() {
        assert_eq!(title_of_file("C:\\art\\Blue fern.final.png"), "Blue fern.final");
        assert_eq!(title_of_file("../../etc/passwd"), "passwd");
        assert_eq!(title_of_file(".png"), ".png");
        assert_eq!(title_of_file("\u{7}\n.jpg"), "Untitled");
        assert_eq!(title_of_file(&"x".repeat(500)).len(), 120);
    }
}
