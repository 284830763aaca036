//! The pictures: asked of the render worker, drawn on canvases. One request is under way at a time, and of what waits only
//! the last document counts.

use std::time::Duration;

use domain::{ContentHash, render::PREVIEW_SIDE, template::Size};
use editor::{Editor, View};
use js_sys::{Array, Uint8ClampedArray};
use leptos::{html::Canvas, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlCanvasElement;

use super::{
    picture::{MaskView, Window, mask_document, part, put},
    worker::{Desk, Message, field},
};
use crate::{i18n, t};

/// What pictures are drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The whole picture.
    Base,
    /// The part that is seen, in as many pixels as the screen has.
    Detail,
    /// The whole picture without designs.
    Before,
    /// The mask of the active layer.
    Mask,
}

impl Surface {
    /// The most urgent first.
    const ALL: [Surface; 4] = [Self::Detail, Self::Base, Self::Mask, Self::Before];

    fn may_be_opaque(self) -> bool {
        matches!(self, Self::Base | Self::Detail)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Detail => "detail",
            Self::Before => "before",
            Self::Mask => "mask",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// In all its pixels.
    Exact,
    /// In half of them a side, while a hand moves something.
    Coarse,
    /// A coarse one that is not shown: the next movement finds everything made for its size.
    Ahead,
}

#[derive(Clone, Copy, Debug)]
struct Job {
    surface: Surface,
    side: u32,
    window: Option<Window>,
    kind: Kind,
    /// When it was sent, in milliseconds.
    sent: f64,
    /// Of which document it is.
    version: u32,
}

#[derive(Clone, Copy)]
pub struct Preview {
    pub base: NodeRef<Canvas>,
    pub detail: NodeRef<Canvas>,
    pub before: NodeRef<Canvas>,
    pub mask: NodeRef<Canvas>,
    /// The picture lets nothing through, so that browsers need not paint what lies under its canvases. Whether they may is fixed
    /// when a canvas is first drawn on: where this changes, there are new ones.
    pub opaque: RwSignal<bool>,
    /// Where the detail lies that is drawn.
    pub detail_shown: RwSignal<Option<Window>>,
    pub mask_view: RwSignal<MaskView>,
    pub comparing: RwSignal<bool>,
    /// How much of the picture, in per cent from the left, then shows no designs.
    pub compared: RwSignal<f64>,
    /// Why there is no picture.
    pub trouble: RwSignal<Option<String>>,
    /// The longest side of the whole picture, in pixels.
    side: StoredValue<u32>,
    canvas: StoredValue<Size>,
    design: StoredValue<Option<ContentHash>>,
    desk: Desk,
    under_way: StoredValue<Option<Job>>,
    documents: StoredValue<Documents>,
    /// Surfaces whose picture is not that of their document.
    stale: StoredValue<Vec<Surface>>,
    /// Surfaces whose canvas is new, so that all of it is to be drawn.
    fresh: StoredValue<Vec<Surface>>,
    /// What a coarse picture was last made ahead for, and its side.
    ahead: StoredValue<Option<(Surface, u32)>>,
    /// The part that is seen, where the whole picture has too few pixels for it.
    window: StoredValue<Option<Window>>,
    /// A hand is moving something: coarser pictures will do.
    moving: StoredValue<bool>,
    still: StoredValue<Option<TimeoutHandle>>,
    /// What the last exact pictures of the whole and of the part took, in milliseconds.
    took: StoredValue<[f64; 2]>,
    /// How often the document has changed.
    version: StoredValue<u32>,
}

#[derive(Default)]
struct Documents {
    whole: String,
    before: String,
    mask: Option<String>,
}

/// A picture that takes longer than this, in milliseconds, is drawn at half the size while a hand moves something.
const SLOW: f64 = 11.0;
/// How long after the last change nothing moves any more.
const STILL: Duration = Duration::from_millis(120);

impl Preview {
    pub fn new(canvas: Size) -> Self {
        Self {
            base: NodeRef::new(),
            detail: NodeRef::new(),
            before: NodeRef::new(),
            mask: NodeRef::new(),
            opaque: RwSignal::new(true),
            detail_shown: RwSignal::new(None),
            mask_view: RwSignal::new(MaskView::Off),
            comparing: RwSignal::new(false),
            compared: RwSignal::new(50.0),
            trouble: RwSignal::new(None),
            side: StoredValue::new(PREVIEW_SIDE.min(canvas.longest())),
            canvas: StoredValue::new(canvas),
            design: StoredValue::new(None),
            desk: Desk::new(),
            under_way: StoredValue::new(None),
            documents: StoredValue::new(Documents::default()),
            stale: StoredValue::new(Vec::new()),
            fresh: StoredValue::new(Vec::new()),
            ahead: StoredValue::new(None),
            window: StoredValue::new(None),
            moving: StoredValue::new(false),
            still: StoredValue::new(None),
            took: StoredValue::new([0.0; 2]),
            version: StoredValue::new(0),
        }
    }

