//! The mask of the active layer as a whole.

use document::{Feather, Mask, Measure};
use editor::Editor;
use leptos::prelude::*;

use super::super::{
    bench::Bench,
    commands::Command,
    control::{check, number_slider},
};
use ui::t;

#[component]
pub fn MaskSettings(bench: Bench) -> impl IntoView {
    let mask = move |of: fn(&Mask) -> f32| bench.editor.with(|editor| editor.mask().map_or(0.0, of));
    let is = move |of: fn(&Mask) -> bool| bench.editor.with(|editor| editor.mask().is_some_and(of));
    let has_mask = Memo::new(move |_| bench.editor.with(|editor| editor.mask().is_some()));
    let placed = Memo::new(move |_| bench.editor.with(|editor| editor.placement().is_some()));
    view! {
        <h2>{t!("editor-mask")}</h2>
        <Show when=move || has_mask.get() fallback=|| view! { <p class="muted">{t!("editor-mask-none")}</p> }>
            {number_slider(t!("editor-feather"), 0..=100, move || mask(|mask| mask.feather.get()), move |pixels| {
                if let Ok(feather) = Feather::try_from(pixels) {
                    bench.act(|editor| editor.set_feather(feather));
                }
            })}
            {number_slider(t!("editor-grow"), -100..=100, move || mask(|mask| mask.grow.get()), move |pixels| {
                if let Ok(grow) = Measure::try_from(pixels) {
                    bench.act(|editor| editor.set_grow(grow));
                }
            })}
            {check(t!("editor-invert"), move || is(|mask| mask.inverted), move |on| bench.act(|editor| editor.set_inverted(on)))}
            <Show when=move || placed.get()>
                {check(t!("editor-attach"), move || is(|mask| mask.attached), move |on| bench.act(|editor| editor.set_attached(on)))}
            </Show>
            <div class="row">
                <button class="button" on:click=move |_| Command::ConvertMask.run(bench)>{t!("command-convert-mask")}</button>
                <button class="button" on:click=move |_| Command::SmoothMask.run(bench)>{t!("command-smooth-mask")}</button>
                <button class="button" on:click=move |_| bench.act(Editor::remove_mask)>{t!("editor-remove-mask")}</button>
            </div>
        </Show>
    }
}
