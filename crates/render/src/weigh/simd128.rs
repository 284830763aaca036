//! One row at a time in WASM's 128 bits.
#![allow(unsafe_code)]

use std::arch::wasm32::*;

use super::{Alpha, Block, ROW_SHIFT, Sums, Weigher};

/// The browser build is compiled with simd128 throughout.
#[derive(Clone, Copy)]
pub struct Simd128;

impl Weigher for Simd128 {
    #[inline(always)]
    fn sums(self, block: Block<'_>, across: &[i16], down: &[i16]) -> Sums {
        check(block, across, down);
        let mut total = i32x4_splat(0);
        let (mut all, mut any) = (i8x16_splat(-1), i8x16_splat(0));
        let mut line_of = |y: usize| {
            let mut line = i32x4_splat(1 << (ROW_SHIFT - 1));
            for (x, weights) in across.chunks_exact(4).enumerate() {
                let pixels = four(block, x, y);
                all = v128_and(all, pixels);
                any = v128_or(any, pixels);
                line = i32x4_add(line, i32x4_dot_i16x8(first_pair(pixels), packed(weights[0], weights[1])));
                line = i32x4_add(line, i32x4_dot_i16x8(second_pair(pixels), packed(weights[2], weights[3])));
            }
            i32x4_shr(line, ROW_SHIFT)
        };
        for (y, weights) in down.chunks_exact(2).enumerate() {
            let (upper, lower) = (line_of(2 * y), line_of(2 * y + 1));
            // Both rows' sums fit 16 bits: side by side they are pairs for the next product.
            let both = v128_or(v128_and(upper, i32x4_splat(0xffff)), i32x4_shl(lower, 16));
            total = i32x4_add(total, i32x4_dot_i16x8(both, packed(weights[0], weights[1])));
        }
        let channels = [
            i32x4_extract_lane::<0>(total),
            i32x4_extract_lane::<1>(total),
            i32x4_extract_lane::<2>(total),
            i32x4_extract_lane::<3>(total),
        ];
        const ALPHAS: u16 = 0x8888;
        let equal = |of, value| i8x16_bitmask(i8x16_eq(of, value)) & ALPHAS == ALPHAS;
        let alpha = if equal(all, i8x16_splat(-1)) {
            Alpha::Opaque
        } else if equal(any, i8x16_splat(0)) {
            Alpha::Nothing
        } else {
            Alpha::Mixed
        };
        Sums { channels, alpha }
    }

    #[inline(always)]
    fn sums_by_alpha(self, block: Block<'_>, across: &[i16], down: &[i16]) -> [f32; 4] {
        check(block, across, down);
        let full = i16x8(0, 0, 0, 0, 0, 0, 255, 255);
        let add = |line, values: v128, weights: v128| {
            let alpha = i16x8_shl(i16x8_shuffle::<6, 7, 6, 7, 6, 7, 6, 7>(values, values), 7);
            let weights = i16x8_q15mulr_sat(weights, alpha);
            i32x4_add(line, i32x4_dot_i16x8(v128_or(values, full), weights))
        };
        let mut sums = [f32x4_splat(0.0); 2];
        for (y, &weight) in down.iter().enumerate() {
            let mut line = i32x4_splat(0);
            for (x, weights) in across.chunks_exact(4).enumerate() {
                let pixels = four(block, x, y);
                line = add(line, first_pair(pixels), packed(weights[0], weights[1]));
                line = add(line, second_pair(pixels), packed(weights[2], weights[3]));
            }
            let part = f32x4_mul(f32x4_convert_i32x4(line), f32x4_splat(f32::from(weight)));
            sums[y % 2] = f32x4_add(sums[y % 2], part);
        }
        let both = f32x4_add(sums[0], sums[1]);
        [
            f32x4_extract_lane::<0>(both),
            f32x4_extract_lane::<1>(both),
            f32x4_extract_lane::<2>(both),
            f32x4_extract_lane::<3>(both),
        ]
    }
}

/// The block holds `down.len()` rows, an even number, of `across.len()` pixels, a multiple of 4.
#[inline(always)]
fn check(block: Block<'_>, across: &[i16], down: &[i16]) {
    let last = (down.len().max(1) - 1) * block.stride + across.len() * 4;
    assert!(block.pixels.len() >= last && across.len().is_multiple_of(4) && down.len().is_multiple_of(2));
}

/// Pixels `4 x` to `4 x + 3` of row `y`.
#[inline(always)]
fn four(block: Block<'_>, x: usize, y: usize) -> v128 {
    let start = y * block.stride + 16 * x;
    let pixels = &block.pixels[start..start + 16];
    // SAFETY: the slice has 16 bytes; loads need no alignment.
    unsafe { v128_load(pixels.as_ptr().cast()) }
}

/// Two pixels of four bytes as four pairs of 16-bit numbers: red red, green green, blue blue, alpha alpha.
#[inline(always)]
fn first_pair(pixels: v128) -> v128 {
    i8x16_shuffle::<0, 16, 4, 16, 1, 16, 5, 16, 2, 16, 6, 16, 3, 16, 7, 16>(pixels, i8x16_splat(0))
}

#[inline(always)]
fn second_pair(pixels: v128) -> v128 {
    i8x16_shuffle::<8, 16, 12, 16, 9, 16, 13, 16, 10, 16, 14, 16, 11, 16, 15, 16>(pixels, i8x16_splat(0))
}

#[inline(always)]
fn packed(a: i16, b: i16) -> v128 {
    i32x4_splat(i32::from(a as u16) | (i32::from(b) << 16))
}
