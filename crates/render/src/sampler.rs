//! Reading an image at a place between its pixels, over an area.

use crate::{
    footprint::Footprint,
    homography::{Homography, Projected},
    image::Image,
    pyramid::Pyramid,
};

/// A colour multiplied by its alpha, each channel 0 to 1.
pub type Premultiplied = [f32; 4];

/// The most taps of the kernel along one axis: support 2 on both sides, stretched by at most 6.
pub const TAPS_MAX: usize = 26;

/// Catmull-Rom's cubic, B = 0, C = 1/2 in D. Mitchell and A. Netravali, "Reconstruction Filters in
/// Computer Graphics" (1988). It is 1 at 0 and 0 at every other integer, so an image read at its own pixels is itself.
#[inline]
fn catmull_rom(t: f32) -> f32 {
    let t = t.abs();
    if t < 1.0 {
        (1.5 * t - 2.5) * t * t + 1.0
    } else if t < 2.0 {
        ((-0.5 * t + 2.5) * t - 4.0) * t + 2.0
    } else {
        0.0
    }
}

/// The kernel along one axis: `weights[i]` belongs to pixel `start + i`; they sum to 1.
#[derive(Clone)]
pub struct Taps {
    start: i64,
    count: usize,
    weights: [f32; TAPS_MAX],
}

impl Taps {
    /// `center` in pixels of the level (pixel `i` covers `i` to `i + 1`), `extent` the kernel's stretch, 1 or more.
    #[inline]
    pub fn new(center: f64, extent: f64) -> Self {
        let radius = 2.0 * extent;
        // Pixel i sits at i + 1/2; those strictly within the radius take part.
        let start = (center - radius - 0.5).floor() as i64 + 1;
        let end = (center + radius - 0.5).ceil() as i64;
        let count = ((end - start).max(1) as usize).min(TAPS_MAX);
        let mut weights = [0.0; TAPS_MAX];
        let mut sum = 0.0;
        let step = 1.0 / extent;
        for (i, weight) in weights[..count].iter_mut().enumerate() {
            let distance = ((start + i as i64) as f64 + 0.5 - center) * step;
            *weight = catmull_rom(distance as f32);
            sum += *weight;
        }
        let scale = 1.0 / sum;
        weights[..count].iter_mut().for_each(|weight| *weight *= scale);
        Self { start, count, weights }
    }

    /// Positions and weights on an axis of `length` pixels; beyond its ends the outermost pixel goes on.
    #[inline]
    pub fn within(&self, length: usize) -> impl Iterator<Item = (usize, f32)> {
        let last = length as i64 - 1;
        let start = self.start;
        self.weights[..self.count]
            .iter()
            .enumerate()
            .map(move |(i, &weight)| ((start + i as i64).clamp(0, last) as usize, weight))
    }
}

/// The part of an image, in its own pixels, that may be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    pub u0: f64,
    pub v0: f64,
    pub u1: f64,
    pub v1: f64,
}

impl Window {
    /// How much of the output pixel lies inside, 0 to 1: exact where the window is parallel to the pixel.
    #[inline]
    fn coverage(&self, at: &Projected) -> f32 {
        let [ux, uy, vx, vy] = at.jacobian;
        let (extent_u, extent_v) = ((ux * ux + uy * uy).sqrt(), (vx * vx + vy * vy).sqrt());
        let overlap = |low: f64, high: f64, center: f64, extent: f64| {
            let (from, to) = ((center - extent * 0.5).max(low), (center + extent * 0.5).min(high));
            ((to - from) / extent).clamp(0.0, 1.0)
        };
        (overlap(self.u0, self.u1, at.u, extent_u) * overlap(self.v0, self.v1, at.v, extent_v)) as f32
    }
}

/// The image at `at` (level 0 pixels), averaged over the output pixel's footprint, from the level that fits.
#[inline]
fn sample(pyramid: &Pyramid, at: &Projected, footprint: Footprint, level: u32) -> Premultiplied {
    let (level, image) = pyramid.nearest(level);
    let footprint = footprint.at_level(level);
    let scale = 1.0 / f64::from(1u32 << level);
    weigh(image, &Taps::new(at.u * scale, footprint.u), &Taps::new(at.v * scale, footprint.v))
}

