//! Saving as one works: at once in the browser, soon on the server, one save at a time, again until it succeeds.

use std::time::Duration;

use domain::{TemplateId, template::Template};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    bench::Bench,
    drafts::{self, Draft},
};
use crate::{api, components::icons, error::Fault, t};

/// How long after the last change a save begins, and how long after a failure the next.
const SOON: Duration = Duration::from_millis(700);
/// How long after a change the browser keeps a draft of it.
const DRAFT: Duration = Duration::from_millis(150);
const AGAIN: Duration = Duration::from_secs(3);

#[derive(Clone, Debug, PartialEq)]
enum State {
    Saved,
    /// Changes wait or are on their way.
    Unsaved,
    /// It did not work and will be tried again.
    Failing(String),
    /// Somebody else saved meanwhile: what now is a person's choice.
    Conflict,
}

#[derive(Clone, Copy)]
pub struct Saving {
    id: TemplateId,
    revision: StoredValue<u32>,
    /// The document to save next.
    waiting: StoredValue<Option<String>>,
    timer: StoredValue<Option<TimeoutHandle>>,
    draft_timer: StoredValue<Option<TimeoutHandle>>,
    under_way: StoredValue<bool>,
    state: RwSignal<State>,
    /// The browser keeps no draft.
    draftless: RwSignal<bool>,
    /// Changes of an earlier visit were brought back.
    recovered: RwSignal<bool>,
}

impl Saving {
    pub fn new(id: TemplateId, revision: u32) -> Self {
        let saving = Self {
            id,
            revision: StoredValue::new(revision),
            waiting: StoredValue::new(None),
            timer: StoredValue::new(None),
            draft_timer: StoredValue::new(None),
            under_way: StoredValue::new(false),
            state: RwSignal::new(State::Saved),
            draftless: RwSignal::new(false),
            recovered: RwSignal::new(false),
        };
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            // A draft is brought back; without one leaving loses work.
            if saving.state.get_untracked() != State::Saved && saving.draftless.get_untracked() {
                event.prevent_default();
            }
        });
        on_cleanup(move || leaving.remove());
        saving
    }

    pub fn id(self) -> TemplateId {
        self.id
    }

    /// The document, as JSON, differs from what the server has.
    pub fn changed(self, document: String) {
        self.waiting.set_value(Some(document));
        if self.draft_timer.with_value(Option::is_none) {
            let keep = move || {
                self.draft_timer.try_set_value(None);
                self.draft();
            };
            self.draft_timer.set_value(set_timeout_with_handle(keep, DRAFT).ok());
        }
        if self.state.get_untracked() != State::Conflict {
            self.state.set(State::Unsaved);
            self.schedule(SOON);
        }
    }

    fn draft(self) {
        // What is saved already needs none.
        let Some(document) = self.waiting.try_get_value().flatten() else { return };
        let draft = Draft { document, revision: self.revision.get_value() };
        spawn_local(async move {
            let kept = drafts::keep(self.id, &draft).await;
            self.draftless.try_set(kept.is_err());
        });
    }

    /// Brings back what an earlier visit could not save. What others have saved since is for the person to decide on.
    pub fn recover(self, bench: Bench) {
        spawn_local(async move {
            let Some(Draft { document, revision }) = drafts::find(self.id).await else { return };
            let Ok(template) = Template::from_json(document.as_bytes()) else { return drafts::forget(self.id).await };
            let Some(same) = bench.editor.try_with_untracked(|editor| editor.template() == &template) else { return };
            if same {
                return drafts::forget(self.id).await;
            }
            let others_saved = revision != self.revision.get_value();
            if others_saved {
                self.state.set(State::Conflict);
            }
            self.recovered.set(true);
            bench.act(|editor| editor.restore(template));
        });
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
            self.settle(saved, document).await;
        });
    }

    async fn settle(self, saved: Result<u32, Fault>, document: String) {
        let more = self.waiting.with_value(Option::is_some);
        match saved {
            Ok(revision) => {
                self.revision.set_value(revision);
                match more {
                    true => self.schedule(SOON),
                    false => {
                        self.state.set(State::Saved);
                        drafts::forget(self.id).await;
                    }
                }
            }
            Err(fault) => {
                if !more {
                    self.waiting.set_value(Some(document));
                }
                if fault.is_conflict() {
                    self.state.set(State::Conflict);
                } else {
                    self.state.set(State::Failing(fault.text()));
                    self.schedule(AGAIN);
                }
            }
        }
    }

    /// Saves over what others saved, which stays among the versions.
    fn keep_mine(self) {
        spawn_local(async move {
            match api::open_template(self.id).await {
                Ok((_, revision)) => {
                    self.revision.set_value(revision);
                    self.state.set(State::Unsaved);
                    self.save();
                }
                Err(fault) => self.state.set(State::Failing(fault.text())),
            }
        });
    }

    /// Takes what others saved, as a step that can be undone.
    fn take_theirs(self, bench: Bench) {
        spawn_local(async move {
            match api::open_template(self.id).await {
                Ok((template, revision)) => {
                    self.revision.set_value(revision);
                    self.waiting.set_value(None);
                    self.state.set(State::Saved);
                    bench.editor.update(|editor| {
                        editor.restore(template);
                    });
                    bench.show();
                    drafts::forget(self.id).await;
                }
                Err(fault) => self.state.set(State::Failing(fault.text())),
            }
        });
    }

    /// Saves this page's document as another template, and goes there.
    fn save_as_another(self) {
        let Some(document) = self.waiting.get_value() else { return };
        spawn_local(async move {
            match api::create_template(document).await {
                Ok(id) => {
                    self.state.set(State::Saved);
                    drafts::forget(self.id).await;
                    let _ = window().location().set_href(&format!("/templates/{id}"));
                }
                Err(fault) => self.state.set(State::Failing(fault.text())),
            }
        });
    }
}

