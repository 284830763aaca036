//! A photo at the output's size: the kernel of [`crate::kernel`], one axis after the other.

use std::{collections::VecDeque, sync::Arc};

use crate::{
    footprint::Footprint,
    image::Image,
    kernel::{Kernel, TAPS_MAX},
    pyramid::{Level, Pyramid},
};

/// The level that an exact resize of an image of `size` to `width × height` reads.
pub fn level_for(size: (u32, u32), width: u32, height: u32) -> u32 {
    footprint(size, width, height).level()
}

fn footprint((from_width, from_height): (u32, u32), width: u32, height: u32) -> Footprint {
    let extent = |from: u32, to: u32| (f64::from(from) / f64::from(to)).max(1.0);
    Footprint { u: extent(from_width, width), v: extent(from_height, height) }
}

/// The image at `width × height` pixels. At its own size it is the image itself, byte for byte.
pub fn resize(pyramid: &Pyramid, width: u32, height: u32) -> Arc<Image> {
    let footprint = footprint(pyramid.size(), width, height);
    let (level, Level { image, .. }) = pyramid.level(footprint.level());
    if (image.width(), image.height()) == (width, height) && level == 0 {
        return image.clone();
    }
    let footprint = footprint.at_level(level);
    let (from_width, from_height) = pyramid.size();
    let per_level = 1.0 / f64::from(1u32 << level);
    let taps = |from: u32, to: u32, extent: f64| -> Vec<Taps> {
        let step = f64::from(from) / f64::from(to) * per_level;
        (0..to).map(|i| Taps::new((f64::from(i) + 0.5) * step, extent)).collect()
    };
    let across = taps(from_width, width, footprint.u);
    let down = taps(from_height, height, footprint.v);

    let mut rows = RowCache { image, across: &across, rows: VecDeque::new(), first: 0 };
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 4);
    let mut sums = vec![[0.0f32; 4]; width as usize];
    for taps in &down {
        sums.fill([0.0; 4]);
        for (y, weight) in taps.within(image.height() as usize) {
            for (sum, part) in sums.iter_mut().zip(rows.row(y)) {
                for (total, &channel) in sum.iter_mut().zip(part) {
                    *total += channel * weight;
                }
            }
        }
        pixels.extend(sums.iter().flat_map(|&sum| settle(sum)));
    }
    let image = Image::new(width, height, pixels);
    Arc::new(image.unwrap_or_else(|error| unreachable!("every row was written: {error}")))
}

/// The kernel along one axis: `weights[i]` belongs to pixel `start + i`; they sum to 1.
struct Taps {
    start: i64,
    weights: Vec<f32>,
}

impl Taps {
    /// `center` in pixels of the level (pixel `i` covers `i` to `i + 1`), `extent` what one output pixel spans, 1 or more.
    fn new(center: f64, extent: f64) -> Self {
        let kernel = Kernel::new(extent);
        let radius = kernel.radius();
        // Pixel i sits at i + 1/2; those strictly within the radius take part.
        let start = (center - radius - 0.5).floor() as i64 + 1;
        let end = ((center + radius - 0.5).ceil() as i64).max(start + 1);
        let weights: Vec<f64> = (start..end).map(|i| kernel.weight(i as f64 + 0.5 - center)).collect();
        let sum: f64 = weights.iter().sum();
        Self { start, weights: weights.into_iter().map(|w| (w / sum) as f32).collect() }
    }

    /// The pixels of an axis of `length`, whose outermost go on beyond it, with their weights.
    fn within(&self, length: usize) -> impl Iterator<Item = (usize, f32)> {
        let last = length as i64 - 1;
        self.weights.iter().enumerate().map(move |(i, &w)| ((self.start + i as i64).clamp(0, last) as usize, w))
    }
}

/// Adds one weighted RGBA pixel: colour times alpha in 1/255², alpha in 1/255.
#[inline]
fn accumulate(sum: &mut [f32; 4], rgba: &[u8], weight: f32) {
    let alpha = f32::from(rgba[3]) * weight;
    sum[0] += f32::from(rgba[0]) * alpha;
    sum[1] += f32::from(rgba[1]) * alpha;
    sum[2] += f32::from(rgba[2]) * alpha;
    sum[3] += alpha;
}

/// Such sums as a pixel; the kernel's negative lobes can overshoot beside a hard edge.
#[inline]
fn settle([r, g, b, a]: [f32; 4]) -> [u8; 4] {
    if a < 0.5 {
        return [0; 4];
    }
    let byte = |c: f32| (c / a + 0.5) as u8;
    [byte(r), byte(g), byte(b), (a + 0.5) as u8]
}

/// Rows already resized across, kept while the rows below still need them.
struct RowCache<'a> {
    image: &'a Image,
    across: &'a [Taps],
    rows: VecDeque<Vec<[f32; 4]>>,
    first: usize,
}

impl RowCache<'_> {
    /// Rows are asked for in bands that only move down.
    fn row(&mut self, y: usize) -> &[[f32; 4]] {
        const KEPT: usize = 2 * TAPS_MAX;
        if y < self.first || y > self.first + self.rows.len() {
            self.rows.clear();
            self.first = y;
        }
        if y == self.first + self.rows.len() {
            if self.rows.len() == KEPT {
                self.rows.pop_front();
                self.first += 1;
            }
            self.rows.push_back(self.resized(y));
        }
        &self.rows[y - self.first]
    }

    fn resized(&self, y: usize) -> Vec<[f32; 4]> {
        let width = self.image.width() as usize;
        let row = &self.image.pixels()[y * width * 4..][..width * 4];
        let resized = self.across.iter().map(|taps| {
            let mut sum = [0.0; 4];
            for (x, weight) in taps.within(width) {
                accumulate(&mut sum, &row[4 * x..4 * x + 4], weight);
            }
            sum
        });
        resized.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_its_own_size_a_photo_is_itself() {
        let image = Image::from_fn(40, 30, |x, y| [(x * 6) as u8, (y * 8) as u8, (x ^ y) as u8, 255]);
        assert_eq!(*resize(&Pyramid::of(image.clone()), 40, 30), image);
    }

    #[test]
    fn a_ramp_stays_a_ramp_at_any_size() {
        let ramp = Pyramid::of(Image::from_fn(256, 8, |x, _| [x as u8, x as u8, x as u8, 255]));
        for width in [31, 100, 200, 511] {
            let small = resize(&ramp, width, 5);
            for x in 3..width - 3 {
                let expected = (f64::from(x) + 0.5) * 256.0 / f64::from(width) - 0.5;
                let got = f64::from(small.pixel(x, 2)[0]);
                assert!((got - expected).abs() <= 1.0, "{got} at {x} of {width}, expected {expected}");
            }
        }
    }
}
