//! One row at a time in WASM's 128 bits.
#![allow(unsafe_code)]

use std::arch::wasm32::*;

use super::{ROW_SHIFT, RUN, Run, SCALE, Straight, Weigher, settled};

/// The browser build is compiled with simd128 throughout.
#[derive(Clone, Copy)]
pub struct Simd128;

impl Weigher for Simd128 {
    #[inline(always)]
    fn opaque(self, run: &Run<'_>, out: &mut [Straight; RUN]) {
        run.check();
        // SAFETY: the run was checked, and tables have at most 16 weights.
        unsafe {
            match run.across.table.stride() {
                4 => opaque::<1>(run, out),
                8 => opaque::<2>(run, out),
                12 => opaque::<3>(run, out),
                _ => opaque::<4>(run, out),
            }
        }
    }

    #[inline(always)]
    fn by_alpha(self, run: &Run<'_>, out: &mut [Straight; RUN]) {
        run.check();
        // SAFETY: the run was checked, and tables have at most 16 weights.
        unsafe {
            match run.across.table.stride() {
                4 => by_alpha::<1>(run, out),
                8 => by_alpha::<2>(run, out),
                12 => by_alpha::<3>(run, out),
                _ => by_alpha::<4>(run, out),
            }
        }
    }
}

/// # Safety
/// The run is checked, and its tables have `GROUPS` times four weights across.
unsafe fn opaque<const GROUPS: usize>(run: &Run<'_>, out: &mut [Straight; RUN]) {
    for (i, out) in out.iter_mut().enumerate() {
        let across = spread::<GROUPS>(run.across.table.across(run.across.phases[i].into()));
        let mut total = i32x4_splat(0);
        // SAFETY: the rectangle is within the pixels.
        let mut row = unsafe { run.pixels.as_ptr().add(run.at[i]) };
        let line_of = |row: *const u8| {
            let mut line = i32x4_splat(1 << (ROW_SHIFT - 1));
            for (x, [first, second]) in across.into_iter().enumerate() {
                // SAFETY: the row has pixels 4 x to 4 x + 3; loads need no alignment.
                let pixels = unsafe { v128_load(row.add(16 * x).cast()) };
                line = i32x4_add(line, i32x4_dot_i16x8(first_pair(pixels), first));
                line = i32x4_add(line, i32x4_dot_i16x8(second_pair(pixels), second));
            }
            i32x4_shr(line, ROW_SHIFT)
        };
        for weights in run.down.table.down(run.down.phases[i].into()).chunks_exact(2) {
            let (upper, lower) = (line_of(row), line_of(row.wrapping_add(run.stride)));
            // Both rows' sums fit 16 bits: side by side they are pairs for the next product.
            let both = v128_or(v128_and(upper, i32x4_splat(0xffff)), i32x4_shl(lower, 16));
            total = i32x4_add(total, i32x4_dot_i16x8(both, packed(weights)));
            row = row.wrapping_add(2 * run.stride);
        }
        let scaled = f32x4_mul(f32x4_convert_i32x4(total), f32x4_splat(SCALE));
        let limited = f32x4_min(f32x4_max(scaled, f32x4_splat(0.0)), f32x4_splat(1.0));
        // SAFETY: `out` has 16 bytes.
        unsafe { v128_store(out.as_mut_ptr().cast(), f32x4_replace_lane::<3>(limited, 1.0)) };
    }
}

/// # Safety
/// The run is checked, and its tables have `GROUPS` times four weights across.
unsafe fn by_alpha<const GROUPS: usize>(run: &Run<'_>, out: &mut [Straight; RUN]) {
    let full = i16x8(0, 0, 0, 0, 0, 0, 255, 255);
    let add = |line, values: v128, weights: v128| {
        let alpha = i16x8_shl(i16x8_shuffle::<6, 7, 6, 7, 6, 7, 6, 7>(values, values), 7);
        let weights = i16x8_q15mulr_sat(weights, alpha);
        i32x4_add(line, i32x4_dot_i16x8(v128_or(values, full), weights))
    };
    for (i, out) in out.iter_mut().enumerate() {
        let across = spread::<GROUPS>(run.across.table.across(run.across.phases[i].into()));
        // SAFETY: the rectangle is within the pixels.
        let mut row = unsafe { run.pixels.as_ptr().add(run.at[i]) };
        let mut sums = [f32x4_splat(0.0); 2];
        for (y, &weight) in run.down.table.down(run.down.phases[i].into()).iter().enumerate() {
            let mut line = i32x4_splat(0);
            for (x, [first, second]) in across.into_iter().enumerate() {
                // SAFETY: the row has pixels 4 x to 4 x + 3; loads need no alignment.
                let pixels = unsafe { v128_load(row.add(16 * x).cast()) };
                line = add(line, first_pair(pixels), first);
                line = add(line, second_pair(pixels), second);
            }
            let part = f32x4_mul(f32x4_convert_i32x4(line), f32x4_splat(f32::from(weight)));
            sums[y % 2] = f32x4_add(sums[y % 2], part);
            row = row.wrapping_add(run.stride);
        }
        let both = f32x4_add(sums[0], sums[1]);
        *out = settled([
            f32x4_extract_lane::<0>(both),
            f32x4_extract_lane::<1>(both),
            f32x4_extract_lane::<2>(both),
            f32x4_extract_lane::<3>(both),
        ]);
    }
}

/// The weights of two pixels each, ready for a product; kept over all rows.
#[inline(always)]
fn spread<const GROUPS: usize>(across: &[i16]) -> [[v128; 2]; GROUPS] {
    let across = &across[..4 * GROUPS];
    std::array::from_fn(|group| {
        let weights = &across[4 * group..4 * group + 4];
        [packed(&weights[..2]), packed(&weights[2..])]
    })
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
fn packed(weights: &[i16]) -> v128 {
    i32x4_splat(i32::from(weights[0] as u16) | (i32::from(weights[1]) << 16))
}
