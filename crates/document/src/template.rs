//! The document as a whole: its canvas, its tree of layers, its JSON form, and the rules that concern all of it.

use serde::{Deserialize, Serialize};

use crate::{
    ContentHash, Layer, LayerContent, LayerId, Mask, Placement, Size,
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

/// The rule that a document breaks, or the reason why it cannot be read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TemplateError {
    /// The text is not the JSON of a document: what is wrong with it, and in which layer where that is known.
    #[error("this is not a template document: {0}")]
    Unreadable(String),
    /// The document is of a version above [`FORMAT_VERSION`].
    #[error("this document is of version {0}; this program reads up to version {FORMAT_VERSION}")]
    NewerVersion(u32),
    /// A side of a canvas, or of another [`Size`], is not 1 to [`SIDE_MAX`] pixels.
    #[error("the canvas is {width} × {height} px; each side must be 1 to {SIDE_MAX} px")]
    CanvasSize {
        /// The pixels across that were asked for.
        width: u32,
        /// The pixels down that were asked for.
        height: u32,
    },
    /// The layers, groups counted, are more than [`LAYERS_MAX`].
    #[error("the document has {count} layers; at most {LAYERS_MAX} are allowed, and layer {first} is one too many")]
    TooManyLayers {
        /// The layers that there are.
        count: usize,
        /// The first that is too many, in the order of [`Template::walk`].
        first: LayerId,
    },
    /// A layer that lies in more than [`DEPTH_MAX`] groups.
    #[error("layer {0} is nested more than {DEPTH_MAX} groups deep")]
    TooDeep(LayerId),
    /// The number that two layers have.
    #[error("two layers have the number {0}")]
    RepeatedId(LayerId),
    /// The guides of a direction are more than [`GUIDES_MAX`], or one lies further than [`COORDINATE_LIMIT`] from 0.
    #[error("there are at most {GUIDES_MAX} upright and {GUIDES_MAX} level guides, each within 100,000 px")]
    Guides,
    /// The points of all masks together, which are more than [`MASK_POINTS_MAX`].
    #[error("the masks have {0} points together; at most {MASK_POINTS_MAX} are allowed")]
    TooManyMaskPoints(usize),
}

/// A layered document. Layers are listed bottom first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawTemplate", into = "RawTemplate")]
pub struct Template {
    /// The name that a person gave it. The document takes any text.
    pub name: String,
    /// The size of the picture that it describes. All coordinates are in its pixels, whatever size is rendered.
    pub canvas: Size,
    /// Where photos lie on the canvas, stretched: beyond it where they are cropped, askew where they are straightened. Over the whole
    /// canvas without it.
    pub photo_area: Option<Quad>,
    /// They change no pixel.
    pub guides: Guides,
    /// The layers at the top of the tree, bottom first.
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
    fn is_empty(&self) -> bool {
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
    /// The document of these layers, with photos over the whole canvas and without guides. The rules are not checked:
    /// [`Template::check`] does that.
    pub fn new(name: impl Into<String>, canvas: Size, layers: Vec<Layer>) -> Self {
        Self { name: name.into(), canvas, photo_area: None, guides: Guides::default(), layers }
    }

    /// A document of one product photo, as big as the photo, with one centred placement above it.
    pub fn over_photo(name: impl Into<String>, canvas: Size, photo: ContentHash) -> Self {
        let photo = Layer::new(LayerId(1), "Photo", LayerContent::Photo { image: photo });
        let placement = Layer::new(LayerId(2), "Design", LayerContent::Placement(Placement::centred(canvas)));
        Self::new(name, canvas, vec![photo, placement])
    }

    /// The document that a JSON text, in UTF-8 and perhaps with a byte order mark, describes; its rules are checked.
    ///
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

    /// The layer with this number, in whichever group it lies; none where there is no such layer.
    pub fn layer(&self, id: LayerId) -> Option<&Layer> {
        self.walk().map(|(layer, _)| layer).find(|layer| layer.id == id)
    }

    /// The layer with this number, to be changed. The rules are not checked: [`Template::check`] does that.
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
}
