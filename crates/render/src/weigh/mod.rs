//! The sum at the heart of the engine: rectangles of pixels, weighed along both axes in whole numbers.
//!
//! Three builds of one definition: plain Rust, AVX2 and WASM's simd128. They add the same whole numbers, so they agree to the
//! last bit; a property test holds each to the plain one.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::kernel::{ONE, Table};

/// A colour that is not multiplied by its alpha, each channel 0 to 1. Where alpha is 0 the colour is 0.
pub type Straight = [f32; 4];

/// Output pixels that are weighed together.
pub const RUN: usize = 16;

/// What neighbouring output pixels read of one image: a rectangle of RGBA pixels each, as large as the tables' weights.
pub struct Run<'a> {
    pub pixels: &'a [u8],
    /// Bytes from a row to the next.
    pub stride: usize,
    /// Where in `pixels` each rectangle's top left corner is.
    pub at: [usize; RUN],
    pub across: Weights,
    pub down: Weights,
}

/// Along one axis: the kernel, and each output pixel's phase.
#[derive(Clone, Copy)]
pub struct Weights {
    pub table: &'static Table,
    pub phases: [u8; RUN],
}

impl Run<'_> {
    /// All rectangles lie within the pixels.
    #[inline(always)]
    fn check(&self) {
        let furthest = self.at.iter().fold(0, |far, &at| if at > far { at } else { far });
        let last = (self.down.table.taps() - 1) * self.stride + self.across.table.stride() * 4;
        assert!(furthest.checked_add(last).is_some_and(|end| end <= self.pixels.len()));
    }

    /// The rows of one rectangle, without the rest of the image.
    fn rows(&self, i: usize) -> impl Iterator<Item = (&[u8], i16)> {
        let down = self.down.table.down(self.down.phases[i].into());
        let width = self.across.table.stride() * 4;
        down.iter().enumerate().map(move |(y, &weight)| (&self.pixels[self.at[i] + y * self.stride..][..width], weight))
    }
}

/// How far a row's sum is shifted down before rows are weighed: 255 and the kernel's overshoot still fit 16 bits.
const ROW_SHIFT: u32 = 8;
const ROW_BITS: u32 = 14 - ROW_SHIFT;

/// From sums of opaque pixels, with [`ROW_BITS`] and then the 14 of [`ONE`] as fraction bits, to 0 to 1.
const SCALE: f32 = 1.0 / (255 * (1 << ROW_BITS) * ONE) as f32;