    pub fn choose(self, design: Option<ContentHash>) {
        self.design.set_value(design);
    }

    /// Shows the document as it is now; `whole` is its JSON.
    pub fn show(self, editor: &Editor, whole: String) {
        let template = editor.template();
        let mask_view = self.mask_view.get_untracked();
        self.canvas.set_value(template.canvas);
        self.side.set_value(PREVIEW_SIDE.min(template.canvas.longest()));
        let documents = Documents {
            whole,
            before: if self.comparing.get_untracked() { template.without_designs().to_json() } else { String::new() },
            mask: mask_document(editor, mask_view).map(|template| template.to_json()),
        };
        let has_mask = documents.mask.is_some();
        let before_is_new =
            self.comparing.get_untracked() && self.documents.with_value(|shown| shown.before != documents.before);
        self.documents.set_value(documents);
        self.mark(Surface::Base);
        if self.window.with_value(Option::is_some) {
            self.mark(Surface::Detail);
        }
        if has_mask {
            self.mark(Surface::Mask);
        }
        if before_is_new {
            self.mark(Surface::Before);
        }
        self.version.update_value(|version| *version = version.wrapping_add(1));
        self.moves(editor.is_dragging());
        self.next();
    }

    /// Changes that follow each other closely are a movement too, as a slider's are.
    fn moves(self, dragging: bool) {
        let again = self.still.try_update_value(Option::take).flatten();
        let close = again.is_some();
        if let Some(timer) = again {
            timer.clear();
        }
        self.moving.set_value(dragging || close);
        let settle = move || {
            self.still.try_set_value(None);
            // A hand that holds still mid-gesture sees the exact picture too.
            self.moving.try_set_value(false);
            self.next();
        };
        self.still.set_value(set_timeout_with_handle(settle, STILL).ok());
    }

    /// The view has come to rest: shows what is seen in the screen's own pixels.
    pub fn look(self, view: View, stage: (f64, f64)) {
        let canvas = self.canvas.get_value();
        let density = window().device_pixel_ratio().max(1.0);
        let side = (f64::from(canvas.longest()) * (view.zoom() * density).min(1.0)).round() as u32;
        let window = view.shown(canvas, stage).filter(|_| side > self.side.get_value());
        let window = window.map(|shown| part(canvas, side, shown));
        if window == self.window.get_value() {
            return;
        }
        self.window.set_value(window);
        match window {
            Some(_) => self.mark(Surface::Detail),
            None => self.detail_shown.set(None),
        }
        self.next();
    }

    fn mark(self, surface: Surface) {
        self.stale.update_value(|stale| {
            if !stale.contains(&surface) {
                stale.push(surface);
            }
        });
    }

    /// The next picture that is worth making, if any.
    fn job(self) -> Option<Job> {
        let (moving, window) = (self.moving.get_value(), self.window.get_value());
        let stale = self.stale.get_value();
        let urgent = Surface::ALL.into_iter().find(|surface| match surface {
            _ if !stale.contains(surface) => false,
            Surface::Detail => window.is_some(),
            // While the detail is what one sees, the rest waits.
            Surface::Base => !(moving && window.is_some()),
            Surface::Mask | Surface::Before => true,
        });
        match urgent {
            Some(surface) if moving && self.is_slow(surface) => Some(self.picture(surface, Kind::Coarse)),
            Some(surface) => Some(self.picture(surface, Kind::Exact)),
            None if moving => None,
            None => {
                let seen = if window.is_some() { Surface::Detail } else { Surface::Base };
                let ahead = self.picture(seen, Kind::Ahead);
                let is_new = self.ahead.get_value() != Some((seen, ahead.side));
                (is_new && self.is_slow(seen)).then_some(ahead)
            }
        }
    }

    /// Its exact picture takes so long that a hand would feel it.
    fn is_slow(self, surface: Surface) -> bool {
        surface.may_be_opaque() && self.took.get_value()[usize::from(surface == Surface::Detail)] > SLOW
    }

    fn picture(self, surface: Surface, kind: Kind) -> Job {
        let step = if kind == Kind::Exact { 1 } else { 2 };
        let window = self.window.get_value().filter(|_| surface == Surface::Detail);
        let window = match kind {
            Kind::Exact => window,
            _ => window.map(|window| part(self.canvas.get_value(), window.side / step, window.shown)),
        };
        let side = window.map_or(self.side.get_value() / step, |window| window.side);
        Job { surface, side, window, kind, sent: now(), version: self.version.get_value() }
    }

