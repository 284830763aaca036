//! The images a document needs, and what is made of them once for many pictures.

use std::{collections::HashMap, sync::Arc};

use document::{ContentHash, Displacement, Layer, LayerContent, Mask, Size, Template, geometry::Quad};

use crate::{
    Image, Pyramid, RenderError,
    compositor::Wanted,
    framed::framed,
    light,
    luma::Luma,
    mask::{Coverage, Nanos, scaled},
    placing::Placed,
    resize::{level_for, resize},
    stop::Stop,
};

/// The most bytes that the photos, masks and meshes of a document may take at the output's size.
pub const MEMORY_MAX: u64 = 4 << 30;

/// The longest that the masks of a document may take to draw, by what is known before they are: a minute of one core.
pub const MASK_WORK_MAX: Nanos = Nanos(60_000_000_000);

/// The images a document needs, decoded.
#[derive(Default)]
pub struct Sources {
    /// What photo and light layers, displacements and raster masks refer to.
    pub images: HashMap<ContentHash, Arc<Pyramid>>,
    /// What every placement shows; placements stay empty without it.
    pub design: Option<Arc<Pyramid>>,
    /// Breaks off what is drawn with these.
    pub stop: Stop,
    /// Images at the size they were last shown at.
    scaled: HashMap<ContentHash, Arc<Scaled>>,
    /// Their brightness, for displacements.
    lumas: Vec<(LumaKey, Arc<Luma>)>,
    /// Masks as they were last drawn.
    drawn: Vec<Drawn>,
}

/// An image at the output's size.
pub struct Scaled {
    /// The pyramid's first level when it was made.
    level: u32,
    pub image: Arc<Image>,
    pub opaque: bool,
    /// Where it lies on the canvas.
    area: Framing,
    /// The finest level that it reads.
    finest: u32,
}

/// The canvas, and where on it photos lie if not all over it.
type Framing = Option<(Quad, Size)>;

#[derive(Clone, Copy, PartialEq)]
struct LumaKey {
    image: ContentHash,
    level: u32,
    output: Size,
    area: Framing,
    sigma: f32,
}

struct Drawn {
    mask: Mask,
    canvas: Size,
    /// First levels of its rasters' pyramids when it was drawn.
    levels: Vec<u32>,
    coverage: Arc<Coverage>,
}

impl Sources {
    /// Makes all that `template` needs at `output` pixels and is not there yet; drops what it does not.
    pub(crate) fn prepare(&mut self, template: &Template, output: Size) -> Result<(), RenderError> {
        template.check()?;
        check_memory(template, output)?;
        check_masks(template, output)?;
        self.check_images(template)?;
        self.scale_images(template, output);
        self.measure_brightness(template, output);
        self.draw_masks(template, output)
    }

    fn check_images(&self, template: &Template) -> Result<(), RenderError> {
        for (layer, _) in template.walk() {
            if let Some(image) = layer.images().find(|image| !self.images.contains_key(image)) {
                return Err(RenderError::MissingImage { layer: layer.id, name: layer.name.clone(), image });
            }
        }
        Ok(())
    }

    fn scale_images(&mut self, template: &Template, output: Size) {
        let (width, height) = (output.width(), output.height());
        let used = scaled_images(template);
        for hash in &used {
            let Some(pyramid) = self.images.get(hash) else { continue };
            let level = pyramid.first_level();
            let area: Framing = template.photo_area.map(|area| (area, template.canvas));
            let fits = |have: &Arc<Scaled>| {
                have.level == level && have.area == area && (have.image.width(), have.image.height()) == (width, height)
            };
            if !self.scaled.get(hash).is_some_and(fits) {
                let (image, finest) = match area {
                    None => (resize(pyramid, width, height), level_for(pyramid.size(), width, height)),
                    Some((area, canvas)) => {
                        let (image, finest) = framed(pyramid, area, canvas, output);
                        (Arc::new(image), finest)
                    }
                };
                let opaque = !image.has_alpha();
                self.scaled.insert(*hash, Arc::new(Scaled { level, image, opaque, area, finest }));
            }
        }
        self.scaled.retain(|hash, _| used.contains(hash));
    }

    fn measure_brightness(&mut self, template: &Template, output: Size) {
        let before = std::mem::take(&mut self.lumas);
        for by in displacements(template) {
            let Some((key, scaled)) = self.luma_key(by, template.canvas, output) else { continue };
            let have = before.iter().chain(&self.lumas).find(|(have, _)| *have == key).map(|(_, luma)| luma.clone());
            let luma = have.unwrap_or_else(|| Arc::new(Luma::of(&scaled.image, key.sigma)));
            self.lumas.push((key, luma));
        }
    }

    fn luma_key(&self, by: &Displacement, canvas: Size, output: Size) -> Option<(LumaKey, Arc<Scaled>)> {
        let scaled_image = self.scaled.get(&by.image)?.clone();
        let sigma = scaled(by.blur.get(), canvas, output);
        let (level, area) = (scaled_image.level, scaled_image.area);
        Some((LumaKey { image: by.image, level, output, area, sigma }, scaled_image))
    }

