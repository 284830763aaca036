//! The layer tree, composed row by row from the bottom up.

use std::{collections::HashMap, ops::Range, sync::Arc};

use domain::{
    ContentHash,
    template::{BlendMode, Layer, LayerContent, LayerId, Mask, Size, Template},
};

use crate::{
    Image, Pyramid,
    adjust::Adjuster,
    blend::Blend,
    mask::Coverage,
    placing::Placed,
    resize::{level_for, resize},
    row::{Row, straight},
    sampler::{View, sample_row},
};

/// What is composed at a time: so little that the part of a design it shows, however that is turned, stays in the
/// processor's nearest cache from one row to the next.
const TILE_COLUMNS: usize = 128;
const TILE_ROWS: usize = 32;

/// The most bytes that the photos and masks of a document may take at the output's size.
const MEMORY_MAX: u64 = 4 << 30;

/// The images a document needs, decoded.
#[derive(Default)]
pub struct Sources {
    /// What `Photo` layers refer to.
    pub photos: HashMap<ContentHash, Arc<Pyramid>>,
    /// What every placement shows; placements stay empty without it.
    pub design: Option<Arc<Pyramid>>,
    /// Photos at the size they were last shown at.
    scaled: HashMap<ContentHash, Arc<Scaled>>,
    /// Masks as they were last drawn.
    drawn: Vec<Drawn>,
}

/// A photo at the output's size.
struct Scaled {
    /// The pyramid's first level when it was made.
    level: u32,
    image: Image,
    opaque: bool,
}

struct Drawn {
    mask: Mask,
    canvas: Size,
    coverage: Arc<Coverage>,
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
    #[error(
        "with layer {layer} (\"{name}\") the picture needs more than {} GB of memory; make it smaller or use fewer photos and masks",
        MEMORY_MAX >> 30
    )]
    TooLarge { layer: LayerId, name: String },
    #[error(transparent)]
    Document(#[from] domain::template::TemplateError),
}

/// The picture of `template` at `output` pixels, on a transparent ground.
///
/// # Errors
/// [`RenderError::MissingPhoto`] names the layer whose image is not among the sources, [`RenderError::TooLarge`] the one
/// with which photos and masks together are too much.
pub fn compose(template: &Template, sources: &mut Sources, output: Size) -> Result<Composed, RenderError> {
    template.check()?;
    check_memory(template, output)?;
    sources.scale_photos(template, output)?;
    sources.draw_masks(template, output);
    let layers = prepare(&template.layers, template.canvas, sources, output);
    let (ground, layers) = ground(&layers);
    let (width, height) = (output.width() as usize, output.height() as usize);
    let mut pixels = match ground {
        Some(photo) => photo.image.pixels().to_vec(),
        None => vec![0; width * height * 4],
    };
    let mut composer = Composer { width, spare: Vec::new(), design_level: u32::MAX };
    let mut canvas = Row::new(width);
    for (band, bytes) in pixels.chunks_mut(width * 4 * TILE_ROWS).enumerate() {
        let top = band * TILE_ROWS;
        for left in (0..width).step_by(TILE_COLUMNS) {
            for (y, bytes) in (top..).zip(bytes.chunks_exact_mut(width * 4)) {
                let touched = touched(layers, y);
                let span = touched.start.max(left)..touched.end.min(left + TILE_COLUMNS);
                if !span.is_empty() {
                    canvas.load(span.clone(), bytes);
                    composer.compose(layers, y, &mut canvas, span.clone());
                    canvas.store(span, bytes);
                }
            }
        }
    }
    let design_level = composer.design_level;
    let wanted = sources.wanted(template, output, design_level);
    let image = Image::new(output.width(), output.height(), pixels)
        .unwrap_or_else(|error| unreachable!("every row was written: {error}"));
    Ok(Composed { image, wanted })
}

fn check_memory(template: &Template, output: Size) -> Result<(), RenderError> {
    let picture = u64::from(output.width()) * u64::from(output.height()) * 4;
    let (mut photos, mut bytes) = (Vec::new(), picture);
    for (layer, _) in template.walk() {
        if let LayerContent::Photo { image } = layer.content
            && !photos.contains(&image)
        {
            photos.push(image);
            bytes += picture;
        }
        bytes += layer.mask.as_ref().map_or(0, |mask| Coverage::bytes(mask, template.canvas, output));
        if bytes > MEMORY_MAX {
            return Err(RenderError::TooLarge { layer: layer.id, name: layer.name.clone() });
        }
    }
    Ok(())
}

