//! What lies over the page: the list of commands, the keys, the history, the menu at the pointer.

use editor::{Editor, Step};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};

use super::{
    bench::{Bench, Dialog},
    commands::Command,
    versions::Versions,
};
use ui::{i18n, icons, styled::styled, t};

#[component]
pub fn Dialogs(bench: Bench) -> impl IntoView {
    move || match bench.dialog.get() {
        None => ().into_any(),
        Some(Dialog::Commands) => view! { <CommandList bench /> }.into_any(),
        Some(Dialog::Keys) => view! { <Keys bench /> }.into_any(),
        Some(Dialog::History) => view! { <History bench /> }.into_any(),
        Some(Dialog::Menu(x, y)) => view! { <Menu bench x y /> }.into_any(),
    }
}

/// A sheet over the page that keeps the focus until it is closed.
#[component]
fn Modal(bench: Bench, title: String, children: Children) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    let label = title.clone();
    view! {
        <dialog
            node_ref=dialog
            class="modal"
            aria-label=label
            on:close=move |_| bench.dialog.set(None)
            on:click=move |event: MouseEvent| {
                // Beside the sheet only the dialog itself is hit.
                let on = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                if on.is_some_and(|on| on.tag_name() == "DIALOG") {
                    bench.dialog.set(None);
                }
            }
        >
            <div class="modal-sheet">
                <header class="modal-head">
                    <h2>{title}</h2>
                    <button class="button button-quiet" on:click=move |_| bench.dialog.set(None)>
                        <icons::Close />
                        <span class="visually-hidden">{t!("close")}</span>
                    </button>
                </header>
                {children()}
            </div>
        </dialog>
    }
}

