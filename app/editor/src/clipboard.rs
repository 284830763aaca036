//! Copying between templates: by the system's clipboard where a key asks for it, else by the browser's own storage.

use editor::Editor;
use leptos::{ev, prelude::*};

use super::bench::Bench;

/// Where the last copy is kept for pages of this browser.
const PLACE: &str = "vitrine-clipboard";

pub fn copy(text: Option<String>) {
    if let (Some(text), Ok(Some(storage))) = (text, window().local_storage()) {
        // A full storage leaves the system's clipboard.
        let _ = storage.set_item(PLACE, &text);
    }
}

/// Pastes the text, or what was copied last.
pub fn paste(bench: Bench, text: Option<String>) {
    let stored = || window().local_storage().ok().flatten().and_then(|storage| storage.get_item(PLACE).ok().flatten());
    let text = text.filter(|text| text.contains("\"vitrine/")).or_else(stored);
    if let Some(text) = text {
        bench.act(|editor| editor.paste(&text));
    }
}

/// Listens to the page's copy and paste, but not while somebody types.
pub fn listen(bench: Bench) {
    let typing = |event: &web_sys::Event| {
        event
            .target()
            .and_then(|target| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(target).ok())
            .is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA"))
    };
    let copied = window_event_listener(ev::copy, move |event| {
        // Selected text of the page is copied as anywhere.
        let selects = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
        if typing(&event) || selects {
            return;
        }
        if let (Some(data), Some(text)) = (event.clipboard_data(), bench.editor.with_untracked(Editor::copy_layers)) {
            let _ = data.set_data("text/plain", &text);
            copy(Some(text));
            event.prevent_default();
        }
    });
    let pasted = window_event_listener(ev::paste, move |event| {
        let files = event.clipboard_data().and_then(|data| data.files()).map_or(0, |files| files.length());
        if !typing(&event) && files == 0 && bench.ready.get_untracked() {
            paste(bench, event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()));
        }
    });
    on_cleanup(move || {
        copied.remove();
        pasted.remove();
    });
}