impl Sources {
    fn scale_photos(&mut self, template: &Template, output: Size) -> Result<(), RenderError> {
        let (width, height) = (output.width(), output.height());
        let mut used = Vec::new();
        for (layer, _) in template.walk() {
            let LayerContent::Photo { image: hash } = layer.content else { continue };
            let Some(pyramid) = self.photos.get(&hash) else {
                return Err(RenderError::MissingPhoto { layer: layer.id, name: layer.name.clone(), image: hash });
            };
            let level = pyramid.first_level();
            let fits = |have: &Arc<Scaled>| {
                have.level == level && (have.image.width(), have.image.height()) == (width, height)
            };
            if !self.scaled.get(&hash).is_some_and(fits) {
                let image = resize(pyramid, width, height);
                let opaque = !image.has_alpha();
                self.scaled.insert(hash, Arc::new(Scaled { level, image, opaque }));
            }
            used.push(hash);
        }
        self.scaled.retain(|hash, _| used.contains(hash));
        Ok(())
    }

    fn draw_masks(&mut self, template: &Template, output: Size) {
        let before = std::mem::take(&mut self.drawn);
        let canvas = template.canvas;
        for mask in template.walk().filter_map(|(layer, _)| layer.mask.as_ref()) {
            let same =
                |drawn: &&Drawn| drawn.mask == *mask && drawn.canvas == canvas && drawn.coverage.size() == output;
            let coverage = before.iter().chain(&self.drawn).find(same).map(|drawn| drawn.coverage.clone());
            let coverage = coverage.unwrap_or_else(|| Arc::new(Coverage::of(mask, canvas, output)));
            self.drawn.push(Drawn { mask: mask.clone(), canvas, coverage });
        }
    }

    fn coverage(&self, mask: &Mask) -> Option<Arc<Coverage>> {
        self.drawn.iter().find(|drawn| drawn.mask == *mask).map(|drawn| drawn.coverage.clone())
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

/// A visible layer with everything that does not change from row to row.
struct Prepared<'a> {
    layer: &'a Layer,
    coverage: Option<Arc<Coverage>>,
    content: Content<'a>,
    /// The layers that are clipped to this one, bottom first.
    clipped: Vec<Prepared<'a>>,
    /// What the layer can touch at all.
    columns: Range<usize>,
    rows: Range<usize>,
}

enum Content<'a> {
    Photo(Arc<Scaled>),
    Fill([f32; 4]),
    Placed(Placed, Arc<Pyramid>),
    Adjustment(Adjuster),
    Group { layers: Vec<Prepared<'a>>, pass_through: bool },
    Nothing,
}

fn prepare<'a>(layers: &'a [Layer], canvas: Size, sources: &Sources, output: Size) -> Vec<Prepared<'a>> {
    let mut prepared: Vec<Prepared<'a>> = Vec::new();
    let mut base_shows = true;
    for layer in layers {
        let shows = layer.visible && layer.opacity.get() > 0.0;
        if !layer.clipped {
            base_shows = shows;
        }
        if !shows || !base_shows {
            continue;
        }
        let one = prepare_one(layer, canvas, sources, output);
        match prepared.last_mut().filter(|_| layer.clipped) {
            Some(base) => base.clipped.push(one),
            None => prepared.push(one),
        }
    }
    prepared
}