#[component]
pub fn SaveState(bench: Bench) -> impl IntoView {
    let state = Memo::new(move |_| bench.saving.state.get());
    view! {
        <div class="save-state" role="status">
            {move || match state.get() {
                State::Saved => view! { <span class="muted"><icons::Check />{t!("editor-saved")}</span> }.into_any(),
                State::Unsaved => view! { <span class="muted">{t!("editor-saving")}</span> }.into_any(),
                State::Failing(why) => {
                    view! { <span class="bad"><icons::Warning />{t!("editor-save-failing")} " " {why}</span> }.into_any()
                }
                State::Conflict => view! { <span class="bad"><icons::Warning />{t!("editor-conflict-short")}</span> }.into_any(),
            }}
        </div>
    }
}

/// What a person must know or decide on, above the stage.
#[component]
pub fn SaveNotes(bench: Bench) -> impl IntoView {
    let saving = bench.saving;
    view! {
        <Show when=move || saving.state.get() == State::Conflict>
            <div class="note note-warning" role="alert">
                <icons::Warning />
                <span>{t!("editor-conflict")}</span>
                <button class="button" on:click=move |_| saving.keep_mine()>{t!("editor-keep-mine")}</button>
                <button class="button" on:click=move |_| saving.take_theirs(bench)>{t!("editor-take-theirs")}</button>
                <button class="button" on:click=move |_| saving.save_as_another()>{t!("editor-save-as-another")}</button>
            </div>
        </Show>
        <Show when=move || saving.draftless.get()>
            <p class="note note-warning" role="alert"><icons::Warning />{t!("editor-no-drafts")}</p>
        </Show>
        <Show when=move || saving.recovered.get()>
            <p class="note" role="status">
                {t!("editor-recovered")}
                <button
                    class="button"
                    on:click=move |_| {
                        saving.recovered.set(false);
                        bench.act(|editor| editor.undo());
                    }
                >
                    {t!("editor-drop-recovered")}
                </button>
                <button class="button button-quiet" on:click=move |_| saving.recovered.set(false)>
                    <icons::Close />
                    <span class="visually-hidden">{t!("close")}</span>
                </button>
            </p>
        </Show>
    }
}
