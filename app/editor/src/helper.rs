//! What is found in the picture, by a worker of its own so that pictures go on: one question at a time, of those that wait the last.

use document::{ContentHash, LayerId, Template, geometry::Part};
use editor::{Answer, Ask, Ticket};
use js_sys::{Uint8Array, Uint8ClampedArray};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};

use super::worker::{Desk, Message, field};
use ui::{i18n, t};

/// The longest side of a small picture, in pixels.
const SMALL: u32 = 144;
/// How often corners are rounded at a time.
const SMOOTHING: u32 = 24;

#[derive(Clone, Debug)]
enum Task {
    Ask(Ticket, Ask),
    /// Paths around what a layer's mask shows.
    Outline(LayerId, Purpose),
    MaskFile(LayerId),
    /// A small picture, by its number.
    Small(usize, Option<ContentHash>),
}

/// What paths around a mask are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be the mask.
    Convert,
    /// To be the mask, with its corners rounded.
    Smooth,
    /// To march around it.
    Ants,
    /// A file.
    Svg,
}

/// What has been found.
#[derive(Clone, Debug)]
pub enum Found {
    Answer(Ticket, Answer),
    Outline(LayerId, Purpose, Vec<Part>),
    MaskFile(Vec<u8>),
    /// A small picture's pixels and its width.
    Small(usize, SendWrapper<Uint8ClampedArray>, u32),
}

#[derive(Clone, Copy)]
pub struct Helper {
    /// Something is looked for that takes longer than a blink.
    pub busy: RwSignal<bool>,
    pub trouble: RwSignal<Option<String>>,
    pub found: RwSignal<Option<Found>>,
    desk: Desk,
    under_way: StoredValue<Option<Task>>,
    waiting: StoredValue<Option<(Task, String)>>,
    /// A small picture to make when nothing else is asked for.
    idle: StoredValue<Option<(Task, String)>>,
}

impl Helper {
    pub fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            trouble: RwSignal::new(None),
            found: RwSignal::new(None),
            desk: Desk::new(),
            under_way: StoredValue::new(None),
            waiting: StoredValue::new(None),
            idle: StoredValue::new(None),
        }
    }

    pub fn ask(self, ticket: Ticket, ask: Ask, template: &Template) {
        self.queue(Task::Ask(ticket, ask), template);
    }

    pub fn outline(self, layer: LayerId, purpose: Purpose, template: &Template) {
        self.queue(Task::Outline(layer, purpose), template);
    }

    pub fn mask_file(self, layer: LayerId, template: &Template) {
        self.queue(Task::MaskFile(layer), template);
    }

    /// Makes a small picture of a document with a design, once there is time.
    pub fn small(self, number: usize, template: &Template, design: Option<ContentHash>) {
        self.idle.set_value(Some((Task::Small(number, design), template.to_json())));
        self.next();
    }

    /// Gives up what is looked for.
    pub fn cancel(self) {
        self.desk.end();
        self.under_way.set_value(None);
        self.waiting.set_value(None);
        self.busy.set(false);
    }

    fn queue(self, task: Task, template: &Template) {
        self.waiting.set_value(Some((task, template.to_json())));
        self.next();
    }

    fn next(self) {
        if self.under_way.try_with_value(Option::is_some).unwrap_or(true) {
            return;
        }
        let next = self.waiting.try_update_value(Option::take).flatten();
        let next = next.or_else(|| self.idle.try_update_value(Option::take).flatten());
        let Some((task, document)) = next else {
            self.busy.try_set(false);
            return;
        };
        let message = match &task {
            Task::Ask(_, ask) => Message::new("find").with("ask", serde_json::to_string(ask).unwrap_or_default()),
            Task::Outline(LayerId(layer), purpose) => {
                let smoothing = if *purpose == Purpose::Smooth { SMOOTHING } else { 0 };
                Message::new("outline").with("layer", *layer).with("smoothing", smoothing)
            }
            Task::MaskFile(LayerId(layer)) => Message::new("mask-file").with("layer", *layer),
            Task::Small(number, design) => Message::new("show")
                .with("surface", format!("small-{number}"))
                .with("design", design.map_or(JsValue::NULL, |hash| hash.to_string().into()))
                .with("side", SMALL),
        };
        // The way to the pointer is asked for with every move: nothing to wait for.
        self.busy
            .set(!matches!(task, Task::Ask(_, Ask::Wire { .. }) | Task::Outline(_, Purpose::Ants) | Task::Small(..)));
        self.trouble.set(None);
        self.under_way.set_value(Some(task));
        let broke = move || {
            self.cancel();
            self.trouble.try_set(Some(t!("editor-no-worker")));
        };
        if self.desk.send(message.with("document", document), move |data| self.receive(&data), broke).is_err() {
            broke();
        }
    }

    fn receive(self, data: &JsValue) {
        // Of a small picture the coarser ones are left out.
        let coarse = field(data, "kind").as_string().as_deref() == Some("picture") && !field(data, "done").is_truthy();
        if coarse {
            return;
        }
        let Some(task) = self.under_way.try_update_value(Option::take).flatten() else { return };
        match (field(data, "error").as_string(), found(task, data)) {
            (Some(key), _) => self.trouble.set(Some(i18n::text(&key))),
            (None, Some(found)) => self.found.set(Some(found)),
            (None, None) => self.trouble.set(Some(t!("error-internal"))),
        }
        self.next();
    }
}

fn found(task: Task, data: &JsValue) -> Option<Found> {
    let text = |name: &str| field(data, name).as_string().unwrap_or_default();
    match task {
        Task::Ask(ticket, _) => Some(Found::Answer(ticket, serde_json::from_str(&text("answer")).ok()?)),
        Task::Outline(layer, purpose) => {
            Some(Found::Outline(layer, purpose, serde_json::from_str(&text("parts")).ok()?))
        }
        Task::Small(number, _) => {
            let pixels = field(data, "pixels").dyn_into::<Uint8ClampedArray>().ok()?;
            Some(Found::Small(number, SendWrapper::new(pixels), field(data, "width").as_f64()? as u32))
        }
        Task::MaskFile(_) => Some(Found::MaskFile(field(data, "file").dyn_into::<Uint8Array>().ok()?.to_vec())),
    }
}
