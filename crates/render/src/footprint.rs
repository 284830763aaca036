//! How much of an image one output pixel covers, and at which pyramid level it is best read.

use crate::kernel::EXTENT_MAX;

/// The extent of one output pixel on the image, in image pixels along the image's two axes, each at least 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footprint {
    pub u: f64,
    pub v: f64,
}

/// Levels are chosen so that the narrow side spans 1.54 to 3.08 pixels: nearer to 1, the averages that a level is made of
/// would show as softness, and in this range the kernel needs no more than four pixels.
const NARROW_MIN: f64 = 1.54;

impl Footprint {
    /// From what a pixel spans along each axis: the box around the parallelogram that it becomes, in the Euclidean
    /// measure of each axis, as the elliptical weighted average of Heckbert (1989, 3.5) takes it for axis-aligned ellipses.
    #[inline(always)]
    pub fn of((u, v): (f64, f64)) -> Self {
        Self { u: u.max(1.0), v: v.max(1.0) }
    }

    /// The level to read: the coarsest that is fine enough for the narrow side, or a coarser one where the wide side
    /// would otherwise exceed what the kernel spans.
    #[inline(always)]
    pub fn level(&self) -> u32 {
        let (narrow, wide) = (self.u.min(self.v), self.u.max(self.v));
        floor_log2(narrow / NARROW_MIN).max(ceil_log2(wide / EXTENT_MAX))
    }

    /// In that level's pixels, 1 to what the kernel spans.
    #[inline(always)]
    pub fn at_level(&self, level: u32) -> Self {
        let scale = 1.0 / f64::from(1u32 << level.min(31));
        // Beyond the extent only where no coarser level exists: the whole image is a pixel there.
        Self { u: (self.u * scale).clamp(1.0, EXTENT_MAX), v: (self.v * scale).clamp(1.0, EXTENT_MAX) }
    }
}

/// By the exponent bits, so that it is exact everywhere; 0 for values below 1. `value` is positive and finite.
fn floor_log2(value: f64) -> u32 {
    (((value.to_bits() >> 52) & 0x7ff) as i64 - 1023).clamp(0, 31) as u32
}

fn ceil_log2(value: f64) -> u32 {
    let floor = floor_log2(value);
    if value > f64::from(1u32 << floor) { floor + 1 } else { floor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_leaves_the_narrow_side_wide_enough() {
        let level = |u, v| Footprint { u, v }.level();
        assert_eq!(level(1.0, 1.0), 0);
        assert_eq!(level(3.07, 3.07), 0);
        assert_eq!(level(3.08, 3.5), 1);
        assert_eq!(level(12.2, 12.3), 2);
        assert_eq!(level(1.0, 25.0), 2);
        assert_eq!(Footprint { u: 12.0, v: 16.5 }.at_level(3), Footprint { u: 1.5, v: 2.0625 });
    }
}
