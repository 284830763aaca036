//! Image files to pixels: bounded, upright, in sRGB.
//!
//! Every format comes row by row where it can, so that there is hardly more in memory than the picture. In the browser only PNG is
//! read, which is what the server sends there.

mod color;
mod exif;
mod foreign;
#[cfg(not(target_family = "wasm"))]
mod jpeg;
mod png;
mod upright;
#[cfg(not(target_family = "wasm"))]
mod vp8l;
#[cfg(not(target_family = "wasm"))]
mod webp;

use document::ImageFormat;
use document::SIDE_MAX;

use crate::Image;
pub use foreign::Foreign;

#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("the file is empty")]
    Empty,
    #[error("this is not a PNG, JPEG or WebP image")]
    NotAnImage,
    #[error("the file is {}, not a PNG, JPEG or WebP image{}", .0.name(), .0.advice())]
    Foreign(Foreign),
    #[error("the image is {width} × {height} px; at most {SIDE_MAX} px a side are allowed")]
    TooManyPixels { width: u32, height: u32 },
    #[error("the image is in CMYK colours; save it as RGB")]
    Cmyk,
    #[error("the image {0}, which is not read; save it as an ordinary JPEG or PNG")]
    Unsupported(Unsupported),
    #[error("the image's colour profile is larger than {} MB", PROFILE_BYTES_MAX >> 20)]
    ProfileTooLarge,
    #[error("the image takes more memory to read than there is; save it smaller, or as an ordinary JPEG or PNG")]
    OutOfMemory,
    #[error("the image is damaged or incomplete: {0}")]
    Damaged(String),
}

/// What an intact file may have that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    #[error("is a JPEG with arithmetic coding")]
    Arithmetic,
    #[error("is a lossless JPEG")]
    Lossless,
    #[error("is a hierarchical JPEG")]
    Hierarchical,
    #[error("is a JPEG with {0} bits per sample")]
    Precision(u8),
    #[error("is a JPEG with {0} colour components")]
    Components(u8),
    #[error("is a JPEG that does not state its height at its beginning (DNL)")]
    NoHeight,
    #[error("is a JPEG with too many scans")]
    TooManyScans,
    #[error("is not a PNG; the browser is sent nothing else")]
    InBrowser,
}

/// The largest colour profile that a PNG may unfold to.
const PROFILE_BYTES_MAX: usize = 4 << 20;
/// What decoding takes beside pixels at most: a profile, its tables, the decoder's own state.
const SPARE_BYTES: u64 = 16 << 20;

/// What a file says of itself before any pixel is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub format: ImageFormat,
    pub width: u32,
    pub height: u32,
}

/// A file of a known format whose beginning has been read.
trait File {
    /// Width and height in pixels, as stored.
    fn size(&self) -> (u32, u32);

    /// The bytes that decoding takes at its peak beside the picture that comes out, or more.
    fn working_bytes(&self) -> u64;

    fn picture(self: Box<Self>) -> Result<Image, DecodeError>;
}

/// Format and size (as stored, before it is turned upright) from the file's first bytes; refuses
/// what is too large before memory is taken for it.
///
/// # Errors
/// All of [`DecodeError`].
pub fn header(file: &[u8]) -> Result<Header, DecodeError> {
    let (format, file) = open(file)?;
    let (width, height) = file.size();
    Ok(Header { format, width, height })
}

/// The most bytes that [`decode`] holds at a time beside the file, by what comes before its pixels: what a budget of memory is to give before.
///
/// # Errors
/// As [`header`].
pub fn peak_bytes(file: &[u8]) -> Result<u64, DecodeError> {
    let (_, file) = open(file)?;
    let (width, height) = file.size();
    Ok(u64::from(width) * u64::from(height) * 4 + file.working_bytes() + SPARE_BYTES)
}

/// The most that [`peak_bytes`] says of any file of that format, size and length: for where the file itself is not at hand.
#[cfg(not(target_family = "wasm"))]
pub fn most_peak_bytes(format: ImageFormat, (width, height): (u32, u32), length: u64) -> u64 {
    let pixels = u64::from(width) * u64::from(height);
    // The picture may have been turned upright.
    let row = u64::from(width.max(height));
    let working = match format {
        ImageFormat::Png => png::working_bytes(width.max(height)),
        // Two bytes for each sample of three components before there are pixels, in whole blocks; and rows.
        ImageFormat::Jpeg => 6 * (u64::from(width) + 40) * (u64::from(height) + 40) + 256 * row + (256 << 10),
        // Planes of brightness and colour, and alpha as a picture of its own, which may be lossless as the whole may.
        ImageFormat::Webp => 7 * pixels + 3 * length + 64 * row + vp8l::most_decoder_bytes((width, height)),
    };
    pixels * 4 + working + SPARE_BYTES
}

/// The whole picture: EXIF orientation applied, colours converted to sRGB by what the file says of them, deeper samples rounded to 8
/// bits after that. Of an animation the first frame.
///
/// # Errors
/// All of [`DecodeError`].
pub fn decode(file: &[u8]) -> Result<Image, DecodeError> {
    open(file)?.1.picture()
}

fn open(file: &[u8]) -> Result<(ImageFormat, Box<dyn File + '_>), DecodeError> {
    if file.is_empty() {
        return Err(DecodeError::Empty);
    }
    let Some(format) = ImageFormat::sniff(file) else {
        return Err(Foreign::sniff(file).map_or(DecodeError::NotAnImage, DecodeError::Foreign));
    };
    let file: Box<dyn File + '_> = match format {
        ImageFormat::Png => Box::new(png::Png::open(file)?),
        #[cfg(not(target_family = "wasm"))]
        ImageFormat::Jpeg => Box::new(jpeg::Jpeg::open(file)?),
        #[cfg(not(target_family = "wasm"))]
        ImageFormat::Webp => Box::new(webp::Webp::open(file)?),
        #[cfg(target_family = "wasm")]
        _ => return Err(DecodeError::Unsupported(Unsupported::InBrowser)),
    };
    let (width, height) = file.size();
    if width > SIDE_MAX || height > SIDE_MAX {
        return Err(DecodeError::TooManyPixels { width, height });
    }
    Ok((format, file))
}

/// What a decoder says of a broken file.
fn damaged(error: impl std::fmt::Display) -> DecodeError {
    DecodeError::Damaged(error.to_string())
}
