//! The resampling kernel, as tables of whole numbers.
//!
//! What an output pixel that spans `e` pixels of an image shows is the image, made continuous, averaged over a box.
//! At `e = 1` the box has no width and the image is continued by the cubic of Catmull and Rom (B = 0, C = 1/2 in
//! D. Mitchell and A. Netravali, "Reconstruction Filters in Computer Graphics", 1988), which is 1 at 0 and 0 at every other whole
//! number: an image read at its own pixels is itself. From about `e = 1.5` on the box is nearly `e` wide and a pixel is a square: the
//! plain mean over the area. Between, one goes over into the other.

use std::sync::OnceLock;

/// Weights sum to this.
pub const ONE: i32 = 1 << 14;

/// Positions between two pixels that the tables tell apart.
pub const PHASES: usize = 256;

/// The widest area one axis spans, in pixels of the level that is read.
pub const EXTENT_MAX: f64 = 12.0;

/// Steps per pixel in which extents are told apart.
const EXTENT_STEPS: f64 = 32.0;

const EXTENTS: usize = ((EXTENT_MAX - 1.0) * EXTENT_STEPS) as usize + 1;

/// The most taps along one axis.
pub const TAPS_MAX: usize = 16;

/// Weights across come in fours, as they are loaded.
const GROUP: usize = 4;

/// The kernel for one extent at every phase.
pub struct Table {
    /// An even number; those that are not 0.
    taps: usize,
    /// Taps and zeros up to a whole group.
    stride: usize,
    weights: Vec<i16>,
}

