//! The pictures: asked of the render worker as the plan says, and drawn on canvases.

use std::time::Duration;

use document::{ContentHash, Size};
use editor::{Editor, View};
use js_sys::{Array, Uint8ClampedArray};
use leptos::{html::Canvas, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlCanvasElement;

use super::{
    picture::{MaskView, Window, mask_document, part, put},
    plan::{Job, Kind, Plan, Surface},
    worker::{Desk, Message, field},
};
use ui::{i18n, scope::Scope, t};

#[derive(Clone, Copy)]
pub struct Preview {
    pub base: NodeRef<Canvas>,
    pub detail: NodeRef<Canvas>,
    pub before: NodeRef<Canvas>,
    pub mask: NodeRef<Canvas>,
    /// The picture lets nothing through, so that browsers need not paint what lies under its canvases.
    pub opaque: RwSignal<bool>,
    /// Where the detail lies that is drawn.
    pub detail_shown: RwSignal<Option<Window>>,
    pub mask_view: RwSignal<MaskView>,
    pub comparing: RwSignal<bool>,
    /// How much of the picture, in per cent from the left, then shows no designs.
    pub compared: RwSignal<f64>,
    /// Why there is no picture.
    pub trouble: RwSignal<Option<String>>,
    plan: StoredValue<Plan>,
    documents: StoredValue<Documents>,
    design: StoredValue<Option<ContentHash>>,
    desk: Desk,
    /// When the request under way was sent, in milliseconds.
    sent: StoredValue<f64>,
    still: StoredValue<Option<TimeoutHandle>>,
    scope: Scope,
}

#[derive(Default)]
struct Documents {
    whole: String,
    before: String,
    mask: Option<String>,
}

/// How long after the last change nothing moves any more.
const STILL: Duration = Duration::from_millis(120);

impl Preview {
    pub fn new(canvas: Size) -> Self {
        Self {
            base: NodeRef::new(),
            detail: NodeRef::new(),
            before: NodeRef::new(),
            mask: NodeRef::new(),
            opaque: RwSignal::new(false),
            detail_shown: RwSignal::new(None),
            mask_view: RwSignal::new(MaskView::Off),
            comparing: RwSignal::new(false),
            compared: RwSignal::new(50.0),
            trouble: RwSignal::new(None),
            plan: StoredValue::new(Plan::new(canvas)),
            documents: StoredValue::new(Documents::default()),
            design: StoredValue::new(None),
            desk: Desk::new(),
            sent: StoredValue::new(0.0),
            still: StoredValue::new(None),
            scope: Scope::here(),
        }
    }

    pub fn choose(self, design: Option<ContentHash>) {
        self.design.set_value(design);
    }

    /// Shows the document as it is now; `whole` is its JSON.
    pub fn show(self, editor: &Editor, whole: String) {
        let template = editor.template();
        let mask_view = self.mask_view.get_untracked();
        let documents = Documents {
            whole,
            before: if self.comparing.get_untracked() { template.without_designs().to_json() } else { String::new() },
            mask: mask_document(editor, mask_view).map(|template| template.to_json()),
        };
        let has_mask = documents.mask.is_some();
        let before_is_new =
            self.comparing.get_untracked() && self.documents.with_value(|shown| shown.before != documents.before);
        self.documents.set_value(documents);
        self.plan.update_value(|plan| {
            plan.change(template.canvas);
            if has_mask {
                plan.mark(Surface::Mask);
            }
            if before_is_new {
                plan.mark(Surface::Before);
            }
        });
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
        self.plan.update_value(|plan| plan.move_on(dragging || close));
        let settle = move || {
            self.still.set_value(None);
            // A hand that holds still mid-gesture sees the exact picture too.
            self.plan.update_value(|plan| plan.move_on(false));
            self.next();
        };
        self.still.set_value(self.scope.later(STILL, settle));
    }

    /// The view has come to rest: shows what is seen in the screen's own pixels.
    pub fn look(self, view: View, stage: (f64, f64)) {
        let (canvas, whole) = self.plan.with_value(|plan| (plan.canvas(), plan.side()));
        let density = window().device_pixel_ratio().max(1.0);
        let side = (f64::from(canvas.longest()) * (view.zoom() * density).min(1.0)).round() as u32;
        let window = view.shown(canvas, stage).filter(|_| side > whole).map(|shown| part(canvas, side, shown));
        if self.plan.try_update_value(|plan| plan.look(window)) == Some(true) {
            if window.is_none() {
                self.detail_shown.set(None);
            }
            self.next();
        }
    }

    fn next(self) {
        let Some(job) = self.plan.try_update_value(Plan::begin).flatten() else { return };
        if job.surface == Surface::Base && job.kind != Kind::Ahead {
            self.say("busy");
        }
        let document = self.documents.with_value(|documents| match job.surface {
            Surface::Base | Surface::Detail => Some(documents.whole.clone()),
            Surface::Before => Some(documents.before.clone()),
            Surface::Mask => documents.mask.clone(),
        });
        let Some(document) = document else {
            self.plan.update_value(Plan::give_up);
            return self.next();
        };
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
            .with("ahead", job.kind == Kind::Ahead);
        self.sent.set_value(now());
        if self.desk.send(message, move |data| self.receive(&data), move || self.broke()).is_err() {
            self.broke();
        }
    }

    fn broke(self) {
        // The next change begins with a new worker.
        self.desk.end();
        self.plan.try_update_value(Plan::give_up);
        self.trouble.try_set(Some(t!("editor-no-worker")));
    }

    fn receive(self, data: &JsValue) {
        let Some(job) = self.plan.try_with_value(Plan::under_way).flatten() else { return };
        if let Some(key) = field(data, "error").as_string() {
            self.trouble.try_set(Some(i18n::text(&key)));
            self.plan.update_value(Plan::give_up);
            return self.next();
        }
        if let Ok(pixels) = field(data, "pixels").dyn_into::<Uint8ClampedArray>() {
            self.draw(job, &pixels, data);
        }
        if !field(data, "done").is_truthy() {
            return;
        }
        self.plan.update_value(|plan| plan.finish(now() - self.sent.get_value()));
        if job.surface == Surface::Base && job.kind != Kind::Ahead {
            let right = job.kind == Kind::Exact && self.plan.with_value(|plan| plan.is_right(Surface::Base));
            self.say(if right { "exact" } else { "coarse" });
        }
        self.next();
    }

    fn draw(self, job: Job, pixels: &Uint8ClampedArray, data: &JsValue) {
        let Some(canvas) = self.canvas_of(job.surface) else { return };
        if put(&canvas, pixels, data, job.window).is_err() {
            return;
        }
        let opaque = field(data, "opaque").is_truthy();
        if job.surface.is_picture() && self.opaque.get_untracked() != opaque {
            self.opaque.set(opaque);
        }
        if self.trouble.with_untracked(Option::is_some) {
            self.trouble.set(None);
        }
        let shown = |window: Option<Window>| window.map(|window| window.shown);
        let is_seen = shown(self.plan.with_value(Plan::window)) == shown(job.window);
        if job.surface == Surface::Detail && is_seen && self.detail_shown.get_untracked() != job.window {
            self.detail_shown.set(job.window);
        }
    }

    /// How far the whole picture is, for who waits for it.
    fn say(self, state: &str) {
        if let Some(canvas) = self.canvas_of(Surface::Base) {
            let _ = canvas.set_attribute("data-state", state);
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
