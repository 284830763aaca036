//! Mip pyramids: an image at half, a quarter, ... of its size, so that shrinking far reads few pixels.

use std::sync::{Arc, OnceLock};

use crate::{Image, alpha::AlphaMap};

/// The coarsest pyramid level that is kept as a file: the last whose longest side is at least 512 px. A browser makes
/// coarser ones from it itself.
pub fn coarsest_level(width: u32, height: u32) -> u32 {
    let longest = width.max(height);
    (0..31).take_while(|level| longest.div_ceil(1 << (level + 1)) >= 512).count() as u32
}

/// Levels of one image, finest first. Level `k` has `ceil(side / 2^k)` pixels a side; the last level is 1 × 1.
///
/// A level is made when it is first read. The finest levels may be absent: a browser that shows a small preview fetches
/// only the level it needs, and the coarser ones follow from it exactly as they do on the server.
#[derive(Clone, Debug)]
pub struct Pyramid {
    /// Size of level 0.
    width: u32,
    height: u32,
    first: u32,
    /// From the first one present on.
    levels: Vec<OnceLock<Level>>,
}

/// One level, and where it is opaque or empty.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    pub image: Arc<Image>,
    alpha: OnceLock<AlphaMap>,
}

impl Level {
    fn new(image: Image) -> Self {
        Self { image: Arc::new(image), alpha: OnceLock::new() }
    }

    #[inline]
    pub fn alpha(&self) -> &AlphaMap {
        self.alpha.get_or_init(|| AlphaMap::of(&self.image))
    }
}

/// The picture is not as large as the level that it is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("level {level} of a {width} × {height} image is not {got_width} × {got_height}")]
pub struct WrongLevelSize {
    level: u32,
    width: u32,
    height: u32,
    got_width: u32,
    got_height: u32,
}

/// The size of level `level` of an image.
pub fn level_size(width: u32, height: u32, level: u32) -> (u32, u32) {
    let side = |side: u32| (u64::from(side).div_ceil(1 << level.min(32)) as u32).max(1);
    (side(width), side(height))
}

/// How many levels an image has, down to 1 × 1.
pub fn level_count(width: u32, height: u32) -> u32 {
    u32::BITS - (width.max(height).max(1) - 1).leading_zeros() + 1
}

impl Pyramid {
    /// All levels of an image.
    pub fn of(image: Image) -> Self {
        let (width, height) = (image.width(), image.height());
        Self::complete(width, height, 0, image)
    }

    /// The levels from `first` on of a `width × height` image, from that level's own pixels.
    ///
    /// # Errors
    /// When the picture does not have that level's size.
    pub fn from_level(width: u32, height: u32, first: u32, image: Image) -> Result<Self, WrongLevelSize> {
        if level_size(width, height, first) != (image.width(), image.height()) {
            let (got_width, got_height) = (image.width(), image.height());
            return Err(WrongLevelSize { level: first, width, height, got_width, got_height });
        }
        Ok(Self::complete(width, height, first, image))
    }

    /// Without the levels finer than `level`, which then take no memory. The others stay the same.
    pub fn from_level_on(mut self, level: u32) -> Self {
        let (level, _) = self.level(level);
        self.levels.drain(..(level - self.first) as usize);
        self.first = level;
        self
    }

    fn complete(width: u32, height: u32, first: u32, image: Image) -> Self {
        let count = level_count(image.width(), image.height()) as usize;
        let mut levels = vec![OnceLock::from(Level::new(image))];
        levels.resize_with(count, OnceLock::new);
        Self { width, height, first, levels }
    }

    /// Width and height of the whole image (level 0), whether that level is present or not.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The finest level present.
    pub fn first_level(&self) -> u32 {
        self.first
    }

    /// Level `level`, or the nearest one present, with its own number.
    pub fn nearest(&self, level: u32) -> (u32, &Image) {
        let (level, found) = self.level(level);
        (level, &found.image)
    }

    #[inline]
    pub(crate) fn level(&self, level: u32) -> (u32, &Level) {
        let index = (level.max(self.first) - self.first).min(self.levels.len() as u32 - 1);
        (self.first + index, self.made(index as usize))
    }

    fn made(&self, index: usize) -> &Level {
        self.levels[index].get_or_init(|| Level::new(halve(&self.made(index - 1).image)))
    }
}