    fn next(self) {
        if self.under_way.try_with_value(Option::is_some).unwrap_or(true) {
            return;
        }
        let Some(job) = self.job() else { return };
        match job.kind {
            Kind::Exact => self.stale.update_value(|stale| stale.retain(|surface| *surface != job.surface)),
            // What is drawn coarsely stays to be drawn.
            Kind::Coarse => {}
            Kind::Ahead => self.ahead.set_value(Some((job.surface, job.side))),
        }
        if let Some(canvas) = self.base.get_untracked()
            && job.surface == Surface::Base
            && job.kind != Kind::Ahead
        {
            let _ = canvas.set_attribute("data-state", "busy");
        }
        let document = self.documents.with_value(|documents| match job.surface {
            Surface::Base | Surface::Detail => Some(documents.whole.clone()),
            Surface::Before => Some(documents.before.clone()),
            Surface::Mask => documents.mask.clone(),
        });
        let Some(document) = document else { return self.next() };
        let design = match job.surface {
            Surface::Base | Surface::Detail => self.design.get_value(),
            Surface::Before | Surface::Mask => None,
        };
        let window = job.window.map(|window| window.sides.iter().map(|side| JsValue::from(*side)).collect::<Array>());
        let message = Message::new("show")
            .with("surface", job.surface.name())
            .with("document", document)
            .with("design", design.map_or(JsValue::NULL, |hash| hash.to_string().into()))
            .with("side", job.side)
            .with("window", window.map_or(JsValue::NULL, JsValue::from))
            .with("ahead", job.kind == Kind::Ahead)
            .with("fresh", self.fresh.with_value(|fresh| fresh.contains(&job.surface)));
        if job.kind != Kind::Ahead {
            self.fresh.update_value(|fresh| fresh.retain(|surface| *surface != job.surface));
        }
        self.under_way.set_value(Some(job));
        if self.desk.send(message, move |data| self.receive(&data), move || self.broke()).is_err() {
            self.broke();
        }
    }

    /// Whether a picture can be drawn on the canvases that are there. If not, new ones are, and are drawn on next.
    fn fits(self, job: Job, opaque: bool) -> bool {
        if !job.surface.may_be_opaque() || self.opaque.get_untracked() == opaque {
            return true;
        }
        self.opaque.set(opaque);
        self.fresh.set_value(vec![Surface::Base, Surface::Detail]);
        self.mark(Surface::Base);
        if self.window.with_value(Option::is_some) {
            self.mark(Surface::Detail);
        }
        false
    }

    fn broke(self) {
        // The next change begins with a new worker.
        self.desk.end();
        self.under_way.try_set_value(None);
        self.trouble.try_set(Some(t!("editor-no-worker")));
    }

    fn receive(self, data: &JsValue) {
        let Some(job) = self.under_way.try_get_value().flatten() else { return };
        if let Some(key) = field(data, "error").as_string() {
            self.trouble.try_set(Some(i18n::text(&key)));
            self.under_way.try_set_value(None);
            return self.next();
        }
        let done = field(data, "done").is_truthy();
        if let Ok(pixels) = field(data, "pixels").dyn_into::<Uint8ClampedArray>()
            && self.fits(job, field(data, "opaque").is_truthy())
            && let Some(canvas) = self.canvas_of(job.surface)
            && put(&canvas, &pixels, data, job.window, job.surface.may_be_opaque() && self.opaque.get_untracked())
                .is_ok()
        {
            self.trouble.try_set(None);
            let shown = |window: Option<Window>| window.map(|window| window.shown);
            let is_seen = shown(self.window.get_value()) == shown(job.window);
            if job.surface == Surface::Detail && is_seen && self.detail_shown.get_untracked() != job.window {
                self.detail_shown.set(job.window);
            }
        }
        if !done {
            return;
        }
        if job.kind == Kind::Exact && job.surface.may_be_opaque() {
            self.took.update_value(|took| took[usize::from(job.surface == Surface::Detail)] = now() - job.sent);
        }
        if let (Surface::Base, Some(canvas)) = (job.surface, self.base.get_untracked())
            && job.kind != Kind::Ahead
        {
            let fresh = job.kind == Kind::Exact && self.stale.with_value(|stale| !stale.contains(&Surface::Base));
            let _ = canvas.set_attribute("data-state", if fresh { "exact" } else { "coarse" });
        }
        if job.kind == Kind::Coarse && self.moving.get_value() {
            // Another coarse picture of the same document shows nothing new.
            self.under_way.try_set_value(None);
            return self.wait_for_change(job.version);
        }
        self.under_way.try_set_value(None);
        self.next();
    }

    /// Goes on at once if the document is not that one any more.
    fn wait_for_change(self, version: u32) {
        if self.version.try_get_value() != Some(version) {
            self.next();
        }
    }

    fn canvas_of(self, surface: Surface) -> Option<HtmlCanvasElement> {
        let node = match surface {
            Surface::Base => self.base,
            Surface::Detail => self.detail,
            Surface::Before => self.before,
            Surface::Mask => self.mask,
        };
        node.try_get_untracked().flatten()
    }
}

fn now() -> f64 {
    js_sys::Date::now()
}
