//! The inputs that the editor's panels are made of.

use std::ops::RangeInclusive;

use domain::template::Color;
use leptos::prelude::*;

/// A labelled range with a field for its number. While it is dragged, each value is set.
pub fn number_slider(
    label: String,
    range: RangeInclusive<i16>,
    value: impl Fn() -> f32 + Copy + Send + Sync + 'static,
    set: impl Fn(f32) + Copy + 'static,
) -> impl IntoView {
    let (low, high) = (*range.start(), *range.end());
    let (group, shown, name) = (label.clone(), label.clone(), label.clone());
    let take = move |text: String| {
        if let Ok(value) = text.parse::<f32>() {
            set(value.clamp(f32::from(low), f32::from(high)));
        }
    };
    let value = Memo::new(move |_| value());
    view! {
        <div class="slider" role="group" aria-label=group>
            <span class="slider-label" aria-hidden="true">{shown}</span>
            <input
                type="range"
                aria-label=label
                min=low
                max=high
                prop:value=move || value.get()
                on:input:target=move |event| take(event.target().value())
            />
            <input
                type="number"
                aria-label=name
                min=low
                max=high
                step="any"
                prop:value=move || trimmed(value.get())
                on:change:target=move |event| take(event.target().value())
            />
        </div>
    }
}

/// With no more digits than a person set.
fn trimmed(value: f32) -> String {
    format!("{}", (f64::from(value) * 10.0).round() / 10.0)
}

/// One of a few, all seen.
pub fn segments<T: PartialEq + Copy + Send + Sync + 'static>(
    label: String,
    choices: Vec<(T, String)>,
    value: Signal<T>,
    set: impl Fn(T) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let choice = move |(own, name): (T, String)| {
        view! {
            <button
                class="button segment"
                aria-pressed=move || if value.get() == own { "true" } else { "false" }
                on:click=move |_| set(own)
            >
                {name}
            </button>
        }
    };
    view! { <div class="segments" role="group" aria-label=label>{choices.into_iter().map(choice).collect_view()}</div> }
}

/// On or off.
pub fn check(
    label: String,
    value: impl Fn() -> bool + Copy + Send + Sync + 'static,
    set: impl Fn(bool) + Copy + 'static,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="checkbox" prop:checked=value on:change=move |_| set(!value()) />
            <span>{label}</span>
        </label>
    }
}

pub fn color(
    label: String,
    value: impl Fn() -> Color + Copy + Send + Sync + 'static,
    set: impl Fn(Color) + Copy + 'static,
) -> impl IntoView {
    view! {
        <label class="color-field">
            <span>{label}</span>
            <input
                type="color"
                prop:value=move || String::from(value())
                on:input:target=move |event| {
                    if let Ok(color) = event.target().value().parse() {
                        set(color);
                    }
                }
            />
        </label>
    }
}