    fn draw_masks(&mut self, template: &Template, output: Size) -> Result<(), RenderError> {
        let before = std::mem::take(&mut self.drawn);
        let canvas = template.canvas;
        for mask in template.walk().filter_map(|(layer, _)| layer.mask.as_ref()) {
            let levels: Vec<u32> =
                mask.images().filter_map(|image| Some(self.images.get(&image)?.first_level())).collect();
            let same = |drawn: &&Drawn| {
                drawn.mask == *mask
                    && drawn.canvas == canvas
                    && drawn.levels == levels
                    && drawn.coverage.size() == output
            };
            let coverage = before.iter().chain(&self.drawn).find(same).map(|drawn| drawn.coverage.clone());
            let image = |hash| self.images.get(&hash).cloned();
            let draw = || Arc::new(Coverage::drawn(mask, canvas, output, image, &self.stop));
            let coverage = coverage.unwrap_or_else(draw);
            if self.stop.is_stopped() {
                // What is drawn in part is not kept.
                return Err(RenderError::Stopped);
            }
            self.drawn.push(Drawn { mask: mask.clone(), canvas, levels, coverage });
        }
        Ok(())
    }

    pub(crate) fn scaled(&self, image: ContentHash) -> Option<Arc<Scaled>> {
        self.scaled.get(&image).cloned()
    }

    pub(crate) fn luma(&self, by: &Displacement, canvas: Size, output: Size) -> Option<Arc<Luma>> {
        let (key, _) = self.luma_key(by, canvas, output)?;
        self.lumas.iter().find(|(have, _)| *have == key).map(|(_, luma)| luma.clone())
    }

    pub(crate) fn coverage(&self, mask: &Mask) -> Option<Arc<Coverage>> {
        self.drawn.iter().find(|drawn| drawn.mask == *mask).map(|drawn| drawn.coverage.clone())
    }

    /// The levels that the exact picture reads and that are not here, the finest of each source.
    pub(crate) fn wanted(&self, template: &Template, design_level: u32) -> Vec<Wanted> {
        let mut levels: HashMap<ContentHash, u32> = HashMap::new();
        let mut want = |image: ContentHash, level: u32| {
            let finest = levels.entry(image).or_insert(level);
            *finest = level.min(*finest);
        };
        for image in scaled_images(template) {
            if let Some(scaled) = self.scaled.get(&image) {
                want(image, scaled.finest);
            }
        }
        self.drawn.iter().flat_map(|drawn| &drawn.coverage.wanted).for_each(|&(image, level)| want(image, level));
        let images = levels.into_iter().filter_map(|(image, level)| {
            let missing = level < self.images.get(&image)?.first_level();
            missing.then_some(Wanted { image: Some(image), level })
        });
        let design = self.design.as_ref().filter(|design| design_level < design.first_level());
        let mut wanted: Vec<Wanted> =
            images.chain(design.map(|_| Wanted { image: None, level: design_level })).collect();
        wanted.sort_by_key(|wanted| wanted.image);
        wanted
    }
}

/// The images that are needed at the output's size, each once.
fn scaled_images(template: &Template) -> Vec<ContentHash> {
    let mut images: Vec<ContentHash> = template
        .walk()
        .filter_map(|(layer, _)| match &layer.content {
            LayerContent::Photo { image } => Some(*image),
            LayerContent::Light(light) => Some(light.image),
            LayerContent::Placement(placement) => placement.displacement.as_ref().map(|by| by.image),
            LayerContent::Group { .. } | LayerContent::Fill { .. } | LayerContent::Adjustment { .. } => None,
        })
        .collect();
    images.sort_unstable();
    images.dedup();
    images
}

fn displacements(template: &Template) -> impl Iterator<Item = &Displacement> {
    template.walk().filter_map(|(layer, _)| match &layer.content {
        LayerContent::Placement(placement) => placement.displacement.as_ref(),
        _ => None,
    })
}

/// What drawing a document's masks takes.
pub struct MaskWork<'a> {
    /// All of them, at most.
    pub all: Nanos,
    /// The layer with the mask that takes longest.
    pub longest: Option<&'a Layer>,
}

/// What drawing the masks of `template` at `output` pixels takes, known before it is done.
pub fn mask_work(template: &Template, output: Size) -> MaskWork<'_> {
    let masks = template.walk().filter_map(|(layer, _)| {
        let mask = layer.mask.as_ref()?;
        let mut nanos = Coverage::work(mask, template.canvas, output);
        if matches!(&layer.content, LayerContent::Light(light) if light.base.is_none())
            && let Ok(small) = Size::new(light::MEDIAN_SIDE, light::MEDIAN_SIDE)
        {
            nanos += Coverage::work(mask, template.canvas, small);
        }
        Some((nanos, layer))
    });
    let (mut all, mut longest) = (Nanos(0), None);
    for (nanos, layer) in masks {
        all += nanos;
        if longest.is_none_or(|(most, _)| nanos > most) {
            longest = Some((nanos, layer));
        }
    }
    MaskWork { all, longest: longest.map(|(_, layer)| layer) }
}

fn check_masks(template: &Template, output: Size) -> Result<(), RenderError> {
    match mask_work(template, output) {
        MaskWork { all, longest: Some(layer) } if all > MASK_WORK_MAX => {
            Err(RenderError::TooMuch { layer: layer.id, name: layer.name.clone() })
        }
        _ => Ok(()),
    }
}

fn check_memory(template: &Template, output: Size) -> Result<(), RenderError> {
    let pixels = u64::from(output.width()) * u64::from(output.height());
    let picture = pixels * 4;
    let mut bytes = picture * (1 + scaled_images(template).len() as u64);
    for (layer, _) in template.walk() {
        bytes += layer.mask.as_ref().map_or(0, |mask| Coverage::bytes(mask, template.canvas, output));
        if let LayerContent::Placement(placement) = &layer.content {
            bytes += Placed::bytes(placement, (template.canvas, output));
            bytes += if placement.displacement.is_some() { pixels * 2 } else { 0 };
        }
        if bytes > MEMORY_MAX {
            return Err(RenderError::TooLarge { layer: layer.id, name: layer.name.clone() });
        }
    }
    Ok(())
}
