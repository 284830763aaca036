//! WebP, by libwebp; its container's tags by ourselves.

use super::{DPI, EncodeError, profile::srgb_profile};
use crate::Image;

/// The two ways that a WebP has to keep pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebpKind {
    /// The quality, 1 to 100; others count as the nearer of both.
    Lossy(u8),
    /// Each pixel as it is, also the colours of transparent ones.
    Lossless,
}

/// A WebP.
///
/// # Errors
/// [`EncodeError`].
pub fn webp(image: &Image, kind: WebpKind) -> Result<Vec<u8>, EncodeError> {
    let (width, height) = (image.width(), image.height());
    if width.max(height) > SIDE_MAX {
        return Err(EncodeError::TooLarge(width, height));
    }
    let failed = |why: String| EncodeError::Failed(why);
    let mut config = webp::WebPConfig::new().map_err(|()| failed("libwebp does not fit".into()))?;
    match kind {
        WebpKind::Lossy(quality) => config.quality = f32::from(quality.clamp(1, 100)),
        // Exact: also the colours of transparent pixels.
        WebpKind::Lossless => (config.lossless, config.exact) = (1, 1),
    }
    let encoder = webp::Encoder::from_rgba(image.pixels(), width, height);
    let encoded = encoder.encode_advanced(&config).map_err(|error| failed(format!("{error:?}")))?;
    tagged(&encoded, width, height, image.has_alpha())
}

/// The format counts sides in 14 bits.
const SIDE_MAX: u32 = 16_383;

/// The same file with its profile and density: RFC 9649, 2.7, an extended file of a `VP8X` chunk, then `ICCP`, the picture's own
/// chunks and `EXIF`.
fn tagged(file: &[u8], width: u32, height: u32, alpha: bool) -> Result<Vec<u8>, EncodeError> {
    const HAS_PROFILE: u8 = 1 << 5;
    const HAS_ALPHA: u8 = 1 << 4;
    const HAS_EXIF: u8 = 1 << 3;
    let flags = HAS_PROFILE | HAS_EXIF | if alpha { HAS_ALPHA } else { 0 };
    let side = |side: u32| -> [u8; 3] {
        let [a, b, c, _] = (side - 1).to_le_bytes();
        [a, b, c]
    };
    let extended = [[flags, 0, 0, 0].as_slice(), &side(width), &side(height)].concat();
    let mut body = b"WEBP".to_vec();
    push(&mut body, b"VP8X", &extended);
    push(&mut body, b"ICCP", &srgb_profile()?);
    for (name, data) in chunks(file).filter(|(name, _)| *name != b"VP8X") {
        push(&mut body, name, data);
    }
    push(&mut body, b"EXIF", &density());
    let mut tagged = b"RIFF".to_vec();
    tagged.extend((body.len() as u32).to_le_bytes());
    tagged.extend(body);
    Ok(tagged)
}

/// A chunk: its name, its length, its data, filled up to an even length.
fn push(body: &mut Vec<u8>, name: &[u8], data: &[u8]) {
    body.extend(name);
    body.extend((data.len() as u32).to_le_bytes());
    body.extend(data);
    body.resize(body.len().next_multiple_of(2), 0);
}

fn chunks(file: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = file.get(12..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (name, after) = rest.split_at_checked(4)?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let (data, _) = after.split_at_checked(length)?;
        rest = after.get(length.next_multiple_of(2)..).unwrap_or_default();
        Some((name, data))
    })
}

/// Exif with nothing but the density: TIFF 6.0, one directory of three entries.
fn density() -> Vec<u8> {
    const SHORT: u16 = 3;
    const RATIONAL: u16 = 5;
    const AFTER_DIRECTORY: u32 = 8 + 2 + 3 * 12 + 4;
    let mut tiff = b"II*\0".to_vec();
    tiff.extend(8u32.to_le_bytes());
    tiff.extend(3u16.to_le_bytes());
    let inches = 2;
    for (tag, kind, value) in
        [(0x11au16, RATIONAL, AFTER_DIRECTORY), (0x11b, RATIONAL, AFTER_DIRECTORY + 8), (0x128, SHORT, inches)]
    {
        tiff.extend(tag.to_le_bytes());
        tiff.extend(kind.to_le_bytes());
        tiff.extend(1u32.to_le_bytes());
        tiff.extend(value.to_le_bytes());
    }
    tiff.extend(0u32.to_le_bytes());
    for number in [u32::from(DPI), 1, u32::from(DPI), 1] {
        tiff.extend(number.to_le_bytes());
    }
    tiff
}
