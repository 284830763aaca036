//! How a photo is turned, by its EXIF.

use super::upright::Orientation;

/// EXIF 2.32, 4.6.4: the tag in the first directory.
const ORIENTATION: u16 = 0x0112;
/// TIFF 6.0, 2: the types of a whole number.
const SHORT: u16 = 3;
const LONG: u16 = 4;

/// As the picture is to be shown; without a word of it, or with one that means nothing, as it is stored.
///
/// Some phones write the JPEG segment's prefix also where there is no such segment.
pub fn orientation(exif: &[u8]) -> Option<Orientation> {
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let numbers = match tiff.get(..4)? {
        b"II*\0" => Numbers { tiff, little: true },
        b"MM\0*" => Numbers { tiff, little: false },
        _ => return None,
    };
    let directory = numbers.long(4)? as usize;
    let entries = numbers.short(directory)?;
    (0..usize::from(entries)).find_map(|entry| {
        let at = directory.checked_add(2 + 12 * entry)?;
        if numbers.short(at)? != ORIENTATION {
            return None;
        }
        let value = match numbers.short(at + 2)? {
            SHORT => numbers.short(at + 8)?.into(),
            LONG => numbers.long(at + 8)?,
            _ => return None,
        };
        Orientation::from_exif(value)
    })
}

struct Numbers<'a> {
    tiff: &'a [u8],
    little: bool,
}

impl Numbers<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        let bytes = *self.tiff.get(at..)?.first_chunk()?;
        Some(if self.little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<u32> {
        let bytes = *self.tiff.get(at..)?.first_chunk()?;
        Some(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }
}
