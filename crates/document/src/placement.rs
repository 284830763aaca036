//! Where a design goes, and how it lies there.

use serde::{Deserialize, Serialize};

use crate::{
    ContentHash, Feather, Measure, Ranged, Size,
    geometry::{Point, Quad, bernstein},
};

/// An area of the photo that takes a design.
///
/// The design is fitted into a rectangle, the rectangle is bent by a mesh and around a cylinder, the area's four corners put it into
/// perspective, and displacement moves it along the surface. All of it is one map, through which the design is read once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// The area's corners in canvas pixels.
    pub quad: Quad,
    /// The way that a design of other proportions than the area's is laid into it.
    #[serde(default)]
    pub fit: Fit,
    /// The design's size, in per cent of the one that the fit gives it.
    #[serde(default, skip_serializing_if = "Scale::is_whole")]
    pub scale: Scale,
    /// The design's turn about its middle, in degrees clockwise.
    #[serde(default, skip_serializing_if = "Measure::is_zero")]
    pub rotation: Measure<-180, 180>,
    /// How far the design is from the area's middle, in per cent of the area's width and height.
    #[serde(default, skip_serializing_if = "is_centred")]
    pub offset: [Measure<-200, 200>; 2],
    /// How the area is bent freely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mesh: Option<Mesh>,
    /// How the area is bent around an upright cylinder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cylinder: Option<Cylinder>,
    /// How folds move the design.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub displacement: Option<Displacement>,
    /// How large the area is on the product. It changes no pixel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub print: Option<PrintArea>,
}

/// The area as it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintArea {
    /// The width in millimetres.
    pub width: Measure<1, 5000>,
    /// The height in millimetres.
    pub height: Measure<1, 5000>,
    /// The dots per inch that the printer asks for.
    pub dpi: Ranged<50, 1200>,
}

impl PrintArea {
    /// The dots per inch of a design of this many pixels where `placement` lays it onto the area: the lesser of both directions.
    ///
    /// A tiled design is as large as a contained one.
    pub fn dpi_of(&self, design: (u32, u32), placement: &Placement) -> f64 {
        const MILLIMETRES_PER_INCH: f64 = 25.4;
        let inches = |millimetres: f32| f64::from(millimetres) / MILLIMETRES_PER_INCH;
        let across = f64::from(design.0) / inches(self.width.get());
        let down = f64::from(design.1) / inches(self.height.get());
        // Of both directions, a contained design fills the one it has more pixels for, a covering one the other.
        let fitted = match placement.fit {
            Fit::Contain | Fit::Tile => across.max(down),
            Fit::Cover | Fit::Stretch => across.min(down),
        };
        fitted / placement.scale.factor()
    }
}

fn is_centred(offset: &[Measure<-200, 200>; 2]) -> bool {
    offset.iter().all(Measure::is_zero)
}

impl Placement {
    /// Flat on the area.
    pub fn flat(quad: Quad, fit: Fit) -> Self {
        Self {
            quad,
            fit,
            scale: Scale::default(),
            rotation: Measure::default(),
            offset: <[Measure<-200, 200>; 2]>::default(),
            mesh: None,
            cylinder: None,
            displacement: None,
            print: None,
        }
    }

    /// An upright rectangle in the middle of the canvas, two fifths of its sides.
    pub fn centred(canvas: Size) -> Self {
        let (w, h) = (f64::from(canvas.width()), f64::from(canvas.height()));
        // On a canvas of a few pixels the corners move apart so far that the quad is still one.
        let (half_w, half_h) = ((w * 0.2).max(2.0), (h * 0.2).max(2.0));
        let corner = |x: f64, y: f64| Point::new((w / 2.0 + x * half_w).round(), (h / 2.0 + y * half_h).round());
        let corners = [corner(-1., -1.), corner(1., -1.), corner(1., 1.), corner(-1., 1.)];
        match Quad::new(corners) {
            Ok(quad) => Self::flat(quad, Fit::Contain),
            Err(_) => unreachable!("an upright rectangle of at least 4 px a side within the canvas is a quad"),
        }
    }
}

