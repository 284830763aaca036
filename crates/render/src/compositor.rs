//! The layer tree, composed band by band from the bottom up.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use domain::{
    ContentHash,
    template::{Fit, Layer, LayerContent, LayerId, Placement, Size, Template},
};

use crate::{
    Image, Pyramid,
    blend::{blend_row, to_premultiplied, to_straight},
    homography::Homography,
    mask::Coverage,
    resize::{level_for, resize},
    sampler::{Premultiplied, Window, sample_row},
};

/// Rows composed at a time: few enough that a band of every open group stays in the processor's cache.
const BAND_ROWS: u32 = 16;

/// The images a document needs, decoded.
#[derive(Default)]
pub struct Sources {
    /// What `Photo` layers refer to.
    pub photos: HashMap<ContentHash, Arc<Pyramid>>,
    /// What every placement shows; placements stay empty without it.
    pub design: Option<Arc<Pyramid>>,
    /// Photos at the sizes they were last shown at, with the pyramid level they came from.
    scaled: BTreeMap<(ContentHash, u32, u32), (u32, Image)>,
}

/// A finished picture.
#[derive(Debug)]
pub struct Composed {
    pub image: Image,
    /// Levels that were read coarser than the exact picture needs, because a source begins at a coarser level.
    /// Empty: the picture is exact.
    pub wanted: Vec<Wanted>,
}

/// A finer level of a source that the exact picture needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The photo, or `None` for the design.
    pub photo: Option<ContentHash>,
    pub level: u32,
}

#[derive(Debug, PartialEq, thiserror::Error)]
pub enum RenderError {
    #[error("layer {layer} (\"{name}\") needs the image {image}, which is missing")]
    MissingPhoto { layer: LayerId, name: String, image: ContentHash },
    #[error(transparent)]
    Document(#[from] domain::template::TemplateError),
}

/// The picture of `template` at `output` pixels, on a transparent ground.
///
/// # Errors
/// [`RenderError::MissingPhoto`] names the layer whose image is not among the sources.
pub fn compose(template: &Template, sources: &mut Sources, output: Size) -> Result<Composed, RenderError> {
    template.check()?;
    sources.scale_photos(template, output)?;
    let layers = prepare(&template.layers, template.canvas, sources, output);
    let mut canvas = Canvas { output, sources, design_level: u32::MAX };

    let (width, height) = (output.width(), output.height());
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 4);
    let mut band = Vec::new();
    for top in (0..height).step_by(BAND_ROWS as usize) {
        let rows = BAND_ROWS.min(height - top);
        band.clear();
        band.resize(width as usize * rows as usize, [0.0; 4]);
        canvas.compose_band(&layers, top, &mut band);
        pixels.extend(band.iter().copied().flat_map(to_straight));
    }

    let design_level = canvas.design_level;
    let wanted = sources.wanted(template, output, design_level);
    let image =
        Image::new(width, height, pixels).unwrap_or_else(|error| unreachable!("every band was written: {error}"));
    Ok(Composed { image, wanted })
}

impl Sources {
    fn scale_photos(&mut self, template: &Template, output: Size) -> Result<(), RenderError> {
        let (width, height) = (output.width(), output.height());
        let mut used = Vec::new();
        for (layer, _) in template.walk() {
            let LayerContent::Photo { image } = layer.content else { continue };
            let Some(pyramid) = self.photos.get(&image) else {
                return Err(RenderError::MissingPhoto { layer: layer.id, name: layer.name.clone(), image });
            };
            let key = (image, width, height);
            let first = pyramid.first_level();
            if self.scaled.get(&key).is_none_or(|(level, _)| *level != first) {
                self.scaled.insert(key, (first, resize(pyramid, width, height)));
            }
            used.push(key);
        }
        self.scaled.retain(|key, _| used.contains(key));
        Ok(())
    }

    fn wanted(&self, template: &Template, output: Size, design_level: u32) -> Vec<Wanted> {
        let photos = template.images().into_iter().filter_map(|photo| {
            let pyramid = self.photos.get(&photo)?;
            let level = level_for(pyramid, output.width(), output.height());
            (level < pyramid.first_level()).then_some(Wanted { photo: Some(photo), level })
        });
        let design = self.design.as_ref().filter(|design| design_level < design.first_level());
        photos.chain(design.map(|_| Wanted { photo: None, level: design_level })).collect()
    }
}

/// A visible layer with everything that does not change from band to band.
struct Prepared<'a> {
    layer: &'a Layer,
    coverage: Option<Coverage>,
    placed: Option<(Homography, Window)>,
    children: Vec<Prepared<'a>>,
}

