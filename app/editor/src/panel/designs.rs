//! The design that the template is tried with.

use domain::design::Design;
use leptos::prelude::*;

use super::super::bench::Bench;
use ui::{feedback::ErrorNote, icons, t, task::Task};

#[component]
pub fn DesignPicker(bench: Bench, designs: RwSignal<Vec<Design>>) -> impl IntoView {
    let choice = move |own: Design| {
        let (id, name, title) = (own.id, own.name.clone(), own.name.clone());
        let chosen = move || bench.design.with(|design| design.as_ref().is_some_and(|design| design.id == id));
        view! {
            <button
                class="swatch checkered"
                aria-pressed=move || if chosen() { "true" } else { "false" }
                on:click=move |_| bench.design.set(Some(own.clone()))
                title=title
            >
                <img src=format!("/files/designs/{id}/thumbnail") alt=name loading="lazy" />
            </button>
        }
    };
    let empty = Memo::new(move |_| designs.with(Vec::is_empty));
    view! {
        <h2>{t!("editor-try-design")}</h2>
        <Show
            when=move || !empty.get()
            fallback=|| view! { <p class="muted">{t!("editor-no-designs")} " " <a href="/designs">{t!("nav-designs")}</a></p> }
        >
            <div class="swatches">
                <For each=move || designs.get() key=|design| design.id children=choice />
            </div>
        </Show>
        <Trashed bench designs />
    }
}

/// Says that the design in use is in the trash: it is still shown, and can be put back.
#[component]
fn Trashed(bench: Bench, designs: RwSignal<Vec<Design>>) -> impl IntoView {
    let restore = Task::<()>::new();
    let fault = Signal::derive(move || restore.fault());
    let trashed = Memo::new(move |_| {
        let used = bench.design.get()?;
        let there = designs.with(|designs| designs.iter().any(|design| design.id == used.id));
        (!there).then_some(used)
    });
    view! {
        <div role="status">
            {move || trashed.get().map(|Design { id, name, .. }| view! {
                <div class="note note-warning">
                    <icons::Warning />
                    <span>{t!("editor-design-trashed", name = name)}</span>
                    <button class="link" on:click=move |_| restore.run(rpc::designs::restore(id))>{t!("editor-design-restore")}</button>
                </div>
            })}
        </div>
        <ErrorNote fault />
    }
}
