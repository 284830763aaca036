//! Saving as one works: soon after a change, one save at a time, again until it succeeds.

use std::time::Duration;

use domain::{TemplateId, template::Template};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{api, components::icons, error::Fault, t};

/// How long after the last change a save begins, and how long after a failure the next.
const SOON: Duration = Duration::from_millis(700);
const AGAIN: Duration = Duration::from_secs(3);

#[derive(Clone, Debug, PartialEq)]
enum State {
    Saved,
    /// Changes wait or are on their way.
    Unsaved,
    /// It did not work and will be tried again.
    Failing(String),
    /// Somebody else saved meanwhile; trying again would overwrite their work.
    Conflict(String),
}

#[derive(Clone, Copy)]
pub struct Saving {
    id: TemplateId,
    revision: StoredValue<u32>,
    /// The document to save next.
    waiting: StoredValue<Option<String>>,
    timer: StoredValue<Option<TimeoutHandle>>,
    under_way: StoredValue<bool>,
    state: RwSignal<State>,
}

impl Saving {
    pub fn new(id: TemplateId, revision: u32) -> Self {
        let saving = Self {
            id,
            revision: StoredValue::new(revision),
            waiting: StoredValue::new(None),
            timer: StoredValue::new(None),
            under_way: StoredValue::new(false),
            state: RwSignal::new(State::Saved),
        };
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if saving.state.get_untracked() != State::Saved {
                event.prevent_default();
            }
        });
        on_cleanup(move || leaving.remove());
        saving
    }

    pub fn changed(self, template: &Template) {
        self.waiting.set_value(Some(template.to_json()));
        if !matches!(self.state.get_untracked(), State::Conflict(_)) {
            self.state.set(State::Unsaved);
            self.schedule(SOON);
        }
    }

    fn schedule(self, pause: Duration) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
        self.timer.set_value(set_timeout_with_handle(move || self.save(), pause).ok());
    }

    fn save(self) {
        // The save under way looks for waiting changes when it ends.
        if self.under_way.get_value() {
            return;
        }
        let Some(document) = self.waiting.try_update_value(Option::take).flatten() else { return };
        self.under_way.set_value(true);
        spawn_local(async move {
            let saved = api::save_template(self.id, document.clone(), self.revision.get_value()).await;
            // The page may have been left meanwhile.
            if self.under_way.try_set_value(false).is_some() {
                return;
            }
            self.settle(saved, document);
        });
    }

    fn settle(self, saved: Result<u32, Fault>, document: String) {
        let more = self.waiting.with_value(Option::is_some);
        match saved {
            Ok(revision) => {
                self.revision.set_value(revision);
                match more {
                    true => self.schedule(SOON),
                    false => self.state.set(State::Saved),
                }
            }
            Err(fault) => {
                if !more {
                    self.waiting.set_value(Some(document));
                }
                if fault.is_conflict() {
                    self.state.set(State::Conflict(fault.text()));
                } else {
                    self.state.set(State::Failing(fault.text()));
                    self.schedule(AGAIN);
                }
            }
        }
    }
}

#[component]
pub fn SaveState(saving: Saving) -> impl IntoView {
    let reload = move |_| {
        saving.state.set(State::Saved);
        let _ = window().location().reload();
    };
    view! {
        <div class="save-state" role="status">
            {move || match saving.state.get() {
                State::Saved => view! { <span class="muted"><icons::Check />{t!("editor-saved")}</span> }.into_any(),
                State::Unsaved => view! { <span class="muted">{t!("editor-saving")}</span> }.into_any(),
                State::Failing(why) => {
                    view! { <span class="bad"><icons::Warning />{t!("editor-save-failing")} " " {why}</span> }.into_any()
                }
                State::Conflict(why) => {
                    view! {
                        <span class="bad"><icons::Warning />{why}</span>
                        <button class="button" on:click=reload>{t!("editor-reload")}</button>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}
