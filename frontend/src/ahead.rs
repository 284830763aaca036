//! A page that somebody points at, by hand or by keyboard, is loaded ahead: mostly its part is there before the click.

use app::parts::Part;
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlAnchorElement};

/// Begins to listen, for as long as there is a page.
pub fn load_pages() {
    let pointed = Closure::<dyn Fn(Event)>::new(|event: Event| {
        if let Some(part) = linked(&event) {
            // Who opens the page hears of what went wrong.
            spawn_local(async {
                let _ = part.load().await;
            });
        }
    });
    let pointed = pointed.into_js_value();
    for name in ["pointerover", "focusin"] {
        let _ = document().add_event_listener_with_callback(name, pointed.unchecked_ref());
    }
}

/// The part of the page that the link under an event leads to.
fn linked(event: &Event) -> Option<&'static Part> {
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??;
    let link = link.dyn_into::<HtmlAnchorElement>().ok()?;
    (link.origin() == window().location().origin().ok()?).then(|| Part::at(&link.pathname())).flatten()
}