impl Table {
    /// The table for an extent from 1 to [`EXTENT_MAX`] pixels.
    pub fn of(extent: f64) -> &'static Self {
        static TABLES: [OnceLock<Table>; EXTENTS] = [const { OnceLock::new() }; EXTENTS];
        let step = ((extent - 1.0) * EXTENT_STEPS + 0.5) as usize;
        let step = step.min(EXTENTS - 1);
        TABLES[step].get_or_init(|| Self::new(Kernel::new(1.0 + step as f64 / EXTENT_STEPS)))
    }

    fn new(kernel: Kernel) -> Self {
        let taps = (2 * kernel.radius().ceil() as usize).min(TAPS_MAX);
        let stride = taps.next_multiple_of(GROUP);
        let mut weights = Vec::with_capacity(PHASES * stride);
        for phase in 0..PHASES {
            weights.extend(whole_weights(kernel, taps, phase as f64 / PHASES as f64));
            weights.resize((phase + 1) * stride, 0);
        }
        Self { taps, stride, weights }
    }

    /// How many weights [`Self::down`] has.
    #[inline(always)]
    pub fn taps(&self) -> usize {
        self.taps
    }

    /// How many weights [`Self::across`] has: 4, 8, 12 or 16.
    #[inline(always)]
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// The weights where the position lies `phase` / 256 of a pixel past the middle of its base; an even number.
    #[inline(always)]
    pub fn down(&'static self, phase: usize) -> &'static [i16] {
        &self.weights[phase * self.stride..][..self.taps]
    }

    /// The same, filled up with zeros to a multiple of four.
    #[inline(always)]
    pub fn across(&'static self, phase: usize) -> &'static [i16] {
        &self.weights[phase * self.stride..][..self.stride]
    }
}

/// Rounded so that the sum is exact: what rounding leaves goes to the heaviest.
fn whole_weights(kernel: Kernel, taps: usize, phase: f64) -> Vec<i16> {
    let first = -(taps as f64 / 2.0) + 1.0 - phase;
    let exact = (0..taps).map(|i| kernel.weight(first + i as f64));
    let mut whole: Vec<i16> = exact.map(|w| (w * f64::from(ONE) + 0.5).floor() as i16).collect();
    let rest = ONE - whole.iter().map(|&w| i32::from(w)).sum::<i32>();
    if let Some(heaviest) = whole.iter_mut().max_by_key(|w| **w) {
        *heaviest += rest as i16;
    }
    whole
}

/// What a pixel averages already, and once more when it is taken for a square, in squares of a pixel's width: the box is as much
/// narrower. Of the variance that both add this is a part; more sharpens, less blurs (measured on the scenes in
/// `docs/benchmarks.md`).
const ALREADY_MEAN: f64 = 0.5;

/// The box from which on pixels are squares. The box of the extent that levels begin at is a little wider.
const SQUARE_FROM: f64 = 1.36;

/// The kernel for one extent.
#[derive(Clone, Copy)]
pub struct Kernel {
    /// Of the box, in pixels.
    width: f64,
    /// How much of the continuous image is made of squares, 0 to 1.
    flat: f64,
}

impl Kernel {
    /// For what one output pixel spans, 1 or more.
    pub fn new(extent: f64) -> Self {
        let box_width = (extent * extent - ALREADY_MEAN).max(1.0).sqrt();
        let past = (box_width - 1.0) / (SQUARE_FROM - 1.0);
        Self { width: box_width.min(SQUARE_FROM * past), flat: past.min(1.0) }
    }

    /// Beyond it all weights are 0.
    pub fn radius(self) -> f64 {
        self.width * 0.5 + if self.flat < 1.0 { 2.0 } else { 0.5 }
    }

    /// `distance` pixels from the position.
    pub fn weight(self, distance: f64) -> f64 {
        let mean = |value: fn(f64) -> f64, integral: fn(f64) -> f64| match self.width < 1e-6 {
            true => value(distance),
            false => (integral(distance + self.width / 2.0) - integral(distance - self.width / 2.0)) / self.width,
        };
        mean(cubic, cubic_integral) * (1.0 - self.flat) + mean(square, square_integral) * self.flat
    }
}

fn cubic(t: f64) -> f64 {
    let t = t.abs();
    if t < 1.0 {
        (1.5 * t - 2.5) * t * t + 1.0
    } else if t < 2.0 {
        ((-0.5 * t + 2.5) * t - 4.0) * t + 2.0
    } else {
        0.0
    }
}

/// Of the cubic, from 0 to `t`.
fn cubic_integral(t: f64) -> f64 {
    let x = t.abs();
    let value = if x < 1.0 {
        ((0.375 * x - 2.5 / 3.0) * x * x + 1.0) * x
    } else if x < 2.0 {
        (((-0.125 * x + 2.5 / 3.0) * x - 2.0) * x + 2.0) * x - 1.0 / 6.0
    } else {
        0.5
    };
    if t < 0.0 { -value } else { value }
}

fn square(t: f64) -> f64 {
    if t.abs() < 0.5 { 1.0 } else { 0.0 }
}

/// Of the square, from 0 to `t`.
fn square_integral(t: f64) -> f64 {
    t.clamp(-0.5, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_sum_to_one_at_every_extent_and_phase() {
        for extent in [1.0, 1.2, 2.0, 3.99, 4.2, 7.5, 12.0] {
            let table = Table::of(extent);
            for phase in 0..PHASES {
                let weights = table.down(phase);
                assert_eq!(weights.iter().map(|&w| i32::from(w)).sum::<i32>(), ONE, "{extent} {phase}");
                let heft: i32 = weights.iter().map(|&w| i32::from(w).abs()).sum();
                assert!(heft <= ONE * 13 / 10, "{heft} at extent {extent}");
            }
        }
    }

    #[test]
    fn at_its_own_size_a_pixel_is_read_alone() {
        assert_eq!(Table::of(1.0).across(0), [0, ONE as i16, 0, 0]);
    }

    #[test]
    fn integrals_are_those_of_their_curves() {
        for i in -40..40 {
            let t = f64::from(i) * 0.05;
            let slope = |of: fn(f64) -> f64| (of(t + 1e-5) - of(t - 1e-5)) / 2e-5;
            assert!((slope(cubic_integral) - cubic(t)).abs() < 1e-6, "cubic at {t}");
            let jumps = i == -10 || i == 10;
            assert!(jumps || (slope(square_integral) - square(t)).abs() < 1e-4, "square at {t}");
        }
    }

    #[test]
    fn a_wide_area_weighs_its_pixels_alike() {
        let inner = &Table::of(12.0).down(0)[2..12];
        assert!(inner.iter().all(|&w| (i32::from(w) - ONE / 12).abs() < 20), "{inner:?}");
    }
}
