use domain::{
    BatchId,
    access::Permission,
    change::Area,
    render::{BATCH_DAYS, Batch, Render, RenderState},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::renders::Progress;
use crate::frame::Allowed;
use ui::{
    error::Fault,
    feedback::{ErrorNote, failed},
    i18n, icons,
    live::Live,
    paged::{Listed, Pages},
    t,
    task::Task,
};

/// The pictures of a batch, appearing as they are done.
#[component]
pub fn BatchPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let params = use_params_map();
    let id = Signal::derive(move || params.read().get("id").and_then(|id| id.parse::<BatchId>().ok()));
    let changed = live.thing(Area::Batches, move || id.get().map(|id| id.0));
    let batch = Resource::new(
        move || (id.get(), changed.get()),
        |(id, _)| async move {
            let not_found = || Fault(domain::Problem::new(domain::ProblemKind::NotFound, "error-not-found"));
            rpc::batches::open(id.ok_or_else(not_found)?).await
        },
    );
    view! {
        <Transition fallback=|| view! { <div class="skeleton"></div> }>
            {move || Suspend::new(async move {
                match batch.await {
                    Err(fault) => failed(fault),
                    Ok(batch) => view! { <Head batch /> }.into_any(),
                }
            })}
        </Transition>
        {move || id.get().map(|id| view! { <Gallery id changed /> })}
    }
}

#[component]
fn Gallery(id: BatchId, changed: Memo<u32>) -> impl IntoView {
    let card = |render| view! { <RenderCard render /> }.into_any();
    let renders = Pages::new(move |after| rpc::batches::list_renders(id, after), card).follow(move || changed.get());
    view! { <Listed pages=renders around=|cards| view! { <ul class="cards">{cards}</ul> }.into_any() /> }
}

#[component]
fn Head(batch: Batch) -> impl IntoView {
    let allowed = expect_context::<Allowed>();
    let cancel = Task::<()>::new();
    let retry = Task::<()>::new();
    let (id, counts) = (batch.id, batch.counts);
    let fault = move || cancel.fault().or_else(|| retry.fault());
    let may = move || allowed.to(Permission::RenderCreate);
    view! {
        <Title text=batch.template_name.clone() />
        <p class="muted">
            <a href="/renders">{t!("nav-renders")}</a>
            " "
            {t!("batch-kept", days = BATCH_DAYS)}
        </p>
        <div class="head">
            <h1>{batch.template_name.clone()}</h1>
            <div class="head-actions">
                {(counts.done > 0).then(|| view! {
                    <a class="button button-primary" href=format!("/files/batches/{id}/zip") download="">
                        <icons::Download />
                        {t!("batch-zip")}
                    </a>
                })}
                {(counts.queued > 0).then(|| view! {
                    <Show when=may>
                        <button class="button" on:click=move |_| cancel.run(rpc::batches::cancel(id))>
                            {t!("batch-cancel")}
                        </button>
                    </Show>
                })}
                {(counts.failed + counts.cancelled > 0).then(|| view! {
                    <Show when=may>
                        <button class="button" on:click=move |_| retry.run(rpc::batches::retry(id))>
                            {t!("batch-retry")}
                        </button>
                    </Show>
                })}
            </div>
        </div>
        <p class="muted">{i18n::moment(batch.created_at)}</p>
        <div role="status"><Progress counts /></div>
        <ErrorNote fault=Signal::derive(fault) />
    }
}

#[component]
fn RenderCard(render: Render) -> impl IntoView {
    let id = render.id;
    let file = format!("/files/renders/{id}/file");
    let picture = match render.state {
        RenderState::Done => {
            let alt = t!("render-alt", design = &render.design_name, template = &render.template_name);
            view! {
                <a class="tile-picture" href=format!("/files/renders/{id}/preview") target="_blank">
                    <img class="checkered" src=format!("/files/renders/{id}/preview") alt=alt decoding="async" />
                </a>
            }
            .into_any()
        }
        RenderState::Queued => {
            view! { <div class="tile-picture waiting"><progress aria-label=t!("render-queued")></progress></div> }
                .into_any()
        }
        RenderState::Failed => view! { <div class="tile-picture"><icons::Warning /></div> }.into_any(),
        RenderState::Cancelled => view! { <div class="tile-picture"><icons::Close /></div> }.into_any(),
    };
    let words = match (render.state, render.output) {
        (RenderState::Done, Some(output)) => {
            format!("{} × {} px · {}", output.width, output.height, i18n::bytes(output.bytes))
        }
        (RenderState::Done | RenderState::Queued, _) => t!("render-queued"),
        (RenderState::Failed, _) => i18n::text(render.failure.as_deref().unwrap_or("failure-internal")),
        (RenderState::Cancelled, _) => t!("render-cancelled"),
    };
    let failed = render.state == RenderState::Failed;
    let done = render.state == RenderState::Done;
    let name = render.design_name.clone();
    view! {
        <li class="card tile" data-state=format!("{:?}", render.state).to_ascii_lowercase()>
            {picture}
            <div class="tile-text">
                <h2>{render.design_name}</h2>
                <p class="muted" class:bad=failed>{words}</p>
            </div>
            {done.then(|| view! {
                <a class="button button-quiet tile-action" href=file download="">
                    <icons::Download />
                    <span class="visually-hidden">{t!("render-download", name = name)}</span>
                </a>
            })}
        </li>
    }
}
