//! The inputs that the editor's panels are made of.

use std::ops::RangeInclusive;

use document::Color;
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
    let value = Memo::new(move |_| value());
    let set = move |value: f64| set((value as f32).clamp(f32::from(low), f32::from(high)));
    view! {
        <div class="slider" role="group" aria-label=group>
            <span class="slider-label" aria-hidden="true">{shown}</span>
            <input
                type="range"
                aria-label=label
                min=low
                max=high
                prop:value=move || value.get()
                on:input:target=move |event| event.target().value().parse().into_iter().for_each(set)
            />
            {number_field(Some(name), Some(range), move || Some(trimmed(value.get())), set)}
        </div>
    }
}

/// A number by itself, in a label or named by one; `shown` is its text. It is set once somebody has finished typing.
pub fn number_field(
    name: Option<String>,
    range: Option<RangeInclusive<i16>>,
    shown: impl Fn() -> Option<String> + Send + Sync + 'static,
    set: impl Fn(f64) + Copy + 'static,
) -> impl IntoView {
    // Filling a field in is dear, and all fields hear of each change.
    let shown = Memo::new(move |_| shown());
    let take = move |field: web_sys::HtmlInputElement| {
        if let Some(value) = field.value().parse().ok().filter(|value: &f64| value.is_finite()) {
            set(value);
        }
        // What was refused does not stay.
        field.set_value(&shown.get_untracked().unwrap_or_default());
    };
    view! {
        <input
            type="number"
            step="any"
            aria-label=name
            min=range.as_ref().map(|range| *range.start())
            max=range.map(|range| *range.end())
            prop:value=move || shown.get()
            on:change:target=move |event| take(event.target())
        />
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
