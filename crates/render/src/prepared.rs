//! Layers with everything that does not change from row to row.

use std::sync::Arc;

use document::{BlendMode, Layer, LayerContent, Size, clipping_runs, geometry::Quad};

use crate::{
    Pyramid,
    adjust::Adjuster,
    displacement::Shift,
    light::Light,
    mask::Coverage,
    placing::Placed,
    region::Region,
    row::straight,
    sources::{Scaled, Sources},
};

/// A visible layer.
pub struct Prepared<'a> {
    pub layer: &'a Layer,
    pub coverage: Option<Arc<Coverage>>,
    pub content: Content<'a>,
    /// The layers that are clipped to this one, bottom first.
    pub clipped: Vec<Prepared<'a>>,
    /// What the layer can touch at all.
    pub bounds: Region,
}

pub enum Content<'a> {
    Photo(Arc<Scaled>),
    Fill([f32; 4]),
    Placed(Box<Placed>, Arc<Pyramid>),
    Adjustment(Adjuster),
    Light(Light, Arc<Scaled>),
    Group { layers: Vec<Prepared<'a>>, pass_through: bool },
    Nothing,
}

/// What layers are prepared for.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    pub sources: &'a Sources,
    pub canvas: Size,
    pub output: Size,
    /// Where photos lie on the canvas, if not all over it.
    pub photo_area: Option<Quad>,
    /// The part of the output that will be asked for.
    pub part: &'a Region,
}

impl Stage<'_> {
    /// The layers that show, those that are clipped with the one they are clipped to.
    pub fn prepare<'a>(self, layers: &'a [Layer]) -> Vec<Prepared<'a>> {
        let shows = |layer: &&Layer| layer.visible && layer.opacity.get() > 0.0;
        let runs = clipping_runs(layers).filter(|(base, _)| shows(base));
        runs.map(|(base, above)| {
            let clipped = above.iter().filter(shows).map(|layer| self.prepare_one(layer)).collect();
            Prepared { clipped, ..self.prepare_one(base) }
        })
        .collect()
    }

    fn prepare_one<'a>(self, layer: &'a Layer) -> Prepared<'a> {
        let Self { sources, canvas, output, photo_area, part } = self;
        let mut bounds = part.clone();
        let content = match &layer.content {
            LayerContent::Photo { image } => sources.scaled(*image).map_or(Content::Nothing, Content::Photo),
            LayerContent::Fill { color } => Content::Fill(straight([color.r, color.g, color.b, 255])),
            LayerContent::Adjustment { adjustment } => Content::Adjustment(Adjuster::new(adjustment)),
            LayerContent::Light(light) => match (sources.images.get(&light.image), sources.scaled(light.image)) {
                (Some(photo), Some(scaled)) => {
                    Content::Light(Light::new(light, layer.mask.as_ref(), canvas, (photo, photo_area)), scaled)
                }
                _ => Content::Nothing,
            },
            LayerContent::Group { layers, pass_through } => {
                Content::Group { layers: self.prepare(layers), pass_through: *pass_through }
            }
            LayerContent::Placement(placement) => match &sources.design {
                Some(design) => {
                    let shift = placement
                        .displacement
                        .as_ref()
                        .and_then(|by| Some(Shift::new(by, sources.luma(by, canvas, output)?, canvas, output)));
                    let placed = Placed::new(placement, design.size(), shift, (canvas, output), part);
                    bounds = placed.bounds.clone();
                    Content::Placed(Box::new(placed), design.clone())
                }
                None => Content::Nothing,
            },
        };
        let coverage = layer.mask.as_ref().and_then(|mask| sources.coverage(mask));
        if let Some(coverage) = &coverage {
            bounds = bounds.within(&coverage.bounds());
        }
        if matches!(content, Content::Nothing) {
            bounds = Region { columns: 0..0, rows: 0..0 };
        }
        Prepared { layer, coverage, content, clipped: Vec::new(), bounds }
    }
}

impl Prepared<'_> {
    /// Replaces all that lies below: an opaque photo, blended as it is.
    fn ground(&self) -> Option<&Arc<Scaled>> {
        let plain = self.layer.blend == BlendMode::Normal
            && self.layer.opacity.get() == 1.0
            && self.layer.fill_opacity.get() == 1.0
            && self.coverage.is_none()
            && self.clipped.is_empty();
        match &self.content {
            Content::Photo(photo) if plain && photo.opaque => Some(photo),
            _ => None,
        }
    }
}

/// The picture's ground where a photo is one, whose bytes need no arithmetic, and the layers above.
pub fn ground<'p, 'a>(layers: &'p [Prepared<'a>]) -> (Option<&'p Scaled>, &'p [Prepared<'a>]) {
    match layers.first().and_then(Prepared::ground) {
        Some(photo) => (Some(photo), &layers[1..]),
        None => (None, layers),
    }
}
