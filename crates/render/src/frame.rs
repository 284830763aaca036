//! A picture that follows its document: only what changed is composed again.

use std::sync::Arc;

use document::{ContentHash, Layer, LayerContent, Size, Template};

use crate::{
    Image, Pyramid, RenderError, Sources,
    compositor::{Painted, Wanted, paint},
    mask::Coverage,
    placing::area,
    region::Region,
};

/// An image that a document refers to.
type Used = (ContentHash, Arc<Pyramid>);

/// The picture of a document as it was last.
#[derive(Default)]
pub struct Frame(Option<Shown>);

struct Shown {
    template: Template,
    images: Vec<Used>,
    design: Option<Arc<Pyramid>>,
    /// Of each layer's mask, in the order of the tree.
    coverages: Vec<Option<Arc<Coverage>>>,
    image: Image,
    /// The part of the picture that is as the document says.
    window: Region,
    /// The finest level of the design that the picture asks for.
    design_level: u32,
}

/// What [`Frame::update`] did.
#[derive(Debug)]
pub struct Update {
    /// The part of the picture that was composed again: nothing else differs from the picture before.
    pub changed: Region,
    /// As in [`crate::Composed::wanted`].
    pub wanted: Vec<Wanted>,
    /// No pixel of the picture lets anything through, because a photo lies under everything.
    pub opaque: bool,
}

impl Frame {
    /// Makes the picture that of `template` at `output` pixels, exactly as [`crate::compose`] would.
    ///
    /// # Errors
    /// As [`crate::compose`]; the picture then stays as it was, or is made anew after one that was stopped.
    pub fn update(&mut self, template: &Template, sources: &mut Sources, output: Size) -> Result<Update, RenderError> {
        self.update_within(template, sources, output, &Region::whole(output))
    }

    /// The same for the part of the picture within `window`; the rest stays as it was, or empty.
    ///
    /// # Errors
    /// As [`Frame::update`].
    pub fn update_within(
        &mut self,
        template: &Template,
        sources: &mut Sources,
        output: Size,
        window: &Region,
    ) -> Result<Update, RenderError> {
        let window = window.within(&Region::whole(output));
        sources.prepare(template, output)?;
        let images = used(template, sources);
        let coverages = coverages(template, sources);
        let before = self
            .0
            .take()
            .filter(|shown| (shown.image.width(), shown.image.height()) == (output.width(), output.height()));
        let changed = match &before {
            // Another window is composed anew, wherever both have the same.
            Some(shown) if window.within(&shown.window) == window => {
                shown.difference(template, (&images, &coverages), sources, output).within(&window)
            }
            _ => window.clone(),
        };
        let (mut pixels, level_before) = match before {
            Some(shown) => (shown.image.into_pixels(), shown.design_level),
            None => (vec![0; output.width() as usize * output.height() as usize * 4], u32::MAX),
        };
        let Painted { design_level: level, opaque } = paint(template, sources, output, &changed, &mut pixels);
        if sources.stop.is_stopped() {
            return Err(RenderError::Stopped);
        }
        // Of placements beyond the changed part, the level before still holds.
        let all_new = placements(template, output).within(&window).within(&changed)
            == placements(template, output).within(&window);
        let design_level = if all_new { level } else { level.min(level_before) };
        let image = Image::new(output.width(), output.height(), pixels)
            .unwrap_or_else(|error| unreachable!("the picture has its size: {error}"));
        let wanted = sources.wanted(template, design_level);
        let design = sources.design.clone();
        self.0 = Some(Shown { template: template.clone(), images, design, coverages, image, window, design_level });
        Ok(Update { changed, wanted, opaque })
    }

    /// The picture after the last update.
    pub fn image(&self) -> Option<&Image> {
        self.0.as_ref().map(|shown| &shown.image)
    }
}

