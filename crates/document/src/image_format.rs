//! The kinds of image files that a document may show.

use serde::{Deserialize, Serialize};

/// An image file the product takes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImageFormat {
    /// PNG, with or without alpha.
    Png,
    /// JPEG, which has no alpha.
    Jpeg,
    /// WebP, lossy or lossless.
    Webp,
}

crate::words!(ImageFormat { Png => "png", Jpeg => "jpeg", Webp => "webp" });

impl ImageFormat {
    /// The kind by the file's first bytes; its name and declared type are never trusted. Signatures: PNG specification
    /// 5.2, ITU T.81 B.1.1.3 (SOI), RFC 9649 2.4.
    pub fn sniff(head: &[u8]) -> Option<Self> {
        match head {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }
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
}
