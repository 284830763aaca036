use domain::{access::Permission, change::Area};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

use crate::{
    components::{
        feedback::{ErrorNote, failed},
        frame::Allowed,
        icons,
        task::{Task, TaskForm},
    },
    live::Live,
    page::WorkspaceField,
    rpc, t,
};

/// The first steps, each ticked once it is taken, and what there is.
#[component]
pub fn Home() -> impl IntoView {
    let live = expect_context::<Live>();
    let counts = Resource::new(
        move || [Area::Designs, Area::Templates, Area::Batches].map(|area| live.area(area)),
        |_| async {
            let (designs, templates) = (rpc::designs::list().await?.len(), rpc::templates::list().await?.len());
            let renders: u32 = rpc::batches::list().await?.iter().map(|batch| batch.counts.done).sum();
            Ok((designs, templates, renders))
        },
    );
    // Outside of what is drawn anew whenever a piece of the set arrives.
    let fill = Task::<()>::of_form::<rpc::demo::Fill>();
    view! {
        <Title text=t!("nav-home") />
        <h1>{t!("home-title")}</h1>
        <Transition fallback=|| view! { <div class="skeleton"></div> }>
            {move || Suspend::new(async move {
                match counts.await {
                    Ok((designs, templates, renders)) => {
                        view! {
                            <ol class="steps">
                                <Step
                                    done={designs > 0}
                                    href="/designs"
                                    title=t!("home-step-design")
                                    text=t!("home-step-design-text")
                                    count=t!("designs-count", count = designs)
                                />
                                <Step
                                    done={templates > 0}
                                    href="/templates"
                                    title=t!("home-step-template")
                                    text=t!("home-step-template-text")
                                    count=t!("templates-count", count = templates)
                                />
                                <Step
                                    done={renders > 0}
                                    href={if templates > 0 { "/templates" } else { "/renders" }}
                                    title=t!("home-step-render")
                                    text=t!("home-step-render-text")
                                    count=t!("renders-count", count = renders)
                                />
                            </ol>
                            {(designs == 0 || templates == 0).then(|| view! { <DemoOffer fill /> })}
                        }
                            .into_any()
                    }
                    Err(fault) => failed(fault),
                }
            })}
        </Transition>
    }
}

#[component]
fn Step(done: bool, href: &'static str, title: String, text: String, count: String) -> impl IntoView {
    view! {
        <li class="card step" class:step-done=done>
            <span class="step-mark">{done.then(|| view! { <icons::Check /> })}</span>
            <h2><a href=href>{title}</a></h2>
            <p class="muted">{if done { count } else { text }}</p>
        </li>
    }
}

#[component]
fn DemoOffer(fill: Task) -> impl IntoView {
    let allowed = expect_context::<Allowed>();
    let asked = move || fill.is_done();
    view! {
        <Show when=move || allowed.to(Permission::DesignCreate)>
            <section class="card demo-offer">
                <div>
                    <h2>{t!("demo-title")}</h2>
                    <p class="muted">{t!("demo-text")}</p>
                </div>
                <TaskForm task=fill to=rpc::demo::Fill::PATH>
                    <WorkspaceField />
                    <button class="button" disabled=move || fill.is_pending() || asked()>{t!("demo-do")}</button>
                </TaskForm>
                <p role="status">{move || asked().then(|| t!("demo-asked"))}</p>
                <ErrorNote fault=Signal::derive(move || fill.fault()) />
            </section>
        </Show>
    }
}
