//! JPEG, by libjpeg-turbo.

use std::borrow::Cow;

use jpeg::{JpegError, Settings, Writer};

use super::{DPI, EncodeError, profile::srgb_profile};
use crate::Image;

/// How a JPEG is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jpeg {
    /// The quality, 1 to 100; others count as the nearer of both.
    pub quality: u8,
    /// The fineness of colours.
    pub chroma: Chroma,
    /// Coarse first, then finer: it shows sooner over a slow line, and takes longer to make.
    pub progressive: bool,
}

/// How finely colour is kept beside brightness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chroma {
    /// As finely: 4:4:4.
    Full,
    /// Half as finely along both axes, each the mean of four pixels: 4:2:0.
    Halved,
}

impl Jpeg {
    /// As shops and marketplaces expect it.
    pub const fn of_quality(quality: u8) -> Self {
        Self { quality, chroma: Chroma::Halved, progressive: false }
    }
}

/// A JPEG; transparent parts become white.
///
/// # Errors
/// [`EncodeError`].
pub fn jpeg(image: &Image, how: Jpeg) -> Result<Vec<u8>, EncodeError> {
    let failed = |error: JpegError| match error {
        JpegError::TooLarge { width, height } => EncodeError::TooLarge(width, height),
        error => EncodeError::Failed(error.to_string()),
    };
    let settings = Settings {
        quality: how.quality.clamp(1, 100),
        halved_chroma: how.chroma == Chroma::Halved,
        progressive: how.progressive,
        dots_per_inch: DPI,
    };
    let mut file = Writer::begin(image.width(), image.height(), &settings, &srgb_profile()?).map_err(failed)?;
    for row in image.pixels().chunks_exact(image.width() as usize * 4) {
        file.row(&over_white(row)).map_err(failed)?;
    }
    file.finish().map_err(failed)
}

/// A row over white.
fn over_white(row: &[u8]) -> Cow<'_, [u8]> {
    if row.chunks_exact(4).fold(0xff, |all, pixel| all & pixel[3]) == 0xff {
        return row.into();
    }
    let over_white = |pixel: &[u8]| {
        let alpha = u32::from(pixel[3]);
        let mix = |c: u8| ((u32::from(c) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        [mix(pixel[0]), mix(pixel[1]), mix(pixel[2]), 255]
    };
    row.chunks_exact(4).flat_map(over_white).collect()
}