/// How a design of other proportions than the area is laid into it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// The whole design shows; the area may have empty bands.
    #[default]
    Contain,
    /// The whole area is covered; the design may be cut.
    Cover,
    /// The design takes the area's proportions.
    Stretch,
    /// The design, as large as for `contain`, is repeated over the area.
    Tile,
}

/// The per cent, 1 to 1,000, of a size that is given otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scale(pub Measure<1, 1000>);

impl Scale {
    fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// 1 for 100 per cent.
    pub fn factor(self) -> f64 {
        f64::from(self.0.get()) / 100.0
    }
}

impl Default for Scale {
    fn default() -> Self {
        // 100 is within the range, so the other value is never taken.
        Self(Measure::try_from(100.0).unwrap_or_default())
    }
}

/// A cylinder seen from the side: a mug, a bottle, a candle. The area's left and right sides lie on it upright.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cylinder {
    /// How much of the way around the area goes, in degrees.
    pub arc: Ranged<1, 180>,
    /// How far the area's middle hangs below the line between its sides, in per cent of its height; negative: above.
    #[serde(default)]
    pub bend: Ranged<-100, 100>,
}

/// A cylinder's measures.
///
/// Seen from the side, the point at angle φ from the middle stands `sin φ / sin(arc / 2)` of the way to a side, and a level
/// circle hangs by what its depth, `cos φ`, is before that of the sides.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// The way around, in radians.
    pub arc: f64,
    /// The sine of half the way around.
    pub sine: f64,
    /// The cosine of half the way around.
    pub cosine: f64,
    /// The depth to which the middle hangs below the sides, in parts of the area's height.
    pub bend: f64,
}

impl From<Cylinder> for Round {
    fn from(cylinder: Cylinder) -> Self {
        let arc = f64::from(cylinder.arc.get()).to_radians();
        let (sine, cosine) = (libm::sin(arc / 2.0), libm::cos(arc / 2.0));
        Self { arc, sine, cosine, bend: f64::from(cylinder.bend.get()) / 100.0 }
    }
}

impl Round {
    /// The place where a point of the area laid flat is seen, both in the unit square.
    pub fn bent(&self, s: f64, t: f64) -> (f64, f64) {
        let around = s.clamp(0.0, 1.0);
        let angle = (around - 0.5) * self.arc;
        let across = libm::sin(angle) / self.sine;
        (0.5 + across / 2.0 + (s - around) / 2.0, t + self.hang(libm::cos(angle)))
    }

    /// How far a point of this depth hangs, in parts of the area's height.
    #[inline(always)]
    pub fn hang(&self, depth: f64) -> f64 {
        self.bend * (depth - self.cosine) / (1.0 - self.cosine)
    }
}

/// Bicubic Bezier patches over the area, joined at their edges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawMesh", into = "RawMesh")]
pub struct Mesh {
    columns: usize,
    rows: usize,
    points: Vec<Point>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMesh {
    columns: usize,
    rows: usize,
    points: Vec<Point>,
}

/// The reason why numbers make no mesh.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum MeshError {
    /// The patches across or down are not 1 to [`Mesh::SIDE_MAX`].
    #[error("a mesh has 1 to {} patches a side, not {columns} × {rows}", Mesh::SIDE_MAX)]
    Patches {
        /// The patches across that were asked for.
        columns: usize,
        /// The patches down that were asked for.
        rows: usize,
    },
    /// The control points are not as many as the patches have.
    #[error("a mesh of {columns} × {rows} patches has {wanted} control points, not {given}")]
    Points {
        /// The patches across.
        columns: usize,
        /// The patches down.
        rows: usize,
        /// The points that the patches have, `(3 columns + 1) (3 rows + 1)`.
        wanted: usize,
        /// The points that came.
        given: usize,
    },
    /// A control point is not a number, or lies more than ten times the area's size outside of it.
    #[error("a mesh's control point is not a number or lies more than ten times the area's size away")]
    OutOfLimits,
}

impl Mesh {
    /// The most patches a side.
    pub const SIDE_MAX: usize = 16;

