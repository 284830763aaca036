//! Pixels to image files: sRGB, with their density.

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, EncodingError, PixelDensity, SamplingFactor};

use crate::Image;

/// Dots per inch written into every file.
const DPI: u16 = 300;

#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    #[error("the picture is {0} × {1} px, more than the file format can hold")]
    TooLarge(u32, u32),
    #[error("the picture could not be written: {0}")]
    Failed(String),
}

/// How hard to press a PNG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PngEffort {
    /// For pictures on their way to the next step: several times faster, somewhat larger.
    Fast,
    /// For files people keep.
    Balanced,
}

/// A JPEG of the given quality (1 to 100), chroma at half resolution; transparent parts become white.
///
/// # Errors
/// [`EncodeError`].
pub fn jpeg(image: &Image, quality: u8) -> Result<Vec<u8>, EncodeError> {
    let too_large = || EncodeError::TooLarge(image.width(), image.height());
    let width = u16::try_from(image.width()).map_err(|_| too_large())?;
    let height = u16::try_from(image.height()).map_err(|_| too_large())?;
    let over_white = |[r, g, b, a]: [u8; 4]| {
        let mix = |c: u8| ((u32::from(c) * u32::from(a) + 255 * (255 - u32::from(a)) + 127) / 255) as u8;
        [mix(r), mix(g), mix(b)]
    };
    let mut rgb = vec![255; image.pixels().len() / 4 * 3];
    for (rgb, rgba) in rgb.chunks_exact_mut(3).zip(image.pixels().chunks_exact(4)) {
        rgb.copy_from_slice(&over_white([rgba[0], rgba[1], rgba[2], rgba[3]]));
    }
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, quality.clamp(1, 100));
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.set_density(PixelDensity::dpi(DPI));
    encoder
        .encode(&rgb, width, height, ColorType::Rgb)
        .map_err(|error: EncodingError| EncodeError::Failed(error.to_string()))?;
    Ok(file)
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
