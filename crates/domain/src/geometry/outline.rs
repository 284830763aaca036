//! Closed outlines of straight lines and Bezier curves.

use serde::{Deserialize, Serialize};

use super::{GeometryError, Point};

/// The most points one outline may have.
pub const OUTLINE_POINTS_MAX: usize = 10_000;

/// A point that an outline goes through. Written `[x, y]`, or `[x, y, x, y, x, y]` with both handles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f64>", into = "Vec<f64>")]
pub struct Anchor {
    pub at: Point,
    /// Where the curve before the point comes from and the one after it heads; without them the point is a corner.
    pub handles: Option<[Point; 2]>,
}

impl Anchor {
    pub const fn corner(at: Point) -> Self {
        Self { at, handles: None }
    }

    fn is_within_limits(&self) -> bool {
        self.at.is_within_limits() && self.handles.iter().flatten().all(|handle| handle.is_within_limits())
    }

    fn moved_to(self, to: Point) -> Self {
        let (dx, dy) = (to.x - self.at.x, to.y - self.at.y);
        let handles = self.handles.map(|both| both.map(|handle| Point::new(handle.x + dx, handle.y + dy)));
        Self { at: to, handles }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("a point of an outline is [x, y], or [x, y, x, y, x, y] with the handles before and after it")]
pub struct NotAnAnchor;

impl TryFrom<Vec<f64>> for Anchor {
    type Error = NotAnAnchor;
    fn try_from(numbers: Vec<f64>) -> Result<Self, NotAnAnchor> {
        match *numbers.as_slice() {
            [x, y] => Ok(Self::corner(Point::new(x, y))),
            [x, y, x0, y0, x1, y1] => {
                Ok(Self { at: Point::new(x, y), handles: Some([Point::new(x0, y0), Point::new(x1, y1)]) })
            }
            _ => Err(NotAnAnchor),
        }
    }
}

impl From<Anchor> for Vec<f64> {
    fn from(anchor: Anchor) -> Self {
        let points = std::iter::once(anchor.at).chain(anchor.handles.into_iter().flatten());
        points.flat_map(|point| [point.x, point.y]).collect()
    }
}

/// A closed outline of 3 (with handles, 2) to [`OUTLINE_POINTS_MAX`] points; the last is joined to the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Anchor>", into = "Vec<Anchor>")]
pub struct Outline(Vec<Anchor>);

impl Outline {
    /// # Errors
    /// [`GeometryError::TooFewPoints`], [`GeometryError::TooManyPoints`], [`GeometryError::OutOfLimits`].
    pub fn new(anchors: Vec<Anchor>) -> Result<Self, GeometryError> {
        let least = if anchors.iter().any(|anchor| anchor.handles.is_some()) { 2 } else { 3 };
        match anchors.len() {
            n if n < least => Err(GeometryError::TooFewPoints),
            n if n > OUTLINE_POINTS_MAX => Err(GeometryError::TooManyPoints),
            _ if !anchors.iter().all(Anchor::is_within_limits) => Err(GeometryError::OutOfLimits),
            _ => Ok(Self(anchors)),
        }
    }

    /// Straight from point to point.
    ///
    /// # Errors
    /// As [`Outline::new`].
    pub fn polygon(points: impl IntoIterator<Item = Point>) -> Result<Self, GeometryError> {
        Self::new(points.into_iter().map(Anchor::corner).collect())
    }

    pub fn anchors(&self) -> &[Anchor] {
        &self.0
    }

    /// Where the anchors are.
    pub fn points(&self) -> impl Iterator<Item = Point> {
        self.0.iter().map(|anchor| anchor.at)
    }

    /// The pieces in order: from, the two control points, to. A straight piece has its ends as control points.
    pub fn pieces(&self) -> impl Iterator<Item = [Point; 4]> {
        self.0.iter().enumerate().map(|(i, from)| {
            let to = &self.0[(i + 1) % self.0.len()];
            let leaving = from.handles.map_or(from.at, |[_, after]| after);
            let arriving = to.handles.map_or(to.at, |[before, _]| before);
            [from.at, leaving, arriving, to.at]
        })
    }

    /// With a point, and its handles, moved.
    ///
    /// # Errors
    /// As [`Outline::new`].
    pub fn with_point(&self, index: usize, to: Point) -> Result<Self, GeometryError> {
        let mut anchors = self.0.clone();
        if let Some(anchor) = anchors.get_mut(index) {
            *anchor = anchor.moved_to(to);
        }
        Self::new(anchors)
    }

    /// # Errors
    /// As [`Outline::new`].
    pub fn with_point_inserted(&self, index: usize, at: Point) -> Result<Self, GeometryError> {
        let mut anchors = self.0.clone();
        anchors.insert(index.min(anchors.len()), Anchor::corner(at));
        Self::new(anchors)
    }

    /// # Errors
    /// [`GeometryError::TooFewPoints`] when only as many as an outline needs are left.
    pub fn without_point(&self, index: usize) -> Result<Self, GeometryError> {
        let mut anchors = self.0.clone();
        if index < anchors.len() {
            anchors.remove(index);
        }
        Self::new(anchors)
    }
}

impl TryFrom<Vec<Anchor>> for Outline {
    type Error = GeometryError;
    fn try_from(anchors: Vec<Anchor>) -> Result<Self, GeometryError> {
        Self::new(anchors)
    }
}

impl From<Outline> for Vec<Anchor> {
    fn from(outline: Outline) -> Self {
        outline.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_that_encloses_nothing_is_refused() {
        let error = |json: &str| serde_json::from_str::<Outline>(json).unwrap_err().to_string();
        assert!(error("[[0,0],[5,5]]").contains("at least three points"));
        assert!(error("[[0,0,1],[5,5],[1,2]]").contains("with the handles"));
        assert!(serde_json::from_str::<Outline>("[[0,0],[9,0,9,5,9,-5]]").is_ok());
    }

    #[test]
    fn an_outline_reads_what_it_writes() {
        let json = "[[0.0,0.0],[10.0,0.0,8.0,-2.0,12.0,2.0],[5.5,9.0]]";
        let outline: Outline = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&outline).unwrap(), json);
        let [from, leaving, arriving, to] = outline.pieces().next().unwrap();
        assert_eq!((from, leaving), (Point::new(0.0, 0.0), Point::new(0.0, 0.0)));
        assert_eq!((arriving, to), (Point::new(8.0, -2.0), Point::new(10.0, 0.0)));
    }

    #[test]
    fn handles_go_with_their_point() {
        let outline: Outline = serde_json::from_str("[[0,0],[9,0,9,5,9,-5]]").unwrap();
        let moved = outline.with_point(1, Point::new(10.0, 1.0)).unwrap();
        assert_eq!(moved.anchors()[1].handles, Some([Point::new(10.0, 6.0), Point::new(10.0, -4.0)]));
    }
}
