//! The settings of the active layer.

mod adjustment;
mod colors;
mod curves;
mod designs;
mod mask;
mod placement;

use document::{Color, LayerContent, Ranged};
use editor::Editor;
use leptos::prelude::*;

use super::{
    bench::Bench,
    control::{color, number_slider},
    designs::Designs,
};
use ui::t;

/// Which settings a layer has.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Placement,
    Light,
    Fill,
    Adjustment,
    Other,
    Nothing,
}

fn kind(editor: &Editor) -> Kind {
    match editor.layer().map(|layer| &layer.content) {
        Some(LayerContent::Placement(_)) => Kind::Placement,
        Some(LayerContent::Light(_)) => Kind::Light,
        Some(LayerContent::Fill { .. }) => Kind::Fill,
        Some(LayerContent::Adjustment { .. }) => Kind::Adjustment,
        Some(LayerContent::Group { .. } | LayerContent::Photo { .. }) => Kind::Other,
        None => Kind::Nothing,
    }
}

#[component]
pub fn Settings(bench: Bench, designs: Designs) -> impl IntoView {
    let kind = Memo::new(move |_| bench.editor.with(kind));
    let name = move || bench.editor.with(|editor| editor.layer().map(|layer| layer.name.clone()).unwrap_or_default());
    view! {
        <section class="pane pane-settings" aria-label=t!("editor-panel")>
            <designs::DesignPicker bench designs />
            <colors::ProductColors bench />
            <h2 class="pane-title">{name}</h2>
            {move || match kind.get() {
                Kind::Placement => view! { <placement::PlacementSettings bench /> }.into_any(),
                Kind::Light => view! { <LightSettings bench /> }.into_any(),
                Kind::Fill => view! { <FillSettings bench /> }.into_any(),
                Kind::Adjustment => view! { <adjustment::AdjustmentSettings bench /> }.into_any(),
                Kind::Other | Kind::Nothing => ().into_any(),
            }}
            <Show when=move || kind.get() != Kind::Nothing>
                <mask::MaskSettings bench />
            </Show>
        </section>
    }
}

#[component]
fn FillSettings(bench: Bench) -> impl IntoView {
    let value = move || {
        bench.editor.with(|editor| match editor.layer().map(|layer| &layer.content) {
            Some(LayerContent::Fill { color }) => *color,
            _ => Color { r: 0, g: 0, b: 0 },
        })
    };
    color(t!("layer-color"), value, move |color| bench.act(|editor| editor.set_fill(color)))
}

#[component]
fn LightSettings(bench: Bench) -> impl IntoView {
    let of = move |get: fn(&document::Light) -> Ranged<0, 100>| {
        bench.editor.with(|editor| match editor.layer().map(|layer| &layer.content) {
            Some(LayerContent::Light(light)) => f32::from(get(light).get()),
            _ => 0.0,
        })
    };
    view! {
        <p class="muted">{t!("light-text")}</p>
        {number_slider(t!("light-shadows"), 0..=100, move || of(|light| light.shadows), move |percent| {
            if let Ok(shadows) = Ranged::try_from(percent as i16) {
                bench.act(|editor| editor.set_light(|light| light.shadows = shadows));
            }
        })}
        {number_slider(t!("light-highlights"), 0..=100, move || of(|light| light.highlights), move |percent| {
            if let Ok(highlights) = Ranged::try_from(percent as i16) {
                bench.act(|editor| editor.set_light(|light| light.highlights = highlights));
            }
        })}
    }
}
