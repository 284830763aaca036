//! Two rows at a time in the 256 bits of AVX2.
#![allow(unsafe_code)]

use std::arch::x86_64::*;

use super::{Alpha, Block, ROW_SHIFT, Sums, Task, Weigher};

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
    fn sums(self, block: Block<'_>, across: &[i16], down: &[i16]) -> Sums {
        check(block, across, down);
        // SAFETY: an `Avx2` exists only where the processor has it; the block was checked.
        unsafe {
            match across.len() {
                4 => sums::<1>(block, across, down),
                8 => sums::<2>(block, across, down),
                12 => sums::<3>(block, across, down),
                _ => sums::<4>(block, across, down),
            }
        }
    }

    #[inline(always)]
    fn sums_by_alpha(self, block: Block<'_>, across: &[i16], down: &[i16]) -> [f32; 4] {
        check(block, across, down);
        // SAFETY: an `Avx2` exists only where the processor has it; the block was checked.
        unsafe {
            match across.len() {
                4 => sums_by_alpha::<1>(block, across, down),
                8 => sums_by_alpha::<2>(block, across, down),
                12 => sums_by_alpha::<3>(block, across, down),
                _ => sums_by_alpha::<4>(block, across, down),
            }
        }
    }
}

/// The block holds `down.len()` rows, an even number, of `across.len()` pixels, which are 4, 8, 12 or 16.
#[inline(always)]
fn check(block: Block<'_>, across: &[i16], down: &[i16]) {
    let last = (down.len().max(1) - 1) * block.stride + across.len() * 4;
    let counts = matches!(across.len(), 4 | 8 | 12 | 16) && down.len().is_multiple_of(2);
    assert!(counts && block.pixels.len() >= last);
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
fn packed(a: i16, b: i16) -> i32 {
    i32::from(a as u16) | (i32::from(b) << 16)
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
    std::array::from_fn(|group| {
        let weights = &across[4 * group..4 * group + 4];
        [_mm256_set1_epi32(packed(weights[0], weights[1])), _mm256_set1_epi32(packed(weights[2], weights[3]))]
    })
}

/// # Safety
/// As `check`, with `GROUPS` times four weights across.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn sums<const GROUPS: usize>(block: Block<'_>, across: &[i16], down: &[i16]) -> Sums {
    let (first_pair, second_pair) = (pairs(0), pairs(8));
    let across = spread::<GROUPS>(across);
    let mut total = _mm_setzero_si128();
    let mut all = _mm256_set1_epi8(-1);
    let mut any = _mm256_setzero_si256();
    for (y, weights) in down.chunks_exact(2).enumerate() {
        // SAFETY: row 2 y is in the block.
        let row = unsafe { block.pixels.as_ptr().add(2 * y * block.stride) };
        let mut line = _mm256_set1_epi32(1 << (ROW_SHIFT - 1));
        for (x, [first, second]) in across.into_iter().enumerate() {
            // SAFETY: rows 2 y and 2 y + 1 have pixels 4 x to 4 x + 3.
            let pixels = unsafe { four_by_two(row.add(16 * x), block.stride) };
            all = _mm256_and_si256(all, pixels);
            any = _mm256_or_si256(any, pixels);
            line = _mm256_add_epi32(line, _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, first_pair), first));
            line = _mm256_add_epi32(line, _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, second_pair), second));
        }
        let line = _mm256_srai_epi32::<{ ROW_SHIFT as i32 }>(line);
        // Both rows' sums fit 16 bits: side by side they are pairs for the next product.
        let both = _mm_blend_epi16::<0b1010_1010>(
            _mm256_castsi256_si128(line),
            _mm_slli_epi32::<16>(_mm256_extracti128_si256::<1>(line)),
        );
        total = _mm_add_epi32(total, _mm_madd_epi16(both, _mm_set1_epi32(packed(weights[0], weights[1]))));
    }
    let mut channels = [0i32; 4];
    // SAFETY: `channels` has 16 bytes.
    unsafe { _mm_storeu_si128(channels.as_mut_ptr().cast(), total) };
    const ALPHAS: u32 = 0x8888_8888;
    let equal = |of, value| _mm256_movemask_epi8(_mm256_cmpeq_epi8(of, value)) as u32 & ALPHAS == ALPHAS;
    let alpha = if equal(all, _mm256_set1_epi8(-1)) {
        Alpha::Opaque
    } else if equal(any, _mm256_setzero_si256()) {
        Alpha::Nothing
    } else {
        Alpha::Mixed
    };
    Sums { channels, alpha }
}

/// # Safety
/// As `check`, with `GROUPS` times four weights across.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn sums_by_alpha<const GROUPS: usize>(block: Block<'_>, across: &[i16], down: &[i16]) -> [f32; 4] {
    let full = _mm256_setr_epi32(0, 0, 0, 0x00ff_00ff, 0, 0, 0, 0x00ff_00ff);
    let across = spread::<GROUPS>(across);
    let add = |line, pixels, first: i8, weights| {
        let alpha = _mm256_slli_epi16::<7>(_mm256_shuffle_epi8(pixels, alphas(first)));
        let values = _mm256_or_si256(_mm256_shuffle_epi8(pixels, pairs(first)), full);
        _mm256_add_epi32(line, _mm256_madd_epi16(values, _mm256_mulhrs_epi16(weights, alpha)))
    };
    let mut total = _mm256_setzero_ps();
    for (y, weights) in down.chunks_exact(2).enumerate() {
        // SAFETY: row 2 y is in the block.
        let row = unsafe { block.pixels.as_ptr().add(2 * y * block.stride) };
        let mut line = _mm256_setzero_si256();
        for (x, [first, second]) in across.into_iter().enumerate() {
            // SAFETY: rows 2 y and 2 y + 1 have pixels 4 x to 4 x + 3.
            let pixels = unsafe { four_by_two(row.add(16 * x), block.stride) };
            line = add(line, pixels, 0, first);
            line = add(line, pixels, 8, second);
        }
        let (upper, lower) = (f32::from(weights[0]), f32::from(weights[1]));
        let weights = _mm256_set_m128(_mm_set1_ps(lower), _mm_set1_ps(upper));
        total = _mm256_add_ps(total, _mm256_mul_ps(_mm256_cvtepi32_ps(line), weights));
    }
    let both = _mm_add_ps(_mm256_castps256_ps128(total), _mm256_extractf128_ps::<1>(total));
    let mut sums = [0.0; 4];
    // SAFETY: `sums` has 16 bytes.
    unsafe { _mm_storeu_ps(sums.as_mut_ptr(), both) };
    sums
}