fn prepare_one<'a>(layer: &'a Layer, canvas: Size, sources: &Sources, output: Size) -> Prepared<'a> {
    let (width, height) = (output.width() as usize, output.height() as usize);
    let (mut columns, mut rows) = (0..width, 0..height);
    let content = match &layer.content {
        LayerContent::Photo { image } => sources.scaled.get(image).cloned().map_or(Content::Nothing, Content::Photo),
        LayerContent::Fill { color } => Content::Fill(straight([color.r, color.g, color.b, 255])),
        LayerContent::Adjustment { adjustment } => Content::Adjustment(Adjuster::new(adjustment)),
        LayerContent::Group { layers, pass_through } => {
            Content::Group { layers: prepare(layers, canvas, sources, output), pass_through: *pass_through }
        }
        LayerContent::Placement(placement) => match &sources.design {
            Some(design) => {
                let placed = Placed::new(placement, design.size(), canvas, output);
                (columns, rows) = placed.bounds(output);
                Content::Placed(placed, design.clone())
            }
            None => Content::Nothing,
        },
    };
    let coverage = layer.mask.as_ref().and_then(|mask| sources.coverage(mask));
    if let Some(coverage) = &coverage {
        let bounds = coverage.bounds();
        columns = columns.start.max(bounds.columns.start)..columns.end.min(bounds.columns.end);
        rows = rows.start.max(bounds.rows.start)..rows.end.min(bounds.rows.end);
    }
    if matches!(content, Content::Nothing) {
        rows = 0..0;
    }
    Prepared { layer, coverage, content, clipped: Vec::new(), columns, rows }
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
fn ground<'p, 'a>(layers: &'p [Prepared<'a>]) -> (Option<&'p Arc<Scaled>>, &'p [Prepared<'a>]) {
    match layers.first().and_then(Prepared::ground) {
        Some(photo) => (Some(photo), &layers[1..]),
        None => (None, layers),
    }
}

/// The columns of row `y` that any of the layers can change.
fn touched(layers: &[Prepared<'_>], y: usize) -> Range<usize> {
    let spans = layers.iter().filter(|layer| layer.rows.contains(&y) && !layer.columns.is_empty());
    let both = |a: Range<usize>, b: Range<usize>| a.start.min(b.start)..a.end.max(b.end);
    spans.map(|layer| layer.columns.clone()).reduce(both).unwrap_or(0..0)
}

struct Composer {
    width: usize,
    /// Rows that nobody holds at the moment.
    spare: Vec<Row>,
    /// The finest level of the design that was asked for so far.
    design_level: u32,
}

impl Composer {
    /// Composes row `y` of the layers onto `below`, within `span`.
    fn compose(&mut self, layers: &[Prepared<'_>], y: usize, below: &mut Row, span: Range<usize>) {
        for prepared in layers {
            let columns = prepared.columns.start.max(span.start)..prepared.columns.end.min(span.end);
            if prepared.rows.contains(&y) && !columns.is_empty() {
                self.layer(prepared, y, below, columns, false);
            }
        }
    }

    fn layer(&mut self, prepared: &Prepared<'_>, y: usize, below: &mut Row, span: Range<usize>, within: bool) {
        let mut own = self.spare.pop().unwrap_or_else(|| Row::new(self.width));
        match &prepared.content {
            Content::Group { layers, pass_through: true } if !within => {
                self.pass_through(prepared, layers, y, below, &mut own, span);
            }
            content => {
                // An adjustment draws what is below in other colours, and so shows only where something is.
                let within = within || matches!(content, Content::Adjustment(_));
                self.draw(prepared, y, below, &mut own, span.clone());
                for clipped in &prepared.clipped {
                    let columns = clipped.columns.start.max(span.start)..clipped.columns.end.min(span.end);
                    if clipped.rows.contains(&y) && !columns.is_empty() {
                        self.layer(clipped, y, &mut own, columns, true);
                    }
                }
                if let Some(coverage) = &prepared.coverage {
                    coverage.limit(y, span.clone(), &mut own.a);
                }
                let layer = prepared.layer;
                let (opacity, fill) = (layer.opacity.get(), layer.fill_opacity.get());
                Blend { mode: layer.blend, below, layer: &own, span, opacity, fill, y: y as u32, within }.run();
            }
        }
        self.spare.push(own);
    }

    /// The layer by itself, before mask, opacity and blending.
    fn draw(&mut self, prepared: &Prepared<'_>, y: usize, below: &Row, own: &mut Row, span: Range<usize>) {
        match &prepared.content {
            Content::Group { layers, .. } => {
                own.clear(span.clone());
                self.compose(layers, y, own, span);
            }
            Content::Fill(color) => own.fill(span, *color),
            Content::Photo(photo) => {
                own.load(span, &photo.image.pixels()[y * self.width * 4..][..self.width * 4]);
            }
            Content::Placed(placed, design) => {
                let (surface, window) = (&placed.surface, placed.window);
                let finest = sample_row(View { pyramid: design, surface, window, y: y as u32, span, out: own });
                self.design_level = self.design_level.min(finest);
            }
            Content::Adjustment(adjuster) => {
                own.copy_from(below, span.clone());
                adjuster.apply(own, span.clone());
                own.a[span].fill(1.0);
            }
            Content::Nothing => own.clear(span),
        }
    }

    /// A group whose layers meet what is below it; its mask and opacity then decide between before and after.
    fn pass_through(
        &mut self,
        prepared: &Prepared<'_>,
        layers: &[Prepared<'_>],
        y: usize,
        below: &mut Row,
        after: &mut Row,
        span: Range<usize>,
    ) {
        after.copy_from(below, span.clone());
        self.compose(layers, y, after, span.clone());
        let mut share = self.spare.pop().unwrap_or_else(|| Row::new(self.width));
        share.a[span.clone()].fill(prepared.layer.opacity.get() * prepared.layer.fill_opacity.get());
        if let Some(coverage) = &prepared.coverage {
            coverage.limit(y, span.clone(), &mut share.a);
        }
        below.fade_to(after, &share.a, span);
        self.spare.push(share);
    }
}
