//! Settings of the design area and its mask.

use domain::{
    geometry::Point,
    template::{BlendMode, Feather, Fit, Opacity},
};
use editor::Editor;
use leptos::prelude::*;

use super::{Bench, TestDesign};
use crate::{i18n, t};

#[component]
pub fn Panel(bench: Bench, design: RwSignal<Option<TestDesign>>, designs: Vec<TestDesign>) -> impl IntoView {
    view! {
        <aside class="panel" aria-label=t!("editor-panel")>
            <DesignPicker design designs />
            <Blending bench />
            <Corners bench />
            <MaskSettings bench />
        </aside>
    }
}

#[component]
fn DesignPicker(design: RwSignal<Option<TestDesign>>, designs: Vec<TestDesign>) -> impl IntoView {
    let empty = designs.is_empty();
    let choices = designs.into_iter().map(move |own| {
        let (id, name, title) = (own.id, own.name.clone(), own.name.clone());
        let chosen = move || design.with(|design| design.as_ref().is_some_and(|design| design.id == id));
        view! {
            <button
                class="swatch checkered"
                aria-pressed=move || if chosen() { "true" } else { "false" }
                on:click=move |_| design.set(Some(own.clone()))
                title=title
            >
                <img src=format!("/api/designs/{id}/thumbnail") alt=name loading="lazy" />
            </button>
        }
    });
    view! {
        <section>
            <h2>{t!("editor-try-design")}</h2>
            {if empty {
                view! { <p class="muted">{t!("editor-no-designs")} " " <a href="/designs">{t!("nav-designs")}</a></p> }.into_any()
            } else {
                view! { <div class="swatches">{choices.collect_view()}</div> }.into_any()
            }}
        </section>
    }
}

#[component]
fn Blending(bench: Bench) -> impl IntoView {
    let blend = move || bench.editor.with(|editor| editor.layer().map(|layer| layer.blend).unwrap_or_default());
    let opacity = move || bench.editor.with(|editor| editor.layer().map_or(100, |layer| layer.opacity.percent()));
    let fit = move || bench.editor.with(|editor| editor.placement().map(|placement| placement.fit).unwrap_or_default());
    let blend_option = move |mode: BlendMode| {
        let name = i18n::text(&format!("blend-{}", mode.as_str()));
        view! { <option value=mode.as_str() selected=move || blend() == mode>{name}</option> }
    };
    let fits = [
        (Fit::Contain, t!("fit-contain")),
        (Fit::Cover, t!("fit-cover")),
        (Fit::Stretch, t!("fit-stretch")),
        (Fit::Tile, t!("fit-tile")),
    ];
    let fit_choice = move |(own, name): (Fit, String)| {
        view! {
            <button
                class="button segment"
                aria-pressed=move || if fit() == own { "true" } else { "false" }
                on:click=move |_| bench.act(|editor| editor.set_fit(own))
            >
                {name}
            </button>
        }
    };
    view! {
        <section>
            <h2>{t!("editor-blending")}</h2>
            <label class="field">
                <span class="field-label">{t!("editor-blend")}</span>
                <select
                    prop:value=move || blend().as_str()
                    on:change:target=move |event| {
                        let name = event.target().value();
                        if let Some(mode) = BlendMode::ALL.into_iter().find(|mode| mode.as_str() == name) {
                            bench.act(|editor| editor.set_blend(mode));
                        }
                    }
                >
                    {BlendMode::ALL.map(blend_option).into_iter().collect_view()}
                </select>
            </label>
            <label class="field">
                <span class="field-label">{move || t!("editor-opacity", percent = opacity())}</span>
                <input
                    type="range"
                    min="0"
                    max="100"
                    prop:value=opacity
                    on:input:target=move |event| {
                        if let Ok(percent) = event.target().value().parse() {
                            bench.act(|editor| editor.set_opacity(Opacity::from_percent(percent)));
                        }
                    }
                />
            </label>
            <div class="segments" role="group" aria-label=t!("editor-fit")>{fits.map(fit_choice).into_iter().collect_view()}</div>
        </section>
    }
}

/// The corners as numbers, for exact places and for those who use no pointer.
#[component]
fn Corners(bench: Bench) -> impl IntoView {
    let corner = move |index: usize| bench.editor.with(|editor| editor.quad().map(|quad| quad.corners()[index]));
    let names = [
        t!("editor-corner-name-top-left"),
        t!("editor-corner-name-top-right"),
        t!("editor-corner-name-bottom-right"),
        t!("editor-corner-name-bottom-left"),
    ];
    let row = move |(index, name): (usize, String)| {
        let label = name.clone();
        let set = move |x: Option<f64>, y: Option<f64>| {
            let Some(at) = bench.editor.with_untracked(|editor| editor.quad().map(|quad| quad.corners()[index])) else {
                return;
            };
            bench.act(|editor| editor.set_corner(index, Point::new(x.unwrap_or(at.x), y.unwrap_or(at.y))));
        };
        view! {
            <div class="corner" role="group" aria-label=label>
                <span aria-hidden="true">{name}</span>
                <input
                    type="number"
                    aria-label="x"
                    prop:value=move || corner(index).map(|p| format!("{:.0}", p.x))
                    on:change:target=move |event| set(event.target().value().parse().ok(), None)
                />
                <input
                    type="number"
                    aria-label="y"
                    prop:value=move || corner(index).map(|p| format!("{:.0}", p.y))
                    on:change:target=move |event| set(None, event.target().value().parse().ok())
                />
            </div>
        }
    };
    view! {
        <details>
            <summary>{t!("editor-corners")}</summary>
            {names.into_iter().enumerate().map(row).collect_view()}
        </details>
    }
}

#[component]
fn MaskSettings(bench: Bench) -> impl IntoView {
    let feather = move || bench.editor.with(|editor| editor.mask().map_or(0.0, |mask| mask.feather.get()));
    let inverted = move || bench.editor.with(|editor| editor.mask().is_some_and(|mask| mask.inverted));
    let has_mask = move || bench.editor.with(|editor| editor.mask().is_some());
    view! {
        <section>
            <h2>{t!("editor-mask")}</h2>
            <Show when=has_mask fallback=|| view! { <p class="muted">{t!("editor-mask-none")}</p> }>
                <label class="field">
                    <span class="field-label">{move || t!("editor-feather", pixels = format!("{:.0}", feather()))}</span>
                    <input
                        type="range"
                        min="0"
                        max="60"
                        prop:value=feather
                        on:input:target=move |event| {
                            if let Ok(feather) = event.target().value().parse::<f32>().map(Feather::try_from) {
                                bench.act(|editor| feather.map_or(editor::Outcome::Ignored, |feather| editor.set_feather(feather)));
                            }
                        }
                    />
                </label>
                <label class="choice">
                    <input
                        type="checkbox"
                        prop:checked=inverted
                        on:change=move |_| bench.act(|editor| editor.set_inverted(!inverted()))
                    />
                    <span>{t!("editor-invert")}</span>
                </label>
                <button class="button" on:click=move |_| bench.act(Editor::remove_mask)>{t!("editor-remove-mask")}</button>
            </Show>
        </section>
    }
}
