//! Two rows at a time in the 256 bits of AVX2.
#![allow(unsafe_code)]

use std::arch::x86_64::*;

use super::{ROW_SHIFT, RUN, Run, SCALE, Straight, Task, Weigher, settled};

/// Proof that this processor has AVX2; only [`detect`] makes one.
#[derive(Clone, Copy)]
pub struct Avx2(());

/// `Some` where the processor has AVX2.
#[inline]
pub fn detect() -> Option<Avx2> {
    std::arch::is_x86_feature_detected!("avx2").then_some(Avx2(()))
}

impl Avx2 {
    /// Runs a task, compiled for AVX2 with all that it inlines.
    #[inline]
    pub fn run<T: Task>(self, task: T) -> T::Output {
        #[target_feature(enable = "avx2")]
        fn compiled<T: Task>(avx2: Avx2, task: T) -> T::Output {
            task.run(avx2)
        }
        // SAFETY: an `Avx2` exists only where the processor has it.
        unsafe { compiled(self, task) }
    }
}

impl Weigher for Avx2 {
    #[inline(always)]
    fn opaque(self, run: &Run<'_>, out: &mut [Straight; RUN]) {
        run.check();
        // SAFETY: an `Avx2` exists only where the processor has it; the run was checked, and tables have at most 16 weights.
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
        // SAFETY: an `Avx2` exists only where the processor has it; the run was checked, and tables have at most 16 weights.
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

/// Two pixels of four bytes, from byte `first` of each half on, as four pairs of 16-bit numbers: red red, green green,
/// blue blue, alpha alpha.
#[inline]
#[target_feature(enable = "avx2")]
fn pairs(first: i8) -> __m256i {
    let (a, b) = (first, first + 4);
    let half = _mm_setr_epi8(a, -1, b, -1, a + 1, -1, b + 1, -1, a + 2, -1, b + 2, -1, a + 3, -1, b + 3, -1);
    _mm256_set_m128i(half, half)
}

/// The alphas of the same two pixels, four times.
#[inline]
#[target_feature(enable = "avx2")]
fn alphas(first: i8) -> __m256i {
    let (a, b) = (first + 3, first + 7);
    let half = _mm_setr_epi8(a, -1, b, -1, a, -1, b, -1, a, -1, b, -1, a, -1, b, -1);
    _mm256_set_m128i(half, half)
}

#[inline(always)]
fn packed(weights: &[i16]) -> i32 {
    i32::from(weights[0] as u16) | (i32::from(weights[1]) << 16)
}

/// Four pixels from `at` on in one row and in the next.
///
/// # Safety
/// Both rows have them.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn four_by_two(at: *const u8, stride: usize) -> __m256i {
    // SAFETY: the caller's; loads need no alignment.
    unsafe { _mm256_set_m128i(_mm_loadu_si128(at.add(stride).cast()), _mm_loadu_si128(at.cast())) }
}

/// The weights of two pixels each, ready for a product; kept over all rows.
#[inline]
#[target_feature(enable = "avx2")]
fn spread<const GROUPS: usize>(across: &[i16]) -> [[__m256i; 2]; GROUPS] {
    let across = &across[..4 * GROUPS];
    std::array::from_fn(|group| {
        let weights = &across[4 * group..4 * group + 4];
        [_mm256_set1_epi32(packed(&weights[..2])), _mm256_set1_epi32(packed(&weights[2..]))]
    })
}

/// # Safety
/// The run is checked, and its tables have `GROUPS` times four weights across.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn opaque<const GROUPS: usize>(run: &Run<'_>, out: &mut [Straight; RUN]) {
    let (first_pair, second_pair) = (pairs(0), pairs(8));
    let (zero, one) = (_mm_setzero_ps(), _mm_set1_ps(1.0));
    for (i, out) in out.iter_mut().enumerate() {
        let across = spread::<GROUPS>(run.across.table.across(run.across.phases[i].into()));
        let mut total = _mm_setzero_si128();
        // SAFETY: the rectangle is within the pixels.
        let mut row = unsafe { run.pixels.as_ptr().add(run.at[i]) };
        for weights in run.down.table.down(run.down.phases[i].into()).chunks_exact(2) {
            let mut line = _mm256_set1_epi32(1 << (ROW_SHIFT - 1));
            for (x, [first, second]) in across.into_iter().enumerate() {
                // SAFETY: this row and the next have pixels 4 x to 4 x + 3.
                let pixels = unsafe { four_by_two(row.add(16 * x), run.stride) };
                line = _mm256_add_epi32(line, _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, first_pair), first));
                line = _mm256_add_epi32(line, _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, second_pair), second));
            }
            let line = _mm256_srai_epi32::<{ ROW_SHIFT as i32 }>(line);
            // Both rows' sums fit 16 bits: side by side they are pairs for the next product.
            let both = _mm_blend_epi16::<0b1010_1010>(
                _mm256_castsi256_si128(line),
                _mm_slli_epi32::<16>(_mm256_extracti128_si256::<1>(line)),
            );
            total = _mm_add_epi32(total, _mm_madd_epi16(both, _mm_set1_epi32(packed(weights))));
            row = row.wrapping_add(2 * run.stride);
        }
        let scaled = _mm_mul_ps(_mm_cvtepi32_ps(total), _mm_set1_ps(SCALE));
        let limited = _mm_min_ps(_mm_max_ps(scaled, zero), one);
        // SAFETY: `out` has 16 bytes.
        unsafe { _mm_storeu_ps(out.as_mut_ptr(), _mm_blend_ps::<0b1000>(limited, one)) };
    }
}