/// The images that the document refers to, as they are now.
fn used(template: &Template, sources: &Sources) -> Vec<Used> {
    template.images().into_iter().filter_map(|hash| Some((hash, sources.images.get(&hash)?.clone()))).collect()
}

fn coverages(template: &Template, sources: &Sources) -> Vec<Option<Arc<Coverage>>> {
    template.walk().map(|(layer, _)| sources.coverage(layer.mask.as_ref()?)).collect()
}

impl Shown {
    fn difference(
        &self,
        template: &Template,
        (images, coverages): (&[Used], &[Option<Arc<Coverage>>]),
        sources: &Sources,
        output: Size,
    ) -> Region {
        let (old, new): (Vec<_>, Vec<_>) = (self.template.walk().collect(), template.walk().collect());
        let same_image = |(a, b): (&Used, &Used)| a.0 == b.0 && Arc::ptr_eq(&a.1, &b.1);
        let same_tree = self.template.canvas == template.canvas
            && self.template.photo_area == template.photo_area
            && old.len() == new.len()
            && old
                .iter()
                .zip(&new)
                .all(|((a, depth_a), (b, depth_b))| a.id == b.id && depth_a == depth_b && a.clipped == b.clipped);
        let same_images = self.images.len() == images.len() && self.images.iter().zip(images).all(same_image);
        if !same_tree || !same_images {
            return Region::whole(output);
        }
        let same_design = match (&self.design, &sources.design) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        let mut changed = match same_design {
            true => Region { columns: 0..0, rows: 0..0 },
            false => placements(template, output).around(&placements(&self.template, output)),
        };
        let masks = self.coverages.iter().zip(coverages);
        for (((a, _), (b, _)), masks) in old.iter().zip(&new).zip(masks) {
            if draws_alike(a, b) && a.mask == b.mask {
                continue;
            }
            let touched = |layer| bounds(layer, template.canvas, output);
            let both = touched(a).around(&touched(b));
            // A brush changes little of a large mask. Light reads all of its mask.
            let only_mask = draws_alike(a, b) && !matches!(b.content, LayerContent::Light(_));
            changed = changed.around(&match masks {
                (Some(before), Some(after)) if only_mask => before.difference(after).within(&both),
                _ => both,
            });
        }
        changed
    }
}

/// Both layers by themselves give the same, whatever their children do and their masks are.
fn draws_alike(a: &Layer, b: &Layer) -> bool {
    let same_content = match (&a.content, &b.content) {
        (LayerContent::Group { pass_through: a, .. }, LayerContent::Group { pass_through: b, .. }) => a == b,
        (a, b) => a == b,
    };
    same_content
        && a.visible == b.visible
        && a.blend == b.blend
        && a.opacity == b.opacity
        && a.fill_opacity == b.fill_opacity
}

/// What a layer can touch, with all that it holds.
fn bounds(layer: &Layer, canvas: Size, output: Size) -> Region {
    let content = match &layer.content {
        LayerContent::Placement(placement) => area(placement, canvas, output).within(&Region::whole(output)),
        LayerContent::Group { layers, .. } => {
            let each = layers.iter().map(|layer| bounds(layer, canvas, output));
            each.fold(Region { columns: 0..0, rows: 0..0 }, |all, one| all.around(&one))
        }
        LayerContent::Photo { .. }
        | LayerContent::Fill { .. }
        | LayerContent::Adjustment { .. }
        | LayerContent::Light(_) => Region::whole(output),
    };
    match &layer.mask {
        Some(mask) => content.within(&Coverage::touched(mask, canvas, output)),
        None => content,
    }
}

/// What all placements can touch.
fn placements(template: &Template, output: Size) -> Region {
    let each = template.walk().filter_map(|(layer, _)| match &layer.content {
        LayerContent::Placement(_) => Some(bounds(layer, template.canvas, output)),
        _ => None,
    });
    each.fold(Region { columns: 0..0, rows: 0..0 }, |all, one| all.around(&one))
}
