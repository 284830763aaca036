//! Closed outlines of straight lines and Bezier curves.

use serde::{Deserialize, Serialize};

use super::{GeometryError, Point, bernstein};

/// The most points one outline may have.
pub const OUTLINE_POINTS_MAX: usize = 10_000;

/// A point that an outline goes through. Written `[x, y]`, or `[x, y, x, y, x, y]` with both handles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f64>", into = "Vec<f64>")]
pub struct Anchor {
    /// The place that the outline goes through, in canvas pixels.
    pub at: Point,
    /// Where the curve before the point comes from and the one after it heads; without them the point is a corner.
    pub handles: Option<[Point; 2]>,
}

impl Anchor {
    /// The point without handles.
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

/// The list has neither two numbers nor six.
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
    /// The outline through these points, in their order, which closes from the last to the first.
    ///
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

    /// Upright, between two opposite corners.
    ///
    /// # Errors
    /// [`GeometryError::OutOfLimits`].
    pub fn rectangle(a: Point, b: Point) -> Result<Self, GeometryError> {
        let (left, right, top, bottom) = (a.x.min(b.x), a.x.max(b.x), a.y.min(b.y), a.y.max(b.y));
        Self::polygon([[left, top], [right, top], [right, bottom], [left, bottom]].map(Point::from))
    }

    /// The ellipse that fills the upright rectangle between two opposite corners, by four curves.
    ///
    /// # Errors
    /// [`GeometryError::OutOfLimits`].
    pub fn ellipse(a: Point, b: Point) -> Result<Self, GeometryError> {
        let (x, y) = ((a.x + b.x) / 2.0, (a.y + b.y) / 2.0);
        let (rx, ry) = ((b.x - a.x).abs() / 2.0, (b.y - a.y).abs() / 2.0);
        let (hx, hy) = (rx * CIRCLE_HANDLE, ry * CIRCLE_HANDLE);
        let anchor = |dx: f64, dy: f64| {
            let at = Point::new(x + dx * rx, y + dy * ry);
            // Clockwise, as y goes down: the curve leaves along the tangent turned right.
            let (tx, ty) = (-dy * hx, dx * hy);
            Anchor { at, handles: Some([Point::new(at.x - tx, at.y - ty), Point::new(at.x + tx, at.y + ty)]) }
        };
        Self::new(vec![anchor(0.0, -1.0), anchor(1.0, 0.0), anchor(0.0, 1.0), anchor(-1.0, 0.0)])
    }

    /// The points in their order, of which the last is joined to the first.
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

    /// The place on the outline nearest to `p`.
    pub fn nearest(&self, p: Point) -> OnOutline {
        let pieces = self.pieces().enumerate().map(|(piece, curve)| {
            let (along, at) = nearest_on_curve(&curve, p);
            OnOutline { piece, along, at }
        });
        let first = OnOutline { piece: 0, along: 0.0, at: self.0[0].at };
        pieces.min_by(|a, b| a.at.distance(p).total_cmp(&b.at.distance(p))).unwrap_or(first)
    }

    /// The outline with one anchor replaced; the same where there is none at `index`.
    ///
    /// # Errors
    /// As [`Outline::new`].
    pub fn with_anchor(&self, index: usize, anchor: Anchor) -> Result<Self, GeometryError> {
        let mut anchors = self.0.clone();
        if let Some(place) = anchors.get_mut(index) {
            *place = anchor;
        }
        Self::new(anchors)
    }

    /// The outline with another point on it, number `piece + 1`, and the same form: a curve is split as de Casteljau
    /// does.
    ///
    /// # Errors
    /// As [`Outline::new`].
    pub fn split(&self, place: OnOutline) -> Result<Self, GeometryError> {
        let mut anchors = self.0.clone();
        let (from, to) = (place.piece % anchors.len(), (place.piece + 1) % anchors.len());
        if anchors[from].handles.is_none() && anchors[to].handles.is_none() {
            anchors.insert(from + 1, Anchor::corner(place.at));
            return Self::new(anchors);
        }
        let mix = |a: Point, b: Point| Point::new(a.x + (b.x - a.x) * place.along, a.y + (b.y - a.y) * place.along);
        let corner = |anchor: Anchor| anchor.handles.unwrap_or([anchor.at; 2]);
        let (start, end) = (anchors[from], anchors[to]);
        let [before, leaving] = corner(start);
        let [arriving, after] = corner(end);
        let (a, b, c) = (mix(start.at, leaving), mix(leaving, arriving), mix(arriving, end.at));
        let (ab, bc) = (mix(a, b), mix(b, c));
        anchors[from].handles = Some([before, a]);
        // An outline of one piece would begin and end at one anchor, but it has two at least.
        anchors[to].handles = Some([c, after]);
        anchors.insert(from + 1, Anchor { at: mix(ab, bc), handles: Some([ab, bc]) });
        Self::new(anchors)
    }

    /// The smallest upright rectangle around it, by its top left and bottom right corner. Curves stay within their control points.
    pub fn bounds(&self) -> [Point; 2] {
        let first = [self.0[0].at; 2];
        self.pieces().flatten().fold(first, |[low, high], p| {
            [Point::new(low.x.min(p.x), low.y.min(p.y)), Point::new(high.x.max(p.x), high.y.max(p.y))]
        })
    }

