//! Pictures of the document, one remembered for each surface of the page.

use std::collections::HashMap;

use document::{ContentHash, Size, Template};
use render::{Frame, Region, Sources, Update};
use web_sys::DedicatedWorkerGlobalScope;

use crate::{
    Trouble,
    library::Library,
    message::{Answer, Wished},
};

#[derive(Default)]
pub struct Previewer {
    /// By surface and size: a coarse picture that a hand moves does not push out the exact one.
    shown: HashMap<(String, u32), Shown>,
    /// The size that each surface shows.
    sizes: HashMap<String, u32>,
}

#[derive(Default)]
struct Shown {
    sources: Sources,
    frame: Frame,
}

/// How many sizes of a surface are remembered.
const SIZES_MAX: usize = 2;

impl Previewer {
    pub async fn show(
        &mut self,
        scope: &DedicatedWorkerGlobalScope,
        library: &mut Library,
        wished: Wished,
    ) -> Result<(), Trouble> {
        let Wished { surface, template, design, side, window, ahead } = wished;
        let photos = template.images();
        library.keep(|hash| photos.contains(hash) || design == Some(*hash));
        library.have(photos.iter().copied().chain(design)).await?;
        let size = template.canvas.scaled_to(side);
        let window = window.unwrap_or(Region::whole(size));
        // A surface that shows another size has nothing of this one yet.
        let mut whole = !ahead && self.sizes.insert(surface.clone(), side) != Some(side);
        self.forget_old_sizes(&surface, side);
        let shown = self.shown.entry((surface.clone(), side)).or_default();
        loop {
            let update = shown.update(library, &template, design, size, &window)?;
            if let Some(image) = shown.frame.image().filter(|_| !ahead) {
                let part = if std::mem::take(&mut whole) { &window } else { &update.changed };
                let answer = Answer::new("picture").with("opaque", update.opaque).with_part(image, part);
                answer.with("done", update.wanted.is_empty()).post(scope)?;
            }
            if update.wanted.is_empty() {
                return if ahead { Answer::new("ahead").with("done", true).post(scope) } else { Ok(()) };
            }
            for finer in update.wanted {
                if let Some(hash) = finer.image.or(design) {
                    library.load(hash, finer.level).await?;
                }
            }
        }
    }

    /// Beside the size asked for, the one that is shown stays, or else one other.
    fn forget_old_sizes(&mut self, surface: &str, side: u32) {
        let shown = self.sizes.get(surface).copied();
        let room = if shown == Some(side) { SIZES_MAX - 1 } else { SIZES_MAX - 2 };
        let others = self.shown.keys().filter(|(own, size)| own == surface && *size != side && Some(*size) != shown);
        let others: Vec<_> = others.cloned().collect();
        for key in others.into_iter().skip(room) {
            self.shown.remove(&key);
        }
    }
}

impl Shown {
    fn update(
        &mut self,
        library: &Library,
        template: &Template,
        design: Option<ContentHash>,
        size: Size,
        window: &Region,
    ) -> Result<Update, Trouble> {
        self.sources.images =
            template.images().into_iter().filter_map(|hash| Some((hash, library.get(&hash)?))).collect();
        self.sources.design = design.and_then(|hash| library.get(&hash));
        let update = self.frame.update_within(template, &mut self.sources, size, window);
        update.map_err(|_| Trouble("editor-image-missing"))
    }
}
