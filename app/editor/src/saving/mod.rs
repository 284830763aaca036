//! Saving templates as one works: at once in the browser, soon on the server, one save at a time, again until it succeeds.
//!
//! What is to be saved belongs to the workspace's frame and not to the editor's page: the page may be left at any moment, and whoever
//! reads the template next waits for its saves.

mod drafts;
mod present;
mod queue;

pub use present::in_time;
pub use queue::{Saving, State};

use std::collections::HashMap;

use domain::TemplateId;
use leptos::{ev, prelude::*, reactive::owner::WeakOwner};
use wasm_bindgen::JsCast;

/// The templates that this page has changed or is changing.
#[derive(Clone, Copy)]
pub struct Saves {
    all: RwSignal<HashMap<TemplateId, Saving>>,
    /// What each [`Saving`] lives as long as.
    frame: StoredValue<Option<WeakOwner>>,
    watched: StoredValue<bool>,
}

impl Saves {
    /// For all pages within the present component. Whatever it takes to save is in the code of the pages that save, not here.
    pub fn provide() -> Self {
        let frame = Owner::current().map(|owner| owner.downgrade());
        let saves = Self {
            all: RwSignal::new(HashMap::new()),
            frame: StoredValue::new(frame),
            watched: StoredValue::new(false),
        };
        provide_context(saves);
        saves
    }

    /// Saves at the last moment, for as long as there is the frame.
    fn watch(self) {
        // The browser may end a page that is hidden without a further word.
        let hidden = window_event_listener_untyped("visibilitychange", move |_| {
            if document().hidden() {
                self.each(Saving::hurry);
            }
        });
        let gone = window_event_listener_untyped("pagehide", move |_| {
            // What is typed in a field is a change once the field is left.
            if let Some(field) =
                document().active_element().and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok())
            {
                let _ = field.blur();
            }
            self.each(Saving::send_last);
        });
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            // A draft is brought back; without one leaving loses work.
            let loses = |saving: &Saving| saving.is_unsaved() && saving.draftless.get_untracked();
            if self.all.with_untracked(|all| all.values().any(loses)) {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            hidden.remove();
            gone.remove();
            leaving.remove();
        });
    }

    fn each(self, tell: fn(Saving)) {
        let all: Vec<Saving> = self.all.with_untracked(|all| all.values().copied().collect());
        all.into_iter().for_each(tell);
    }

    /// The one place where a template's changes wait.
    pub fn of(self, id: TemplateId) -> Saving {
        if let Some(saving) = self.all.with_untracked(|all| all.get(&id).copied()) {
            return saving;
        }
        let first = move || {
            if self.watched.try_update_value(|watched| !std::mem::replace(watched, true)) == Some(true) {
                self.watch();
            }
            Saving::new(id)
        };
        let frame = self.frame.with_value(|frame| frame.as_ref().and_then(WeakOwner::upgrade));
        let saving = frame.map_or_else(first, |frame| frame.with(first));
        self.all.update(|all| {
            all.insert(id, saving);
        });
        saving
    }
}