    /// The outline with all its points and handles where `map` takes them.
    ///
    /// # Errors
    /// As [`Outline::new`].
    pub fn mapped(&self, map: impl Fn(Point) -> Point) -> Result<Self, GeometryError> {
        let anchors = self
            .0
            .iter()
            .map(|anchor| Anchor { at: map(anchor.at), handles: anchor.handles.map(|both| both.map(&map)) });
        Self::new(anchors.collect())
    }

    /// Corners along it, no further from its curves than about `tolerance`.
    pub fn flattened(&self, tolerance: f64) -> Vec<Point> {
        let pieces = self.pieces().flat_map(|[a, b, c, d]| {
            // A cubic's distance from its chord is bounded by its control points' second differences.
            let bend = |p: Point, q: Point, r: Point| {
                Point::new(p.x - 2.0 * q.x + r.x, p.y - 2.0 * q.y + r.y).distance(Point::new(0.0, 0.0))
            };
            let straight = a == b && c == d;
            let steps = (bend(a, b, c).max(bend(b, c, d)) * 0.75 / tolerance.max(1e-3)).sqrt().ceil();
            let steps = if straight { 1 } else { steps.clamp(1.0, 64.0) as usize };
            (0..steps).map(move |i| curve_at(&[a, b, c, d], i as f64 / steps as f64))
        });
        pieces.collect()
    }

    /// The outline with a point, and its handles, moved; the same where there is none at `index`.
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

    /// The outline without the point at `index`, whose neighbours are then joined; the same outline where there is
    /// none.
    ///
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

/// What lies in an outline and in none of its holes, each by itself filled by non-zero winding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The edge around it, whichever way it goes.
    pub outline: Outline,
    /// The edges of what is left out. They may overlap, and reach beyond the outline.
    pub holes: Vec<Outline>,
}

/// A place on an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnOutline {
    /// The number of the piece.
    pub piece: usize,
    /// How far along the piece, from 0 to 1.
    pub along: f64,
    /// The place itself, in canvas pixels.
    pub at: Point,
}

/// The length of the handles of a quarter of a circle, in radii: then no point of the curve is further than 0.03 % from it.
const CIRCLE_HANDLE: f64 = 0.552_284_749_830_793_6;

/// The point of a cubic at `t`.
fn curve_at(&[a, b, c, d]: &[Point; 4], t: f64) -> Point {
    let [wa, wb, wc, wd] = bernstein(t);
    Point::new(wa * a.x + wb * b.x + wc * c.x + wd * d.x, wa * a.y + wb * b.y + wc * c.y + wd * d.y)
}

/// The nearest of evenly spread points, then made nearer by halving steps.
fn nearest_on_curve(curve: &[Point; 4], p: Point) -> (f64, Point) {
    const SPREAD: usize = 24;
    let distance = |t: f64| curve_at(curve, t).distance(p);
    let spread = (0..=SPREAD).map(|i| i as f64 / SPREAD as f64);
    let mut best = spread.min_by(|a, b| distance(*a).total_cmp(&distance(*b))).unwrap_or(0.0);
    let mut step = 0.5 / SPREAD as f64;
    for _ in 0..24 {
        let nearer =
            [best - step, best + step].map(|t| t.clamp(0.0, 1.0)).into_iter().find(|t| distance(*t) < distance(best));
        match nearer {
            Some(t) => best = t,
            None => step *= 0.5,
        }
    }
    (best, curve_at(curve, best))
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
    fn an_ellipse_is_as_large_as_its_rectangle_and_turns_clockwise() {
        let ellipse = Outline::ellipse(Point::new(30.0, 50.0), Point::new(10.0, 10.0)).unwrap();
        assert_eq!(ellipse.bounds(), [Point::new(10.0, 10.0), Point::new(30.0, 50.0)]);
        let flat = ellipse.flattened(0.01);
        let area: f64 = (0..flat.len())
            .map(|i| {
                let (a, b) = (flat[i], flat[(i + 1) % flat.len()]);
                (a.x * b.y - a.y * b.x) / 2.0
            })
            .sum();
        assert!((area - std::f64::consts::PI * 10.0 * 20.0).abs() < 1.0, "{area}");
    }

    #[test]
    fn splitting_a_curve_keeps_its_form() {
        let outline: Outline = serde_json::from_str("[[0,0,-9,0,30,-40],[90,10,60,-50,95,20],[40,80]]").unwrap();
        for p in [[40.0, -30.0], [80.0, 40.0], [20.0, 50.0]].map(Point::from) {
            let place = outline.nearest(p);
            let split = outline.split(place).unwrap();
            assert_eq!(split.anchors().len(), 4);
            assert!(split.anchors()[place.piece + 1].at.distance(place.at) < 1e-9);
            for corner in split.flattened(0.5) {
                let off = outline.nearest(corner).at.distance(corner);
                assert!(off < 1e-3, "{corner:?} is off by {off}");
            }
        }
    }

    #[test]
    fn handles_go_with_their_point() {
        let outline: Outline = serde_json::from_str("[[0,0],[9,0,9,5,9,-5]]").unwrap();
        let moved = outline.with_point(1, Point::new(10.0, 1.0)).unwrap();
        assert_eq!(moved.anchors()[1].handles, Some([Point::new(10.0, 6.0), Point::new(10.0, -4.0)]));
    }
}
