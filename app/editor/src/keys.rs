//! From keys to commands and to what the editor understands.

use editor::{Choosing, Key};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::{bench::Bench, commands::Command};

/// A further level of the keyboard makes characters, with AltGr or, on a Mac, Option: what it has made counts, not the keys held for it.
/// Windows tells of AltGr as of Ctrl and Alt.
fn is_third_level(event: &KeyboardEvent) -> bool {
    let is_sign = |key: &str| key.len() == 1 && key.chars().all(|c| c.is_ascii_punctuation());
    event.get_modifier_state("AltGraph") || (event.alt_key() && is_sign(&event.key()))
}

/// What the key is called: what it writes, or, where that is of no Latin script, what its place writes on a Latin keyboard.
fn key_name(key: String, code: &str) -> String {
    let mut characters = key.chars();
    let (Some(only), None) = (characters.next(), characters.next()) else { return key };
    // Latin letters with all their accents end with U+024F and have a block more.
    let is_latin = matches!(only, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
    if is_latin || !only.is_alphanumeric() {
        return key;
    }
    let place = match code {
        "BracketLeft" => "[",
        "BracketRight" => "]",
        "Comma" => ",",
        "Period" => ".",
        "Minus" => "-",
        "Equal" => "=",
        "Backslash" => "\\",
        _ => code.strip_prefix("Key").or_else(|| code.strip_prefix("Digit")).unwrap_or(&key),
    };
    place.to_owned()
}

/// The keys held down, as they are written.
fn written(event: &KeyboardEvent) -> String {
    let third_level = is_third_level(event);
    let key = if third_level { event.key() } else { key_name(event.key(), &event.code()) };
    let mut text = String::new();
    if !third_level && (event.ctrl_key() || event.meta_key()) {
        text.push_str("Ctrl+");
    }
    let letter = key.chars().count() == 1 && key.chars().all(char::is_alphabetic);
    // Signs are what Shift makes them; of letters and named keys it is said.
    if event.shift_key() && (letter || key.chars().count() > 1) {
        text.push_str("Shift+");
    }
    text.push_str(&if letter { key.to_uppercase() } else { key });
    text
}

/// Keys of the whole page, but not while somebody types.
pub fn pressed(bench: Bench, event: &KeyboardEvent) {
    if !bench.ready.get_untracked() {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let within =
        |selector: &str| target.as_ref().is_some_and(|target| target.closest(selector).ok().flatten().is_some());
    let alone = event.alt_key() && !is_third_level(event);
    if event.default_prevented() || alone || within("input:not([type=range]), select, textarea") {
        return;
    }
    if bench.dialog.get_untracked().is_some() {
        if event.key() == "Escape" {
            bench.dialog.set(None);
        }
        return;
    }
    let text = match written(event).as_str() {
        "Ctrl+Y" => "Ctrl+Shift+Z".to_owned(),
        "=" => "+".to_owned(),
        // The browser makes events of these, with the clipboard.
        "Ctrl+C" | "Ctrl+V" => return,
        other => other.to_owned(),
    };
    if let Some(command) = Command::all().find(|command| command.shortcut() == Some(text.as_str())) {
        event.prevent_default();
        return command.run(bench);
    }
    // Sliders and buttons use arrows, Enter and Space themselves.
    if within("button, input, summary, a, [role=treeitem]") {
        return;
    }
    if event.key() == " " {
        event.prevent_default();
        bench.panning.set(true);
    } else if let Some(key) = key_of(event) {
        event.prevent_default();
        bench.act(|editor| editor.handle(editor::Event::Key(key)));
    }
}

fn key_of(event: &KeyboardEvent) -> Option<Key> {
    let step = if event.shift_key() { 10.0 } else { 1.0 };
    Some(match event.key().as_str() {
        "ArrowLeft" => Key::Arrow { dx: -step, dy: 0.0 },
        "ArrowRight" => Key::Arrow { dx: step, dy: 0.0 },
        "ArrowUp" => Key::Arrow { dx: 0.0, dy: -step },
        "ArrowDown" => Key::Arrow { dx: 0.0, dy: step },
        "Enter" => Key::Enter,
        "Escape" => Key::Escape,
        "Delete" | "Backspace" => Key::Delete,
        _ => return None,
    })
}

/// How a click with these keys chooses a layer.
pub fn choosing(shift: bool, command: bool) -> Choosing {
    match (shift, command) {
        (true, _) => Choosing::Through,
        (_, true) => Choosing::Toggle,
        _ => Choosing::Only,
    }
}

#[cfg(test)]
mod tests {
    use super::key_name;

    #[test]
    fn keys_of_other_scripts_count_by_their_place_and_latin_ones_by_what_they_write() {
        for (key, code, name) in [
            ("я", "KeyZ", "Z"),
            ("Я", "KeyZ", "Z"),
            ("х", "BracketLeft", "["),
            ("ю", "Period", "."),
            ("ω", "KeyV", "V"),
            ("ז", "KeyZ", "Z"),
            ("ن", "KeyK", "K"),
            ("١", "Digit1", "1"),
            ("z", "KeyY", "z"),
            ("ü", "BracketLeft", "ü"),
            ("ě", "Digit2", "ě"),
            ("/", "KeyQ", "/"),
            ("Process", "KeyZ", "Process"),
            ("Dead", "BracketLeft", "Dead"),
            ("Escape", "Escape", "Escape"),
            ("ё", "Backquote", "ё"),
        ] {
            assert_eq!(key_name(key.to_owned(), code), name, "{key} on {code}");
        }
    }
}
