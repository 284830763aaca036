//! The layers as a tree: choosing, naming, showing, locking and moving them.

use document::{BlendMode, Layer, LayerContent, LayerId, Opacity, Slot};
use editor::{Choosing, Editor, Look};
use leptos::prelude::*;
use web_sys::{DragEvent, KeyboardEvent, MouseEvent};

use super::{
    bench::{Bench, Dialog},
    commands::Command,
    control::{check, number_slider},
    dialogs::MenuItem,
    keys::choosing,
};
use ui::{i18n, icons, styled::styled, t};

/// A layer as the list shows it.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    id: LayerId,
    name: String,
    depth: usize,
    kind: Kind,
    visible: bool,
    locked: bool,
    clipped: bool,
    masked: bool,
    chosen: bool,
    active: bool,
    /// Where it lies among its neighbours, counted from the top, and how many these are.
    place: (usize, usize),
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Group,
    Placement,
    Photo(document::ContentHash),
    Fill(String),
    Adjustment,
    Light,
}

/// Where a dragged layer would go.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Drop {
    Above(LayerId),
    Into(LayerId),
    Below(LayerId),
}

/// The topmost first, as one sees them.
fn rows(editor: &Editor) -> Vec<Row> {
    fn list(editor: &Editor, layers: &[Layer], depth: usize, rows: &mut Vec<Row>) {
        for (i, layer) in layers.iter().rev().enumerate() {
            let kind = match &layer.content {
                LayerContent::Group { .. } => Kind::Group,
                LayerContent::Placement(_) => Kind::Placement,
                LayerContent::Photo { image } => Kind::Photo(*image),
                LayerContent::Fill { color } => Kind::Fill(String::from(*color)),
                LayerContent::Adjustment { .. } => Kind::Adjustment,
                LayerContent::Light(_) => Kind::Light,
            };
            rows.push(Row {
                id: layer.id,
                name: layer.name.clone(),
                depth,
                kind,
                visible: layer.visible,
                locked: layer.locked,
                clipped: layer.clipped,
                masked: layer.mask.is_some(),
                chosen: editor.chosen().contains(&layer.id),
                active: editor.active() == Some(layer.id),
                place: (i + 1, layers.len()),
            });
            list(editor, layer.children(), depth + 1, rows);
        }
    }
    let mut rows = Vec::new();
    list(editor, &editor.template().layers, 0, &mut rows);
    rows
}

/// The place in the tree that dropping means.
fn slot(editor: &Editor, drop: Drop) -> Option<Slot> {
    let template = editor.template();
    match drop {
        Drop::Into(id) => Some(Slot { group: Some(id), index: usize::MAX }),
        Drop::Above(id) => template.slot_of(id).map(|slot| Slot { index: slot.index + 1, ..slot }),
        Drop::Below(id) => template.slot_of(id),
    }
}

#[component]
pub fn Layers(bench: Bench) -> impl IntoView {
    let rows = Memo::new(move |_| bench.editor.with(rows));
    let ids = Memo::new(move |_| rows.with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>()));
    let target = RwSignal::new(None::<Drop>);
    view! {
        <section class="pane pane-layers" aria-label=t!("editor-layers")>
            <header class="pane-head">
                <h2>{t!("editor-layers")}</h2>
                <AddMenu bench />
            </header>
            <Appearance bench />
            <ul class="layers" role="tree" aria-multiselectable="true" aria-label=t!("editor-layers")>
                <For each=move || ids.get() key=|id| *id let:id>
                    <LayerRow id bench rows target />
                </For>
            </ul>
        </section>
    }
}

/// How the chosen layers meet what is below them.
#[component]
fn Appearance(bench: Bench) -> impl IntoView {
    let layer = move |of: fn(&Layer) -> f32| bench.editor.with(|editor| editor.layer().map_or(0.0, of));
    let blend =
        Memo::new(move |_| bench.editor.with(|editor| editor.layer().map(|layer| layer.blend).unwrap_or_default()));
    let option = move |mode: BlendMode| {
        let name = i18n::text(&format!("blend-{}", mode.as_str()));
        view! { <option value=mode.as_str() selected=move || blend.get() == mode>{name}</option> }
    };
    view! {
        <div class="appearance">
            <select
                aria-label=t!("editor-blend")
                prop:value=move || blend.get().as_str()
                on:change:target=move |event| {
                    let name = event.target().value();
                    if let Some(mode) = BlendMode::ALL.into_iter().find(|mode| mode.as_str() == name) {
                        bench.act(|editor| editor.set_blend(mode));
                    }
                }
            >
                {BlendMode::ALL.map(option).into_iter().collect_view()}
            </select>
            {number_slider(
                t!("editor-opacity"),
                0..=100,
                move || layer(|layer| layer.opacity.get() * 100.0),
                move |percent| bench.act(|editor| editor.set_opacity(Opacity::from_percent(percent.round() as u32))),
            )}
            {check(
                t!("editor-clipped"),
                move || bench.editor.with(|editor| editor.layer().is_some_and(|layer| layer.clipped)),
                move |clipped| bench.act(|editor| editor.set_clipped(clipped)),
            )}
        </div>
    }
}

