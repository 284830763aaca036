//! One layer: how it is blended, and what it holds.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Adjustment, ContentHash, Mask, Placement, Ranged};

/// A layer's number, unique within its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LayerId(pub u32);

impl fmt::Display for LayerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One layer of a document, or of a group in it: what it holds, and how that meets what is below.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// The number by which it is known for as long as the document lives, however it is moved or renamed.
    pub id: LayerId,
    /// The name that a person gave it. It may be empty, and another layer's too.
    pub name: String,
    /// Whether it takes part in the picture. A hidden group hides what it holds, and a hidden layer what is clipped to
    /// it.
    #[serde(default = "yes")]
    pub visible: bool,
    /// An editor leaves it as it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// The formula by which its colours meet those below. A group that is passed through has no use for it.
    #[serde(default)]
    pub blend: BlendMode,
    /// The strength of the whole, 0 to 1, beside what the mask leaves.
    #[serde(default)]
    pub opacity: Opacity,
    /// The strength of the layer's own pixels. Equal to [`Self::opacity`] in most modes; in eight (colour burn and
    /// dodge, linear burn and dodge, vivid and linear light, hard mix, difference) it weakens the layer's colour
    /// instead.
    #[serde(default, skip_serializing_if = "Opacity::is_opaque")]
    pub fill_opacity: Opacity,
    /// Shows only where the next unclipped layer below does, and is blended with that layer's colours alone. The lowest of its group
    /// is shown as if it were not clipped, and layers above it are clipped to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clipped: bool,
    /// Where the layer shows; everywhere without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask: Option<Mask>,
    /// The pixels that it has, the change that it makes, or the layers that it holds.
    pub content: LayerContent,
}

fn yes() -> bool {
    true
}

impl Layer {
    /// A layer that is visible and unlocked, normal and opaque, unclipped and without a mask.
    pub fn new(id: LayerId, name: impl Into<String>, content: LayerContent) -> Self {
        Self {
            id,
            name: name.into(),
            visible: true,
            locked: false,
            blend: BlendMode::Normal,
            opacity: Opacity::OPAQUE,
            fill_opacity: Opacity::OPAQUE,
            clipped: false,
            mask: None,
            content,
        }
    }

    /// The layers that a group holds, bottom first; none for what is no group.
    pub fn children(&self) -> &[Layer] {
        match &self.content {
            LayerContent::Group { layers, .. } => layers,
            _ => &[],
        }
    }

    /// The image files it refers to.
    pub fn images(&self) -> impl Iterator<Item = ContentHash> {
        let content = match &self.content {
            LayerContent::Photo { image } => Some(*image),
            LayerContent::Light(light) => Some(light.image),
            LayerContent::Placement(placement) => placement.displacement.as_ref().map(|by| by.image),
            LayerContent::Group { .. } | LayerContent::Fill { .. } | LayerContent::Adjustment { .. } => None,
        };
        content.into_iter().chain(self.mask.iter().flat_map(Mask::images))
    }

    pub(super) fn images_mut(&mut self) -> impl Iterator<Item = &mut ContentHash> {
        let content = match &mut self.content {
            LayerContent::Photo { image } => Some(image),
            LayerContent::Light(light) => Some(&mut light.image),
            LayerContent::Placement(placement) => placement.displacement.as_mut().map(|by| &mut by.image),
            LayerContent::Group { .. } | LayerContent::Fill { .. } | LayerContent::Adjustment { .. } => None,
        };
        content.into_iter().chain(self.mask.iter_mut().flat_map(Mask::images_mut))
    }

    pub(super) fn children_mut(&mut self) -> &mut [Layer] {
        match &mut self.content {
            LayerContent::Group { layers, .. } => layers,
            _ => &mut [],
        }
    }
}

/// The kinds of layers, each with what only it has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum LayerContent {
    /// Layers composed by themselves first, then blended as one; or, passed through, each blended with what is below
    /// the group, whose own blend mode then means nothing.
    Group {
        /// The layers it holds, bottom first; perhaps none.
        layers: Vec<Layer>,
        /// Whether each of them is blended with what is below the group. The group's own mask and opacity then decide
        /// between what was before and what is after.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pass_through: bool,
    },
    /// An image file stretched over the whole canvas.
    Photo {
        /// The photo's file. Where the document has a [`Template::photo_area`](crate::Template::photo_area), the photo
        /// is stretched over that.
        image: ContentHash,
    },
    /// One colour over the whole canvas.
    Fill {
        /// The colour, which is opaque.
        color: Color,
    },
    /// Changes what is below it; clipped, only what it is clipped to.
    Adjustment {
        /// The change, of colours only: alpha stays.
        adjustment: Adjustment,
    },
    /// Gives what is below it the photo's shadows and highlights; clipped, only what it is clipped to.
    Light(Light),
    /// Where a design goes.
    Placement(Placement),
}

