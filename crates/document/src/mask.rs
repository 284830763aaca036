//! Masks: paths, strokes and rasters combined in order, independent of any resolution.

use serde::{Deserialize, Serialize};

use crate::{
    Color, ContentHash, Layer, LayerContent, LayerId, Measure, Ranged, Size, Template,
    geometry::{GeometryError, Outline, Point},
};

/// Where a layer shows. Starts from nothing; each shape adds to, is cut from, or limits what is there. The whole is then
/// grown, softened and inverted, in this order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mask {
    /// The shapes, each combined with what those before it make. Without any nothing shows, or inverted everything.
    pub shapes: Vec<MaskShape>,
    /// How far the edge moves outwards, in canvas pixels; inwards where negative.
    #[serde(default, skip_serializing_if = "Measure::is_zero")]
    pub grow: Measure<-100, 100>,
    /// The standard deviation, in canvas pixels, of the Gaussian that softens the edge; 0 to 100.
    #[serde(default, skip_serializing_if = "Measure::is_zero")]
    pub feather: Feather,
    /// Show outside instead of inside.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inverted: bool,
    /// An editor moves it with what its layer places.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub attached: bool,
}

/// A softening radius.
pub type Feather = Measure<0, 100>;

/// One shape of a mask: a figure, and what it does to what is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawShape", into = "RawShape")]
pub struct MaskShape {
    /// The figure, placed in canvas pixels.
    pub figure: Figure,
    /// The way that it joins what the shapes before it make.
    pub combine: Combine,
}

/// The forms that a shape may have.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    /// What lies in the outline and in none of the holes, each by itself filled by non-zero winding.
    Path {
        /// The edge around it, whichever way it goes.
        outline: Outline,
        /// The edges of what is left out. They may overlap, and reach beyond the outline.
        holes: Vec<Outline>,
    },
    /// The trail of a brush.
    Stroke(Stroke),
    /// The brightness of a picture.
    Raster(Raster),
}

/// A figure is written as the one of `outline` (perhaps with `holes`), `stroke` and `raster` that it is.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    outline: Option<Outline>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    holes: Vec<Outline>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stroke: Option<Stroke>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raster: Option<Raster>,
    #[serde(default)]
    combine: Combine,
}

/// The shape has no figure, or several, or holes without an outline.
#[derive(Debug, thiserror::Error)]
#[error("a mask's shape has one of outline (perhaps with holes), stroke and raster")]
pub struct NotOneFigure;

impl TryFrom<RawShape> for MaskShape {
    type Error = NotOneFigure;
    fn try_from(raw: RawShape) -> Result<Self, NotOneFigure> {
        let figure = match (raw.outline, raw.stroke, raw.raster) {
            (Some(outline), None, None) => Figure::Path { outline, holes: raw.holes },
            (None, Some(stroke), None) if raw.holes.is_empty() => Figure::Stroke(stroke),
            (None, None, Some(raster)) if raw.holes.is_empty() => Figure::Raster(raster),
            _ => return Err(NotOneFigure),
        };
        Ok(Self { figure, combine: raw.combine })
    }
}

impl From<MaskShape> for RawShape {
    fn from(shape: MaskShape) -> Self {
        let mut raw = Self { outline: None, holes: Vec::new(), stroke: None, raster: None, combine: shape.combine };
        match shape.figure {
            Figure::Path { outline, holes } => (raw.outline, raw.holes) = (Some(outline), holes),
            Figure::Stroke(stroke) => raw.stroke = Some(stroke),
            Figure::Raster(raster) => raw.raster = Some(raster),
        }
        raw
    }
}

/// The ways that a shape joins what is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Combine {
    /// The figure shows too.
    #[default]
    Add,
    /// The figure no longer shows.
    Subtract,
    /// Only what lies in the figure still shows.
    Intersect,
}

