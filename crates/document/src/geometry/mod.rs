//! Points, quads and polygons in canvas pixels: x to the right, y down, (0, 0) the top left
//! corner of the top left pixel.

mod bernstein;
mod outline;
mod perspective;

pub use bernstein::bernstein;
pub use outline::{Anchor, NotAnAnchor, OUTLINE_POINTS_MAX, OnOutline, Outline, Part};
pub use perspective::Perspective;

use serde::{Deserialize, Serialize};

/// How far from the canvas' origin a coordinate may lie, in pixels.
pub const COORDINATE_LIMIT: f64 = 100_000.0;

/// A place, written `[x, y]`; in canvas pixels where nothing else is said. Whether it is near enough, or a number at
/// all, is checked by what is made of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub struct Point {
    /// The way to the right of the origin.
    pub x: f64,
    /// The way down from the origin.
    pub y: f64,
}

impl Point {
    /// The point with these coordinates, whatever they are.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// Whether both coordinates are numbers at most [`COORDINATE_LIMIT`] from 0.
    pub fn is_within_limits(self) -> bool {
        // NaN fails every comparison, so it is refused too.
        self.x.abs() <= COORDINATE_LIMIT && self.y.abs() <= COORDINATE_LIMIT
    }

    /// The point that is `dx` to the right of this one and `dy` below it.
    pub fn moved_by(self, dx: f64, dy: f64) -> Self {
        Self::new(self.x + dx, self.y + dy)
    }

    /// The point `part` of the way to another: 0 is here, 1 is there.
    pub fn towards(self, other: Self, part: f64) -> Self {
        Self::new(self.x + (other.x - self.x) * part, self.y + (other.y - self.y) * part)
    }

    /// The length of the straight way to another point.
    pub fn distance(self, other: Self) -> f64 {
        let (dx, dy) = (self.x - other.x, self.y - other.y);
        (dx * dx + dy * dy).sqrt()
    }
}

impl From<[f64; 2]> for Point {
    fn from([x, y]: [f64; 2]) -> Self {
        Self { x, y }
    }
}

impl From<Point> for [f64; 2] {
    fn from(p: Point) -> Self {
        [p.x, p.y]
    }
}

/// The reason why points form no quad or no outline.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum GeometryError {
    /// A coordinate is not a number, or further than [`COORDINATE_LIMIT`] from 0.
    #[error("a coordinate is not a number or lies more than 100,000 px away")]
    OutOfLimits,
    /// The corners of a quad fold over each other, lie in one line or go anticlockwise.
    #[error(
        "the four corners fold over each other; keep them in order: top left, top right, bottom right, bottom left"
    )]
    FoldedQuad,
    /// The corners of a quad have less than a square pixel between them.
    #[error("the area between the four corners is too small: it needs at least a pixel")]
    SmallQuad,
    /// The points of an outline are fewer than three, or than two where one of them has handles.
    #[error("a mask's outline needs at least three points, or two with handles")]
    TooFewPoints,
    /// The points of an outline are more than [`OUTLINE_POINTS_MAX`].
    #[error("a mask's outline has more than {OUTLINE_POINTS_MAX} points")]
    TooManyPoints,
}

/// Four corners, clockwise from the top left of what is placed, that form a convex quadrilateral:
/// what a flat rectangle can look like in perspective.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[Point; 4]", into = "[Point; 4]")]
pub struct Quad([Point; 4]);

impl Quad {
    /// The least area of the parallelogram at any corner, in square pixels: that of a canvas of one pixel, less what adding up may lose.
    const CORNER_MIN: f64 = 1.0 - 1e-6;

    /// The quad of four corners, clockwise from the top left of what is placed.
    ///
    /// # Errors
    /// [`GeometryError::OutOfLimits`], [`GeometryError::FoldedQuad`], and [`GeometryError::SmallQuad`] for less than a pixel.
    pub fn new(corners: [Point; 4]) -> Result<Self, GeometryError> {
        if !corners.iter().all(|p| p.is_within_limits()) {
            return Err(GeometryError::OutOfLimits);
        }
        let turns: [f64; 4] = std::array::from_fn(|i| {
            let (a, b, c) = (corners[i], corners[(i + 1) % 4], corners[(i + 2) % 4]);
            (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)
        });
        // Four right turns are a convex quadrilateral: a bow-tie has two turns of each kind.
        match turns.into_iter().fold(f64::INFINITY, f64::min) {
            least if least <= 0.0 => Err(GeometryError::FoldedQuad),
            least if least < Self::CORNER_MIN => Err(GeometryError::SmallQuad),
            _ => Ok(Self(corners)),
        }
    }

    /// The corners, clockwise from the top left of what is placed.
    pub fn corners(&self) -> [Point; 4] {
        self.0
    }

    /// The quad with corner `index` (0 to 3) moved.
    ///
    /// # Errors
    /// As [`Quad::new`].
    pub fn with_corner(&self, index: usize, to: Point) -> Result<Self, GeometryError> {
        let mut corners = self.0;
        corners[index % 4] = to;
        Self::new(corners)
    }