/// How dark and bright a photo is beside its product in even light: what is darker multiplies, what is brighter screens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Light {
    /// The photo, stretched over the canvas.
    pub image: ContentHash,
    /// The product in even light: where the photo has this colour's brightness, nothing changes. Without it, the median
    /// brightness that the photo has where the layer's mask shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Color>,
    /// The strength of what is darker, in per cent.
    #[serde(default = "wholly")]
    pub shadows: Ranged<0, 100>,
    /// The strength of what is brighter, in per cent.
    #[serde(default = "wholly")]
    pub highlights: Ranged<0, 100>,
}

fn wholly() -> Ranged<0, 100> {
    100.try_into().unwrap_or_default()
}

/// A strength from 0 (nothing shows) to 1 (all of it).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f32", into = "f32")]
pub struct Opacity(f32);

/// The number that is not an opacity, because it is below 0, above 1 or not a number.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("opacity goes from 0 to 1, not {0}")]
pub struct OpacityOutOfRange(f32);

impl Opacity {
    /// The opacity of 1, which lets nothing through. It is the one that a layer has where none is said.
    pub const OPAQUE: Self = Self(1.0);

    /// The opacity of a number from 0 to 1.
    ///
    /// # Errors
    /// For anything but 0 to 1.
    pub fn new(value: f32) -> Result<Self, OpacityOutOfRange> {
        if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err(OpacityOutOfRange(value)) }
    }

    /// The number from 0 to 1.
    pub fn get(self) -> f32 {
        self.0
    }

    fn is_opaque(&self) -> bool {
        self.0 == 1.0
    }

    /// The opacity of so many per cent; more than 100 count as 100.
    pub fn from_percent(percent: u32) -> Self {
        Self(percent.min(100) as f32 / 100.0)
    }
}

impl Default for Opacity {
    fn default() -> Self {
        Self::OPAQUE
    }
}

impl TryFrom<f32> for Opacity {
    type Error = OpacityOutOfRange;
    fn try_from(value: f32) -> Result<Self, OpacityOutOfRange> {
        Self::new(value)
    }
}

impl From<Opacity> for f32 {
    fn from(opacity: Opacity) -> Self {
        opacity.0
    }
}

/// An opaque sRGB colour, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color {
    /// The red, 0 to 255.
    pub r: u8,
    /// The green, 0 to 255.
    pub g: u8,
    /// The blue, 0 to 255.
    pub b: u8,
}

/// The text is not a `#` and six hexadecimal digits.
#[derive(Debug, thiserror::Error)]
#[error("a colour is written #rrggbb")]
pub struct NotAColor;

impl FromStr for Color {
    type Err = NotAColor;
    fn from_str(text: &str) -> Result<Self, NotAColor> {
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|c| c.is_ascii_hexdigit()));
        let value = u32::from_str_radix(digits.ok_or(NotAColor)?, 16).map_err(|_| NotAColor)?;
        Ok(Self { r: (value >> 16) as u8, g: (value >> 8) as u8, b: value as u8 })
    }
}

impl TryFrom<String> for Color {
    type Error = NotAColor;
    fn try_from(text: String) -> Result<Self, NotAColor> {
        text.parse()
    }
}

impl From<Color> for String {
    fn from(c: Color) -> Self {
        format!("#{:02x}{:02x}{:02x}", c.r, c.g, c.b)
    }
}