#[inline]
fn weigh(image: &Image, across: &Taps, down: &Taps) -> Premultiplied {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let mut sum = [0.0f32; 4];
    for (y, weight_v) in down.within(height) {
        let row = &image.pixels()[y * width * 4..][..width * 4];
        let mut line = [0.0f32; 4];
        for (x, weight_u) in across.within(width) {
            accumulate(&mut line, &row[4 * x..4 * x + 4], weight_u);
        }
        for (total, part) in sum.iter_mut().zip(line) {
            *total += part * weight_v;
        }
    }
    settle(sum)
}

/// Adds one weighted RGBA pixel: colour times alpha in 1/255², alpha in 1/255.
#[inline]
pub fn accumulate(sum: &mut [f32; 4], rgba: &[u8], weight: f32) {
    let alpha = f32::from(rgba[3]) * weight;
    sum[0] += f32::from(rgba[0]) * alpha;
    sum[1] += f32::from(rgba[1]) * alpha;
    sum[2] += f32::from(rgba[2]) * alpha;
    sum[3] += alpha;
}

/// Sums of [`accumulate`] as a colour; the kernel's negative lobes can overshoot beside a hard edge.
#[inline]
pub fn settle(sum: [f32; 4]) -> Premultiplied {
    let alpha = (sum[3] * (1.0 / 255.0)).clamp(0.0, 1.0);
    let color = |c: f32| (c * (1.0 / (255.0 * 255.0))).clamp(0.0, alpha);
    [color(sum[0]), color(sum[1]), color(sum[2]), alpha]
}

/// One row of an image seen through a perspective: `out[i]` is output pixel (`x + i`, `y`), nothing outside `window`.
///
/// Returns the finest level that the exact result reads, `u32::MAX` where the row shows nothing of the image.
pub fn sample_row(
    pyramid: &Pyramid,
    map: &Homography,
    window: Window,
    (x, y): (u32, u32),
    out: &mut [Premultiplied],
) -> u32 {
    let mut finest = u32::MAX;
    for (i, pixel) in out.iter_mut().enumerate() {
        *pixel = [0.0; 4];
        let Some(at) = map.project(f64::from(x) + i as f64 + 0.5, f64::from(y) + 0.5) else { continue };
        let coverage = window.coverage(&at);
        if coverage > 0.0 {
            let footprint = Footprint::of(&at);
            let level = footprint.level();
            finest = finest.min(level);
            *pixel = sample(pyramid, &at, footprint, level).map(|c| c * coverage);
        }
    }
    finest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pyramid: &Pyramid, u: f64, v: f64, scale: f64) -> Premultiplied {
        let at = Projected { u, v, jacobian: [scale, 0.0, 0.0, scale] };
        let footprint = Footprint::of(&at);
        sample(pyramid, &at, footprint, footprint.level())
    }

    #[test]
    fn an_image_read_at_its_own_pixels_is_itself() {
        let image = Image::from_fn(9, 7, |x, y| [(x * 25) as u8, (y * 30) as u8, (x * y) as u8, 255 - (x * 9) as u8]);
        let pyramid = Pyramid::of(image.clone());
        for (x, y) in (0..9).flat_map(|x| (0..7).map(move |y| (x, y))) {
            let [r, g, b, a] = read(&pyramid, f64::from(x) + 0.5, f64::from(y) + 0.5, 1.0);
            let straight = [r / a, g / a, b / a, a].map(|c| (c * 255.0 + 0.5) as u8);
            assert_eq!(straight, image.pixel(x, y));
        }
    }

    #[test]
    fn a_flat_colour_stays_itself_at_every_scale() {
        let pyramid = Pyramid::of(Image::from_fn(64, 64, |_, _| [120, 130, 140, 255]));
        for scale in [0.2, 1.0, 1.7, 3.3, 9.0, 30.0] {
            let got = read(&pyramid, 31.3, 32.9, scale).map(|c| (c * 255.0 + 0.5) as u8);
            assert_eq!(got, [120, 130, 140, 255], "at scale {scale}");
        }
    }

    #[test]
    fn fine_lines_shrink_to_grey_not_to_aliases() {
        let stripes = Image::from_fn(256, 256, |x, _| if x % 2 == 0 { [0, 0, 0, 255] } else { [255; 4] });
        let pyramid = Pyramid::of(stripes);
        for u in [100.0, 100.4, 101.1, 102.7] {
            let [r, ..] = read(&pyramid, u, 128.0, 3.7);
            assert!((r - 0.5).abs() < 0.06, "grey at {u}, not {r}");
        }
    }
}