/// How one processor weighs a run.
pub trait Weigher: Copy {
    /// Where every pixel is opaque.
    fn opaque(self, run: &Run<'_>, out: &mut [Straight; RUN]);

    /// Colours count by their alpha: each weight is multiplied by it, to 14 bits, and alpha's own sum is of 255s.
    /// Even and odd rows are added up apart, then both.
    fn by_alpha(self, run: &Run<'_>, out: &mut [Straight; RUN]);
}

/// Plain Rust.
#[derive(Clone, Copy)]
#[cfg_attr(target_arch = "wasm32", allow(dead_code))]
pub struct Plain;

impl Weigher for Plain {
    fn opaque(self, run: &Run<'_>, out: &mut [Straight; RUN]) {
        for (i, out) in out.iter_mut().enumerate() {
            let across = run.across.table.across(run.across.phases[i].into());
            let mut sums = [0i32; 3];
            for (row, weight) in run.rows(i) {
                let mut line = [0i32; 3];
                for (pixel, &weight) in row.chunks_exact(4).zip(across) {
                    for (sum, &value) in line.iter_mut().zip(pixel) {
                        *sum += i32::from(value) * i32::from(weight);
                    }
                }
                for (sum, part) in sums.iter_mut().zip(line) {
                    *sum += ((part + (1 << (ROW_SHIFT - 1))) >> ROW_SHIFT) * i32::from(weight);
                }
            }
            let [r, g, b] = sums.map(|sum| (sum as f32 * SCALE).clamp(0.0, 1.0));
            *out = [r, g, b, 1.0];
        }
    }

    fn by_alpha(self, run: &Run<'_>, out: &mut [Straight; RUN]) {
        for (i, out) in out.iter_mut().enumerate() {
            let across = run.across.table.across(run.across.phases[i].into());
            let mut sums = [[0.0f32; 4]; 2];
            for (y, (row, weight)) in run.rows(i).enumerate() {
                let mut line = [0i32; 4];
                for (pixel, &weight) in row.chunks_exact(4).zip(across) {
                    let weight = (i32::from(weight) * i32::from(pixel[3]) + 128) >> 8;
                    for (sum, value) in line.iter_mut().zip([pixel[0], pixel[1], pixel[2], 255]) {
                        *sum += i32::from(value) * weight;
                    }
                }
                for (sum, part) in sums[y % 2].iter_mut().zip(line) {
                    *sum += part as f32 * f32::from(weight);
                }
            }
            let [even, odd] = sums;
            *out = settled([even[0] + odd[0], even[1] + odd[1], even[2] + odd[2], even[3] + odd[3]]);
        }
    }
}

/// From alpha's sum to 0 to 1: twice 14 bits, 8 of which went with the alpha that the weights were multiplied by.
const ALPHA_SCALE: f32 = 1.0 / (255.0 * 255.0 * (ONE as f32) * (ONE as f32) / 256.0);

/// From sums by alpha to a colour.
#[inline(always)]
#[cfg_attr(target_arch = "wasm32", allow(dead_code))]
fn settled([r, g, b, whole]: [f32; 4]) -> Straight {
    if whole <= 0.0 {
        return [0.0; 4];
    }
    let [r, g, b] = [r, g, b].map(|sum| (sum / whole).clamp(0.0, 1.0));
    [r, g, b, (whole * ALPHA_SCALE).min(1.0)]
}

/// Work that is compiled once for each weigher this build may meet.
pub trait Task {
    type Output;
    /// To be `#[inline(always)]`, so that it is compiled with its weigher's instructions.
    fn run<W: Weigher>(self, weigher: W) -> Self::Output;
}

/// Runs a task with the fastest weigher of this processor.
#[inline]
pub fn fastest<T: Task>(task: T) -> T::Output {
    #[cfg(target_arch = "x86_64")]
    return match avx2::detect() {
        Some(avx2) => avx2.run(task),
        None => task.run(Plain),
    };
    #[cfg(target_arch = "wasm32")]
    return task.run(simd128::Simd128);
    #[cfg(not(any(target_arch = "x86_64", target_arch = "wasm32")))]
    return task.run(Plain);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Weighed<'a>(&'a Run<'a>, bool);

    impl Task for Weighed<'_> {
        type Output = [Straight; RUN];
        #[inline(always)]
        fn run<W: Weigher>(self, weigher: W) -> [Straight; RUN] {
            let mut out = [[9.0; 4]; RUN];
            if self.1 {
                weigher.opaque(self.0, &mut out)
            } else {
                weigher.by_alpha(self.0, &mut out)
            }
            out
        }
    }

    fn run<'a>(pixels: &'a [u8], at: [usize; RUN], extents: [f64; 2], phases: [[u8; RUN]; 2]) -> Run<'a> {
        let [across, down] = [0, 1].map(|axis| Weights { table: Table::of(extents[axis]), phases: phases[axis] });
        Run { pixels, stride: 24 * 4, at, across, down }
    }

    proptest! {
        #[test]
        fn every_weigher_adds_up_the_same(
            pixels in prop::collection::vec(any::<u8>(), 24 * 20 * 4),
            alpha in prop::sample::select(vec![None, Some(0u8), Some(255)]),
            extents in prop::array::uniform2(1.0..12.0f64),
            phases in prop::array::uniform2(prop::array::uniform16(any::<u8>())),
            at in prop::array::uniform16(0..8usize),
            opaque: bool,
        ) {
            let mut pixels = pixels;
            if let Some(alpha) = alpha {
                pixels.iter_mut().skip(3).step_by(4).for_each(|a| *a = alpha);
            }
            let run = run(&pixels, at.map(|x| 4 * x), extents, phases);
            prop_assert_eq!(fastest(Weighed(&run, opaque)), Weighed(&run, opaque).run(Plain));
        }
    }

    #[test]
    fn white_stays_white_and_nothing_stays_nothing() {
        for (value, opaque, expected) in [(255, true, [1.0; 4]), (255, false, [1.0; 4]), (0, false, [0.0; 4])] {
            let pixels = vec![value; 24 * 20 * 4];
            let run = run(&pixels, [0; RUN], [2.7, 5.1], [[77; RUN], [200; RUN]]);
            assert_eq!(fastest(Weighed(&run, opaque)), [expected; RUN]);
        }
    }
}
