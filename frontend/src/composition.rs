//! Keys that an input method has taken, as for Japanese or Chinese, are its own: no part of the page hears of them.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::KeyboardEvent;

/// What browsers say of keys that an input method has taken, where they do not say that it composes.
const TAKEN: u32 = 229;

pub fn leave_alone() {
    let stop = Closure::<dyn Fn(KeyboardEvent)>::new(|event: KeyboardEvent| {
        if event.is_composing() || event.key_code() == TAKEN {
            event.stop_immediate_propagation();
        }
    });
    let stop = stop.into_js_value();
    for name in ["keydown", "keyup"] {
        // On the way down, before whatever listens; for as long as there is a page.
        let _ = window().add_event_listener_with_callback_and_bool(name, stop.unchecked_ref(), true);
    }
}