    /// `columns × rows` patches of four by four control points each, neighbours sharing those of their edge: row by row,
    /// `3 columns + 1` in each of `3 rows + 1` rows, in parts of the area: (0, 0) is its top left corner, (1, 1) its bottom right.
    ///
    /// # Errors
    /// [`MeshError`].
    pub fn new(columns: usize, rows: usize, points: Vec<Point>) -> Result<Self, MeshError> {
        check_patches(columns, rows)?;
        let (wanted, given) = ((3 * columns + 1) * (3 * rows + 1), points.len());
        if given != wanted {
            return Err(MeshError::Points { columns, rows, wanted, given });
        }
        let near = |value: f64| (-10.0..=11.0).contains(&value);
        match points.iter().all(|point| near(point.x) && near(point.y)) {
            true => Ok(Self { columns, rows, points }),
            false => Err(MeshError::OutOfLimits),
        }
    }

    /// Control points where they bend nothing.
    ///
    /// # Errors
    /// [`MeshError::Patches`].
    pub fn flat(columns: usize, rows: usize) -> Result<Self, MeshError> {
        check_patches(columns, rows)?;
        let part = |i: usize, of: usize| i as f64 / (3 * of) as f64;
        let line = |y: usize| (0..=3 * columns).map(move |x| Point::new(part(x, columns), part(y, rows)));
        Self::new(columns, rows, (0..=3 * rows).flat_map(line).collect())
    }

    /// The patches across, 1 to [`Mesh::SIDE_MAX`].
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The patches down, 1 to [`Mesh::SIDE_MAX`].
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Row by row.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The mesh with control points moved.
    ///
    /// # Errors
    /// [`MeshError::OutOfLimits`].
    pub fn with_points(&self, change: impl FnOnce(&mut [Point])) -> Result<Self, MeshError> {
        let mut points = self.points.clone();
        change(&mut points);
        Self::new(self.columns, self.rows, points)
    }

    /// The same form with twice as many patches across and down, as far as they are then allowed: each is split in its middle,
    /// as de Casteljau does.
    pub fn refined(&self, across: bool, down: bool) -> Result<Self, MeshError> {
        let line = |points: Vec<Point>| -> Vec<Point> {
            let patches = points.len() / 3;
            let split = (0..patches).flat_map(|i| {
                let [a, b, c, d] = [0, 1, 2, 3].map(|k| points[3 * i + k]);
                let half = |p: Point, q: Point| p.towards(q, 0.5);
                let (ab, bc, cd) = (half(a, b), half(b, c), half(c, d));
                let (abc, bcd) = (half(ab, bc), half(bc, cd));
                [a, ab, abc, half(abc, bcd), bcd, cd]
            });
            split.chain(points.last().copied()).collect()
        };
        let (mut columns, mut rows, mut points) = (self.columns, self.rows, self.points.clone());
        if across {
            points = points.chunks(3 * columns + 1).flat_map(|row| line(row.to_vec())).collect();
            columns *= 2;
        }
        if down {
            let width = 3 * columns + 1;
            let lines: Vec<Vec<Point>> =
                (0..width).map(|x| line(points.iter().skip(x).step_by(width).copied().collect())).collect();
            rows *= 2;
            points = (0..=3 * rows).flat_map(|y| lines.iter().map(move |line| line[y])).collect();
        }
        Self::new(columns, rows, points)
    }

    /// Where a point of the area lies: a bicubic Bezier patch's point at its place in the patch.
    pub fn at(&self, s: f64, t: f64) -> Point {
        let place = |along: f64, patches: usize| {
            let scaled = along * patches as f64;
            let patch = (scaled.max(0.0) as usize).min(patches - 1);
            (patch, scaled - patch as f64)
        };
        let ((column, u), (row, v)) = (place(s, self.columns), place(t, self.rows));
        let (across, down) = (bernstein(u), bernstein(v));
        let patch = self.patch(column, row);
        (0..16).fold(Point::new(0.0, 0.0), |sum, i| {
            let weight = down[i / 4] * across[i % 4];
            sum.moved_by(patch[i].x * weight, patch[i].y * weight)
        })
    }

    /// The sixteen control points of one patch, row by row.
    pub fn patch(&self, column: usize, row: usize) -> [Point; 16] {
        let stride = 3 * self.columns + 1;
        std::array::from_fn(|i| self.points[(3 * row + i / 4) * stride + 3 * column + i % 4])
    }
}

