//! PNG.

use super::{DPI, EncodeError};
use crate::Image;

/// How hard to press a PNG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PngEffort {
    /// For pictures on their way to the next step: several times faster, somewhat larger.
    Fast,
    /// For files people keep.
    Balanced,
}

/// A lossless PNG, without an alpha channel where every pixel is opaque.
///
/// # Errors
/// [`EncodeError`].
pub fn png(image: &Image, effort: PngEffort) -> Result<Vec<u8>, EncodeError> {
    let failed = |error: png::EncodingError| EncodeError::Failed(error.to_string());
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, image.width(), image.height());
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let per_meter = (f64::from(DPI) / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_meter, yppu: per_meter, unit: png::Unit::Meter }));
    encoder.set_compression(match effort {
        PngEffort::Fast => png::Compression::Fast,
        PngEffort::Balanced => png::Compression::Balanced,
    });
    if image.has_alpha() {
        encoder.set_color(png::ColorType::Rgba);
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(image.pixels()).map_err(failed)?;
        writer.finish().map_err(failed)?;
    } else {
        encoder.set_color(png::ColorType::Rgb);
        let rgb: Vec<u8> = image.pixels().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&rgb).map_err(failed)?;
        writer.finish().map_err(failed)?;
    }
    Ok(file)
}
