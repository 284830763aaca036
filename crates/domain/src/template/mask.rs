//! Masks: outlines combined in order, independent of any resolution.

use serde::{Deserialize, Serialize};

use crate::geometry::Polygon;

/// Where a layer shows. Starts from nothing; each shape adds to, is cut from, or limits what is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mask {
    pub shapes: Vec<MaskShape>,
    /// The standard deviation, in canvas pixels, of the Gaussian that softens the edge; 0 to 100.
    #[serde(default, skip_serializing_if = "Feather::is_none")]
    pub feather: Feather,
    /// Show outside instead of inside.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inverted: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskShape {
    pub outline: Polygon,
    #[serde(default)]
    pub combine: Combine,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Combine {
    #[default]
    Add,
    Subtract,
    Intersect,
}

/// A softening radius within its range.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f32", into = "f32")]
pub struct Feather(f32);

#[derive(Debug, thiserror::Error)]
#[error("feather goes from 0 to 100 px, not {0}")]
pub struct FeatherOutOfRange(f32);

impl Feather {
    pub const MAX: f32 = 100.0;

    /// # Errors
    /// For anything but 0 to 100.
    pub fn new(pixels: f32) -> Result<Self, FeatherOutOfRange> {
        if (0.0..=Self::MAX).contains(&pixels) { Ok(Self(pixels)) } else { Err(FeatherOutOfRange(pixels)) }
    }

    pub fn pixels(self) -> f32 {
        self.0
    }

    fn is_none(&self) -> bool {
        self.0 == 0.0
    }
}

impl TryFrom<f32> for Feather {
    type Error = FeatherOutOfRange;
    fn try_from(pixels: f32) -> Result<Self, FeatherOutOfRange> {
        Self::new(pixels)
    }
}

impl From<Feather> for f32 {
    fn from(feather: Feather) -> Self {
        feather.0
    }
}

impl Mask {
    pub fn outlined(outline: Polygon) -> Self {
        Self {
            shapes: vec![MaskShape { outline, combine: Combine::Add }],
            feather: Feather::default(),
            inverted: false,
        }
    }

    pub fn point_count(&self) -> usize {
        self.shapes.iter().map(|shape| shape.outline.points().len()).sum()
    }
}
