//! The perspective that carries one quadrilateral onto a rectangle.

use document::geometry::{Perspective, Point};

use crate::{
    affine::Affine,
    surface::{ALL_SEEN, Seen},
    weigh::RUN,
};

/// A 3 × 3 projective map from the picture to the plane of what is placed: `(x, y)` goes to
/// `((a x + b y + c) / w, (d x + e y + f) / w)` with `w = g x + h y + i`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Homography([f64; 9]);

/// Where a picture point lies on the placed plane, and how fast that moves per picture pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projected {
    pub u: f64,
    pub v: f64,
    /// `[∂u/∂x, ∂u/∂y, ∂v/∂x, ∂v/∂y]`
    pub jacobian: [f64; 4],
}

impl Homography {
    /// The map that takes the corners of a convex quad (clockwise from top left) to
    /// (0, 0), (1, 0), (1, 1), (0, 1).
    pub fn onto_unit_square(quad: [Point; 4]) -> Self {
        Self(Perspective::of_square(quad).inverse().0)
    }

    /// The same map with its results carried on by an affine one.
    pub fn then(self, affine: Affine) -> Self {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let Affine([ux, uy, u0, vx, vy, v0]) = affine;
        Self([
            a * ux + d * uy + g * u0,
            b * ux + e * uy + h * u0,
            c * ux + f * uy + i * u0,
            a * vx + d * vy + g * v0,
            b * vx + e * vy + h * v0,
            c * vx + f * vy + i * v0,
            g,
            h,
            i,
        ])
    }

    /// The way back.
    pub fn inverse(self) -> Self {
        Self(Perspective(self.0).inverse().0)
    }

    /// `None` on or beyond the horizon, where nothing of the plane is seen.
    #[inline(always)]
    pub fn project(&self, x: f64, y: f64) -> Option<Projected> {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let w = g * x + h * y + i;
        // The adjoint keeps the sign of the quad's orientation, which is positive for a `Quad`.
        if w <= HORIZON {
            return None;
        }
        let nearness = 1.0 / w;
        let (u, v) = ((a * x + (b * y + c)) * nearness, (d * x + (e * y + f)) * nearness);
        let jacobian = [(a - u * g) * nearness, (b - u * h) * nearness, (d - v * g) * nearness, (e - v * h) * nearness];
        Some(Projected { u, v, jacobian })
    }

    /// Where the run of pixels from (`x`, `y`) to the right lies, and which of them are before the horizon, the first in
    /// the lowest bit. Those that are not land immensely far away.
    #[inline(always)]
    pub fn project_run(&self, x: f64, y: f64) -> ([f64; RUN], [f64; RUN], Seen) {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let (row_u, row_v, row_w) = (b * y + c, e * y + f, h * y + i);
        let w = |k: usize| g * (x + k as f64) + row_w;
        let nearness: [f64; RUN] = std::array::from_fn(|k| {
            let w = w(k);
            1.0 / if w > HORIZON { w } else { HORIZON }
        });
        let u = std::array::from_fn(|k| (a * (x + k as f64) + row_u) * nearness[k]);
        let v = std::array::from_fn(|k| (d * (x + k as f64) + row_v) * nearness[k]);
        // Along a line, what is seen of a plane has one end, so both ends tell of all between.
        let seen = match w(0) > HORIZON && w(RUN - 1) > HORIZON {
            true => ALL_SEEN,
            false => (0..RUN).fold(0, |seen, k| seen | Seen::from(w(k) > HORIZON) << k),
        };
        (u, v, seen)
    }
}

/// How near to the horizon the plane is still seen.
const HORIZON: f64 = 1e-12;

#[cfg(test)]
mod tests {
    use super::*;
    use document::geometry::Quad;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn corners_land_on_corners(
            x in -100.0..100.0f64, y in -100.0..100.0f64, w in 20.0..900.0f64, h in 20.0..900.0f64,
            jitter in prop::array::uniform8(-0.2..0.2f64),
        ) {
            let at = |i: usize, px: f64, py: f64| Point::new(x + w * (px + jitter[2 * i]), y + h * (py + jitter[2 * i + 1]));
            let corners = [at(0, 0., 0.), at(1, 1., 0.), at(2, 1., 1.), at(3, 0., 1.)];
            prop_assume!(Quad::new(corners).is_ok());
            let map = Homography::onto_unit_square(corners);
            for (corner, (u, v)) in corners.into_iter().zip([(0., 0.), (1., 0.), (1., 1.), (0., 1.)]) {
                let p = map.project(corner.x, corner.y).unwrap();
                prop_assert!((p.u - u).abs() < 1e-6 && (p.v - v).abs() < 1e-6, "{p:?}");
            }
        }
    }

    #[test]
    fn an_upright_rectangle_is_a_plain_scale() {
        let corners = [[10., 20.], [110., 20.], [110., 70.], [10., 70.]].map(Point::from);
        let map = Homography::onto_unit_square(corners).then(Affine([200.0, 0.0, 3.0, 0.0, 50.0, 0.0]));
        let p = map.project(60.0, 45.0).unwrap();
        assert_eq!((p.u, p.v), (103.0, 25.0));
        assert_eq!(p.jacobian, [2.0, 0.0, 0.0, 1.0]);
    }
}