/// Half the size, rounded up: each pixel is the alpha-weighted mean of a 2 × 2 block. An odd last column or row
/// stands for itself twice, so level sizes and positions stay `position / 2^level`.
fn halve(image: &Image) -> Image {
    let (width, height) = (image.width().div_ceil(2), image.height().div_ceil(2));
    let stride = image.width() as usize * 4;
    let row = |y: u32| &image.pixels()[y.min(image.height() - 1) as usize * stride..][..stride];
    let mut pixels = vec![0; width as usize * height as usize * 4];
    for (y, out) in (0..).zip(pixels.chunks_exact_mut(width as usize * 4)) {
        halve_rows(row(2 * y), row(2 * y + 1), out);
    }
    Image::new(width, height, pixels).unwrap_or_else(|error| unreachable!("every row was halved: {error}"))
}

fn halve_rows(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    let opaque = |row: &[u8]| row.chunks_exact(4).fold(0xff, |all, pixel| all & pixel[3]) == 0xff;
    let opaque = opaque(upper) && opaque(lower);
    for ((a, b), out) in upper.chunks(8).zip(lower.chunks(8)).zip(out.chunks_exact_mut(4)) {
        // Of the last column of an odd width there is one pixel.
        let right = a.len() - 4;
        if opaque {
            for c in 0..4 {
                let sum = u16::from(a[c]) + u16::from(a[right + c]) + u16::from(b[c]) + u16::from(b[right + c]);
                out[c] = ((sum + 2) >> 2) as u8;
            }
        } else {
            let pixel = |row: &[u8], at: usize| [row[at], row[at + 1], row[at + 2], row[at + 3]];
            out.copy_from_slice(&mean([pixel(a, 0), pixel(a, right), pixel(b, 0), pixel(b, right)]));
        }
    }
}

fn mean(block: [[u8; 4]; 4]) -> [u8; 4] {
    let alpha: u32 = block.iter().map(|p| u32::from(p[3])).sum();
    match alpha {
        0 => return [0; 4],
        1020 => {
            let whole = |c: usize| (block.iter().map(|p| u32::from(p[c])).sum::<u32>() + 2) / 4;
            return [whole(0) as u8, whole(1) as u8, whole(2) as u8, 255];
        }
        _ => {}
    }
    let channel = |c: usize| {
        let weighted: u32 = block.iter().map(|p| u32::from(p[c]) * u32::from(p[3])).sum();
        ((weighted + alpha / 2) / alpha) as u8
    };
    [channel(0), channel(1), channel(2), ((alpha + 2) / 4) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coarsest_level_still_has_512_pixels() {
        for (width, height, level) in [(100, 100, 0), (1023, 10, 1), (1022, 10, 0), (4500, 5400, 3), (10_000, 1, 4)] {
            assert_eq!(coarsest_level(width, height), level, "{width} × {height}");
        }
    }

    fn noise(width: u32, height: u32) -> Image {
        let mut state = 0x9e37_79b9_u32;
        Image::from_fn(width, height, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()
        })
    }

    #[test]
    fn levels_end_at_one_pixel() {
        for (w, h, count) in [(1, 1, 1), (2, 1, 2), (3, 5, 4), (4500, 5400, 14)] {
            assert_eq!(level_count(w, h), count, "{w} × {h}");
            assert_eq!(level_size(w, h, count - 1), (1, 1));
        }
        let pyramid = Pyramid::of(noise(37, 12));
        assert_eq!(pyramid.levels.len() as u32, level_count(37, 12));
    }

    #[test]
    fn a_pyramid_begun_at_a_level_equals_the_whole_one_from_there() {
        let whole = Pyramid::of(noise(61, 33));
        let (_, second) = whole.nearest(2);
        let part = Pyramid::from_level(61, 33, 2, second.clone()).unwrap();
        for level in 2..level_count(61, 33) {
            assert_eq!(part.nearest(level), whole.nearest(level));
        }
        assert_eq!(part.nearest(0).0, 2);
        assert!(Pyramid::from_level(61, 33, 1, second.clone()).is_err());
    }

    #[test]
    fn a_pyramid_without_its_finest_levels_has_the_others() {
        let whole = Pyramid::of(noise(61, 33));
        for first in 0..level_count(61, 33) + 2 {
            let part = whole.clone().from_level_on(first);
            assert_eq!((part.size(), part.first_level()), ((61, 33), first.min(level_count(61, 33) - 1)));
            assert!((first..9).all(|level| part.nearest(level) == whole.nearest(level)));
        }
    }

    #[test]
    fn transparent_pixels_lend_no_colour() {
        let image = Image::from_fn(2, 2, |x, _| if x == 0 { [200, 100, 50, 255] } else { [0, 255, 0, 0] });
        assert_eq!(halve(&image).pixels(), [200, 100, 50, 128]);
    }
}
