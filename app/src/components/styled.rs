//! Styles that are computed. The content security policy refuses style attributes, so they are set through the document's own interface
//! once an element is there.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Keeps an element's own style as the text says: `use:styled=css`.
pub fn styled(element: Element, css: Signal<String>) {
    Effect::new(move |_| {
        if let Some(element) = element.dyn_ref::<HtmlElement>() {
            element.style().set_css_text(&css.get());
        }
    });
}
