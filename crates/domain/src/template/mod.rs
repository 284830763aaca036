//! The template document: a tree of layers over a product photo, and where designs go.
//!
//! The same document drives the editor, the preview, the final render, the command line and
//! the `.vitrine` file. `docs/template-format.md` describes its JSON for other programs.

mod adjustment;
mod archive;
mod curve;
mod layer;
mod mask;
mod pictures;
mod placement;
mod ranged;
mod tree;

pub use adjustment::{Adjustment, AdjustmentError, Levels, ProductColor};
pub use archive::{ArchiveError, ArchiveReader, TemplateArchive};
pub use curve::Curve;
pub use layer::{BlendMode, Color, Layer, LayerContent, LayerId, Light, Opacity, OpacityOutOfRange};
pub use mask::{Area, Combine, Feather, Figure, Mask, MaskShape, Raster, Stroke, StrokePoint, StrokePointError};
pub use pictures::{SOURCE_PIXELS_MAX, TooManySourcePixels, check_source_pixels};
pub use placement::{Cylinder, Displacement, Fit, Mesh, MeshError, Placement, PrintArea, Round, Scale};
pub use ranged::{Measure, OutOfRange, Ranged};
pub use tree::{Slot, clipping_runs};

use serde::{Deserialize, Serialize};

use crate::{
    ContentHash, SaveId, TemplateId,
    geometry::{COORDINATE_LIMIT, Quad},
};

/// The longest side of a canvas or an output, in pixels.
pub const SIDE_MAX: u32 = 10_000;
/// The most layers one document may have, groups counted.
pub const LAYERS_MAX: usize = 1_000;
/// How deep groups may be nested.
pub const DEPTH_MAX: usize = 16;
/// The most outline points all masks of a document may have together.
pub const MASK_POINTS_MAX: usize = 100_000;

/// The most guides of each direction.
pub const GUIDES_MAX: usize = 100;

/// The JSON form's version. A program reads this version and older ones.
pub const FORMAT_VERSION: u32 = 1;
const FORMAT_NAME: &str = "vitrine/template";

/// Width and height in pixels, each 1 to [`SIDE_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawSize", into = "RawSize")]
pub struct Size {
    width: u32,
    height: u32,
}

#[derive(Serialize, Deserialize)]
struct RawSize {
    width: u32,
    height: u32,
}

impl TryFrom<RawSize> for Size {
    type Error = TemplateError;
    fn try_from(raw: RawSize) -> Result<Self, TemplateError> {
        Size::new(raw.width, raw.height)
    }
}

impl From<Size> for RawSize {
    fn from(size: Size) -> Self {
        RawSize { width: size.width, height: size.height }
    }
}

impl Size {
    /// # Errors
    /// [`TemplateError::CanvasSize`] for a zero or too long side.
    pub fn new(width: u32, height: u32) -> Result<Self, TemplateError> {
        let allowed = 1..=SIDE_MAX;
        if allowed.contains(&width) && allowed.contains(&height) {
            Ok(Self { width, height })
        } else {
            Err(TemplateError::CanvasSize { width, height })
        }
    }

    pub fn width(self) -> u32 {
        self.width
    }

    pub fn height(self) -> u32 {
        self.height
    }

    pub fn longest(self) -> u32 {
        self.width.max(self.height)
    }

