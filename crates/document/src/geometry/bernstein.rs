//! Cubic Bezier curves.

/// The four cubic polynomials of S. Bernstein that a Bezier curve weighs its control points by.
#[inline]
pub fn bernstein(t: f64) -> [f64; 4] {
    let rest = 1.0 - t;
    [rest * rest * rest, 3.0 * rest * rest * t, 3.0 * rest * t * t, t * t * t]
}
