//! What the person sees of saving, and how the page follows what is saved elsewhere.

use std::time::Duration;

use document::Template;
use domain::change::Area;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::bench::Bench;
use crate::saving::{Saving, State, in_time};
use ui::{error::Fault, icons, live::Live, t};

/// Brings back what an earlier visit could not save, and lets the person begin.
pub fn recover(bench: Bench) {
    bench.saving.prepare();
    bench.scope.spawn(async move {
        bring_back(bench).await;
        // The server may have read the page's document before the earlier page's last save came.
        in_time(catch_up(bench)).await;
        bench.ready.set(true);
    });
}

/// Whether others have saved since is found out by saving it.
async fn bring_back(bench: Bench) {
    let saving = bench.saving;
    let found = match saving.waiting() {
        Some(_) => None,
        None => saving.left_behind().await,
    };
    let Some(document) = found.as_ref().map(|found| found.draft.document.clone()).or_else(|| saving.waiting()) else {
        return;
    };
    // What this version cannot read stays where it is, for one that can.
    let Ok(template) = Template::from_json(document.as_bytes()) else { return };
    let is_there = bench.editor.with_untracked(|editor| *editor.template() == template);
    match found {
        Some(found) if is_there => bench.scope.spawn(found.forget()),
        None if is_there => {}
        found => {
            if let Some(found) = found {
                saving.adopt(found);
            }
            bench.recovered.set(true);
            bench.act(|editor| editor.restore(template));
        }
    }
}

/// An idle page shows what has been saved elsewhere. One that has changes of its own, or a hand in it, waits until it has not.
pub fn follow(bench: Bench) {
    /// How long after an event it is looked, so that of many saves the last is shown.
    const QUIET: Duration = Duration::from_millis(1500);
    let id = bench.saving.id().0;
    let changed = expect_context::<Live>().thing(Area::Templates, move || Some(id));
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |seen: Option<()>| {
        // Asked for and not only tracked: what was never asked for tells nothing.
        changed.get();
        if seen.is_some() {
            if let Some(timer) = timer.get_value() {
                timer.clear();
            }
            timer.set_value(bench.scope.later(QUIET, move || look(bench, timer, QUIET)));
        }
    });
}

fn look(bench: Bench, timer: StoredValue<Option<TimeoutHandle>>, pause: Duration) {
    if bench.saving.is_unsaved() {
        // Its own next save finds out.
        return;
    }
    if is_busy(bench) {
        timer.set_value(bench.scope.later(pause, move || look(bench, timer, pause)));
        return;
    }
    bench.scope.spawn(catch_up(bench));
}

/// Takes what was saved elsewhere, unless there is something of this page to be saved.
async fn catch_up(bench: Bench) {
    let saving = bench.saving;
    // What fails here is asked again with the next event.
    let Ok(revision) = rpc::templates::revision(saving.id()).await else { return };
    if revision <= saving.revision() || saving.is_unsaved() {
        return;
    }
    let Ok((template, revision)) = rpc::templates::open(saving.id()).await else { return };
    if !saving.is_unsaved() && !is_busy(bench) && revision > saving.revision() {
        saving.opened(revision);
        bench.show_theirs(|editor| editor.follow(template));
    }
}

/// A gesture is under way, or something is being typed.
fn is_busy(bench: Bench) -> bool {
    let typing = document().active_element().and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok());
    let typing = typing.is_some_and(|field| matches!(field.type_().as_str(), "text" | "number" | "search"));
    typing || bench.editor.with_untracked(|editor| editor.is_dragging())
}

/// The file that is offered is the server's, so what waits is saved first.
pub fn before_download(bench: Bench, event: &web_sys::MouseEvent) {
    if !bench.saving.is_unsaved() {
        return;
    }
    event.prevent_default();
    let id = bench.saving.id();
    bench.scope.spawn(async move {
        bench.saving.settled().await;
        // What cannot be saved is said beside the button.
        if !bench.saving.is_unsaved() {
            let _ = window().location().set_href(&format!("/files/templates/{id}/file"));
        }
    });
}

/// Takes what others saved, as a step that can be undone.
fn take_theirs(bench: Bench) {
    bench.scope.spawn(async move {
        match rpc::templates::open(bench.saving.id()).await {
            Ok((template, revision)) => {
                bench.show_theirs(|editor| editor.restore(template));
                bench.saving.give_up(revision).await;
            }
            Err(fault) => bench.saving.failed(&fault),
        }
    });
}

/// Saves this page's document as another template, and goes there.
fn save_as_another(bench: Bench) {
    let saving: Saving = bench.saving;
    let Some(document) = saving.waiting() else { return };
    bench.scope.spawn(async move {
        let made: Result<_, Fault> = rpc::templates::create(document).await;
        match made {
            Ok(id) => {
                saving.give_up(saving.revision()).await;
                let _ = window().location().set_href(&format!("/templates/{id}"));
            }
            Err(fault) => saving.failed(&fault),
        }
    });
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
                State::Conflict => view! { <span class="bad"><icons::Warning />{t!("changed-elsewhere")}</span> }.into_any(),
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
                <button class="button" on:click=move |_| take_theirs(bench)>{t!("editor-take-theirs")}</button>
                <button class="button" on:click=move |_| save_as_another(bench)>{t!("editor-save-as-another")}</button>
            </div>
        </Show>
        <Show when=move || saving.draftless.get()>
            <p class="note note-warning" role="alert"><icons::Warning />{t!("editor-no-drafts")}</p>
        </Show>
        <Show when=move || bench.recovered.get()>
            <p class="note" role="status">
                {t!("editor-recovered")}
                <button
                    class="button"
                    on:click=move |_| {
                        bench.recovered.set(false);
                        bench.act(|editor| editor.undo());
                    }
                >
                    {t!("editor-drop-recovered")}
                </button>
                <button class="button button-quiet" on:click=move |_| bench.recovered.set(false)>
                    <icons::Close />
                    <span class="visually-hidden">{t!("close")}</span>
                </button>
            </p>
        </Show>
    }
}