/// # Safety
/// The run is checked, and its tables have `GROUPS` times four weights across.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn by_alpha<const GROUPS: usize>(run: &Run<'_>, out: &mut [Straight; RUN]) {
    let full = _mm256_setr_epi32(0, 0, 0, 0x00ff_00ff, 0, 0, 0, 0x00ff_00ff);
    let add = |line, pixels, first: i8, weights| {
        let alpha = _mm256_slli_epi16::<7>(_mm256_shuffle_epi8(pixels, alphas(first)));
        let values = _mm256_or_si256(_mm256_shuffle_epi8(pixels, pairs(first)), full);
        _mm256_add_epi32(line, _mm256_madd_epi16(values, _mm256_mulhrs_epi16(weights, alpha)))
    };
    for (i, out) in out.iter_mut().enumerate() {
        let across = spread::<GROUPS>(run.across.table.across(run.across.phases[i].into()));
        let mut total = _mm256_setzero_ps();
        // SAFETY: the rectangle is within the pixels.
        let mut row = unsafe { run.pixels.as_ptr().add(run.at[i]) };
        for weights in run.down.table.down(run.down.phases[i].into()).chunks_exact(2) {
            let mut line = _mm256_setzero_si256();
            for (x, [first, second]) in across.into_iter().enumerate() {
                // SAFETY: this row and the next have pixels 4 x to 4 x + 3.
                let pixels = unsafe { four_by_two(row.add(16 * x), run.stride) };
                line = add(line, pixels, 0, first);
                line = add(line, pixels, 8, second);
            }
            let (upper, lower) = (f32::from(weights[0]), f32::from(weights[1]));
            let weights = _mm256_set_m128(_mm_set1_ps(lower), _mm_set1_ps(upper));
            total = _mm256_add_ps(total, _mm256_mul_ps(_mm256_cvtepi32_ps(line), weights));
            row = row.wrapping_add(2 * run.stride);
        }
        let both = _mm_add_ps(_mm256_castps256_ps128(total), _mm256_extractf128_ps::<1>(total));
        let mut sums = [0.0; 4];
        // SAFETY: `sums` has 16 bytes.
        unsafe { _mm_storeu_ps(sums.as_mut_ptr(), both) };
        *out = settled(sums);
    }
}
