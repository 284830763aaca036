//! The page's entry point in the browser.

mod ahead;
mod composition;
mod translation;

use app::parts::Part;
use leptos::prelude::{document, window};
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page that the server rendered.
#[wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    composition::leave_alone();
    ahead::load_pages();
    if let Some(part) = Part::at(&window().location().pathname().unwrap_or_default()) {
        part.load_for_this_page().await;
    }
    translation::undo();
    leptos::mount::hydrate_body(app::App);
    translation::allow();
    // For styles, tests and whoever drives the page: from here on a click is the page's and no longer the browser's own.
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-alive", "");
    }
}
