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

/// The reason why a file does not become a picture, in words for whoever sent it.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The first bytes are those of no kind of file that is known.
    #[error("this is not a PNG, JPEG or WebP image")]
    NotAnImage,
    /// The first bytes are those of a kind of file that is not read.
    #[error("the file is {}, not a PNG, JPEG or WebP image{}", .0.name(), .0.advice())]
    Foreign(Foreign),
    /// A side is longer than [`SIDE_MAX`] pixels.
    #[error("the image is {width} × {height} px; at most {SIDE_MAX} px a side are allowed")]
    TooManyPixels {
        /// The pixels across, as stored.
        width: u32,
        /// The pixels down, as stored.
        height: u32,
    },
    /// The colours of a JPEG are those of printing inks.
    #[error("the image is in CMYK colours; save it as RGB")]
    Cmyk,
    /// The file is intact, but of a variety that is not read.
    #[error("the image {0}, which is not read; save it as an ordinary JPEG or PNG")]
    Unsupported(Unsupported),
    /// The colour profile of a PNG unfolds to more than 4 MB.
    #[error("the image's colour profile is larger than {} MB", PROFILE_BYTES_MAX >> 20)]
    ProfileTooLarge,
    /// The decoder of a JPEG needs more memory than it may take, or than there is.
    #[error("the image takes more memory to read than there is; save it smaller, or as an ordinary JPEG or PNG")]
    OutOfMemory,
    /// The file is broken or ends too early: what its decoder says.
    #[error("the image is damaged or incomplete: {0}")]
    Damaged(String),
}

/// What an intact file may have that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// The JPEG is coded arithmetically.
    #[error("is a JPEG with arithmetic coding")]
    Arithmetic,
    /// The JPEG is coded without loss.
    #[error("is a lossless JPEG")]
    Lossless,
    /// The JPEG is built up from smaller pictures.
    #[error("is a hierarchical JPEG")]
    Hierarchical,
    /// The samples of a JPEG have this many bits, not 8.
    #[error("is a JPEG with {0} bits per sample")]
    Precision(u8),
    /// The colours of a JPEG have this many components, not one, three or four.
    #[error("is a JPEG with {0} colour components")]
    Components(u8),
    /// The JPEG says how high it is only after its pixels.
    #[error("is a JPEG that does not state its height at its beginning (DNL)")]
    NoHeight,
    /// The JPEG comes in more scans than a writer of pictures would make; each costs time by the picture's size.
    #[error("is a JPEG with too many scans")]
    TooManyScans,
    /// The file is not a PNG, and this is the browser, which is sent nothing else.
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
    /// The kind of file, by its first bytes.
    pub format: ImageFormat,
    /// The pixels across, as stored.
    pub width: u32,
    /// The pixels down, as stored.
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

/// The format and the size (as stored, before it is turned upright) that a file's first bytes say; refuses what is too
/// large before memory is taken for it.
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
