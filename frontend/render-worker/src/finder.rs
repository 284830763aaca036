//! What is found in the picture as it is without designs, and around what a mask shows.

use document::{
    LayerId, Mask, Size, Template,
    geometry::{Part, Point},
};
use editor::{Ask, Hint, Reach};
use render::{Image, Sources, compose};
use segment::{Matte, Picture, Spread, Wire, object, trace, wand};
use web_sys::DedicatedWorkerGlobalScope;

use crate::{Trouble, library::Library, message::Answer};

/// The longest side of the picture that is looked at.
const SIDE: u32 = 1_600;
/// How far a path may be from what was found, in pixels of that picture.
const TOLERANCE: f64 = 0.7;
/// Where a mask's edge is traced, the picture is at most this large, in pixels.
const MASK_SIDE: u32 = 3_000;

#[derive(Default)]
pub struct Finder(Option<Seen>);

/// The picture that was last looked at.
struct Seen {
    template: Template,
    picture: Picture,
    wire: Option<Wire>,
    /// Canvas pixels per pixel of it, along both axes.
    scale: (f64, f64),
}

impl Finder {
    pub async fn find(
        &mut self,
        scope: &DedicatedWorkerGlobalScope,
        library: &mut Library,
        template: &Template,
        ask: &Ask,
    ) -> Result<(), Trouble> {
        // What draws nothing does not count.
        let bare = Template { name: String::new(), guides: Default::default(), ..template.without_designs() };
        if self.0.as_ref().is_none_or(|seen| seen.template != bare) {
            let (picture, size) = look(library, &bare, SIDE).await?;
            let (width, height) = (picture.width() as usize, picture.height() as usize);
            let picture = Picture::new(width, height, picture.into_pixels()).ok_or(Trouble("error-internal"))?;
            self.0 = Some(Seen { scale: scale(bare.canvas, size), template: bare, picture, wire: None });
        }
        let Some(seen) = &mut self.0 else { return Err(Trouble("error-internal")) };
        let answer = serde_json::to_string(&seen.answer(ask)).map_err(|_| Trouble("error-internal"))?;
        Answer::new("found").with("answer", answer).with("done", true).post(scope)
    }
}

impl Seen {
    fn answer(&mut self, ask: &Ask) -> editor::Answer {
        let (sx, sy) = self.scale;
        let to = |p: Point| (p.x / sx, p.y / sy);
        match ask {
            Ask::Wand { at, tolerance, reach } => {
                let (x, y) = to(*at);
                let spread = match reach {
                    Reach::Connected => Spread::Connected,
                    Reach::Everywhere => Spread::Everywhere,
                };
                let at = (x.max(0.0) as usize, y.max(0.0) as usize);
                self.parts(&wand(&self.picture, at, *tolerance, spread))
            }
            Ask::Object(hint) => {
                let hint = match hint {
                    Hint::Box(a, b) => {
                        let ((ax, ay), (bx, by)) = (to(*a), to(*b));
                        segment::Hint::Box([ax.min(bx), ay.min(by), ax.max(bx), ay.max(by)])
                    }
                    Hint::Scribble(line) => segment::Hint::Scribble(line.iter().map(|p| to(*p)).collect()),
                };
                self.parts(&object(&self.picture, &hint))
            }
            Ask::Wire { from, to: end } => {
                let picture = &self.picture;
                let wire = self.wire.get_or_insert_with(|| Wire::new(picture));
                let way = wire.way(to(*from), to(*end));
                editor::Answer::Way(way.into_iter().map(|(x, y)| Point::new(x * sx, y * sy)).collect())
            }
        }
    }

    fn parts(&self, matte: &Matte) -> editor::Answer {
        editor::Answer::Parts(on_canvas(trace(&matte.softened(), TOLERANCE), self.scale))
    }
}

/// Paths in canvas pixels; those that leave the limits of coordinates, which none does, are left out.
fn on_canvas(parts: Vec<Part>, (sx, sy): (f64, f64)) -> Vec<Part> {
    let map = |p: Point| Point::new(p.x * sx, p.y * sy);
    let each = parts.into_iter().filter_map(|part| {
        let holes = part.holes.iter().filter_map(|hole| hole.mapped(map).ok()).collect();
        Some(Part { outline: part.outline.mapped(map).ok()?, holes })
    });
    each.collect()
}

fn scale(canvas: Size, size: Size) -> (f64, f64) {
    let ratio = |canvas: u32, size: u32| f64::from(canvas) / f64::from(size);
    (ratio(canvas.width(), size.width()), ratio(canvas.height(), size.height()))
}

/// The exact picture of a document without designs, and its size.
async fn look(library: &mut Library, template: &Template, side: u32) -> Result<(Image, Size), Trouble> {
    let images = template.images();
    library.have(images.iter().copied()).await?;
    let size = template.canvas.scaled_to(side.min(template.canvas.longest()));
    loop {
        let mut sources = Sources::default();
        sources.images = images.iter().filter_map(|hash| Some((*hash, library.get(hash)?))).collect();
        let composed = compose(template, &mut sources, size).map_err(|_| Trouble("editor-image-missing"))?;
        if composed.wanted.is_empty() {
            return Ok((composed.image, size));
        }
        for finer in composed.wanted {
            if let Some(hash) = finer.image {
                library.load(hash, finer.level).await?;
            }
        }
    }
}

/// White where a layer's mask shows, on black.
fn mask_picture(template: &Template, layer: LayerId, soft: bool) -> Result<Template, Trouble> {
    let mask = template.layer(layer).and_then(|layer| layer.mask.clone()).ok_or(Trouble("editor-no-mask"))?;
    let mask = if soft { mask } else { Mask { feather: Default::default(), ..mask } };
    Ok(mask.picture(template.canvas))
}

/// Paths around what a layer's mask shows, its softness left aside and its corners rounded.
pub async fn outline(
    scope: &DedicatedWorkerGlobalScope,
    library: &mut Library,
    template: &Template,
    layer: LayerId,
    smoothing: u32,
) -> Result<(), Trouble> {
    let side = if smoothing > 0 { SIDE } else { MASK_SIDE };
    let (image, size) = look(library, &mask_picture(template, layer, false)?, side).await?;
    let values = image.pixels().chunks_exact(4).map(|pixel| pixel[0]).collect();
    let matte = Matte::new(image.width() as usize, image.height() as usize, values).ok_or(Trouble("error-internal"))?;
    // Each time by a pixel or so of a picture of this size.
    let matte = (0..smoothing.min(64)).fold(matte, |matte, _| matte.softened());
    let parts = on_canvas(trace(&matte, TOLERANCE), scale(template.canvas, size));
    let answer = serde_json::to_string(&parts).map_err(|_| Trouble("error-internal"))?;
    Answer::new("outline").with("parts", answer).with("done", true).post(scope)
}

/// What a layer's mask shows as a PNG file, grey, of the canvas' size.
pub async fn mask_file(
    scope: &DedicatedWorkerGlobalScope,
    library: &mut Library,
    template: &Template,
    layer: LayerId,
) -> Result<(), Trouble> {
    let picture = mask_picture(template, layer, true)?;
    let (image, _) = look(library, &picture, template.canvas.longest()).await?;
    let file = render::encode::png(&image, render::encode::PngEffort::Fast).map_err(|_| Trouble("error-internal"))?;
    let bytes = js_sys::Uint8Array::from(file.as_slice());
    Answer::new("mask-file").with("file", bytes).with("done", true).post(scope)
}
