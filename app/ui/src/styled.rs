//! Styles that are computed. The content security policy refuses style attributes, so they are set through the document's own interface
//! once an element is there.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Keeps an element's own style as the text says: `use:styled=css`.
pub fn styled(element: Element, css: Signal<String>) {
    Effect::new(move |before: Option<String>| {
        let css = css.get();
        // Even the same text would make the browser lay the element out anew.
        if let Some(element) = element.dyn_ref::<HtmlElement>().filter(|_| before.as_ref() != Some(&css)) {
            element.style().set_css_text(&css);
        }
        css
    });
}