/// What a round brush leaves along a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stroke {
    /// At least one; at most [`super::MASK_POINTS_MAX`] in a document.
    pub points: Vec<StrokePoint>,
    /// The brush's diameter under full pressure, in canvas pixels.
    pub size: Measure<1, 5000>,
    /// How much of the brush's radius covers fully, in per cent; from there to its rim it fades.
    #[serde(default = "hard")]
    pub hardness: Ranged<0, 100>,
}

fn hard() -> Ranged<0, 100> {
    100.try_into().unwrap_or_default()
}

/// A place that the brush went through. Written `[x, y]`, or `[x, y, pressure]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f64>", into = "Vec<f64>")]
pub struct StrokePoint {
    at: Point,
    pressure: f64,
}

/// The reason why numbers are no point of a stroke.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum StrokePointError {
    /// The list has neither two numbers nor three.
    #[error("a point of a stroke is [x, y], or [x, y, pressure]")]
    NotAPoint,
    /// The pressure is not a number from 0 to 1.
    #[error("a stroke's pressure goes from 0 to 1, not {0}")]
    Pressure(f64),
    /// The place is not a number, or too far away.
    #[error(transparent)]
    Geometry(#[from] GeometryError),
}

impl StrokePoint {
    /// The point at a place in canvas pixels, with a pressure from 0 to 1.
    ///
    /// # Errors
    /// For a place out of limits, or a pressure that is not from 0 to 1.
    pub fn new(at: Point, pressure: f64) -> Result<Self, StrokePointError> {
        if !at.is_within_limits() {
            return Err(GeometryError::OutOfLimits.into());
        }
        if !(0.0..=1.0).contains(&pressure) {
            return Err(StrokePointError::Pressure(pressure));
        }
        Ok(Self { at, pressure })
    }

    /// The middle of the brush, in canvas pixels.
    pub fn at(self) -> Point {
        self.at
    }

    /// Of the brush's diameter, 0 to 1.
    pub fn pressure(self) -> f64 {
        self.pressure
    }
}

impl TryFrom<Vec<f64>> for StrokePoint {
    type Error = StrokePointError;
    fn try_from(numbers: Vec<f64>) -> Result<Self, StrokePointError> {
        match *numbers.as_slice() {
            [x, y] => Self::new(Point::new(x, y), 1.0),
            [x, y, pressure] => Self::new(Point::new(x, y), pressure),
            _ => Err(StrokePointError::NotAPoint),
        }
    }
}

impl From<StrokePoint> for Vec<f64> {
    fn from(point: StrokePoint) -> Self {
        let mut numbers = vec![point.at.x, point.at.y];
        if point.pressure != 1.0 {
            numbers.push(point.pressure);
        }
        numbers
    }
}

/// A picture whose brightness (times its alpha) is the mask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raster {
    /// The picture's file.
    pub image: ContentHash,
    /// Where the picture lies, stretched; over the whole canvas without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Area>,
}

/// An upright rectangle in canvas pixels, at least one a side. Written `[left, top, width, height]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 4]", into = "[f64; 4]")]
pub struct Area([f64; 4]);

impl Area {
    /// Left, top, right and bottom.
    pub fn sides(self) -> [f64; 4] {
        let [left, top, width, height] = self.0;
        [left, top, left + width, top + height]
    }
}

/// The numbers are no rectangle, or one that is smaller than a pixel or too far away.
#[derive(Debug, thiserror::Error)]
#[error("an area is [left, top, width, height], at least one pixel a side and within 100,000 px of the canvas")]
pub struct NotAnArea;

impl TryFrom<[f64; 4]> for Area {
    type Error = NotAnArea;
    fn try_from([left, top, width, height]: [f64; 4]) -> Result<Self, NotAnArea> {
        let corners = [Point::new(left, top), Point::new(left + width, top + height)];
        match corners.iter().all(|corner| corner.is_within_limits()) && width >= 1.0 && height >= 1.0 {
            true => Ok(Self([left, top, width, height])),
            false => Err(NotAnArea),
        }
    }
}

