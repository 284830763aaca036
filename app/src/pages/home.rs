use domain::{Page, access::Permission, change::Area};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use crate::frame::Allowed;
use rpc::WorkspaceField;
use ui::{
    feedback::{ErrorNote, failed},
    icons,
    live::Live,
    t,
    task::{Task, TaskForm},
};

/// How much there is, as far as it was counted: a page.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Count {
    counted: usize,
    and_more: bool,
}

impl Count {
    fn of<T>(page: &Page<T>) -> Self {
        Self { counted: page.items.len(), and_more: page.next.is_some() }
    }
}

/// The first steps, each ticked once it is taken, and what there is.
#[component]
pub fn Home() -> impl IntoView {
    let live = expect_context::<Live>();
    let counts = Resource::new(
        move || [Area::Designs, Area::Templates, Area::Batches].map(|area| live.area(area)),
        |_| async {
            let (designs, templates) = (rpc::designs::list(None).await?, rpc::templates::list(None).await?);
            let batches = rpc::batches::list(None).await?;
            let renders = Count {
                counted: batches.items.iter().map(|batch| batch.counts.done as usize).sum(),
                and_more: batches.next.is_some(),
            };
            Ok((Count::of(&designs), Count::of(&templates), renders))
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
                                    done={designs.counted > 0}
                                    href="/designs"
                                    title=t!("home-step-design")
                                    text=t!("home-step-design-text")
                                    count={if designs.and_more {
                                        t!("designs-count-more", count = designs.counted)
                                    } else {
                                        t!("designs-count", count = designs.counted)
                                    }}
                                />
                                <Step
                                    done={templates.counted > 0}
                                    href="/templates"
                                    title=t!("home-step-template")
                                    text=t!("home-step-template-text")
                                    count={if templates.and_more {
                                        t!("templates-count-more", count = templates.counted)
                                    } else {
                                        t!("templates-count", count = templates.counted)
                                    }}
                                />
                                <Step
                                    done={renders.counted > 0}
                                    href={if templates.counted > 0 { "/templates" } else { "/renders" }}
                                    title=t!("home-step-render")
                                    text=t!("home-step-render-text")
                                    count={if renders.and_more {
                                        t!("renders-count-more", count = renders.counted)
                                    } else {
                                        t!("renders-count", count = renders.counted)
                                    }}
                                />
                            </ol>
                            {(designs.counted == 0 || templates.counted == 0).then(|| view! { <DemoOffer fill /> })}
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
