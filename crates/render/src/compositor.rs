//! The layer tree, composed row by row from the bottom up.

use std::ops::Range;

use document::{ContentHash, LayerId, Size, Template};

use crate::{
    Image,
    blend::Blend,
    prepared::{Content, Prepared, Stage, ground},
    region::Region,
    row::Row,
    sampler::{View, sample_row},
    sources::{MEMORY_MAX, Scaled, Sources},
    stop::Stop,
};

/// What is composed at a time: so little that the part of a design it shows, however that is turned, stays in the
/// processor's nearest cache from one row to the next.
const TILE_COLUMNS: usize = 128;
const TILE_ROWS: usize = 32;

/// A finished picture.
#[derive(Debug)]
pub struct Composed {
    /// The picture, as large as was asked for.
    pub image: Image,
    /// Levels that were read coarser than the exact picture needs, because a source begins at a coarser level.
    /// Empty: the picture is exact.
    pub wanted: Vec<Wanted>,
}

/// A finer level of a source that the exact picture needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The image, or `None` for the design.
    pub image: Option<ContentHash>,
    /// The level's number: 0 is the image itself, each further one half as large.
    pub level: u32,
}

/// The reason why there is no picture.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum RenderError {
    /// A layer's image is not among the sources.
    #[error("layer {layer} (\"{name}\") needs the image {image}, which is missing")]
    MissingImage {
        /// The layer that needs it.
        layer: LayerId,
        /// The layer's name.
        name: String,
        /// The image's file.
        image: ContentHash,
    },
    /// The photos, the masks and what carries the designs take too much memory at the size that was asked for.
    #[error(
        "with layer {layer} (\"{name}\") the picture needs more than {} GB of memory; make it smaller or use fewer photos and masks",
        MEMORY_MAX >> 30
    )]
    TooLarge {
        /// The layer with which, counted from the bottom, it became too much.
        layer: LayerId,
        /// The layer's name.
        name: String,
    },
    /// The masks take too many steps to draw at the size that was asked for.
    #[error(
        "with the mask of layer {layer} (\"{name}\") the picture takes too long; use fewer points or a smaller brush"
    )]
    TooMuch {
        /// The layer with whose mask, counted from the bottom, it became too many.
        layer: LayerId,
        /// The layer's name.
        name: String,
    },
    /// Nobody waits for the picture any more.
    #[error("nobody waits for the picture any more")]
    Stopped,
    /// The document breaks a rule of [`document::Template::check`].
    #[error(transparent)]
    Document(#[from] document::TemplateError),
}

/// The picture of `template` at `output` pixels, on a transparent ground.
///
/// # Errors
/// [`RenderError::MissingImage`] names the layer whose image is not among the sources, [`RenderError::TooLarge`] the one with
/// which all together takes too much memory, [`RenderError::TooMuch`] the one whose mask takes longest of those that take too long;
/// [`RenderError::Stopped`] where [`Sources::stop`] was.
pub fn compose(template: &Template, sources: &mut Sources, output: Size) -> Result<Composed, RenderError> {
    sources.prepare(template, output)?;
    let (width, height) = (output.width() as usize, output.height() as usize);
    let mut pixels = vec![0; width * height * 4];
    let painted = paint(template, sources, output, &Region::whole(output), &mut pixels);
    if sources.stop.is_stopped() {
        return Err(RenderError::Stopped);
    }
    let wanted = sources.wanted(template, painted.design_level);
    let image = Image::new(output.width(), output.height(), pixels)
        .unwrap_or_else(|error| unreachable!("every row was written: {error}"));
    Ok(Composed { image, wanted })
}

/// What [`paint`] found out on the way.
pub struct Painted {
    /// The finest level of the design that was read.
    pub design_level: u32,
    /// A photo without a hole is the ground, so that no pixel lets anything through.
    pub opaque: bool,
}

