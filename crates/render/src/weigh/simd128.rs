//! One row at a time in WASM's 128 bits.
#![allow(unsafe_code)]

use std::arch::wasm32::*;

use super::{ALPHA_SCALE, ROW_SHIFT, RUN, Run, SCALE, Straight, Weigher};

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
                // SAFETY: the row has pixels 4 x to 4 x + 3.
                let [one, other] = unsafe { four(row.add(16 * x)) };
                line = i32x4_add(line, i32x4_dot_i16x8(one, first));
                line = i32x4_add(line, i32x4_dot_i16x8(other, second));
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
        let line_of = |row: *const u8, weight: i16| {
            let mut line = i32x4_splat(0);
            for (x, [first, second]) in across.into_iter().enumerate() {
                // SAFETY: the row has pixels 4 x to 4 x + 3.
                let [one, other] = unsafe { four(row.add(16 * x)) };
                line = add(line, one, first);
                line = add(line, other, second);
            }
            f32x4_mul(f32x4_convert_i32x4(line), f32x4_splat(f32::from(weight)))
        };
        let (mut even, mut odd) = (f32x4_splat(0.0), f32x4_splat(0.0));
        for weights in run.down.table.down(run.down.phases[i].into()).chunks_exact(2) {
            even = f32x4_add(even, line_of(row, weights[0]));
            odd = f32x4_add(odd, line_of(row.wrapping_add(run.stride), weights[1]));
            row = row.wrapping_add(2 * run.stride);
        }
        let sums = f32x4_add(even, odd);
        let whole = f32x4_extract_lane::<3>(sums);
        let color = f32x4_div(sums, f32x4_splat(whole));
        let color = f32x4_replace_lane::<3>(color, whole * ALPHA_SCALE);
        let limited = f32x4_min(f32x4_max(color, f32x4_splat(0.0)), f32x4_splat(1.0));
        let settled = if whole > 0.0 { limited } else { f32x4_splat(0.0) };
        // SAFETY: `out` has 16 bytes.
        unsafe { v128_store(out.as_mut_ptr().cast(), settled) };
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

/// Four pixels of four bytes as two vectors of four pairs of 16-bit numbers: red red, green green, blue blue, alpha alpha.
///
/// # Safety
/// There are 16 bytes.
#[inline(always)]
unsafe fn four(at: *const u8) -> [v128; 2] {
    // SAFETY: the caller's; loads need no alignment.
    let pixels = unsafe { v128_load(at.cast()) };
    let pairs = i8x16_shuffle::<0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15>(pixels, pixels);
    [i16x8_extend_low_u8x16(pairs), i16x8_extend_high_u8x16(pairs)]
}

/// Two weights, four times.
#[inline(always)]
fn packed(weights: &[i16]) -> v128 {
    let pair = &weights[..2];
    // SAFETY: two 16-bit numbers are four bytes; loads need no alignment.
    unsafe { v128_load32_splat(pair.as_ptr().cast()) }
}
