//! Where a design goes, and how it lies there.

use serde::{Deserialize, Serialize};

use super::{Feather, Measure, Ranged, Size};
use crate::{
    ContentHash,
    geometry::{Point, Quad},
};

/// An area of the photo that takes a design.
///
/// The design is fitted into a rectangle, the rectangle is bent by a mesh and around a cylinder, the area's four corners put it into
/// perspective, and displacement moves it along the surface. All of it is one map, through which the design is read once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// The area's corners in canvas pixels.
    pub quad: Quad,
    #[serde(default)]
    pub fit: Fit,
    /// Of the size that the fit gives the design, in per cent.
    #[serde(default, skip_serializing_if = "Scale::is_whole")]
    pub scale: Scale,
    /// Of the design about its middle, in degrees clockwise.
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

/// From 1 to 1,000 per cent.
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

#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum MeshError {
    #[error("a mesh has 1 to {} patches a side, not {columns} × {rows}", Mesh::SIDE_MAX)]
    Patches { columns: usize, rows: usize },
    #[error("a mesh of {columns} × {rows} patches has {wanted} control points, not {given}")]
    Points { columns: usize, rows: usize, wanted: usize, given: usize },
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

    pub fn columns(&self) -> usize {
        self.columns
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Row by row.
    pub fn points(&self) -> &[Point] {
        &self.points
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
    pub image: ContentHash,
    /// To the right for white, to the left for black, in canvas pixels.
    #[serde(default)]
    pub x: Measure<-200, 200>,
    /// Down for white, up for black.
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
    fn what_bends_nothing_is_not_written() {
        let json = serde_json::to_value(Placement::centred(Size::new(100, 100).unwrap())).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 2);
    }
}
