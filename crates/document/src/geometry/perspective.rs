//! The perspective in which a square is seen as a quadrilateral.

use super::Point;

/// A 3 × 3 projective map, row by row: `(x, y)` goes to `((a x + b y + c) / w, (d x + e y + f) / w)` with `w = g x + h y + i`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Perspective(pub [f64; 9]);

impl Perspective {
    /// The map that takes (0, 0), (1, 0), (1, 1), (0, 1) to the corners of a convex quadrilateral, clockwise from top left.
    ///
    /// P. Heckbert, "Fundamentals of Texture Mapping and Image Warping" (1989), 2.2.3, in closed form.
    pub fn of_square([p0, p1, p2, p3]: [Point; 4]) -> Self {
        let (dx1, dy1) = (p1.x - p2.x, p1.y - p2.y);
        let (dx2, dy2) = (p3.x - p2.x, p3.y - p2.y);
        let (sx, sy) = (p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y);
        let determinant = dx1 * dy2 - dx2 * dy1;
        let g = (sx * dy2 - dx2 * sy) / determinant;
        let h = (dx1 * sy - sx * dy1) / determinant;
        Self([
            p1.x - p0.x + g * p1.x,
            p3.x - p0.x + h * p3.x,
            p0.x,
            p1.y - p0.y + g * p1.y,
            p3.y - p0.y + h * p3.y,
            p0.y,
            g,
            h,
            1.0,
        ])
    }

    /// The way back: the adjoint, as a projective map is defined up to a factor.
    pub fn inverse(self) -> Self {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        Self([
            e * i - f * h,
            c * h - b * i,
            b * f - c * e,
            f * g - d * i,
            a * i - c * g,
            c * d - a * f,
            d * h - e * g,
            b * g - a * h,
            a * e - b * d,
        ])
    }

    /// Where a point goes; `None` on or beyond the horizon.
    pub fn at(&self, p: Point) -> Option<Point> {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let w = g * p.x + h * p.y + i;
        (w > 1e-9).then(|| Point::new((a * p.x + b * p.y + c) / w, (d * p.x + e * p.y + f) / w))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_square_s_corners_go_to_the_quad_s_and_back() {
        let corners = [[10.0, 20.0], [300.0, 40.0], [280.0, 200.0], [30.0, 260.0]].map(Point::from);
        let map = Perspective::of_square(corners);
        let square = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]].map(Point::from);
        for (from, to) in square.into_iter().zip(corners) {
            assert!(map.at(from).unwrap().distance(to) < 1e-9);
            assert!(map.inverse().at(to).unwrap().distance(from) < 1e-12);
        }
    }

    #[test]
    fn nothing_is_seen_beyond_the_horizon() {
        let floor = [[40.0, 10.0], [60.0, 10.0], [100.0, 90.0], [0.0, 90.0]].map(Point::from);
        let back = Perspective::of_square(floor).inverse();
        assert!(back.at(Point::new(50.0, 50.0)).is_some());
        assert_eq!(back.at(Point::new(50.0, -50.0)), None);
    }
}
