//! PNG, row by row: there is hardly more in memory than the picture and its file.

use std::io::{self, Write};

use png::{ColorType, Compression, EncodingError};

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

/// The bytes of a file's pieces of compressed pixels.
const CHUNK_BYTES: usize = 256 << 10;

/// The most bytes that a PNG of that size has, and writing it takes beside the picture, but for a few rows: its pixels as they are, and the
/// frames of their blocks and pieces.
pub fn png_bytes_max(width: u32, height: u32) -> u64 {
    let pixels = u64::from(height) * (u64::from(width) * 4 + 1);
    pixels + pixels / 1000 + (4 << 10)
}

/// A lossless PNG, without an alpha channel where every pixel is opaque.
///
/// # Errors
/// [`EncodeError`].
pub fn png(image: &Image, effort: PngEffort) -> Result<Vec<u8>, EncodeError> {
    let compression = match effort {
        PngEffort::Fast => Compression::Fast,
        PngEffort::Balanced => Compression::Balanced,
    };
    let color = if image.has_alpha() { ColorType::Rgba } else { ColorType::Rgb };
    let failed = |error: EncodingError| EncodeError::Failed(error.to_string());
    let most = png_bytes_max(image.width(), image.height()) as usize;
    let pressed = write(image, color, compression, Bounded::new(most)).map_err(failed)?;
    if !pressed.is_over {
        return Ok(pressed.file);
    }
    // Noise, which pressing only makes larger.
    drop(pressed);
    Ok(write(image, color, Compression::NoCompression, Bounded::new(most)).map_err(failed)?.file)
}

fn write(
    image: &Image,
    color: ColorType,
    compression: Compression,
    mut file: Bounded,
) -> Result<Bounded, EncodingError> {
    let mut encoder = png::Encoder::new(&mut file, image.width(), image.height());
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let per_meter = (f64::from(DPI) / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_meter, yppu: per_meter, unit: png::Unit::Meter }));
    encoder.set_compression(compression);
    let mut writer = encoder.write_header()?;
    let mut rows = writer.stream_writer_with_size(CHUNK_BYTES)?;
    let mut rgb = Vec::new();
    for row in image.pixels().chunks_exact(image.width() as usize * 4) {
        if color == ColorType::Rgba {
            rows.write_all(row)?;
        } else {
            rgb.clear();
            rgb.extend(row.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]));
            rows.write_all(&rgb)?;
        }
    }
    rows.finish()?;
    writer.finish()?;
    Ok(file)
}

/// A file of so many bytes at most. What comes beyond them is dropped, and said.
struct Bounded {
    file: Vec<u8>,
    most: usize,
    is_over: bool,
}

impl Bounded {
    fn new(most: usize) -> Self {
        Self { file: Vec::new(), most, is_over: false }
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.most - self.file.len();
        self.is_over |= bytes.len() > left;
        if !self.is_over {
            if self.file.capacity() - self.file.len() < bytes.len() {
                // Twice as much, as ever, and no more than it may have.
                self.file.reserve_exact(self.file.len().max(bytes.len()).min(left));
            }
            self.file.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decode;

    #[test]
    fn noise_is_no_larger_than_it_is_and_stays_what_it_is() {
        let mut state = 7u32;
        for alpha in [255, 0] {
            let noise = Image::from_fn(701, 503, |_, _| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let [r, g, b, a] = state.rotate_left(9).to_be_bytes();
                [r, g, b, a | alpha]
            });
            for effort in [PngEffort::Fast, PngEffort::Balanced] {
                let file = png(&noise, effort).unwrap();
                assert!(file.len() as u64 <= png_bytes_max(701, 503), "{effort:?}: {}", file.len());
                assert_eq!(decode(&file).unwrap(), noise);
            }
        }
    }
}
