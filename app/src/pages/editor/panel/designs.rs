//! The design that the template is tried with.

use leptos::prelude::*;

use super::super::{TestDesign, bench::Bench};
use crate::t;

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
