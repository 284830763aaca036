//! A web worker of the page's: started when first needed, asked by messages, ended with the page.

use js_sys::{Object, Reflect};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// Only ever filled in the browser: on the server a page is dropped on any thread.
#[derive(Clone, Copy)]
pub struct Desk(StoredValue<Option<SendWrapper<Worker>>>);

/// What is sent.
pub struct Message(Object);

impl Message {
    pub fn new(kind: &str) -> Self {
        Self(Object::new()).with("kind", kind)
    }

    pub fn with(self, name: &str, value: impl Into<JsValue>) -> Self {
        // Setting a property of a plain object does not fail.
        let _ = Reflect::set(&self.0, &name.into(), &value.into());
        self
    }
}

/// A field of what came back.
pub fn field(data: &JsValue, name: &str) -> JsValue {
    Reflect::get(data, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

pub fn number(data: &JsValue, name: &str) -> f64 {
    field(data, name).as_f64().unwrap_or(0.0)
}

impl Desk {
    pub fn new() -> Self {
        let desk = Self(StoredValue::new(None));
        on_cleanup(move || desk.end());
        desk
    }

    /// Sends a message, starting the worker for the first one.
    ///
    /// # Errors
    /// Where the browser refuses workers or WebAssembly.
    pub fn send(
        self,
        message: Message,
        receive: impl Fn(JsValue) + 'static,
        broken: impl Fn() + 'static,
    ) -> Result<(), JsValue> {
        if self.0.with_value(Option::is_none) {
            let options = WorkerOptions::new();
            options.set_type(WorkerType::Module);
            let worker = Worker::new_with_options("/pkg/render-worker-start.js", &options)?;
            let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| receive(event.data()));
            worker.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
            let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |_: web_sys::Event| broken());
            worker.set_onerror(Some(on_error.into_js_value().unchecked_ref()));
            self.0.set_value(Some(SendWrapper::new(worker)));
        }
        self.0.with_value(|worker| match worker {
            Some(worker) => worker.post_message(&message.0),
            None => Ok(()),
        })
    }

    /// Ends the worker; the next message starts another.
    pub fn end(self) {
        self.0.try_update_value(|worker| worker.take().map(|worker| worker.terminate()));
    }
}
