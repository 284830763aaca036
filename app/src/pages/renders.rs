use domain::{
    change::Area,
    render::{Batch, BatchCounts},
};
use leptos::prelude::*;
use leptos_meta::Title;

use ui::{
    feedback::Empty,
    i18n,
    live::Live,
    paged::{Listed, Pages},
    t,
};

/// Every batch, the newest first.
#[component]
pub fn Renders() -> impl IntoView {
    let live = expect_context::<Live>();
    let line = |batch| view! { <BatchLine batch /> }.into_any();
    let batches = Pages::new(rpc::batches::list, line).follow(move || live.area(Area::Batches));
    view! {
        <Title text=t!("nav-renders") />
        <h1>{t!("nav-renders")}</h1>
        <Listed pages=batches around=|lines| view! { <ul class="lines">{lines}</ul> }.into_any() empty=none />
    }
}

fn none() -> AnyView {
    view! {
        <Empty title=t!("renders-empty-title") text=t!("renders-empty-text")>
            <a class="button" href="/templates">{t!("nav-templates")}</a>
        </Empty>
    }
    .into_any()
}

#[component]
fn BatchLine(batch: Batch) -> impl IntoView {
    let counts = batch.counts;
    view! {
        <li class="card line">
            <h2><a href=format!("/renders/{}", batch.id)>{batch.template_name}</a></h2>
            <p class="muted">{t!("renders-count", count = counts.total())} " · " {i18n::moment(batch.created_at)}</p>
            <Progress counts />
        </li>
    }
}

/// A bar while it runs, words when it is over.
#[component]
pub fn Progress(counts: BatchCounts) -> impl IntoView {
    if counts.is_settled() {
        let state = match counts {
            BatchCounts { failed: 0, cancelled: 0, .. } => {
                view! { <span class="badge badge-good">{t!("batch-done")}</span> }.into_any()
            }
            BatchCounts { failed: 0, cancelled, .. } => {
                view! { <span class="badge">{t!("batch-cancelled-count", count = cancelled)}</span> }.into_any()
            }
            BatchCounts { failed, .. } => {
                view! { <span class="badge badge-bad">{t!("batch-failed-count", count = failed)}</span> }.into_any()
            }
        };
        return state;
    }
    let (settled, total) = (counts.settled(), counts.total());
    let words = t!("batch-progress", done = settled, total = total);
    view! {
        <div class="progress">
            <progress max=total value=settled aria-label=t!("batch-progress-label")></progress>
            <span class="muted">{words}</span>
        </div>
    }
    .into_any()
}