    /// The quad that lies `dx` pixels to the right of this one and `dy` below it.
    ///
    /// # Errors
    /// [`GeometryError::OutOfLimits`].
    pub fn moved_by(&self, dx: f64, dy: f64) -> Result<Self, GeometryError> {
        Self::new(self.0.map(|p| Point::new(p.x + dx, p.y + dy)))
    }

    /// The quad whose corners are where `map` takes these.
    ///
    /// # Errors
    /// As [`Quad::new`].
    pub fn mapped(&self, map: impl Fn(Point) -> Point) -> Result<Self, GeometryError> {
        Self::new(self.0.map(map))
    }

    /// How the unit square is seen as this quad.
    pub fn perspective(&self) -> Perspective {
        Perspective::of_square(self.0)
    }

    /// The corners' mean.
    pub fn middle(&self) -> Point {
        let sum = self.0.iter().fold((0.0, 0.0), |(x, y), p| (x + p.x, y + p.y));
        Point::new(sum.0 / 4.0, sum.1 / 4.0)
    }

    /// True for a point inside or on the edge.
    pub fn contains(&self, p: Point) -> bool {
        (0..4).all(|i| {
            let (a, b) = (self.0[i], self.0[(i + 1) % 4]);
            (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) >= 0.0
        })
    }

    /// The lengths of the upper and the left edge with their opposite ones, averaged:
    /// the proportions in which the area appears.
    pub fn mean_size(&self) -> (f64, f64) {
        let [tl, tr, br, bl] = self.0;
        ((tl.distance(tr) + bl.distance(br)) / 2.0, (tl.distance(bl) + tr.distance(br)) / 2.0)
    }
}

impl TryFrom<[Point; 4]> for Quad {
    type Error = GeometryError;
    fn try_from(corners: [Point; 4]) -> Result<Self, GeometryError> {
        Self::new(corners)
    }
}

impl From<Quad> for [Point; 4] {
    fn from(quad: Quad) -> Self {
        quad.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn corners(c: [[f64; 2]; 4]) -> [Point; 4] {
        c.map(Point::from)
    }

    #[test]
    fn a_folded_a_mirrored_and_a_flat_quad_are_refused() {
        let bow_tie = corners([[0., 0.], [100., 100.], [100., 0.], [0., 100.]]);
        let mirrored = corners([[100., 0.], [0., 0.], [0., 100.], [100., 100.]]);
        let dented = corners([[0., 0.], [100., 0.], [20., 20.], [0., 100.]]);
        let flat = corners([[0., 0.], [100., 0.], [200., 0.], [300., 0.]]);
        for wrong in [bow_tie, mirrored, dented, flat] {
            assert_eq!(Quad::new(wrong), Err(GeometryError::FoldedQuad));
        }
        assert!(Quad::new(corners([[0., 0.], [100., 5.], [90., 110.], [4., 95.]])).is_ok());
    }

    #[test]
    fn an_area_may_be_as_small_as_a_pixel_and_one_that_is_smaller_is_said_to_be_so() {
        let square = |at: f64, side: f64| {
            Quad::new(corners([[at, at], [at + side, at], [at + side, at + side], [at, at + side]]))
        };
        assert!(square(0.0, 1.0).is_ok() && square(99_998.7, 1.0).is_ok());
        for side in [0.1, 0.9] {
            assert_eq!(square(50.0, side), Err(GeometryError::SmallQuad), "{side}");
        }
    }

    #[test]
    fn numbers_out_of_bounds_are_refused_when_read() {
        assert!(serde_json::from_str::<Quad>("[[0,0],[1e9,0],[1e9,9],[0,9]]").is_err());
        let nan = corners([[f64::NAN, 0.], [9., 0.], [9., 9.], [0., 9.]]);
        assert_eq!(Quad::new(nan), Err(GeometryError::OutOfLimits));
    }

    proptest! {
        #[test]
        fn a_coordinate_is_read_as_it_was_written(x in -1e5..1e5f64, y in prop::num::f64::NORMAL) {
            let json = serde_json::to_string(&Point::new(x, y)).unwrap();
            prop_assert_eq!(serde_json::from_str::<Point>(&json).unwrap(), Point::new(x, y));
        }

        #[test]
        fn a_quad_contains_its_corners_and_centre(
            x in -500.0..500.0f64, y in -500.0..500.0f64, w in 10.0..900.0f64, h in 10.0..900.0f64, skew in -4.0..4.0f64,
        ) {
            let quad = Quad::new(corners([[x, y + skew], [x + w, y], [x + w + skew, y + h], [x, y + h - skew]])).unwrap();
            for corner in quad.corners() {
                prop_assert!(quad.contains(corner));
            }
            prop_assert!(quad.contains(Point::new(x + w / 2.0, y + h / 2.0)));
            prop_assert!(!quad.contains(Point::new(x - 10.0, y - 10.0)));
        }
    }
}
