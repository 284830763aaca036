//! The design that the template is tried with, and the colours that its product comes in.

use domain::template::{Adjustment, Color, Layer, LayerContent, LayerId, ProductColor};
use editor::{Choosing, Editor};
use leptos::prelude::*;

use super::super::{TestDesign, bench::Bench};
use crate::{
    components::{icons, styled::styled},
    t,
};

#[component]
pub fn DesignPicker(bench: Bench, designs: Vec<TestDesign>) -> impl IntoView {
    let empty = designs.is_empty();
    let choices = designs.into_iter().map(move |own| {
        let (id, name, title) = (own.id, own.name.clone(), own.name.clone());
        let chosen = move || bench.design.with(|design| design.as_ref().is_some_and(|design| design.id == id));
        view! {
            <button
                class="swatch checkered"
                aria-pressed=move || if chosen() { "true" } else { "false" }
                on:click=move |_| bench.design.set(Some(own.clone()))
                title=title
            >
                <img src=format!("/api/designs/{id}/thumbnail") alt=name loading="lazy" />
            </button>
        }
    });
    view! {
        <h2>{t!("editor-try-design")}</h2>
        {if empty {
            view! { <p class="muted">{t!("editor-no-designs")} " " <a href="/designs">{t!("nav-designs")}</a></p> }.into_any()
        } else {
            view! { <div class="swatches">{choices.collect_view()}</div> }.into_any()
        }}
    }
}

/// The lowest layer that recolours the product: its number, colour and choices.
fn recolored(editor: &Editor) -> Option<(LayerId, Color, Color, Vec<ProductColor>)> {
    editor.template().walk().find_map(|(layer, _): (&Layer, _)| match &layer.content {
        LayerContent::Adjustment { adjustment: Adjustment::Recolor { from, to, choices } } => {
            Some((layer.id, *from, *to, choices.clone()))
        }
        _ => None,
    })
}

/// A strip of the colours that the product comes in; one is shown.
#[component]
pub fn ProductColors(bench: Bench) -> impl IntoView {
    let recolored = Memo::new(move |_| bench.editor.with(recolored));
    let change = move |to: Option<Color>, edit: fn(&mut Vec<ProductColor>, Color)| {
        let Some((id, from, now, mut choices)) = recolored.get_untracked() else { return };
        let active = bench.editor.with_untracked(Editor::active);
        let to = to.unwrap_or(now);
        edit(&mut choices, to);
        // The layer is changed whichever is active, and that one stays so.
        bench.act(|editor| {
            editor.choose_layer(id, Choosing::Only);
            let outcome = editor.set_adjustment(Adjustment::Recolor { from, to, choices });
            if let Some(active) = active {
                editor.choose_layer(active, Choosing::Only);
            }
            outcome
        });
    };
    let swatch = move |choice: ProductColor| {
        let color = choice.color;
        let chosen = move || recolored.with(|found| found.as_ref().is_some_and(|(_, _, to, _)| *to == color));
        view! {
            <button
                class="color-chip"
                use:styled=Signal::stored(format!("background:{}", String::from(color)))
                aria-pressed=move || if chosen() { "true" } else { "false" }
                aria-label=choice.name.clone()
                title=choice.name
                on:click=move |_| change(Some(color), |_, _| {})
            ></button>
        }
    };
    let choices = move || recolored.get().map(|(.., choices)| choices).unwrap_or_default();
    let listed = move || {
        recolored.with(|found| {
            found.as_ref().is_some_and(|(_, _, to, choices)| choices.iter().any(|choice| choice.color == *to))
        })
    };
    let add = move |_| {
        change(None, |choices, color| choices.push(ProductColor { name: String::from(color), color }));
    };
    let remove = move |_| change(None, |choices, color| choices.retain(|choice| choice.color != color));
    view! {
        <Show when=move || recolored.with(Option::is_some)>
            <h2>{t!("editor-colors")}</h2>
            <div class="color-strip" role="group" aria-label=t!("editor-colors")>
                {move || choices().into_iter().map(swatch).collect_view()}
                <Show
                    when=listed
                    fallback=move || view! {
                        <button class="button" on:click=add><icons::Plus />{t!("colors-add")}</button>
                    }
                >
                    <button class="button button-quiet" on:click=remove>
                        <icons::Trash />
                        <span class="visually-hidden">{t!("colors-remove")}</span>
                    </button>
                </Show>
            </div>
        </Show>
    }
}