fn prepare<'a>(layers: &'a [Layer], canvas: Size, sources: &Sources, output: Size) -> Vec<Prepared<'a>> {
    let shown = layers.iter().filter(|layer| layer.visible && layer.opacity.get() > 0.0);
    let prepared = shown.map(|layer| Prepared {
        layer,
        coverage: layer.mask.as_ref().map(|mask| Coverage::of(mask, canvas, output)),
        placed: match (&layer.content, &sources.design) {
            (LayerContent::Placement(placement), Some(design)) => Some(place(placement, design.size(), canvas, output)),
            _ => None,
        },
        children: prepare(layer.children(), canvas, sources, output),
    });
    prepared.collect()
}

/// The map from output pixels to design pixels, and the part of the design that shows.
fn place(placement: &Placement, design: (u32, u32), canvas: Size, output: Size) -> (Homography, Window) {
    let scale_x = f64::from(output.width()) / f64::from(canvas.width());
    let scale_y = f64::from(output.height()) / f64::from(canvas.height());
    let corners = placement.quad.corners().map(|p| domain::geometry::Point::new(p.x * scale_x, p.y * scale_y));
    let (width, height) = (f64::from(design.0), f64::from(design.1));
    let (area_width, area_height) = placement.quad.mean_size();
    let (per_x, per_y) = (area_width / width, area_height / height);
    let (zoom_x, zoom_y) = match placement.fit {
        Fit::Contain => (per_x.min(per_y), per_x.min(per_y)),
        Fit::Cover => (per_x.max(per_y), per_x.max(per_y)),
        Fit::Stretch => (per_x, per_y),
    };
    // The area in design pixels: its size, and where it begins when the design is centred in it.
    let size = (area_width / zoom_x, area_height / zoom_y);
    let start = ((width - size.0) / 2.0, (height - size.1) / 2.0);
    let window = Window {
        u0: start.0.max(0.0),
        v0: start.1.max(0.0),
        u1: (start.0 + size.0).min(width),
        v1: (start.1 + size.1).min(height),
    };
    (Homography::onto_unit_square(corners).then_scaled(size, start), window)
}

struct Canvas<'a> {
    output: Size,
    sources: &'a Sources,
    /// The finest level of the design that was asked for so far.
    design_level: u32,
}

impl Canvas<'_> {
    /// Composes the rows from `top` on that `band` holds.
    fn compose_band(&mut self, layers: &[Prepared<'_>], top: u32, band: &mut [Premultiplied]) {
        let mut own = vec![[0.0; 4]; band.len()];
        for prepared in layers {
            self.draw(prepared, top, &mut own);
            let opacity = prepared.layer.opacity.get();
            let width = self.output.width() as usize;
            for (i, (below, above)) in band.chunks_exact_mut(width).zip(own.chunks_exact_mut(width)).enumerate() {
                match &prepared.coverage {
                    Some(coverage) => above
                        .iter_mut()
                        .zip(coverage.row(top as usize + i))
                        .for_each(|(pixel, covered)| *pixel = pixel.map(|c| c * (covered * opacity))),
                    None if opacity < 1.0 => above.iter_mut().for_each(|pixel| *pixel = pixel.map(|c| c * opacity)),
                    None => {}
                }
                blend_row(prepared.layer.blend, below, above);
            }
        }
    }

    /// The layer by itself, before mask, opacity and blending.
    fn draw(&mut self, prepared: &Prepared<'_>, top: u32, own: &mut [Premultiplied]) {
        let (width, height) = (self.output.width(), self.output.height());
        match &prepared.layer.content {
            LayerContent::Group { .. } => {
                own.fill([0.0; 4]);
                self.compose_band(&prepared.children, top, own);
            }
            LayerContent::Fill { color } => own.fill(to_premultiplied([color.r, color.g, color.b, 255])),
            LayerContent::Photo { image } => match self.sources.scaled.get(&(*image, width, height)) {
                Some((_, photo)) => {
                    let rows = &photo.pixels()[top as usize * width as usize * 4..];
                    for (pixel, rgba) in own.iter_mut().zip(rows.chunks_exact(4)) {
                        *pixel = to_premultiplied([rgba[0], rgba[1], rgba[2], rgba[3]]);
                    }
                }
                None => unreachable!("photos were scaled before the first band"),
            },
            LayerContent::Placement(_) => match (&prepared.placed, &self.sources.design) {
                (Some((map, window)), Some(design)) => {
                    for (i, row) in own.chunks_exact_mut(width as usize).enumerate() {
                        let finest = sample_row(design, map, *window, (0, top + i as u32), row);
                        self.design_level = self.design_level.min(finest);
                    }
                }
                _ => own.fill([0.0; 4]),
            },
        }
    }
}