impl From<Area> for [f64; 4] {
    fn from(area: Area) -> Self {
        area.0
    }
}

impl Mask {
    /// Of one figure, with hard edges.
    pub fn of(figure: Figure) -> Self {
        let shapes = vec![MaskShape { figure, combine: Combine::Add }];
        Self { shapes, grow: Measure::default(), feather: Feather::default(), inverted: false, attached: false }
    }

    /// The mask that shows what an outline encloses, with hard edges.
    pub fn outlined(outline: Outline) -> Self {
        Self::of(Figure::Path { outline, holes: Vec::new() })
    }

    /// A document that is white where the mask shows, and black elsewhere.
    pub fn picture(self, canvas: Size) -> Template {
        let fill = |value: u8| LayerContent::Fill { color: Color { r: value, g: value, b: value } };
        let ground = Layer::new(LayerId(1), "Ground", fill(0));
        let shown = Layer { mask: Some(self), ..Layer::new(LayerId(2), "Mask", fill(255)) };
        Template::new("Mask", canvas, vec![ground, shown])
    }

    /// The points that count for [`crate::MASK_POINTS_MAX`]: all of outlines, holes and strokes, and one for each
    /// picture.
    pub(crate) fn point_count(&self) -> usize {
        let count = |shape: &MaskShape| match &shape.figure {
            Figure::Path { outline, holes } => {
                std::iter::once(outline).chain(holes).map(|outline| outline.anchors().len()).sum()
            }
            Figure::Stroke(stroke) => stroke.points.len(),
            Figure::Raster(_) => 1,
        };
        self.shapes.iter().map(count).sum()
    }

    pub(super) fn images_mut(&mut self) -> impl Iterator<Item = &mut ContentHash> {
        self.shapes.iter_mut().filter_map(|shape| match &mut shape.figure {
            Figure::Raster(raster) => Some(&mut raster.image),
            _ => None,
        })
    }

    /// The pictures it is made of.
    pub fn images(&self) -> impl Iterator<Item = ContentHash> {
        self.shapes.iter().filter_map(|shape| match &shape.figure {
            Figure::Raster(raster) => Some(raster.image),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(json: &str) -> Result<MaskShape, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn a_shape_reads_what_it_writes() {
        let image = "07".repeat(32);
        for json in [
            r#"{"outline":[[0.0,0.0],[9.0,0.0],[9.0,9.0]],"holes":[[[1.0,1.0],[2.0,1.0],[2.0,2.0]]],"combine":"add"}"#,
            r#"{"stroke":{"points":[[0.0,0.0],[9.0,0.0,0.5]],"size":20.5,"hardness":40},"combine":"subtract"}"#,
            &format!(r#"{{"raster":{{"image":"{image}","area":[1.0,2.0,30.0,40.0]}},"combine":"intersect"}}"#),
        ] {
            assert_eq!(serde_json::to_string(&shape(json).unwrap()).unwrap(), json);
        }
    }

    #[test]
    fn a_shape_of_two_figures_none_or_a_wrong_one_is_refused() {
        let error = |json: &str| shape(json).unwrap_err();
        let stroke = r#""stroke":{"points":[[0,0]],"size":5}"#;
        assert!(error("{}").contains("one of outline"));
        assert!(error(&format!(r#"{{{stroke},"outline":[[0,0],[1,0],[1,1]]}}"#)).contains("one of outline"));
        assert!(error(&format!(r#"{{{stroke},"holes":[[[0,0],[1,0],[1,1]]]}}"#)).contains("one of outline"));
        assert!(error(r#"{"stroke":{"points":[[0,0,2]],"size":5}}"#).contains("pressure goes from 0 to 1"));
        assert!(error(r#"{"stroke":{"points":[[0,0]],"size":0}}"#).contains("from 1 to 5000"));
    }
}