/// Composes the part of the picture within `part` into the whole picture's `pixels`; every part comes out as in the whole.
/// Sources are prepared.
pub fn paint(template: &Template, sources: &Sources, output: Size, part: &Region, pixels: &mut [u8]) -> Painted {
    let (canvas, photo_area) = (template.canvas, template.photo_area);
    let layers = Stage { sources, canvas, output, photo_area, part }.prepare(&template.layers);
    let (ground, layers) = ground(&layers);
    let picture = Picture { ground, layers, width: output.width() as usize, part, stop: &sources.stop };
    let (band, opaque) = (picture.width * 4 * TILE_ROWS, ground.is_some());
    // Rows do not depend on each other, so neither does the picture on who composes which.
    #[cfg(not(target_arch = "wasm32"))]
    {
        use rayon::prelude::*;
        let bands = pixels.par_chunks_mut(band).enumerate();
        let levels = bands.map_init(
            || Composer::new(picture.width),
            |composer, (band, bytes)| {
                picture.band(composer, band * TILE_ROWS, bytes);
                composer.design_level
            },
        );
        Painted { design_level: levels.min().unwrap_or(u32::MAX), opaque }
    }
    #[cfg(target_arch = "wasm32")]
    {
        let mut composer = Composer::new(picture.width);
        for (band, bytes) in pixels.chunks_mut(band).enumerate() {
            picture.band(&mut composer, band * TILE_ROWS, bytes);
        }
        Painted { design_level: composer.design_level, opaque }
    }
}

struct Picture<'p, 'a> {
    ground: Option<&'p Scaled>,
    /// Above the ground.
    layers: &'p [Prepared<'a>],
    width: usize,
    part: &'p Region,
    stop: &'p Stop,
}

impl Picture<'_, '_> {
    /// Composes the rows from `top` on, as far as they lie in the part.
    fn band(&self, composer: &mut Composer, top: usize, bytes: &mut [u8]) {
        let columns = self.part.columns.clone();
        let stride = self.width * 4;
        let rows = || (top..).take(bytes.len() / stride).filter(|y| self.part.rows.contains(y));
        if columns.is_empty() || rows().next().is_none() || self.stop.is_stopped() {
            return;
        }
        let rows: Vec<usize> = rows().collect();
        for &y in &rows {
            let line = &mut bytes[(y - top) * stride..][columns.start * 4..columns.end * 4];
            match self.ground {
                Some(photo) => {
                    line.copy_from_slice(&photo.image.pixels()[y * stride..][columns.start * 4..columns.end * 4]);
                }
                None => line.fill(0),
            }
        }
        for left in (columns.start..columns.end).step_by(TILE_COLUMNS) {
            for &y in &rows {
                let touched = touched(self.layers, y);
                let span = touched.start.max(left)..touched.end.min(left + TILE_COLUMNS).min(columns.end);
                if !span.is_empty() {
                    composer.row(self.layers, y, span, &mut bytes[(y - top) * stride..][..stride]);
                }
            }
        }
    }
}