    /// The size whose longest side is `longest` pixels (1 to [`SIDE_MAX`]; clamped), in the same proportions.
    pub fn scaled_to(self, longest: u32) -> Self {
        let longest = longest.clamp(1, SIDE_MAX);
        let side = |side: u32| {
            let (wanted, have) = (u64::from(longest) * u64::from(side), u64::from(self.longest()));
            ((wanted + have / 2) / have).max(1) as u32
        };
        Self { width: side(self.width), height: side(self.height) }
    }
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TemplateError {
    #[error("this is not a template document: {0}")]
    Unreadable(String),
    #[error("this document is of version {0}; this program reads up to version {FORMAT_VERSION}")]
    NewerVersion(u32),
    #[error("the canvas is {width} × {height} px; each side must be 1 to {SIDE_MAX} px")]
    CanvasSize { width: u32, height: u32 },
    #[error("the document has {count} layers; at most {LAYERS_MAX} are allowed, and layer {first} is one too many")]
    TooManyLayers { count: usize, first: LayerId },
    #[error("layer {0} is nested more than {DEPTH_MAX} groups deep")]
    TooDeep(LayerId),
    #[error("two layers have the number {0}")]
    RepeatedId(LayerId),
    #[error("there are at most {GUIDES_MAX} upright and {GUIDES_MAX} level guides, each within 100,000 px")]
    Guides,
    #[error("the masks have {0} points together; at most {MASK_POINTS_MAX} are allowed")]
    TooManyMaskPoints(usize),
}

/// A layered document. Layers are listed bottom first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawTemplate", into = "RawTemplate")]
pub struct Template {
    pub name: String,
    pub canvas: Size,
    /// Where photos lie on the canvas, stretched: beyond it where they are cropped, askew where they are straightened. Over the whole
    /// canvas without it.
    pub photo_area: Option<Quad>,
    /// They change no pixel.
    pub guides: Guides,
    pub layers: Vec<Layer>,
}

/// Lines that an editor shows and snaps to, in canvas pixels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guides {
    /// Upright lines, by their x.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub x: Vec<f64>,
    /// Level lines, by their y.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub y: Vec<f64>,
}

impl Guides {
    pub fn is_empty(&self) -> bool {
        self.x.is_empty() && self.y.is_empty()
    }