#[component]
fn AddMenu(bench: Bench) -> impl IntoView {
    let layers = [
        Command::AddPlacement,
        Command::AddLight,
        Command::AddRecolor,
        Command::AddBrightness,
        Command::AddLevels,
        Command::AddCurves,
        Command::AddHue,
        Command::AddFill,
        Command::Group,
    ];
    let add = layers.into_iter().chain(Look::ALL.map(Command::AddLook));
    let open = RwSignal::new(false);
    let item = move |command| view! { <MenuItem bench command on_run=move || open.set(false) /> };
    view! {
        <div class="add-menu" on:keydown=move |event: KeyboardEvent| if event.key() == "Escape" { open.set(false) }>
            <button
                class="button"
                aria-haspopup="menu"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <icons::Plus />
                {t!("editor-add-layer")}
            </button>
            <Show when=move || open.get()>
                <div class="menu-items" role="menu">{add.clone().map(item).collect_view()}</div>
            </Show>
        </div>
    }
}

#[component]
fn LayerRow(id: LayerId, bench: Bench, rows: Memo<Vec<Row>>, target: RwSignal<Option<Drop>>) -> impl IntoView {
    let row = Memo::new(move |_| rows.with(|rows| rows.iter().find(|row| row.id == id).cloned()));
    let of = move |get: fn(&Row) -> bool| row.with(|row| row.as_ref().is_some_and(get));
    let name = move || row.with(|row| row.as_ref().map(|row| row.name.clone()).unwrap_or_default());
    let renaming = RwSignal::new(false);
    let field = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let (true, Some(field)) = (renaming.get(), field.get()) {
            let _ = field.focus();
            field.select();
        }
    });
    let rename = move |text: String| {
        if renaming.get_untracked() {
            renaming.set(false);
            if text.trim() != name() {
                bench.act(|editor| editor.rename_layer(id, &text));
            }
        }
    };
    let choose = move |how: Choosing| bench.act(|editor| editor.choose_layer(id, how));
    let keys = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "Enter" | " " => choose(choosing(event.shift_key(), event.ctrl_key() || event.meta_key())),
            "F2" => renaming.set(true),
            "Delete" | "Backspace" => Command::DeleteLayers.run(bench),
            "ArrowUp" if event.ctrl_key() => Command::LayerUp.run(bench),
            "ArrowDown" if event.ctrl_key() => Command::LayerDown.run(bench),
            "ArrowUp" => focus_beside(&event, -1),
            "ArrowDown" => focus_beside(&event, 1),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let drag_over = move |event: DragEvent| {
        event.prevent_default();
        let part = part_of_row(&event);
        let group = of(|row| row.kind == Kind::Group);
        target.set(Some(match part {
            _ if group && (0.25..0.75).contains(&part) => Drop::Into(id),
            part if part < 0.5 => Drop::Above(id),
            _ => Drop::Below(id),
        }));
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        if let Some(drop) = target.get_untracked() {
            target.set(None);
            bench.act(|editor| match slot(editor, drop) {
                Some(slot) => editor.move_layers(slot),
                None => editor::Outcome::Ignored,
            });
        }
    };
    let drag_start = move |event: DragEvent| {
        // What is dragged but not chosen goes alone.
        if !of(|row| row.chosen) {
            choose(Choosing::Only);
        }
        if let Some(data) = event.data_transfer() {
            let _ = data.set_data("text/plain", &name());
        }
    };
    let menu = move |event: MouseEvent| {
        event.prevent_default();
        if !of(|row| row.chosen) {
            choose(Choosing::Only);
        }
        bench.dialog.set(Some(Dialog::Menu(event.client_x().into(), event.client_y().into())));
    };
    let place =
        move |end: bool| row.with(|row| row.as_ref().map_or(1, |row| if end { row.place.1 } else { row.place.0 }));
    view! {
        <li
            class="layer"
            class:layer-chosen=move || of(|row| row.chosen)
            class:layer-active=move || of(|row| row.active)
            class:layer-hidden=move || of(|row| !row.visible)
            class:layer-clipped=move || of(|row| row.clipped)
            class:drop-above=move || target.get() == Some(Drop::Above(id))
            class:drop-into=move || target.get() == Some(Drop::Into(id))
            class:drop-below=move || target.get() == Some(Drop::Below(id))
            use:styled=Signal::derive(move || format!("--depth:{}", row.with(|row| row.as_ref().map_or(0, |row| row.depth))))
            role="treeitem"
            aria-selected=move || of(|row| row.chosen).to_string()
            attr:aria-level=move || row.with(|row| row.as_ref().map_or(1, |row| row.depth + 1))
            aria-posinset=move || place(false)
            aria-setsize=move || place(true)
            aria-label=name
            tabindex=move || if of(|row| row.active) { "0" } else { "-1" }
            draggable="true"
            on:click=move |event: MouseEvent| choose(choosing(event.shift_key(), event.ctrl_key() || event.meta_key()))
            on:dblclick=move |_| renaming.set(true)
            on:keydown=keys
            on:dragstart=drag_start
            on:dragover=drag_over
            on:dragleave=move |_| target.set(None)
            on:dragend=move |_| target.set(None)
            on:drop=dropped
            on:contextmenu=menu
        >
            <Thumbnail row />
            <Show
                when=move || renaming.get()
                fallback=move || view! {
                    <span class="layer-name">{name}</span>
                    <Show when=move || of(|row| row.masked)>
                        <span class="layer-masked" title=t!("editor-has-mask")><icons::Mask /></span>
                    </Show>
                }
            >
                <input
                    node_ref=field
                    class="layer-rename"
                    aria-label=t!("editor-layer-name")
                    maxlength="120"
                    prop:value=name
                    on:click=|event: MouseEvent| event.stop_propagation()
                    on:blur:target=move |event| rename(event.target().value())
                    on:keydown:target=move |event| {
                        event.stop_propagation();
                        match event.key().as_str() {
                            "Enter" => rename(event.target().value()),
                            "Escape" => renaming.set(false),
                            _ => {}
                        }
                    }
                />
            </Show>
            <button
                class="layer-switch"
                aria-pressed=move || of(|row| row.locked).to_string()
                aria-label=move || t!("editor-lock", name = name())
                title=move || t!("editor-lock", name = name())
                on:click=move |event: MouseEvent| {
                    event.stop_propagation();
                    bench.act(|editor| editor.set_locked(id, !of(|row| row.locked)));
                }
            >
                <icons::Lock />
            </button>
            <button
                class="layer-switch layer-eye"
                aria-pressed=move || of(|row| row.visible).to_string()
                aria-label=move || t!("editor-show", name = name())
                title=move || t!("editor-show", name = name())
                on:click=move |event: MouseEvent| {
                    event.stop_propagation();
                    bench.act(|editor| editor.set_visible(id, !of(|row| row.visible)));
                }
            >
                <icons::Eye />
            </button>
        </li>
    }
}

