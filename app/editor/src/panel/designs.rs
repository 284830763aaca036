//! The design that the template is tried with.

use domain::design::Design;
use leptos::prelude::*;

use super::super::{bench::Bench, designs::Designs};
use ui::{feedback::ErrorNote, icons, paged, t, task::Task};

#[component]
pub fn DesignPicker(bench: Bench, designs: Designs) -> impl IntoView {
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
    let empty = Memo::new(move |_| designs.listed.with(Vec::is_empty));
    view! {
        <h2>{t!("editor-try-design")}</h2>
        <Show
            when=move || !empty.get()
            fallback=|| view! { <p class="muted">{t!("editor-no-designs")} " " <a href="/designs">{t!("nav-designs")}</a></p> }
        >
            <div class="swatches">
                <For each=move || designs.listed.get() key=|design| design.id children=choice />
            </div>
            <ErrorNote fault=designs.fault />
            {move || {
                let shown = designs.listed.with(Vec::len);
                paged::more(shown, designs.go_on(), Callback::new(move |()| designs.more(bench)))
            }}
        </Show>
        <Trashed bench designs />
    }
}

/// Says that the design in use is in the trash: it is still shown, and can be put back.
#[component]
fn Trashed(bench: Bench, designs: Designs) -> impl IntoView {
    let restore = Task::<()>::new();
    let fault = Signal::derive(move || restore.fault());
    let trashed = Memo::new(move |_| bench.design.get().filter(|used| designs.lack(used)));
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