    fn is_allowed(&self) -> bool {
        let allowed = |lines: &[f64]| lines.len() <= GUIDES_MAX && lines.iter().all(|at| at.abs() <= COORDINATE_LIMIT);
        allowed(&self.x) && allowed(&self.y)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTemplate {
    format: String,
    version: u32,
    name: String,
    canvas: Size,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    photo_area: Option<Quad>,
    #[serde(default, skip_serializing_if = "Guides::is_empty")]
    guides: Guides,
    layers: Vec<Layer>,
}

impl TryFrom<RawTemplate> for Template {
    type Error = TemplateError;
    fn try_from(raw: RawTemplate) -> Result<Self, TemplateError> {
        if raw.format != FORMAT_NAME {
            return Err(TemplateError::Unreadable(format!("its format is not \"{FORMAT_NAME}\"")));
        }
        if raw.version > FORMAT_VERSION {
            return Err(TemplateError::NewerVersion(raw.version));
        }
        let template = Template {
            name: raw.name,
            canvas: raw.canvas,
            photo_area: raw.photo_area,
            guides: raw.guides,
            layers: raw.layers,
        };
        template.check()?;
        Ok(template)
    }
}

impl From<Template> for RawTemplate {
    fn from(template: Template) -> Self {
        RawTemplate {
            format: FORMAT_NAME.to_owned(),
            version: FORMAT_VERSION,
            name: template.name,
            canvas: template.canvas,
            photo_area: template.photo_area,
            guides: template.guides,
            layers: template.layers,
        }
    }
}

impl Template {
    pub fn new(name: impl Into<String>, canvas: Size, layers: Vec<Layer>) -> Self {
        Self { name: name.into(), canvas, photo_area: None, guides: Guides::default(), layers }
    }

    /// A document of one product photo, as big as the photo, with one centred placement above it.
    pub fn over_photo(name: impl Into<String>, canvas: Size, photo: ContentHash) -> Self {
        let photo = Layer::new(LayerId(1), "Photo", LayerContent::Photo { image: photo });
        let placement = Layer::new(LayerId(2), "Design", LayerContent::Placement(Placement::centred(canvas)));
        Self::new(name, canvas, vec![photo, placement])
    }

    /// # Errors
    /// [`TemplateError::Unreadable`] with the layer and what is wrong with it, else with where and why, or the rule that is broken.
    pub fn from_json(json: &[u8]) -> Result<Self, TemplateError> {
        // Editors of text put a byte order mark before it, which RFC 8259 8.1 lets a reader pass over.
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
        serde_json::from_slice(json).map_err(|error| {
            let layer = serde_json::from_slice(json).ok().and_then(|document| broken_layer(&document));
            TemplateError::Unreadable(layer.unwrap_or_else(|| error.to_string()))
        })
    }

    /// The document as JSON; equal documents give equal text.
    pub fn to_json(&self) -> String {
        // Serialising plain structs of strings and finite numbers into memory cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The rules that concern the document as a whole. Reading JSON applies them; an editor that
    /// adds layers does so again before it saves.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), TemplateError> {
        if !self.guides.is_allowed() {
            return Err(TemplateError::Guides);
        }
        let mut ids = std::collections::HashSet::new();
        let mut points = 0;
        for (layer, depth) in self.walk() {
            if depth > DEPTH_MAX {
                return Err(TemplateError::TooDeep(layer.id));
            }
            if !ids.insert(layer.id) {
                return Err(TemplateError::RepeatedId(layer.id));
            }
            points += layer.mask.as_ref().map_or(0, Mask::point_count);
        }
        if ids.len() > LAYERS_MAX {
            let first = self.walk().nth(LAYERS_MAX).map_or(LayerId(0), |(layer, _)| layer.id);
            return Err(TemplateError::TooManyLayers { count: ids.len(), first });
        }
        if points > MASK_POINTS_MAX {
            return Err(TemplateError::TooManyMaskPoints(points));
        }
        Ok(())
    }

    /// Every layer with its depth (0 at the top of the tree), groups before their children.
    pub fn walk(&self) -> impl Iterator<Item = (&Layer, usize)> {
        let mut open: Vec<(&Layer, usize)> = self.layers.iter().rev().map(|layer| (layer, 0)).collect();
        std::iter::from_fn(move || {
            let (layer, depth) = open.pop()?;
            open.extend(layer.children().iter().rev().map(|child| (child, depth + 1)));
            Some((layer, depth))
        })
    }

    pub fn layer(&self, id: LayerId) -> Option<&Layer> {
        self.walk().map(|(layer, _)| layer).find(|layer| layer.id == id)
    }

    pub fn layer_mut(&mut self, id: LayerId) -> Option<&mut Layer> {
        fn find(layers: &mut [Layer], id: LayerId) -> Option<&mut Layer> {
            layers
                .iter_mut()
                .find_map(|layer| if layer.id == id { Some(layer) } else { find(layer.children_mut(), id) })
        }
        find(&mut self.layers, id)
    }

    /// The image files the document refers to, each once.
    pub fn images(&self) -> Vec<ContentHash> {
        let mut images: Vec<_> = self.walk().flat_map(|(layer, _)| layer.images()).collect();
        images.sort_unstable();
        images.dedup();
        images
    }

    /// Gives the image files that the document refers to other names.
    pub fn rename_images(&mut self, mut name: impl FnMut(ContentHash) -> ContentHash) {
        fn rename(layers: &mut [Layer], name: &mut impl FnMut(ContentHash) -> ContentHash) {
            for layer in layers {
                layer.images_mut().for_each(|image| *image = name(*image));
                rename(layer.children_mut(), name);
            }
        }
        rename(&mut self.layers, &mut name);
    }

    /// The first placement: where a design goes unless another layer is chosen.
    pub fn first_placement(&self) -> Option<(LayerId, &Placement)> {
        self.walk().find_map(|(layer, _)| match &layer.content {
            LayerContent::Placement(placement) => Some((layer.id, placement)),
            _ => None,
        })
    }
}

/// Names the innermost layer of a document, or of a group's content, that cannot be read, and says why.
fn broken_layer(parent: &serde_json::Value) -> Option<String> {
    parent.get("layers")?.as_array()?.iter().find_map(|layer| {
        let error = Layer::deserialize(layer).err()?;
        let within = layer.get("content").and_then(broken_layer);
        let text = |key: &str| layer.get(key).map(ToString::to_string).unwrap_or_else(|| "?".into());
        Some(within.unwrap_or_else(|| format!("layer {} ({}): {error}", text("id"), text("name"))))
    })
}

/// What a page tells with a document that it saves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Save {
    /// The revision that the document was changed from.
    pub revision: u32,
    /// Repeating a save with its id answers as the first time.
    pub id: Option<SaveId>,
    /// The page's own saves since, of which it does not know whether they have succeeded.
    pub unanswered: Vec<SaveId>,
}

impl From<u32> for Save {
    fn from(revision: u32) -> Self {
        Self { revision, ..Self::default() }
    }
}

/// An earlier document of a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateVersion {
    pub revision: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub saved_at: time::OffsetDateTime,
    /// The e-mail address of who saved it, as long as that person has an account.
    pub saved_by: Option<String>,
}