fn check_patches(columns: usize, rows: usize) -> Result<(), MeshError> {
    let allowed = 1..=Mesh::SIDE_MAX;
    match allowed.contains(&columns) && allowed.contains(&rows) {
        true => Ok(()),
        false => Err(MeshError::Patches { columns, rows }),
    }
}

impl TryFrom<RawMesh> for Mesh {
    type Error = MeshError;
    fn try_from(raw: RawMesh) -> Result<Self, MeshError> {
        Self::new(raw.columns, raw.rows, raw.points)
    }
}

impl From<Mesh> for RawMesh {
    fn from(mesh: Mesh) -> Self {
        Self { columns: mesh.columns, rows: mesh.rows, points: mesh.points }
    }
}

/// A picture, stretched over the canvas, whose brightness moves the design: a map made for it, or the photo with its own folds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Displacement {
    /// The picture's file.
    pub image: ContentHash,
    /// The way to the right, in canvas pixels, that white moves the design; black moves it as far to the left.
    #[serde(default)]
    pub x: Measure<-200, 200>,
    /// The way down, in canvas pixels, that white moves the design; black moves it as far up.
    #[serde(default)]
    pub y: Measure<-200, 200>,
    /// The standard deviation, in canvas pixels, of the Gaussian that smooths the picture first.
    #[serde(default)]
    pub blur: Feather,
    /// The brightness that moves nothing.
    #[serde(default = "middle")]
    pub neutral: u8,
}

fn middle() -> u8 {
    128
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_canvas_has_a_centred_placement() {
        Placement::centred(Size::new(1, 1).unwrap());
        Placement::centred(Size::new(10_000, 1).unwrap());
    }

    #[test]
    fn a_mesh_of_wrong_size_or_far_points_is_refused() {
        assert_eq!(Mesh::flat(0, 1), Err(MeshError::Patches { columns: 0, rows: 1 }));
        assert_eq!(Mesh::flat(1, usize::MAX), Err(MeshError::Patches { columns: 1, rows: usize::MAX }));
        let flat = Mesh::flat(2, 1).unwrap();
        assert_eq!(
            (flat.points().len(), flat.patch(1, 0)[0], flat.patch(1, 0)[15]),
            (28, Point::new(0.5, 0.0), Point::new(1.0, 1.0))
        );
        assert!(matches!(
            Mesh::new(2, 1, flat.points()[1..].to_vec()),
            Err(MeshError::Points { wanted: 28, given: 27, .. })
        ));
        let mut far = flat.points().to_vec();
        far[3].x = f64::NAN;
        assert_eq!(Mesh::new(2, 1, far), Err(MeshError::OutOfLimits));
    }

    #[test]
    fn a_finer_mesh_has_the_same_form() {
        let flat = Mesh::flat(2, 1).unwrap();
        let bent = flat.with_points(|points| points[9] = points[9].moved_by(0.2, -0.1)).unwrap();
        let finer = bent.refined(true, true).unwrap();
        assert_eq!((finer.columns(), finer.rows()), (4, 2));
        for (s, t) in [(0.0, 0.0), (0.1, 0.3), (0.5, 0.5), (0.77, 0.9), (1.0, 1.0)] {
            assert!(bent.at(s, t).distance(finer.at(s, t)) < 1e-12, "{s} {t}");
        }
        assert!(Mesh::flat(9, 1).unwrap().refined(true, false).is_err());
    }

    #[test]
    fn a_design_s_resolution_follows_from_how_it_is_laid_on() {
        let mut placement = Placement::centred(Size::new(100, 100).unwrap());
        let area = PrintArea {
            width: 254.0.try_into().unwrap(),
            height: 127.0.try_into().unwrap(),
            dpi: 300.try_into().unwrap(),
        };
        let dpi = |placement: &Placement| area.dpi_of((1000, 1000), placement).round();
        assert_eq!(dpi(&placement), 200.0);
        placement.fit = Fit::Cover;
        assert_eq!(dpi(&placement), 100.0);
        placement.scale = Scale(50.0.try_into().unwrap());
        assert_eq!(dpi(&placement), 200.0);
    }

    #[test]
    fn what_bends_nothing_is_not_written() {
        let json = serde_json::to_value(Placement::centred(Size::new(100, 100).unwrap())).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 2);
    }
}