#[component]
fn CommandList(bench: Bench) -> impl IntoView {
    let sought = RwSignal::new(String::new());
    let marked = RwSignal::new(0usize);
    let found = Memo::new(move |_| {
        let sought = sought.get().to_lowercase();
        let matches =
            |command: &Command| sought.split_whitespace().all(|word| command.name().to_lowercase().contains(word));
        Command::all().filter(|command| *command != Command::Commands && matches(command)).collect::<Vec<_>>()
    });
    let run = move |command: Command| {
        bench.dialog.set(None);
        command.run(bench);
    };
    let keys = move |event: KeyboardEvent| {
        let count = found.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => marked.update(|marked| *marked = (*marked + 1) % count),
            "ArrowUp" => marked.update(|marked| *marked = (*marked + count - 1) % count),
            // A search field would only clear itself.
            "Escape" => bench.dialog.set(None),
            "Enter" => {
                if let Some(command) = found.with_untracked(|found| found.get(marked.get_untracked()).copied()) {
                    run(command);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let item = move |(i, command): (usize, Command)| {
        view! {
            <li
                id=format!("command-{i}")
                role="option"
                class="command"
                aria-selected=move || (marked.get() == i).to_string()
                on:click=move |_| run(command)
            >
                <span>{command.name()}</span>
                {command.shortcut().map(|keys| view! { <kbd translate="no">{keys}</kbd> })}
            </li>
        }
    };
    view! {
        <Modal bench title=t!("command-commands")>
            <input
                type="search"
                autofocus
                role="combobox"
                aria-expanded="true"
                aria-controls="command-list"
                aria-activedescendant=move || format!("command-{}", marked.get())
                aria-label=t!("command-search")
                placeholder=t!("command-search")
                on:input:target=move |event| {
                    marked.set(0);
                    sought.set(event.target().value());
                }
                on:keydown=keys
            />
            <ul id="command-list" class="commands" role="listbox" aria-label=t!("command-commands")>
                {move || found.get().into_iter().enumerate().map(item).collect_view()}
            </ul>
            <Show when=move || found.with(Vec::is_empty)>
                <p class="muted">{t!("command-none")}</p>
            </Show>
        </Modal>
    }
}

#[component]
fn Keys(bench: Bench) -> impl IntoView {
    let with_keys = Command::all().filter_map(|command| Some((command.name(), command.shortcut()?.to_owned())));
    let hands = ["pan", "zoom", "turn", "nudge", "points", "combine", "straight", "free", "enter", "escape"];
    let gestures =
        hands.map(|name| (i18n::text(&format!("gesture-{name}")), i18n::text(&format!("gesture-{name}-keys"))));
    let line = |(name, keys): (String, String)| view! { <div class="key-line"><dt>{name}</dt><dd><kbd translate="no">{keys}</kbd></dd></div> };
    view! {
        <Modal bench title=t!("command-keys")>
            <dl class="key-list" tabindex="0">
                {gestures.into_iter().chain(with_keys).map(line).collect_view()}
            </dl>
        </Modal>
    }
}

pub fn step_name(step: Step) -> String {
    i18n::text(step.key())
}

#[component]
fn History(bench: Bench) -> impl IntoView {
    let steps = Memo::new(move |_| bench.editor.with(Editor::steps));
    let line = move |(done, name): (usize, String)| {
        let now = move || steps.with(|(_, now)| *now == done);
        let undone = move || steps.with(|(_, now)| done > *now);
        view! {
            <li>
                <button
                    class="history-step"
                    class:history-undone=undone
                    aria-current=move || if now() { Some("step") } else { None }
                    on:click=move |_| bench.act(|editor| editor.go_to(done))
                >
                    {name}
                </button>
            </li>
        }
    };
    view! {
        <Modal bench title=t!("command-history")>
            <div class="history">
                <section>
                    <h3>{t!("history-steps")}</h3>
                    <ol class="history-steps">
                        {move || {
                            let (all, _) = steps.get();
                            let names = all.into_iter().map(step_name);
                            std::iter::once(t!("history-opened")).chain(names).enumerate().map(line).collect_view()
                        }}
                    </ol>
                </section>
                <Versions bench />
            </div>
        </Modal>
    }
}

/// A command as a line of a menu, which `on_run` closes.
#[component]
pub fn MenuItem(bench: Bench, command: Command, on_run: impl Fn() + 'static) -> impl IntoView {
    let run = move |_| {
        on_run();
        command.run(bench);
    };
    view! {
        <button class="menu-item" role="menuitem" on:click=run>
            <span>{command.name()}</span>
            {command.shortcut().map(|keys| view! { <kbd translate="no">{keys}</kbd> })}
        </button>
    }
}

/// What fits what is under the pointer.
#[component]
fn Menu(bench: Bench, x: f64, y: f64) -> impl IntoView {
    let menu = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if let Some(menu) = menu.get() {
            let _ = menu.focus();
        }
    });
    let masked = bench.editor.with_untracked(|editor| editor.mask().is_some());
    let of_layer = [
        Command::Copy,
        Command::Paste,
        Command::Duplicate,
        Command::Group,
        Command::Ungroup,
        Command::LayerUp,
        Command::LayerDown,
        Command::DeleteLayers,
    ];
    let of_mask = [
        Command::CopyMask,
        Command::InvertMask,
        Command::ConvertMask,
        Command::SmoothMask,
        Command::MaskPng,
        Command::MaskSvg,
        Command::RemoveMask,
    ];
    let shown: Vec<Command> = of_layer.into_iter().chain(of_mask.into_iter().filter(|_| masked)).collect();
    let item = move |command| view! { <MenuItem bench command on_run=move || bench.dialog.set(None) /> };
    let keys = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "Escape" => bench.dialog.set(None),
            "ArrowDown" => focus_item(&event, 1),
            "ArrowUp" => focus_item(&event, -1),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div class="menu-ground" on:pointerdown=move |_| bench.dialog.set(None)></div>
        <div
            node_ref=menu
            class="menu-items context-menu"
            role="menu"
            tabindex="-1"
            aria-label=t!("editor-menu")
            use:styled=Signal::stored(format!("--x:{x}px;--y:{y}px"))
            on:keydown=keys
        >
            {shown.into_iter().map(item).collect_view()}
        </div>
    }
}

fn focus_item(event: &KeyboardEvent, by: i32) {
    let here = document().active_element();
    let menu = event.current_target().and_then(|menu| menu.dyn_into::<Element>().ok());
    let (Some(menu), Some(here)) = (menu, here) else { return };
    let next = match (here == menu, by > 0) {
        (true, true) => menu.first_element_child(),
        (true, false) => menu.last_element_child(),
        (false, true) => here.next_element_sibling().or_else(|| menu.first_element_child()),
        (false, false) => here.previous_element_sibling().or_else(|| menu.last_element_child()),
    };
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        let _ = next.focus();
    }
}
