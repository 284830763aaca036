//! Files that are pictures to whoever has them, and are not read here: known by their first bytes, so that the refusal can name them.

/// A kind of file that is no PNG, JPEG or WebP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// AVIF, still or moving.
    Avif,
    /// Windows bitmaps.
    Bmp,
    /// GIF, still or moving.
    Gif,
    /// HEIC and HEIF, as phones make them.
    Heic,
    /// Windows icons.
    Icon,
    /// JPEG 2000, as a file or as bare code.
    Jpeg2000,
    /// JPEG XL, as a file or as bare code.
    JpegXl,
    /// PDF, whatever is in it.
    Pdf,
    /// Photoshop documents.
    Photoshop,
    /// PostScript, also encapsulated.
    PostScript,
    /// SVG, which has no pixels.
    Svg,
    /// TIFF, and photos of cameras that are made like it.
    Tiff,
    /// Films, and whatever else comes in their container.
    Video,
}

impl Foreign {
    /// The kind of file by its first bytes.
    pub fn sniff(head: &[u8]) -> Option<Self> {
        match head {
            [b'G', b'I', b'F', b'8', ..] => Some(Self::Gif),
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(Self::Tiff),
            [b'8', b'B', b'P', b'S', ..] => Some(Self::Photoshop),
            [b'%', b'P', b'D', b'F', ..] => Some(Self::Pdf),
            [b'%', b'!', b'P', b'S', ..] => Some(Self::PostScript),
            [0, 0, 1, 0, ..] => Some(Self::Icon),
            [0xff, 0x0a, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Some(Self::JpegXl),
            [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] | [0xff, 0x4f, 0xff, 0x51, ..] => Some(Self::Jpeg2000),
            // A BMP's length field and two reserved ones that are zero tell it from a text that begins with BM.
            [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(Self::Bmp),
            [_, _, _, _, b'f', b't', b'y', b'p', brands @ ..] => Some(Self::of_brands(brands)),
            _ => is_svg(head).then_some(Self::Svg),
        }
    }

    /// ISO 14496-12, 4.3: a major brand, a version, and the compatible brands.
    fn of_brands(brands: &[u8]) -> Self {
        let (major, rest) = brands.split_at(brands.len().min(4));
        let compatible = rest.get(4..).unwrap_or_default().chunks_exact(4).take(16);
        for brand in std::iter::once(major).chain(compatible) {
            match brand {
                b"avif" | b"avis" => return Self::Avif,
                b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => return Self::Heic,
                _ => {}
            }
        }
        if matches!(major, b"mif1" | b"msf1") { Self::Heic } else { Self::Video }
    }

    /// The name that people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Avif => "AVIF",
            Self::Bmp => "BMP",
            Self::Gif => "GIF",
            Self::Heic => "HEIC",
            Self::Icon => "ICO",
            Self::Jpeg2000 => "JPEG 2000",
            Self::JpegXl => "JPEG XL",
            Self::Pdf => "PDF",
            Self::Photoshop => "PSD",
            Self::PostScript => "EPS",
            Self::Svg => "SVG",
            Self::Tiff => "TIFF",
            Self::Video => "MP4",
        }
    }

    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Heic => {
                "; on an iPhone choose Settings, Camera, Formats, Most Compatible, or export the photo as a JPEG"
            }
            _ => "",
        }
    }
}

/// An XML text whose first element is `svg`, as far as its first kilobyte shows.
fn is_svg(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let head = String::from_utf8_lossy(&head[..head.len().min(1024)]);
    head.trim_start().starts_with('<') && head.to_ascii_lowercase().contains("<svg")
}
