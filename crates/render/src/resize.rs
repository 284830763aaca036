//! A photo at the output's size: the kernel of [`crate::sampler`], one axis after the other.

use std::collections::VecDeque;

use crate::{
    footprint::Footprint,
    image::Image,
    pyramid::Pyramid,
    sampler::{Taps, accumulate, settle},
};

/// The level that an exact resize to `width × height` reads.
pub fn level_for(pyramid: &Pyramid, width: u32, height: u32) -> u32 {
    footprint(pyramid, width, height).level()
}

fn footprint(pyramid: &Pyramid, width: u32, height: u32) -> Footprint {
    let (from_width, from_height) = pyramid.size();
    let extent = |from: u32, to: u32| (f64::from(from) / f64::from(to)).max(1.0);
    Footprint { u: extent(from_width, width), v: extent(from_height, height) }
}

/// The image at `width × height` pixels. At its own size it is the image itself, byte for byte.
pub fn resize(pyramid: &Pyramid, width: u32, height: u32) -> Image {
    let footprint = footprint(pyramid, width, height);
    let (level, image) = pyramid.nearest(footprint.level());
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
        pixels.extend(sums.iter().flat_map(|&sum| crate::blend::to_straight(settle(sum))));
    }
    Image::new(width, height, pixels).unwrap_or_else(|error| unreachable!("every row was written: {error}"))
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
        const KEPT: usize = 2 * crate::sampler::TAPS_MAX;
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
        assert_eq!(resize(&Pyramid::of(image.clone()), 40, 30), image);
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
