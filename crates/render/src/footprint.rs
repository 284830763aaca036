//! How much of an image one output pixel covers, and at which pyramid level it is best read.

use crate::homography::Projected;

/// The extent of one output pixel on the image, in image pixels along the image's two axes, each at least 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footprint {
    pub u: f64,
    pub v: f64,
}

/// The widest footprint the kernel spans at the level it reads, in that level's pixels.
const EXTENT_MAX: f64 = 6.0;

impl Footprint {
    /// The box around the parallelogram that the pixel becomes, in the Euclidean measure of each axis, as the
    /// elliptical weighted average of Heckbert (1989, 3.5) takes it for axis-aligned ellipses.
    #[inline]
    pub fn of(at: &Projected) -> Self {
        let [ux, uy, vx, vy] = at.jacobian;
        Self { u: (ux * ux + uy * uy).sqrt().max(1.0), v: (vx * vx + vy * vy).sqrt().max(1.0) }
    }

    /// The level at which the footprint's narrow side is 1 to 2 pixels, or a coarser one where its wide side
    /// would otherwise exceed what the kernel spans.
    #[inline]
    pub fn level(&self) -> u32 {
        let (narrow, wide) = (self.u.min(self.v), self.u.max(self.v));
        floor_log2(narrow).max(ceil_log2(wide / EXTENT_MAX))
    }

    /// In that level's pixels, 1 to what the kernel spans.
    #[inline]
    pub fn at_level(&self, level: u32) -> Self {
        let scale = 1.0 / f64::from(1u32 << level.min(31));
        // Beyond the extent only where no coarser level exists: the whole image is a pixel there.
        Self { u: (self.u * scale).clamp(1.0, EXTENT_MAX), v: (self.v * scale).clamp(1.0, EXTENT_MAX) }
    }
}

/// By the exponent bits, so that it is exact everywhere. `value` is positive and finite.
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
    fn the_level_leaves_the_narrow_side_between_one_and_two() {
        let level = |u, v| Footprint { u, v }.level();
        assert_eq!(level(1.0, 1.0), 0);
        assert_eq!(level(1.99, 1.99), 0);
        assert_eq!(level(2.0, 2.5), 1);
        assert_eq!(level(7.9, 9.0), 2);
        assert_eq!(level(1.0, 13.0), 2);
        assert_eq!(Footprint { u: 8.0, v: 11.0 }.at_level(3), Footprint { u: 1.0, v: 1.375 });
    }
}
