//! The editor's page: feeds the headless editor with events, draws what it says, saves.

mod bench;
mod clipboard;
mod commands;
mod control;
mod designs;
mod dialogs;
mod download;
mod helper;
mod keys;
mod layers;
mod overlay;
mod panel;
mod picture;
mod plan;
mod preview;
mod revisions;
mod rulers;
pub mod saving;
mod stage;
mod toolbar;
mod tools;
mod versions;
mod worker;

use document::Template;
use domain::{Page, TemplateId, design::Design};
use editor::{Editor, Notice};
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::saving::Saves;
use bench::{Bench, Sheet};
use commands::Command;
use designs::Designs;
use ui::{error::Fault, feedback::failed, icons, t};

#[component]
pub fn EditorPage() -> impl IntoView {
    locales::EDITOR.open();
    let params = use_params_map();
    let id = Signal::derive(move || params.read().get("id").and_then(|id| id.parse::<TemplateId>().ok()));
    let saves = expect_context::<Saves>();
    let opened = Resource::new(
        move || id.get(),
        move |id| async move {
            let not_found = || Fault(domain::Problem::new(domain::ProblemKind::NotFound, "error-not-found"));
            let id = id.ok_or_else(not_found)?;
            // What was changed on an earlier visit of this page is part of it.
            saves.of(id).settled().await;
            let (template, revision) = rpc::templates::open(id).await?;
            let designs = rpc::designs::list(None).await?;
            Ok::<_, Fault>((id, template, revision, designs))
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

#[component]
fn Workbench(id: TemplateId, template: Template, revision: u32, designs: Page<Design>) -> impl IntoView {
    let title = template.name.clone();
    let saving = expect_context::<Saves>().of(id);
    saving.opened(revision);
    let bench = Bench::new(template, saving, designs.items.first().cloned());
    on_cleanup(move || saving.hurry());
    revisions::follow(bench);
    let designs = Designs::new(designs);
    designs.follow(bench);
    Effect::new(move |_| {
        bench.preview.choose(bench.design.get().map(|design| design.image.hash));
        bench.show();
    });
    Effect::new(move |_| revisions::recover(bench));
    let pressed = window_event_listener(ev::keydown, move |event| keys::pressed(bench, &event));
    let settle = move || bench.editor.update_untracked(Editor::settle);
    let released = window_event_listener(ev::keyup, move |event| {
        settle();
        if event.key() == " " {
            bench.panning.set(false);
        }
    });
    let let_go = window_event_listener(ev::pointerup, move |_| settle());
    // A file that is dropped here would take the page's place.
    let hovering = window_event_listener(ev::dragover, |event| event.prevent_default());
    let dropped = window_event_listener(ev::drop, |event| event.prevent_default());
    on_cleanup(move || {
        pressed.remove();
        released.remove();
        let_go.remove();
        hovering.remove();
        dropped.remove();
    });
    clipboard::listen(bench);
    let sheet = move || match bench.sheet.get() {
        Sheet::None => "none",
        Sheet::Settings => "settings",
        Sheet::Layers => "layers",
    };
    view! {
        <Title text=title />
        <div class="editor" data-sheet=sheet inert=move || !bench.ready.get()>
            <header class="editor-bar">
                <Bar bench id />
            </header>
            <revisions::SaveNotes bench />
            <toolbar::Options bench />
            <toolbar::Palette bench />
            <stage::Stage bench />
            <aside class="panel" aria-label=t!("editor-panel")>
                <panel::Settings bench designs />
                <layers::Layers bench />
            </aside>
            <SheetTabs bench />
        </div>
        <dialogs::Dialogs bench />
        <p class="visually-hidden" role="status">{move || bench.editor.with(|editor| editor.notice().map(notice_text))}</p>
    }
}

#[component]
fn Bar(bench: Bench, id: TemplateId) -> impl IntoView {
    let name = Memo::new(move |_| bench.editor.with(|editor| editor.template().name.clone()));
    let undoable = Memo::new(move |_| bench.editor.with(Editor::undoable));
    let redoable = Memo::new(move |_| bench.editor.with(Editor::redoable));
    let undo = move || undoable.get().map_or(t!("undo"), |step| t!("undo-step", step = dialogs::step_name(step)));
    let redo = move || redoable.get().map_or(t!("redo"), |step| t!("redo-step", step = dialogs::step_name(step)));
    let percent = move || format!("{:.0} %", bench.view.get().zoom() * 100.0);
    let button = move |command: Command, icon: AnyView| {
        let title = format!("{} ({})", command.name(), command.shortcut().unwrap_or_default());
        view! {
            <button
                class="button button-quiet"
                class:wide-only=matches!(command, Command::ZoomIn | Command::ZoomOut)
                title=title
                on:click=move |_| command.run(bench)
            >
                {icon}
                <span class="visually-hidden">{command.name()}</span>
            </button>
        }
    };
    view! {
        <h1 class="visually-hidden" translate="no">{move || name.get()}</h1>
        <input
            class="editor-name"
            aria-label=t!("editor-name")
            maxlength="120"
            prop:value=move || name.get()
            on:change:target=move |event| {
                let name = event.target().value();
                if !name.trim().is_empty() {
                    bench.act(|editor| editor.rename(name.trim()));
                }
            }
        />
        <div class="bar-group">
            <button
                class="button button-quiet"
                disabled=move || undoable.get().is_none()
                on:click=move |_| Command::Undo.run(bench)
                title=undo
            >
                <icons::Undo />
                <span class="visually-hidden">{t!("undo")}</span>
            </button>
            <button
                class="button button-quiet"
                disabled=move || redoable.get().is_none()
                on:click=move |_| Command::Redo.run(bench)
                title=redo
            >
                <icons::Redo />
                <span class="visually-hidden">{t!("redo")}</span>
            </button>
            {button(Command::History, view! { <icons::Clock /> }.into_any())}
        </div>
        <div class="bar-group">
            {button(Command::ZoomOut, view! { <icons::Minus /> }.into_any())}
            <button class="button button-quiet zoom" title=Command::Fit.name() on:click=move |_| Command::Fit.run(bench)>
                {percent}
            </button>
            {button(Command::ZoomIn, view! { <icons::Plus /> }.into_any())}
            {button(Command::Compare, view! { <icons::Compare /> }.into_any())}
            {button(Command::Commands, view! { <icons::Search /> }.into_any())}
            {button(Command::Keys, view! { <icons::Help /> }.into_any())}
        </div>
        <revisions::SaveState bench />
        <a
            class="button button-quiet"
            href=format!("/files/templates/{id}/file")
            download=""
            title=t!("editor-download")
            on:click=move |event| revisions::before_download(bench, &event)
        >
            <icons::Download />
            <span class="visually-hidden">{t!("editor-download")}</span>
        </a>
        <a class="button button-primary" href=format!("/templates/{id}/render")>
            <icons::Play />
            <span class="bar-text">{t!("templates-render")}</span>
        </a>
    }
}

/// On a phone the panel's parts are sheets from below.
#[component]
fn SheetTabs(bench: Bench) -> impl IntoView {
    let tab = move |own: Sheet, name: String| {
        view! {
            <button
                class="button"
                aria-pressed=move || if bench.sheet.get() == own { "true" } else { "false" }
                on:click=move |_| bench.sheet.update(|sheet| *sheet = if *sheet == own { Sheet::None } else { own })
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="sheet-tabs">
            {tab(Sheet::Settings, t!("editor-panel"))}
            {tab(Sheet::Layers, t!("editor-layers"))}
        </div>
    }
}

pub fn notice_text(notice: Notice) -> String {
    match notice {
        Notice::FoldedQuad => t!("editor-folded"),
        Notice::SmallQuad => t!("editor-too-small"),
        Notice::TooFewPoints => t!("editor-too-few-points"),
        Notice::TooManyPoints => t!("editor-too-many-points"),
        Notice::OutOfLimits => t!("editor-out-of-limits"),
        Notice::Locked => t!("editor-locked"),
        Notice::NoPlacement => t!("editor-no-placement"),
        Notice::NoLayer => t!("editor-no-layer"),
        Notice::TooManyLayers => t!("editor-too-many-layers"),
        Notice::NotLayers => t!("editor-not-layers"),
        Notice::NothingFound => t!("editor-nothing-found"),
        Notice::MeshFull => t!("editor-mesh-full"),
    }
}