/// A template as the library lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateSummary {
    pub id: TemplateId,
    pub name: String,
    pub revision: u32,
    pub width: u32,
    pub height: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: time::OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Template {
        Template::over_photo("Mug", Size::new(3000, 2400).unwrap(), ContentHash([7; 32]))
    }

    #[test]
    fn a_document_survives_its_json() {
        let template = document();
        assert_eq!(Template::from_json(template.to_json().as_bytes()), Ok(template));
    }

    #[test]
    fn a_byte_order_mark_before_the_document_is_passed_over() {
        let json = ["\u{feff}", &document().to_json()].concat();
        assert_eq!(Template::from_json(json.as_bytes()), Ok(document()));
    }

    #[test]
    fn broken_documents_are_refused_with_the_reason() {
        let why = |json: String| Template::from_json(json.as_bytes()).unwrap_err().to_string();
        let json = document().to_json();
        assert!(why(json.replace("\"version\": 1", "\"version\": 9")).contains("up to version 1"));
        assert!(why(json.replace("\"width\": 3000", "\"width\": 0")).contains("0 × 2400 px"));
        assert!(why(json.replace("\"id\": 2", "\"id\": 1")).contains("two layers have the number 1"));
        assert!(why(json.replace("\"opacity\": 1.0", "\"opacity\": 1.5")).contains("0 to 1"));
        assert!(why(json.replace("\"name\": \"Mug\"", "\"nom\": \"Mug\"")).contains("unknown field `nom`"));
        assert!(why("{".into()).contains("EOF"));
    }

    #[test]
    fn guides_are_written_only_where_there_are_some() {
        let mut template = document();
        assert!(!template.to_json().contains("guides"));
        template.guides.x.push(12.5);
        assert_eq!(Template::from_json(template.to_json().as_bytes()), Ok(template.clone()));
        template.guides.y = vec![0.0; 101];
        assert_eq!(template.check(), Err(TemplateError::Guides));
    }

    #[test]
    fn what_is_wrong_with_a_layer_is_said_with_its_name() {
        let mut template = document();
        let inner = template.layers.pop().unwrap();
        template.layers.push(Layer::new(
            LayerId(7),
            "Print",
            LayerContent::Group { layers: vec![inner], pass_through: false },
        ));
        let mut json: serde_json::Value = serde_json::from_str(&template.to_json()).unwrap();
        let mut why = |value: serde_json::Value| {
            json["layers"][1]["content"]["layers"][0]["content"]["quad"][0] = value;
            Template::from_json(json.to_string().as_bytes()).unwrap_err().to_string()
        };
        for (wrong, reason) in [
            (serde_json::json!([1e9, 0.0]), "more than 100,000 px away"),
            (serde_json::json!([null, 0.0]), "invalid type: null"),
            (serde_json::json!([9000.0, 9000.0]), "fold over each other"),
        ] {
            let said = why(wrong);
            assert!(said.contains("layer 2 (\"Design\")") && said.contains(reason), "{said}");
        }
    }

    #[test]
    fn ten_thousand_layers_are_refused() {
        let mut template = document();
        template.layers = (0..10_000).map(|i| Layer { id: LayerId(i), ..template.layers[0].clone() }).collect();
        let first = LayerId(1_000);
        assert_eq!(template.check(), Err(TemplateError::TooManyLayers { count: 10_000, first }));
    }

    #[test]
    fn a_size_keeps_its_proportions() {
        let size = Size::new(3000, 2400).unwrap();
        assert_eq!(size.scaled_to(1200), Size::new(1200, 960).unwrap());
        assert_eq!(Size::new(10_000, 1).unwrap().scaled_to(100), Size::new(100, 1).unwrap());
    }
}
