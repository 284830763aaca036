//! Affine maps of the plane.

use crate::homography::Projected;

/// `(x, y)` goes to `(a x + b y + c, d x + e y + f)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine(pub [f64; 6]);

impl Affine {
    #[inline(always)]
    pub fn apply(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + b * y + c, d * x + e * y + f)
    }

    /// How fast the result moves where the argument moves by `[∂u/∂x, ∂u/∂y, ∂v/∂x, ∂v/∂y]`.
    #[inline(always)]
    pub fn apply_to_jacobian(self, [ux, uy, vx, vy]: [f64; 4]) -> [f64; 4] {
        let [a, b, _, d, e, _] = self.0;
        [a * ux + b * vx, a * uy + b * vy, d * ux + e * vx, d * uy + e * vy]
    }

    #[inline(always)]
    pub fn apply_to(self, projected: Projected) -> Projected {
        let (u, v) = self.apply(projected.u, projected.v);
        Projected { u, v, jacobian: self.apply_to_jacobian(projected.jacobian) }
    }

    /// The way back; `None` where the map flattens the plane.
    pub fn inverse(self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.0;
        let determinant = a * e - b * d;
        (determinant != 0.0).then(|| {
            let (a, b, d, e) = (e / determinant, -b / determinant, -d / determinant, a / determinant);
            Self([a, b, -(a * c + b * f), d, e, -(d * c + e * f)])
        })
    }

    /// The map that takes the corners of one triangle to those of another; `None` for a triangle without area.
    pub fn between(from: [(f64, f64); 3], to: [(f64, f64); 3]) -> Option<Self> {
        let spread = |[p, q, r]: [(f64, f64); 3]| Self([q.0 - p.0, r.0 - p.0, p.0, q.1 - p.1, r.1 - p.1, p.1]);
        let back = spread(from).inverse()?;
        let forth = spread(to);
        let (c, f) = forth.apply(back.0[2], back.0[5]);
        let [a, b, d, e] = forth.apply_to_jacobian([back.0[0], back.0[1], back.0[3], back.0[4]]);
        Some(Self([a, b, c, d, e, f]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triangle_is_carried_to_another_and_back() {
        let (from, to) = ([(1.0, 2.0), (5.0, 2.5), (0.0, 9.0)], [(10.0, 0.0), (4.0, 4.0), (-3.0, 7.0)]);
        let map = Affine::between(from, to).unwrap();
        let back = map.inverse().unwrap();
        for (p, q) in from.into_iter().zip(to) {
            let (u, v) = map.apply(p.0, p.1);
            assert!((u - q.0).abs() < 1e-9 && (v - q.1).abs() < 1e-9);
            let (x, y) = back.apply(q.0, q.1);
            assert!((x - p.0).abs() < 1e-9 && (y - p.1).abs() < 1e-9);
        }
        assert_eq!(Affine::between([(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)], to), None);
    }
}
