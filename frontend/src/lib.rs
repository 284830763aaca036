//! The page's entry point in the browser.

mod composition;
mod translation;

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page that the server rendered.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    composition::leave_alone();
    translation::undo();
    leptos::mount::hydrate_body(app::App);
    translation::allow();
}
