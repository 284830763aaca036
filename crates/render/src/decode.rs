//! Image files to pixels: bounded, upright, in sRGB.

use std::io::Cursor;

use domain::design::{ImageFormat, UPLOAD_SIDE_MAX};
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use crate::Image;

#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("the file is empty")]
    Empty,
    #[error("this is not a PNG, JPEG or WebP image")]
    NotAnImage,
    #[error("the image is {width} × {height} px; at most {UPLOAD_SIDE_MAX} px a side are allowed")]
    TooManyPixels { width: u32, height: u32 },
    #[error("the image is in CMYK colours; save it as RGB")]
    Cmyk,
    #[error("the image is damaged or incomplete: {0}")]
    Damaged(String),
}

impl From<ImageError> for DecodeError {
    fn from(error: ImageError) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// What a file says of itself before any pixel is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub format: ImageFormat,
    pub width: u32,
    pub height: u32,
}

/// Format and size (as stored, before it is turned upright) from the file's first bytes; refuses
/// what is too large before memory is taken for it.
///
/// # Errors
/// All of [`DecodeError`].
pub fn header(file: &[u8]) -> Result<Header, DecodeError> {
    let (format, decoder) = open(file)?;
    let (width, height) = decoder.dimensions();
    Ok(Header { format, width, height })
}

/// The whole picture: EXIF orientation applied, an embedded RGB profile converted to sRGB, 16 bits rounded to 8.
///
/// # Errors
/// All of [`DecodeError`].
pub fn decode(file: &[u8]) -> Result<Image, DecodeError> {
    let (format, mut decoder) = open(file)?;
    if format == ImageFormat::Jpeg && !ends_as_jpeg(file) {
        return Err(DecodeError::Damaged("the end of the picture is missing".into()));
    }
    let profile = decoder.icc_profile().ok().flatten();
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    let rgba = picture.into_rgba8();
    let (width, height) = rgba.dimensions();
    let mut pixels = rgba.into_raw();
    if let Some(profile) = profile {
        pixels = to_srgb(&profile, pixels);
    }
    Image::new(width, height, pixels).map_err(|error| DecodeError::Damaged(error.to_string()))
}

fn open(file: &[u8]) -> Result<(ImageFormat, impl ImageDecoder), DecodeError> {
    if file.is_empty() {
        return Err(DecodeError::Empty);
    }
    let format = ImageFormat::sniff(file).ok_or(DecodeError::NotAnImage)?;
    let reader_format = match format {
        ImageFormat::Png => image::ImageFormat::Png,
        ImageFormat::Jpeg => image::ImageFormat::Jpeg,
        ImageFormat::Webp => image::ImageFormat::WebP,
    };
    // Only the header is read here, so that a too large picture is refused with its size, before any memory is taken.
    let mut reader = ImageReader::with_format(Cursor::new(file), reader_format);
    reader.no_limits();
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if width > UPLOAD_SIDE_MAX || height > UPLOAD_SIDE_MAX {
        return Err(DecodeError::TooManyPixels { width, height });
    }
    let mut limits = image::Limits::default();
    // 16-bit RGBA of the largest picture.
    limits.max_alloc = Some(u64::from(UPLOAD_SIDE_MAX) * u64::from(UPLOAD_SIDE_MAX) * 8);
    decoder.set_limits(limits)?;
    if format == ImageFormat::Jpeg && jpeg_components(file) == Some(4) {
        return Err(DecodeError::Cmyk);
    }
    Ok((format, decoder))
}

/// How many colour components a JPEG has, by its frame header (ITU T.81 B.2.2). The decoder turns four into three by
/// a rule that fits no printer's inks, and does not say so.
fn jpeg_components(file: &[u8]) -> Option<u8> {
    let mut rest = file.get(2..)?;
    loop {
        // Before a marker there may be any number of filling bytes.
        let start = rest.iter().position(|&byte| byte != 0xff)?;
        let marker = rest[start];
        let segment = rest.get(start + 1..)?;
        let length = usize::from(u16::from_be_bytes(*segment.first_chunk::<2>()?));
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            return segment.get(7).copied();
        }
        rest = segment.get(length..)?;
    }
}

/// The decoder fills what a cut-off JPEG lacks with grey and says nothing, so the end-of-image marker (ITU T.81
/// B.1.1.3) is looked for; a few bytes of padding after it are common.
fn ends_as_jpeg(file: &[u8]) -> bool {
    let tail = &file[file.len().saturating_sub(64 << 10)..];
    tail.windows(2).any(|pair| pair == [0xff, 0xd9])
}

/// A profile that is damaged or not for RGB is passed over, as browsers do.
fn to_srgb(icc: &[u8], pixels: Vec<u8>) -> Vec<u8> {
    let Ok(profile) = ColorProfile::new_from_slice(icc) else { return pixels };
    if profile.color_space != DataColorSpace::Rgb {
        return pixels;
    }
    let srgb = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgba, TransformOptions::default());
    let mut converted = vec![0; pixels.len()];
    match transform.map(|transform| transform.transform(&pixels, &mut converted)) {
        Ok(Ok(())) => converted,
        _ => pixels,
    }
}
