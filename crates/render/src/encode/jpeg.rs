//! JPEG.

use jpeg_encoder::{
    ChromaSubsamplingMethod, Encoder, EncodingError, ImageBuffer, JpegColorType, PixelDensity, SamplingFactor,
};

use super::{DPI, EncodeError, srgb_profile};
use crate::{
    Image,
    weigh::{Task, Weigher, fastest},
};

/// How a JPEG is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jpeg {
    /// 1 to 100; others count as the nearer of both.
    pub quality: u8,
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
    let too_large = || EncodeError::TooLarge(image.width(), image.height());
    let width = u16::try_from(image.width()).map_err(|_| too_large())?;
    let height = u16::try_from(image.height()).map_err(|_| too_large())?;
    let failed = |error: EncodingError| EncodeError::Failed(error.to_string());
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, how.quality.clamp(1, 100));
    encoder.set_sampling_factor(match how.chroma {
        Chroma::Full => SamplingFactor::F_1_1,
        Chroma::Halved => SamplingFactor::F_2_2,
    });
    // Of each four chroma values the encoder takes the first, which is their mean already.
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Nearest);
    encoder.set_progressive(how.progressive);
    encoder.set_density(PixelDensity::dpi(DPI));
    encoder.add_icc_profile(&srgb_profile()?).map_err(failed)?;
    encoder.encode_image(Rows { image, width, height, chroma: how.chroma }).map_err(failed)?;
    Ok(file)
}

/// The picture as the encoder asks for it, row by row.
struct Rows<'a> {
    image: &'a Image,
    width: u16,
    height: u16,
    chroma: Chroma,
}

impl ImageBuffer for Rows<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.width
    }

    fn height(&self) -> u16 {
        self.height
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let width = usize::from(self.width);
        // The encoder pads rows to whole blocks, and repeats the last row to fill the last of them.
        let blocks = if self.chroma == Chroma::Halved { 16 } else { 8 };
        let row = buffers[0].len() / width.next_multiple_of(blocks);
        let [luma, blue, red, _] = buffers;
        let [luma, blue, red] = [luma, blue, red].map(|buffer| {
            let start = buffer.len();
            buffer.resize(start + width, 0);
            &mut buffer[start..]
        });
        let line = self.line(y);
        match self.chroma {
            Chroma::Full => fastest(Whole { line: &line, luma, blue, red }),
            // Only every second row of chroma is looked at.
            Chroma::Halved if row % 2 == 1 => fastest(Luma { line: &line, luma }),
            Chroma::Halved => {
                let below = self.line((y + 1).min(self.height - 1));
                fastest(Luma { line: &line, luma });
                fastest(Means { lines: [&line, &below], blue, red });
            }
        }
    }
}

impl<'a> Rows<'a> {
    /// Row `y` over white.
    fn line(&self, y: u16) -> std::borrow::Cow<'a, [u8]> {
        let stride = usize::from(self.width) * 4;
        let line = &self.image.pixels()[usize::from(y) * stride..][..stride];
        if line.chunks_exact(4).fold(u32::MAX, |all, pixel| all & packed(pixel)) >> 24 == 0xff {
            return line.into();
        }
        let over_white = |pixel: &[u8]| {
            let alpha = u32::from(pixel[3]);
            let mix = |c: u8| ((u32::from(c) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
            [mix(pixel[0]), mix(pixel[1]), mix(pixel[2]), 255]
        };
        line.chunks_exact(4).flat_map(over_white).collect()
    }
}

/// A pixel's channels.
#[inline(always)]
fn color(pixel: &[u8]) -> [u32; 3] {
    let pixel = packed(pixel);
    [pixel & 0xff, pixel >> 8 & 0xff, pixel >> 16 & 0xff]
}

/// A pixel as one number, red lowest.
#[inline(always)]
fn packed(pixel: &[u8]) -> u32 {
    u32::from_le_bytes([pixel[0], pixel[1], pixel[2], pixel[3]])
}

/// JFIF's brightness in whole numbers: ITU-T T.871, 7.
#[inline(always)]
fn luma([r, g, b]: [u32; 3]) -> u8 {
    ((19_595 * r + 38_470 * g + 7_471 * b + (1 << 15)) >> 16) as u8
}

/// Its colour differences, of values that are `1 << SHIFT` times as large.
#[inline(always)]
fn differences<const SHIFT: u32>(color: [u32; 3]) -> (u8, u8) {
    let [r, g, b] = color.map(|value| value as i32);
    let settle = |sum: i32| ((sum + (128 << (16 + SHIFT)) + (1 << (15 + SHIFT)) - 1) >> (16 + SHIFT)) as u8;
    (settle(-11_059 * r - 21_709 * g + 32_768 * b), settle(32_768 * r - 27_439 * g - 5_329 * b))
}

struct Luma<'a> {
    line: &'a [u8],
    luma: &'a mut [u8],
}

impl Task for Luma<'_> {
    type Output = ();
    #[inline(always)]
    fn run<W: Weigher>(self, _: W) {
        for (pixel, out) in self.line.chunks_exact(4).zip(self.luma) {
            *out = luma(color(pixel));
        }
    }
}

struct Whole<'a> {
    line: &'a [u8],
    luma: &'a mut [u8],
    blue: &'a mut [u8],
    red: &'a mut [u8],
}

impl Task for Whole<'_> {
    type Output = ();
    #[inline(always)]
    fn run<W: Weigher>(self, _: W) {
        for (((pixel, y), blue), red) in self.line.chunks_exact(4).zip(self.luma).zip(self.blue).zip(self.red) {
            *y = luma(color(pixel));
            (*blue, *red) = differences::<0>(color(pixel));
        }
    }
}

/// Two rows' chroma, the mean of four pixels at each of the first two's places.
struct Means<'a> {
    lines: [&'a [u8]; 2],
    blue: &'a mut [u8],
    red: &'a mut [u8],
}

impl Task for Means<'_> {
    type Output = ();
    #[inline(always)]
    fn run<W: Weigher>(self, _: W) {
        let [upper, lower] = self.lines;
        // Red and blue of a pixel side by side in one number, then green: four of them never run into each other.
        let sum = |four: [u32; 4]| {
            let both = four.iter().map(|pixel| pixel & 0x00ff_00ff).sum::<u32>();
            let green = four.iter().map(|pixel| pixel >> 8 & 0xff).sum::<u32>();
            differences::<2>([both & 0xffff, green, both >> 16])
        };
        let twice = |value: u8| u16::from(value) * 0x0101;
        let outs = self.blue.chunks_exact_mut(2).zip(self.red.chunks_exact_mut(2));
        for ((a, b), (blue, red)) in upper.chunks_exact(8).zip(lower.chunks_exact(8)).zip(outs) {
            let (mean_blue, mean_red) = sum([packed(a), packed(&a[4..]), packed(b), packed(&b[4..])]);
            blue.copy_from_slice(&twice(mean_blue).to_le_bytes());
            red.copy_from_slice(&twice(mean_red).to_le_bytes());
        }
        // The last column of an odd width stands for itself twice.
        let (last_a, last_b) = (upper.chunks_exact(8).remainder(), lower.chunks_exact(8).remainder());
        if let (false, Some(blue), Some(red)) = (last_a.is_empty(), self.blue.last_mut(), self.red.last_mut()) {
            let (a, b) = (packed(last_a), packed(last_b));
            (*blue, *red) = sum([a, a, b, b]);
        }
    }
}
