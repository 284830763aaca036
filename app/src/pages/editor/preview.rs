//! The picture: asked of the render worker, drawn on the canvas. One request is under way at a time, and of those
//! that wait only the last.

use domain::{
    ContentHash,
    render::PREVIEW_SIDE,
    template::{Size, Template},
};
use js_sys::{Object, Reflect, Uint8ClampedArray};
use leptos::{html::Canvas, prelude::*};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, ImageData, MessageEvent, Worker, WorkerOptions, WorkerType,
};

use crate::{i18n, t};

#[derive(Clone, Copy)]
pub struct Preview {
    pub canvas: NodeRef<Canvas>,
    /// Why there is no picture.
    pub trouble: RwSignal<Option<String>>,
    /// The longest side of the picture, in pixels.
    pub side: u32,
    design: StoredValue<Option<ContentHash>>,
    /// Only ever filled in the browser: on the server a page is dropped on any thread.
    worker: StoredValue<Option<SendWrapper<Worker>>>,
    under_way: StoredValue<bool>,
    /// The document to show next.
    waiting: StoredValue<Option<String>>,
}

impl Preview {
    pub fn new(canvas: Size) -> Self {
        let preview = Self {
            canvas: NodeRef::new(),
            trouble: RwSignal::new(None),
            side: PREVIEW_SIDE.min(canvas.longest()),
            design: StoredValue::new(None),
            worker: StoredValue::new(None),
            under_way: StoredValue::new(false),
            waiting: StoredValue::new(None),
        };
        on_cleanup(move || {
            preview.worker.try_update_value(|worker| worker.take().map(|worker| worker.terminate()));
        });
        preview
    }

    pub fn choose(self, design: Option<ContentHash>) {
        self.design.set_value(design);
    }

    pub fn show(self, template: &Template) {
        self.waiting.set_value(Some(template.to_json()));
        self.next();
    }

    fn next(self) {
        if self.under_way.get_value() {
            return;
        }
        let Some(document) = self.waiting.try_update_value(Option::take).flatten() else { return };
        if self.worker.with_value(Option::is_none) {
            match self.start() {
                Ok(worker) => self.worker.set_value(Some(SendWrapper::new(worker))),
                Err(_) => return self.trouble.set(Some(t!("editor-no-worker"))),
            }
        }
        if let Some(canvas) = self.canvas.get_untracked() {
            let _ = canvas.set_attribute("data-state", "busy");
        }
        self.under_way.set_value(true);
        let message = Object::new();
        let design = self.design.get_value().map(|hash| hash.to_string());
        let set = |name: &str, value: &JsValue| Reflect::set(&message, &name.into(), value);
        let made = set("document", &document.into())
            .and_then(|_| set("design", &design.map_or(JsValue::NULL, JsValue::from)))
            .and_then(|_| set("side", &self.side.into()));
        let sent = made.and_then(|_| {
            self.worker.with_value(|worker| match worker {
                Some(worker) => worker.post_message(&message),
                None => Ok(()),
            })
        });
        if sent.is_err() {
            self.under_way.set_value(false);
            self.trouble.set(Some(t!("editor-no-worker")));
        }
    }

    fn start(self) -> Result<Worker, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options("/pkg/render-worker-start.js", &options)?;
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| self.receive(&event.data()));
        worker.set_onmessage(Some(message.into_js_value().unchecked_ref()));
        let error = Closure::<dyn FnMut(web_sys::Event)>::new(move |_: web_sys::Event| {
            // The next change begins with a new worker.
            self.worker.try_update_value(|worker| worker.take().map(|worker| worker.terminate()));
            self.under_way.try_set_value(false);
            self.trouble.try_set(Some(t!("editor-no-worker")));
        });
        worker.set_onerror(Some(error.into_js_value().unchecked_ref()));
        Ok(worker)
    }

    /// `{ pixels, left, top, columns, width, height, exact }`, the part of the picture that changed, or `{ error }` with the key of
    /// a sentence.
    fn receive(self, data: &JsValue) {
        let get = |name: &str| Reflect::get(data, &name.into()).unwrap_or(JsValue::UNDEFINED);
        if let Some(key) = get("error").as_string() {
            self.trouble.try_set(Some(i18n::text(&key)));
            self.under_way.try_set_value(false);
            return self.next();
        }
        let number = |name: &str| get(name).as_f64().unwrap_or(0.0);
        let exact = get("exact").is_truthy();
        if let (Ok(pixels), Some(canvas)) =
            (get("pixels").dyn_into::<Uint8ClampedArray>(), self.canvas.try_get_untracked().flatten())
        {
            let whole = (number("width") as u32, number("height") as u32);
            let drawn = draw(&canvas, &pixels, (number("left"), number("top")), number("columns") as u32, whole);
            if drawn.is_ok() {
                self.trouble.try_set(None);
            }
            // A coarser picture is followed by the exact one unless another document waits.
            if exact {
                let _ = canvas.set_attribute("data-state", "exact");
            }
        }
        if exact {
            self.under_way.try_set_value(false);
            self.next();
        }
    }
}

/// Draws a part of the picture, `columns` pixels wide, at its place.
fn draw(
    canvas: &HtmlCanvasElement,
    pixels: &Uint8ClampedArray,
    (left, top): (f64, f64),
    columns: u32,
    (width, height): (u32, u32),
) -> Result<(), JsValue> {
    if canvas.width() != width || canvas.height() != height {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    if columns == 0 {
        return Ok(());
    }
    let context = canvas.get_context("2d")?.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok());
    let image = ImageData::new_with_js_u8_clamped_array(pixels, columns)?;
    context.map_or(Ok(()), |context| context.put_image_data(&image, left, top))
}
