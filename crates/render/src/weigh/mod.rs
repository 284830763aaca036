//! The sum at the heart of the engine: a rectangle of pixels, weighed along both axes in whole numbers.
//!
//! Three builds of one definition: plain Rust, AVX2 and WASM's simd128. They add the same whole numbers, so they agree to the
//! last bit; a property test holds each to the plain one.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::kernel::ONE;

/// A colour that is not multiplied by its alpha, each channel 0 to 1. Where alpha is 0 the colour is 0.
pub type Straight = [f32; 4];

/// A rectangle of RGBA pixels within a larger image, read from its top left corner.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    pub pixels: &'a [u8],
    /// Bytes from a row to the next.
    pub stride: usize,
}

/// What a block of opaque pixels adds up to: with [`ROW_BITS`] and then the 14 of [`ONE`] as fraction bits.
pub struct Sums {
    channels: [i32; 4],
    /// What alpha is throughout the block, so that these sums are the answer or there is nothing to answer.
    alpha: Alpha,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Alpha {
    Opaque,
    Nothing,
    Mixed,
}

/// How far a row's sum is shifted down before rows are weighed: 255 and the kernel's overshoot still fit 16 bits.
const ROW_SHIFT: u32 = 8;
const ROW_BITS: u32 = 14 - ROW_SHIFT;

/// How one processor adds up a block. `across` has a multiple of 4 weights, `down` an even number of them, each at most
/// 16; the block has a pixel for each.
pub trait Weigher: Copy {
    fn sums(self, block: Block<'_>, across: &[i16], down: &[i16]) -> Sums;

    /// Colours count by their alpha: each weight is multiplied by it, to 14 bits, and alpha's own sum is of 255s.
    /// Even and odd rows are added up apart, then both.
    fn sums_by_alpha(self, block: Block<'_>, across: &[i16], down: &[i16]) -> [f32; 4];
}

/// Plain Rust.
#[derive(Clone, Copy)]
#[cfg_attr(target_arch = "wasm32", allow(dead_code))]
pub struct Plain;

impl Weigher for Plain {
    #[inline(always)]
    fn sums(self, block: Block<'_>, across: &[i16], down: &[i16]) -> Sums {
        let (mut channels, mut all, mut any) = ([0i32; 4], 0xff, 0);
        for (row, &weight) in block.pixels.chunks(block.stride).zip(down) {
            let mut line = [0i32; 4];
            for (pixel, &weight) in row.chunks_exact(4).zip(across) {
                for (sum, &value) in line.iter_mut().zip(pixel) {
                    *sum += i32::from(value) * i32::from(weight);
                }
                all &= pixel[3];
                any |= pixel[3];
            }
            for (sum, part) in channels.iter_mut().zip(line) {
                *sum += ((part + (1 << (ROW_SHIFT - 1))) >> ROW_SHIFT) * i32::from(weight);
            }
        }
        let alpha = match (all, any) {
            (0xff, _) => Alpha::Opaque,
            (_, 0) => Alpha::Nothing,
            _ => Alpha::Mixed,
        };
        Sums { channels, alpha }
    }

    #[inline(always)]
    fn sums_by_alpha(self, block: Block<'_>, across: &[i16], down: &[i16]) -> [f32; 4] {
        let mut sums = [[0.0f32; 4]; 2];
        for (y, (row, &weight)) in block.pixels.chunks(block.stride).zip(down).enumerate() {
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
        [even[0] + odd[0], even[1] + odd[1], even[2] + odd[2], even[3] + odd[3]]
    }
}

/// The mean colour of a block under the weights of both axes; colours count by their alpha.
#[inline(always)]
pub fn weigh(weigher: impl Weigher, block: Block<'_>, across: &[i16], down: &[i16]) -> Straight {
    let sums = weigher.sums(block, across, down);
    match sums.alpha {
        Alpha::Opaque => {
            const SCALE: f32 = 1.0 / (255 * (1 << ROW_BITS) * ONE) as f32;
            let [r, g, b, _] = sums.channels.map(|sum| (sum as f32 * SCALE).clamp(0.0, 1.0));
            [r, g, b, 1.0]
        }
        Alpha::Nothing => [0.0; 4],
        Alpha::Mixed => {
            // Twice 14 bits, 8 of which went with the alpha that the weights were multiplied by.
            const SCALE: f32 = 1.0 / (255.0 * 255.0 * (ONE as f32) * (ONE as f32) / 256.0);
            let [r, g, b, whole] = weigher.sums_by_alpha(block, across, down);
            if whole <= 0.0 {
                return [0.0; 4];
            }
            let [r, g, b] = [r, g, b].map(|sum| (sum / whole).clamp(0.0, 1.0));
            [r, g, b, (whole * SCALE).min(1.0)]
        }
    }
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
    use crate::kernel::Table;
    use proptest::prelude::*;

    #[derive(Clone, Copy)]
    struct Weighed<'a>(Block<'a>, &'a [i16], &'a [i16]);

    impl Task for Weighed<'_> {
        type Output = Straight;
        #[inline(always)]
        fn run<W: Weigher>(self, weigher: W) -> Straight {
            weigh(weigher, self.0, self.1, self.2)
        }
    }

    proptest! {
        #[test]
        fn every_weigher_adds_up_the_same(
            pixels in prop::collection::vec(any::<u8>(), 20 * 17 * 4),
            alpha in prop::sample::select(vec![None, Some(0u8), Some(255)]),
            extents in prop::array::uniform2(1.0..12.0f64),
            phases in prop::array::uniform2(0..256usize),
            at in 0..4usize,
        ) {
            let mut pixels = pixels;
            if let Some(alpha) = alpha {
                pixels.iter_mut().skip(3).step_by(4).for_each(|a| *a = alpha);
            }
            let block = Block { pixels: &pixels[4 * at..], stride: 80 };
            let task = Weighed(block, Table::of(extents[0]).across(phases[0]), Table::of(extents[1]).down(phases[1]));
            prop_assert_eq!(fastest(task), task.run(Plain));
        }
    }

    #[test]
    fn white_stays_white_and_nothing_stays_nothing() {
        let table = Table::of(2.7);
        for (value, expected) in [(255, [1.0; 4]), (0, [0.0; 4])] {
            let pixels = vec![value; 8 * 8 * 4];
            let block = Block { pixels: &pixels, stride: 32 };
            assert_eq!(fastest(Weighed(block, table.across(77), table.down(200))), expected);
        }
    }
}
