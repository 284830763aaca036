//! Settings of the design area and its mask.

use std::ops::RangeInclusive;

use domain::{
    geometry::Point,
    template::{BlendMode, Feather, Fit, Measure, Opacity, Placement, Scale},
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
    let placed = move |number: fn(&Placement) -> f32, without: f32| {
        bench.editor.with(|editor| editor.placement().map_or(without, number))
    };
    let scale = move || placed(|placement| placement.scale.0.get(), 100.0);
    let rotation = move || placed(|placement| placement.rotation.get(), 0.0);
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
            {slider(
                move || t!("editor-opacity", percent = opacity()),
                0..=100,
                move || opacity() as f32,
                move |percent| bench.act(|editor| editor.set_opacity(Opacity::from_percent(percent as u32))),
            )}
            <div class="segments" role="group" aria-label=t!("editor-fit")>{fits.map(fit_choice).into_iter().collect_view()}</div>
            {slider(
                move || t!("editor-scale", percent = format!("{:.0}", scale())),
                10..=300,
                scale,
                move |percent| {
                    if let Ok(percent) = Measure::try_from(percent) {
                        bench.act(|editor| editor.set_scale(Scale(percent)));
                    }
                },
            )}
            {slider(
                move || t!("editor-rotation", degrees = format!("{:.0}", rotation())),
                -180..=180,
                rotation,
                move |degrees| {
                    if let Ok(degrees) = Measure::try_from(degrees) {
                        bench.act(|editor| editor.set_rotation(degrees));
                    }
                },
            )}
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
    let grow = move || bench.editor.with(|editor| editor.mask().map_or(0.0, |mask| mask.grow.get()));
    let inverted = move || bench.editor.with(|editor| editor.mask().is_some_and(|mask| mask.inverted));
    let has_mask = move || bench.editor.with(|editor| editor.mask().is_some());
    view! {
        <section>
            <h2>{t!("editor-mask")}</h2>
            <Show when=has_mask fallback=|| view! { <p class="muted">{t!("editor-mask-none")}</p> }>
                {slider(
                    move || t!("editor-feather", pixels = format!("{:.0}", feather())),
                    0..=60,
                    feather,
                    move |pixels| {
                        if let Ok(feather) = Feather::try_from(pixels) {
                            bench.act(|editor| editor.set_feather(feather));
                        }
                    },
                )}
                {slider(
                    move || t!("editor-grow", pixels = format!("{:.0}", grow())),
                    -60..=60,
                    grow,
                    move |pixels| {
                        if let Ok(grow) = Measure::try_from(pixels) {
                            bench.act(|editor| editor.set_grow(grow));
                        }
                    },
                )}
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

/// A labelled range of whole numbers.
fn slider(
    label: impl Fn() -> String + Copy + Send + 'static,
    range: RangeInclusive<i16>,
    value: impl Fn() -> f32 + Copy + Send + 'static,
    set: impl Fn(f32) + 'static,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <input
                type="range"
                min=*range.start()
                max=*range.end()
                prop:value=value
                on:input:target=move |event| {
                    if let Ok(value) = event.target().value().parse() {
                        set(value);
                    }
                }
            />
        </label>
    }
}
