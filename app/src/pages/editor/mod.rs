//! The editor's page: feeds the headless editor with events, draws what it says, saves.

mod panel;
mod preview;
mod saving;
mod stage;

use domain::{DesignId, TemplateId, template::Template};
use editor::{Editor, Notice, Outcome, Tool};
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use web_sys::KeyboardEvent;

use crate::{
    api,
    components::{feedback::failed, icons},
    error::Fault,
    t,
};
use panel::Panel;
use preview::Preview;
use saving::Saving;
use stage::Stage;

#[component]
pub fn EditorPage() -> impl IntoView {
    let params = use_params_map();
    let id = Signal::derive(move || params.read().get("id").and_then(|id| id.parse::<TemplateId>().ok()));
    let opened = Resource::new(
        move || id.get(),
        |id| async move {
            let not_found = || Fault(domain::Problem::new(domain::ProblemKind::NotFound, "error-not-found"));
            let id = id.ok_or_else(not_found)?;
            let (template, revision) = api::open_template(id).await?;
            let designs = api::list_designs().await?;
            let designs = designs.into_iter().map(|design| TestDesign {
                id: design.id,
                name: design.name,
                image: design.image.hash,
            });
            Ok::<_, Fault>((id, template, revision, designs.collect::<Vec<_>>()))
        },
    );
    view! {
        <Suspense fallback=|| view! { <div class="skeleton"></div> }>
            {move || Suspend::new(async move {
                match opened.await {
                    Err(fault) => failed(fault),
                    Ok((id, template, revision, designs)) => {
                        view! { <Workbench id template revision designs /> }.into_any()
                    }
                }
            })}
        </Suspense>
    }
}

/// A design that the template can be tried with.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TestDesign {
    pub id: DesignId,
    pub name: String,
    pub image: domain::ContentHash,
}

/// What the parts of the page share: the editor, and what follows from its changes.
#[derive(Clone, Copy)]
pub struct Bench {
    pub editor: RwSignal<Editor>,
    pub preview: Preview,
    pub saving: Saving,
}

impl Bench {
    /// Lets the editor do something, and the page follow.
    pub fn act(self, action: impl FnOnce(&mut Editor) -> Outcome) {
        let Some(outcome) = self.editor.try_maybe_update(|editor| {
            let outcome = action(editor);
            (outcome != Outcome::Ignored, outcome)
        }) else {
            return;
        };
        if matches!(outcome, Outcome::Preview | Outcome::Committed) {
            self.editor.with_untracked(|editor| self.preview.show(editor.template()));
        }
        if outcome == Outcome::Committed {
            self.editor.with_untracked(|editor| self.saving.changed(editor.template()));
        }
    }
}

#[component]
fn Workbench(id: TemplateId, template: Template, revision: u32, designs: Vec<TestDesign>) -> impl IntoView {
    let title = template.name.clone();
    let canvas = template.canvas;
    let preview = Preview::new(canvas);
    let design = RwSignal::new(designs.first().cloned());
    let editor = RwSignal::new(Editor::new(template));
    let bench = Bench { editor, preview, saving: Saving::new(id, revision) };
    Effect::new(move |_| {
        preview.choose(design.get().map(|design| design.image));
        editor.with_untracked(|editor| preview.show(editor.template()));
    });
    let keys = window_event_listener(ev::keydown, move |event| shortcut(bench, &event));
    on_cleanup(move || keys.remove());
    view! {
        <Title text=title />
        <div class="editor">
            <header class="editor-bar">
                <h1 class="visually-hidden">{move || editor.with(|editor| editor.template().name.clone())}</h1>
                <input
                    class="editor-name"
                    aria-label=t!("editor-name")
                    maxlength="120"
                    value=move || editor.with_untracked(|editor| editor.template().name.clone())
                    on:change:target=move |event| {
                        let name = event.target().value();
                        if !name.trim().is_empty() {
                            bench.act(|editor| editor.rename(name.trim()));
                        }
                    }
                />
                <ToolButtons bench />
                <saving::SaveState saving=bench.saving />
                <a class="button button-primary" href=format!("/templates/{id}/render")>
                    <icons::Play />
                    {t!("templates-render")}
                </a>
            </header>
            <Stage bench />
            <Panel bench design designs />
        </div>
        <p class="visually-hidden" role="status">{move || editor.with(|editor| editor.notice().map(notice_text))}</p>
    }
}

pub fn notice_text(notice: Notice) -> String {
    match notice {
        Notice::FoldedQuad => t!("editor-folded"),
        Notice::TooFewPoints => t!("editor-too-few-points"),
        Notice::TooManyPoints => t!("editor-too-many-points"),
        Notice::OutOfLimits => t!("editor-out-of-limits"),
    }
}

#[component]
fn ToolButtons(bench: Bench) -> impl IntoView {
    let tool = move || bench.editor.with(Editor::tool);
    let choose = move |tool: Tool| {
        bench.act(|editor| {
            editor.choose(tool);
            Outcome::Overlay
        });
    };
    let pressed = move |own: Tool| if tool() == own { "true" } else { "false" };
    view! {
        <div class="tools" role="toolbar" aria-label=t!("editor-tools")>
            <button
                class="button tool"
                aria-pressed=move || pressed(Tool::Place)
                on:click=move |_| choose(Tool::Place)
                title=t!("editor-tool-place-key")
            >
                <icons::Corners />
                {t!("editor-tool-place")}
            </button>
            <button
                class="button tool"
                aria-pressed=move || pressed(Tool::Polygon)
                on:click=move |_| choose(Tool::Polygon)
                title=t!("editor-tool-polygon-key")
            >
                <icons::Outline />
                {t!("editor-tool-polygon")}
            </button>
            <button
                class="button button-quiet"
                disabled=move || bench.editor.with(|editor| editor.undoable().is_none())
                on:click=move |_| bench.act(Editor::undo)
                title=t!("editor-undo-key")
            >
                <icons::Undo />
                <span class="visually-hidden">{t!("undo")}</span>
            </button>
            <button
                class="button button-quiet"
                disabled=move || bench.editor.with(|editor| editor.redoable().is_none())
                on:click=move |_| bench.act(Editor::redo)
                title=t!("editor-redo-key")
            >
                <icons::Redo />
                <span class="visually-hidden">{t!("redo")}</span>
            </button>
        </div>
    }
}

/// Keys of the whole page, but not while somebody types.
fn shortcut(bench: Bench, event: &KeyboardEvent) {
    let in_input = event
        .target()
        .and_then(|target| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(target).ok())
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA"));
    if in_input {
        return;
    }
    let command = event.ctrl_key() || event.meta_key();
    match (command, event.key().as_str()) {
        (true, "z") => bench.act(Editor::undo),
        (true, "Z" | "y") => bench.act(Editor::redo),
        (false, "v") => bench.act(|editor| {
            editor.choose(Tool::Place);
            Outcome::Overlay
        }),
        (false, "p") => bench.act(|editor| {
            editor.choose(Tool::Polygon);
            Outcome::Overlay
        }),
        _ => return,
    }
    event.prevent_default();
}
