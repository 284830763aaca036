//! A page that the browser translates stays alive. Translators put `<font>` elements into the places of text nodes, or around them;
//! Leptos finds its text nodes by their places once, when it takes the page over, and then keeps hold of them.
//!
//! So before that the elements become text again, in the language that they have by then. Later on a text node that is replaced goes back
//! to its place, empty, beside its translation. Once the page says something else in it, or removes it, the translation goes.

use js_sys::{Array, WeakMap};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, MutationObserver, MutationObserverInit, MutationRecord, Node, Text};

/// How often a text node is put back. A translator that never lets go would otherwise keep both busy for ever.
const ROUNDS_MAX: u32 = 8;

/// Undoes what a translator has done before the page is taken over.
pub fn undo() {
    while let Ok(Some(font)) = document().query_selector("font") {
        let Some(parent) = font.parent_node() else { return };
        let text = document().create_text_node(&font.text_content().unwrap_or_default());
        if parent.replace_child(&text, &font).is_err() {
            return;
        }
        // One text may have become several elements.
        parent.normalize();
    }
}

/// Lets what a translator does from now on stand, and keeps the text nodes in their places.
pub fn allow() {
    let Some(body) = document().body() else { return };
    let texts = Texts::default();
    let changed =
        Closure::<dyn FnMut(Array, MutationObserver)>::new(move |records: Array, observer: MutationObserver| {
            texts.follow(&records);
            // What has been done just now needs no answer.
            observer.take_records();
        });
    let Ok(observer) = MutationObserver::new(changed.into_js_value().unchecked_ref()) else { return };
    let what = MutationObserverInit::new();
    what.set_child_list(true);
    what.set_character_data(true);
    what.set_subtree(true);
    // A page that cannot be watched works as long as nobody translates it.
    let _ = observer.observe_with_options(&body, &what);
}

fn is_font(node: &Node) -> bool {
    node.node_name().eq_ignore_ascii_case("font")
}

fn nodes(list: web_sys::NodeList) -> Vec<Node> {
    (0..list.length()).filter_map(|i| list.item(i)).collect()
}

/// Text nodes and their translations.
#[derive(Default)]
struct Texts {
    /// The elements that stand for a text node.
    fonts: WeakMap,
    /// What a text node said before it was translated.
    said: WeakMap,
    /// The text node that an element stands for.
    text_of: WeakMap,
    rounds: WeakMap,
}

impl Texts {
    fn follow(&self, records: &Array) {
        let records: Vec<MutationRecord> = records.iter().map(JsCast::unchecked_into).collect();
        let new: Vec<Node> = records.iter().flat_map(|record| nodes(record.added_nodes())).filter(is_font).collect();
        for record in records {
            let Some(target) = record.target() else { continue };
            if record.type_() == "characterData" {
                self.says_anew(&target);
                continue;
            }
            for removed in nodes(record.removed_nodes()) {
                match removed.dyn_into::<Text>() {
                    Ok(text) if !is_font(&target) => self.removed(&text, &target, &record, &new),
                    Ok(_) => {}
                    Err(other) => self.translation_gone(&other),
                }
            }
        }
    }

    /// The page has put other words into a text node.
    fn says_anew(&self, text: &Node) {
        if self.fonts.has(text) && text.node_value().is_some_and(|words| !words.is_empty()) {
            self.forget(text);
        }
    }

    /// A translator shows the original again, or the page has removed both.
    fn translation_gone(&self, font: &Node) {
        let text = self.text_of.get(font);
        if let Some(text) = text.dyn_ref::<Node>().filter(|_| !font.is_connected()) {
            self.speak_again(text);
        }
    }

    fn removed(&self, text: &Text, from: &Node, record: &MutationRecord, new: &[Node]) {
        if text.parent_node().as_ref() == Some(from) {
            return;
        }
        if self.fonts.has(text) {
            // By the page, which may put it elsewhere.
            return self.speak_again(text);
        }
        let Some(font) = self.stands_for(text, from, record, new) else { return };
        let rounds = self.rounds.get(text).as_f64().unwrap_or(0.0) as u32;
        if rounds >= ROUNDS_MAX {
            return;
        }
        self.rounds.set(text, &(rounds + 1).into());
        if font.contains(Some(text)) {
            let copy = document().create_text_node(&text.data());
            if let Some(parent) = text.parent_node() {
                let _ = parent.replace_child(&copy, text);
            }
        }
        let _ = from.insert_before(text, Some(&font));
        let fonts = Array::new();
        let mut next = Some(font);
        while let Some(font) = next.filter(|node| is_font(node) && new.contains(node) && !self.text_of.has(node)) {
            self.text_of.set(&font, text);
            fonts.push(&font);
            next = font.next_sibling();
        }
        self.said.set(text, &text.data().into());
        self.fonts.set(text, &fonts);
        text.set_data("");
    }

    /// The element that has taken a text node's place: around it, or where it was.
    fn stands_for(&self, text: &Text, from: &Node, record: &MutationRecord, new: &[Node]) -> Option<Node> {
        let outermost = std::iter::successors(text.parent_node(), Node::parent_node).take_while(is_font).last();
        if let Some(around) = outermost {
            return (around.parent_node().as_ref() == Some(from)).then_some(around);
        }
        let beside =
            nodes(record.added_nodes()).into_iter().chain(record.next_sibling()).chain(record.previous_sibling());
        beside
            .filter(|node| is_font(node) && new.contains(node) && !self.text_of.has(node))
            .find(|node| node.parent_node().as_ref() == Some(from))
    }

    /// Without its translation a text node says what it said.
    fn speak_again(&self, text: &Node) {
        let said: JsValue = self.said.get(text);
        self.forget(text);
        if text.node_value().is_some_and(|words| words.is_empty()) {
            text.set_node_value(said.as_string().as_deref());
        }
    }

    fn forget(&self, text: &Node) {
        for font in Array::from(&self.fonts.get(text)).iter() {
            self.text_of.delete(font.unchecked_ref());
            font.unchecked_into::<Element>().remove();
        }
        self.fonts.delete(text);
        self.said.delete(text);
    }
}
