//! The smaller versions of an image.

use bytes::Bytes;
use render::pyramid::coarsest_level;
use render::{
    Image, Pyramid,
    encode::{self, Jpeg, PngEffort},
};

use platform::{Result, ServiceError};

/// The longest side of a thumbnail, in pixels: a list's card on a dense screen.
pub const THUMBNAIL_SIDE: u32 = 480;
const THUMBNAIL_QUALITY: u8 = 85;

pub struct Derived {
    pub width: u32,
    pub height: u32,
    pub has_alpha: bool,
    pub levels: Vec<(u32, Bytes)>,
    pub thumbnail: Bytes,
}

pub fn derive(image: Image) -> Result<Derived> {
    let (width, height, has_alpha) = (image.width(), image.height(), image.has_alpha());
    let pyramid = Pyramid::of(image);
    let levels = (1..=coarsest_level(width, height))
        .map(|level| Ok((level, level_png(&pyramid, level)?)))
        .collect::<Result<_>>()?;
    Ok(Derived { width, height, has_alpha, levels, thumbnail: thumbnail(&pyramid)? })
}

pub fn level_png(pyramid: &Pyramid, level: u32) -> Result<Bytes> {
    let (_, image) = pyramid.nearest(level);
    Ok(encode::png(image, PngEffort::Fast).map_err(ServiceError::internal)?.into())
}

pub fn thumbnail(pyramid: &Pyramid) -> Result<Bytes> {
    let (width, height) = pyramid.size();
    let longest = width.max(height);
    let small = longest.min(THUMBNAIL_SIDE);
    let side = |side: u32| (u64::from(side) * u64::from(small) / u64::from(longest)).max(1) as u32;
    let small = render::resize(pyramid, side(width), side(height));
    picture(&small)
}

/// JPEG where every pixel is opaque, else PNG.
pub fn picture(image: &Image) -> Result<Bytes> {
    let file = match image.has_alpha() {
        true => encode::png(image, PngEffort::Balanced),
        false => encode::jpeg(image, Jpeg::of_quality(THUMBNAIL_QUALITY)),
    };
    Ok(file.map_err(ServiceError::internal)?.into())
}