/// How a layer's colour meets what is below it, by the names image editors use. In the formulas `b` is a channel of
/// what is below and `s` the layer's, both sRGB-encoded and 0 to 1, as the result is: what a formula has beyond that is
/// cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlendMode {
    /// The layer's colour, `s`.
    #[default]
    Normal,
    /// The layer's colour at single pixels, the more of them the more opaque it is; the same ones in every picture.
    Dissolve,
    /// The lesser of `b` and `s`.
    Darken,
    /// The product `b s`.
    Multiply,
    /// The quotient `1 - (1 - b) / s`; white below stays white.
    ColorBurn,
    /// The sum `b + s - 1`.
    LinearBurn,
    /// The colour of lesser luminosity, all its channels.
    DarkerColor,
    /// The greater of `b` and `s`.
    Lighten,
    /// The product of what both lack: `b + s - b s`.
    Screen,
    /// The quotient `b / (1 - s)`; black below stays black.
    ColorDodge,
    /// The sum `b + s`.
    LinearDodge,
    /// The colour of greater luminosity, all its channels.
    LighterColor,
    /// Hard light by what is below: `b` and `s` have changed places.
    Overlay,
    /// A soft contrast: `2 b s + b² (1 - 2 s)` for `s` up to middle grey, `2 b (1 - s) + √b (2 s - 1)` above it.
    SoftLight,
    /// Multiply by `2 s` for `s` up to middle grey, screen by `2 s - 1` above it.
    HardLight,
    /// Colour burn by `2 s` for `s` up to middle grey, colour dodge by `2 s - 1` above it.
    VividLight,
    /// The sum `b + 2 s - 1`.
    LinearLight,
    /// The lesser of `b` and `2 s` for `s` up to middle grey, the greater of `b` and `2 s - 1` above it.
    PinLight,
    /// All or nothing: 1 where `b + s` is more than 1.
    HardMix,
    /// The distance between `b` and `s`.
    Difference,
    /// A softer difference, `b + s - 2 b s`.
    Exclusion,
    /// The difference `b - s`.
    Subtract,
    /// The quotient `b / s`.
    Divide,
    /// The layer's hue with the saturation and the luminosity of what is below.
    Hue,
    /// The layer's saturation with the hue and the luminosity of what is below.
    Saturation,
    /// The layer's hue and saturation with the luminosity of what is below.
    Color,
    /// The layer's luminosity with the hue and the saturation of what is below.
    Luminosity,
}

impl BlendMode {
    /// The modes in the order menus list them: normal, darkening, lightening, contrast, comparing, components.
    pub const ALL: [BlendMode; 27] = [
        Self::Normal,
        Self::Dissolve,
        Self::Darken,
        Self::Multiply,
        Self::ColorBurn,
        Self::LinearBurn,
        Self::DarkerColor,
        Self::Lighten,
        Self::Screen,
        Self::ColorDodge,
        Self::LinearDodge,
        Self::LighterColor,
        Self::Overlay,
        Self::SoftLight,
        Self::HardLight,
        Self::VividLight,
        Self::LinearLight,
        Self::PinLight,
        Self::HardMix,
        Self::Difference,
        Self::Exclusion,
        Self::Subtract,
        Self::Divide,
        Self::Hue,
        Self::Saturation,
        Self::Color,
        Self::Luminosity,
    ];

    /// The name in the document and in the translation files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Dissolve => "dissolve",
            Self::Darken => "darken",
            Self::Multiply => "multiply",
            Self::ColorBurn => "color-burn",
            Self::LinearBurn => "linear-burn",
            Self::DarkerColor => "darker-color",
            Self::Lighten => "lighten",
            Self::Screen => "screen",
            Self::ColorDodge => "color-dodge",
            Self::LinearDodge => "linear-dodge",
            Self::LighterColor => "lighter-color",
            Self::Overlay => "overlay",
            Self::SoftLight => "soft-light",
            Self::HardLight => "hard-light",
            Self::VividLight => "vivid-light",
            Self::LinearLight => "linear-light",
            Self::PinLight => "pin-light",
            Self::HardMix => "hard-mix",
            Self::Difference => "difference",
            Self::Exclusion => "exclusion",
            Self::Subtract => "subtract",
            Self::Divide => "divide",
            Self::Hue => "hue",
            Self::Saturation => "saturation",
            Self::Color => "color",
            Self::Luminosity => "luminosity",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blend_mode_is_named_in_the_document_as_in_menus() {
        for mode in BlendMode::ALL {
            assert_eq!(serde_json::to_value(mode).unwrap(), mode.as_str());
        }
    }

    #[test]
    fn a_colour_reads_what_it_writes() {
        let color: Color = "#0aF07c".parse().unwrap();
        assert_eq!(String::from(color), "#0af07c");
        for wrong in ["0af07c", "#0af07", "#0af07cc", "#0af07g", "#+af07c"] {
            assert!(wrong.parse::<Color>().is_err(), "{wrong}");
        }
    }
}
