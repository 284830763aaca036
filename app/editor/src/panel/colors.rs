//! The colours that a product comes in, each as a small picture.

use std::time::Duration;

use document::{Adjustment, Color, Layer, LayerContent, LayerId, ProductColor, Template};
use editor::{Choosing, Editor};
use js_sys::Uint8ClampedArray;
use leptos::{html::Canvas, prelude::*};
use wasm_bindgen::JsValue;
use web_sys::{HtmlCanvasElement, ImageData};

use super::super::{bench::Bench, helper::Found, picture::lay};
use ui::{icons, t};

/// How long after a change the small pictures are made anew.
const REST: Duration = Duration::from_millis(500);

/// A layer that recolours the product.
#[derive(Clone, PartialEq)]
struct Recolored {
    layer: LayerId,
    from: Color,
    to: Color,
    choices: Vec<ProductColor>,
}

/// The lowest there is.
fn recolored(template: &Template) -> Option<Recolored> {
    template.walk().find_map(|(layer, _): (&Layer, _)| match &layer.content {
        LayerContent::Adjustment { adjustment: Adjustment::Recolor { from, to, choices } } => {
            Some(Recolored { layer: layer.id, from: *from, to: *to, choices: choices.clone() })
        }
        _ => None,
    })
}

/// The document with the product in another of its colours.
fn in_color(template: &Template, number: usize) -> Option<Template> {
    let Recolored { layer, from, choices, .. } = recolored(template)?;
    let to = choices.get(number)?.color;
    let mut other = template.clone();
    other.layer_mut(layer)?.content =
        LayerContent::Adjustment { adjustment: Adjustment::Recolor { from, to, choices: Vec::new() } };
    Some(other)
}

/// A strip of the colours that the product comes in; one is shown.
#[component]
pub fn ProductColors(bench: Bench) -> impl IntoView {
    let now = Memo::new(move |_| bench.editor.with(|editor| recolored(editor.template())));
    let choices = Memo::new(move |_| now.get().map(|now| now.choices).unwrap_or_default());
    keep_drawn(bench, choices);
    let change = move |to: Option<Color>, edit: fn(&mut Vec<ProductColor>, Color)| {
        let Some(Recolored { layer, from, to: shown, mut choices }) = now.get_untracked() else { return };
        let to = to.unwrap_or(shown);
        edit(&mut choices, to);
        // The layer is changed whichever is active, and that one stays so.
        bench.act(|editor| {
            let active = editor.active();
            editor.choose_layer(layer, Choosing::Only);
            let outcome = editor.set_adjustment(Adjustment::Recolor { from, to, choices });
            if let Some(active) = active {
                editor.choose_layer(active, Choosing::Only);
            }
            outcome
        });
    };
    let swatch = move |(number, choice): (usize, ProductColor)| {
        let color = choice.color;
        let chosen = move || now.with(|now| now.as_ref().is_some_and(|now| now.to == color));
        view! {
            <button
                class="swatch"
                aria-pressed=move || if chosen() { "true" } else { "false" }
                aria-label=choice.name.clone()
                title=choice.name
                on:click=move |_| change(Some(color), |_, _| {})
            >
                <Small bench number />
            </button>
        }
    };
    let listed =
        move || now.with(|now| now.as_ref().is_some_and(|now| now.choices.iter().any(|choice| choice.color == now.to)));
    let add = move |_| {
        change(None, |choices, color| choices.push(ProductColor { name: String::from(color), color }));
    };
    let remove = move |_| change(None, |choices, color| choices.retain(|choice| choice.color != color));
    view! {
        <Show when=move || now.with(Option::is_some)>
            <h2>{t!("editor-colors")}</h2>
            <div class="swatches" role="group" aria-label=t!("editor-colors")>
                {move || choices.get().into_iter().enumerate().map(swatch).collect_view()}
            </div>
            <div class="row">
                <Show
                    when=listed
                    fallback=move || view! {
                        <button class="button" on:click=add><icons::Plus />{t!("colors-add")}</button>
                    }
                >
                    <button class="button" on:click=remove><icons::Trash />{t!("colors-remove")}</button>
                </Show>
            </div>
        </Show>
    }
}

/// Makes the small pictures anew, one after the other, once the document has come to rest.
fn keep_drawn(bench: Bench, choices: Memo<Vec<ProductColor>>) {
    let draw = move |number: usize| {
        let design = bench.design.get_untracked().map(|design| design.image.hash);
        bench.editor.with_untracked(|editor: &Editor| {
            if let Some(template) = in_color(editor.template(), number) {
                bench.helper.small(number, &template, design);
            }
        });
    };
    let timer = StoredValue::new(None::<TimeoutHandle>);
    // What draws nothing, and which of the colours is shown, changes no small picture.
    let drawn = Memo::new(move |_| {
        bench.editor.with(|editor| in_color(editor.template(), 0)).map(|template| (template.layers, template.canvas))
    });
    Effect::new(move |_| {
        bench.design.track();
        drawn.track();
        choices.track();
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        timer.set_value(bench.scope.later(REST, move || draw(0)));
    });
    Effect::new(move |_| {
        if let Some(Found::Small(number, ..)) = bench.helper.found.get() {
            draw(number + 1);
        }
    });
}

#[component]
fn Small(bench: Bench, number: usize) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        if let (Some(Found::Small(own, pixels, width)), Some(canvas)) = (bench.helper.found.get(), canvas.get())
            && own == number
        {
            // A picture that cannot be drawn leaves the one before.
            let _ = put(&canvas, &pixels, width);
        }
    });
    view! { <canvas node_ref=canvas aria-hidden="true"></canvas> }
}

fn put(canvas: &HtmlCanvasElement, pixels: &Uint8ClampedArray, width: u32) -> Result<(), JsValue> {
    let image = ImageData::new_with_js_u8_clamped_array(pixels, width)?;
    canvas.set_width(image.width());
    canvas.set_height(image.height());
    lay(canvas, &image, (0.0, 0.0))
}