/// The columns of row `y` that any of the layers can change.
fn touched(layers: &[Prepared<'_>], y: usize) -> Range<usize> {
    let spans =
        layers.iter().map(|layer| &layer.bounds).filter(|bounds| bounds.rows.contains(&y) && !bounds.is_empty());
    let both = |a: Range<usize>, b: Range<usize>| a.start.min(b.start)..a.end.max(b.end);
    spans.map(|bounds| bounds.columns.clone()).reduce(both).unwrap_or(0..0)
}

/// Composes rows, one after the other.
struct Composer {
    width: usize,
    canvas: Row,
    /// Rows that nobody holds at the moment.
    spare: Vec<Row>,
    /// The finest level of the design that was asked for so far.
    design_level: u32,
    /// Clipped layers are left out, which change colours only.
    alpha_only: bool,
}

impl Composer {
    fn new(width: usize) -> Self {
        Self { width, canvas: Row::new(width), spare: Vec::new(), design_level: u32::MAX, alpha_only: false }
    }

    /// Composes the layers onto row `y`, whose bytes are given, within `span`.
    fn row(&mut self, layers: &[Prepared<'_>], y: usize, span: Range<usize>, bytes: &mut [u8]) {
        let mut canvas = std::mem::take(&mut self.canvas);
        canvas.load(span.clone(), bytes);
        self.compose(layers, y, &mut canvas, span.clone());
        canvas.store(span, bytes);
        self.canvas = canvas;
    }

    fn spare(&mut self) -> Row {
        self.spare.pop().unwrap_or_else(|| Row::new(self.width))
    }

    /// Composes row `y` of the layers onto `below`, within `span`.
    fn compose(&mut self, layers: &[Prepared<'_>], y: usize, below: &mut Row, span: Range<usize>) {
        for prepared in layers {
            self.layer(prepared, y, below, span.clone(), false);
        }
    }

    fn layer(&mut self, prepared: &Prepared<'_>, y: usize, below: &mut Row, span: Range<usize>, within: bool) {
        let Region { columns, rows } = &prepared.bounds;
        let span = columns.start.max(span.start)..columns.end.min(span.end);
        if !rows.contains(&y) || span.is_empty() {
            return;
        }
        let mut own = self.spare();
        match &prepared.content {
            Content::Group { layers, pass_through: true } if !within => {
                self.pass_through(prepared, layers, y, below, &mut own, span);
            }
            content => {
                // These draw what is below in other colours, and so show only where something is.
                let within = within || matches!(content, Content::Adjustment(_) | Content::Light(..));
                self.draw(prepared, y, below, &mut own, span.clone());
                self.clipped(&prepared.clipped, y, &mut own, span.clone());
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

    /// Lays clipped layers over their base.
    fn clipped(&mut self, layers: &[Prepared<'_>], y: usize, base: &mut Row, span: Range<usize>) {
        if self.alpha_only {
            return;
        }
        for layer in layers {
            self.layer(layer, y, base, span.clone(), true);
        }
    }

    /// The layer by itself, before mask, opacity and blending.
    fn draw(&mut self, prepared: &Prepared<'_>, y: usize, below: &Row, own: &mut Row, span: Range<usize>) {
        let stride = self.width * 4;
        match &prepared.content {
            Content::Group { layers, .. } => {
                own.clear(span.clone());
                self.compose(layers, y, own, span);
            }
            Content::Fill(color) => own.fill(span, *color),
            Content::Photo(photo) => own.load(span, &photo.image.pixels()[y * stride..][..stride]),
            Content::Placed(placed, design) => {
                let finest = sample_row(View { pyramid: design, placed, y, span, out: own });
                self.design_level = self.design_level.min(finest);
            }
            Content::Adjustment(adjuster) => {
                own.copy_from(below, span.clone());
                adjuster.apply(own, span.clone());
                own.a[span].fill(1.0);
            }
            Content::Light(light, photo) => {
                let mut seen = self.spare();
                seen.load(span.clone(), &photo.image.pixels()[y * stride..][..stride]);
                own.copy_from(below, span.clone());
                light.apply(own, &seen, span);
                self.spare.push(seen);
            }
            Content::Nothing => own.clear(span),
        }
    }

    /// A row with the alpha that the layers have by themselves.
    fn alpha_of(&mut self, layers: &[Prepared<'_>], y: usize, span: Range<usize>) -> Row {
        let mut own = self.spare();
        own.clear(span.clone());
        // Without what is clipped, so that nested groups are gone through once for each that holds them, not twice.
        let before = std::mem::replace(&mut self.alpha_only, true);
        self.compose(layers, y, &mut own, span);
        self.alpha_only = before;
        own
    }

    /// A group whose layers meet what is below it, and the layers clipped to it the colours that come of that, within the group's alpha.
    /// The group's mask and opacity then decide between before and after.
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
        if !prepared.clipped.is_empty() && !self.alpha_only {
            let mut base = self.alpha_of(layers, y, span.clone());
            base.color_as_group(below, after, span.clone());
            let mut clipped = self.spare();
            clipped.copy_from(&base, span.clone());
            self.clipped(&prepared.clipped, y, &mut clipped, span.clone());
            after.exchange(&base, &clipped, span.clone());
            self.spare.extend([base, clipped]);
        }
        let mut share = self.spare();
        share.a[span.clone()].fill(prepared.layer.opacity.get() * prepared.layer.fill_opacity.get());
        if let Some(coverage) = &prepared.coverage {
            coverage.limit(y, span.clone(), &mut share.a);
        }
        below.fade_to(after, &share.a, span);
        self.spare.push(share);
    }
}