#[component]
fn Thumbnail(row: Memo<Option<Row>>) -> impl IntoView {
    view! {
        <span class="layer-picture" aria-hidden="true">
            {move || row.get().map(|row| match row.kind {
                Kind::Photo(hash) => {
                    view! { <img src=format!("/files/images/{hash}/thumbnail") alt="" loading="lazy" /> }.into_any()
                }
                Kind::Fill(color) => view! { <span class="layer-color" use:styled=Signal::stored(format!("background:{color}"))></span> }.into_any(),
                Kind::Group => view! { <icons::Folder /> }.into_any(),
                Kind::Placement => view! { <icons::Picture /> }.into_any(),
                Kind::Adjustment => view! { <icons::Adjust /> }.into_any(),
                Kind::Light => view! { <icons::Sun /> }.into_any(),
            })}
        </span>
    }
}

/// How far down in the row the pointer is, 0 to 1.
fn part_of_row(event: &DragEvent) -> f64 {
    let row = event.current_target().and_then(|target| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(target).ok());
    let shown = row.map(|row| row.get_bounding_client_rect());
    shown.map_or(0.0, |shown| (f64::from(event.client_y()) - shown.top()) / shown.height().max(1.0))
}

/// Gives the focus to the layer above or below in the list.
fn focus_beside(event: &KeyboardEvent, by: i32) {
    let row = event.current_target().and_then(|row| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(row).ok());
    let beside = row.and_then(|row| if by < 0 { row.previous_element_sibling() } else { row.next_element_sibling() });
    if let Some(beside) = beside.and_then(|row| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(row).ok()) {
        let _ = beside.focus();
    }
}
