use domain::{
    BatchId, DesignId, Page, TemplateId,
    render::{BatchOrder, OutputFormat, OutputSide, PREVIEW_SIDE},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

use editor_page::saving::{Saves, Saving, State};
use rpc::templates::TemplateHead;
use ui::{
    error::Fault,
    feedback::{Empty, ErrorNote, failed},
    icons, paged,
    scope::Scope,
    t,
    task::Task,
};

/// Which designs, how large, as what: the order of final renders on one template.
#[component]
pub fn Order() -> impl IntoView {
    let params = use_params_map();
    let id = Signal::derive(move || params.read().get("id").and_then(|id| id.parse::<TemplateId>().ok()));
    let saves = expect_context::<Saves>();
    // Looked up anew whenever saving the template has come to an end.
    let ends = move || id.get().map(|id| saves.of(id).ends.get());
    let needed = Resource::new(
        move || (id.get(), ends()),
        move |(id, _)| async move {
            let not_found = || Fault(domain::Problem::new(domain::ProblemKind::NotFound, "error-not-found"));
            let id = id.ok_or_else(not_found)?;
            saves.of(id).settled().await;
            let template = rpc::templates::open_head(id).await?;
            Ok::<_, Fault>((id, template, rpc::designs::list_names(None).await?))
        },
    );
    view! {
        <Title text=t!("order-title") />
        <Suspense fallback=|| view! { <div class="skeleton"></div> }>
            {move || Suspend::new(async move {
                match needed.await {
                    Err(fault) => failed(fault),
                    Ok((id, ..)) if saves.of(id).is_unsaved() => view! { <Unsaved id saving=saves.of(id) /> }.into_any(),
                    Ok((id, template, designs)) => view! { <OrderForm id template designs /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// What would be rendered is not what was made: nothing can be ordered until it is saved.
#[component]
fn Unsaved(id: TemplateId, saving: Saving) -> impl IntoView {
    let why = move || match saving.state.get() {
        State::Failing(why) => why,
        State::Conflict => t!("changed-elsewhere"),
        State::Saved | State::Unsaved => String::new(),
    };
    view! {
        <div class="note note-warning" role="alert">
            <icons::Warning />
            <span>{t!("order-unsaved")} " " {why}</span>
            <a class="button" href=format!("/templates/{id}")>{t!("order-unsaved-open")}</a>
        </div>
    }
}

#[component]
fn OrderForm(id: TemplateId, template: TemplateHead, designs: Page<(DesignId, String)>) -> impl IntoView {
    let chosen = RwSignal::new(Vec::<DesignId>::new());
    let (designs, next) = (RwSignal::new(designs.items), RwSignal::new(designs.next));
    let own_side = template.canvas.longest();
    let side = RwSignal::new(own_side);
    let format = RwSignal::new(OutputFormat::Jpeg);
    // What a page that is gone could not save is saved before anything is ordered.
    let finished = RwSignal::new(false);
    let saving = expect_context::<Saves>().of(id);
    let scope = Scope::here();
    Effect::new(move |_| {
        scope.spawn(async move {
            saving.finished().await;
            finished.set(true);
        });
    });
    let order = Task::<BatchId>::new();
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(batch) = order.answer() {
            navigate(&format!("/renders/{batch}"), NavigateOptions::default());
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Ok(side) = OutputSide::try_from(side.get_untracked()) {
            order.run(rpc::batches::order(BatchOrder {
                template: id,
                designs: chosen.get_untracked(),
                side,
                format: format.get_untracked(),
            }));
        }
    };
    let no_more = RwSignal::new(None::<Fault>);
    let more = move |()| {
        scope.spawn(async move {
            let Some(after) = next.get_untracked() else { return };
            match rpc::designs::list_names(Some(after.clone())).await {
                // Asked for twice, it is shown once.
                Ok(page) if next.get_untracked() == Some(after) => {
                    no_more.set(None);
                    designs.update(|designs| designs.extend(page.items));
                    next.set(page.next);
                }
                Ok(_) => {}
                Err(fault) => no_more.set(Some(fault)),
            }
        });
    };
    let shown = Signal::derive(move || designs.with(Vec::len));
    let goes_on = Signal::derive(move || next.with(Option::is_some));
    let all_are_chosen = move || chosen.with(Vec::len) == shown.get();
    let toggle_all = move |_| match untrack(all_are_chosen) {
        true => chosen.set(Vec::new()),
        false => chosen.set(designs.with_untracked(|designs| designs.iter().map(|(id, _)| *id).collect())),
    };
    let mut sides = vec![PREVIEW_SIDE, 2000, 3000, own_side];
    sides.sort_unstable();
    sides.dedup();
    let side_choice = move |value: u32| {
        let size = template.canvas.scaled_to(value);
        let note = match value {
            _ if value == own_side => t!("order-size-own"),
            PREVIEW_SIDE => t!("order-size-preview"),
            _ => String::new(),
        };
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="side"
                    value=value
                    checked=value == own_side
                    on:change=move |_| side.set(value)
                />
                <span>{format!("{} × {} px", size.width(), size.height())}</span>
                <span class="muted">{note}</span>
            </label>
        }
    };
    let format_choice = move |value: OutputFormat| {
        let (name, note) = match value {
            OutputFormat::Jpeg => ("JPEG", t!("order-format-jpeg")),
            OutputFormat::Png => ("PNG", t!("order-format-png")),
            OutputFormat::Webp => ("WebP", t!("order-format-webp")),
        };
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="format"
                    value=value.as_str()
                    checked=value == OutputFormat::Jpeg
                    on:change=move |_| format.set(value)
                />
                <span>{name}</span>
                <span class="muted">{note}</span>
            </label>
        }
    };
    let design_choice = move |(id, name): (DesignId, String)| {
        let toggle = move |_| {
            chosen.update(|chosen| match chosen.iter().position(|other| *other == id) {
                Some(index) => drop(chosen.remove(index)),
                None => chosen.push(id),
            });
        };
        view! {
            <li>
                <label class="card tile choice-tile">
                    <input
                        type="checkbox"
                        prop:checked=move || chosen.with(|chosen| chosen.contains(&id))
                        on:change=toggle
                    />
                    <span class="tile-picture checkered">
                        <img src=format!("/files/designs/{id}/thumbnail") alt="" loading="lazy" />
                    </span>
                    <span class="tile-text" translate="no">{name}</span>
                </label>
            </li>
        }
        .into_any()
    };
    let empty = designs.with_untracked(Vec::is_empty);
    let choices = move || designs.get().into_iter().map(design_choice).collect_view();
    view! {
        <p translate="no"><a href=format!("/templates/{id}")>{template.name.clone()}</a></p>
        <h1>{t!("order-title")}</h1>
        <form class="order" on:submit=submit>
            <fieldset class="order-designs">
                <legend>{t!("order-designs")}</legend>
                {if empty {
                    view! {
                        <Empty title=t!("designs-empty-title") text=t!("order-no-designs")>
                            <a class="button" href="/designs">{t!("nav-designs")}</a>
                        </Empty>
                    }
                        .into_any()
                } else {
                    view! {
                        <button type="button" class="link" on:click=toggle_all>
                            {move || match (all_are_chosen(), goes_on.get()) {
                                (true, _) => t!("order-none"),
                                (false, false) => t!("order-all", count = shown.get()),
                                (false, true) => t!("order-all-shown", count = shown.get()),
                            }}
                        </button>
                        <ul class="cards cards-small">{choices}</ul>
                        <ErrorNote fault=no_more />
                        {move || paged::more(shown.get(), goes_on.get(), Callback::new(more))}
                    }
                        .into_any()
                }}
            </fieldset>
            <div class="order-side">
                <fieldset><legend>{t!("order-size")}</legend>{sides.into_iter().map(side_choice).collect_view()}</fieldset>
                <fieldset>
                    <legend>{t!("order-format")}</legend>
                    {OutputFormat::ALL.map(format_choice).into_iter().collect_view()}
                </fieldset>
                <ErrorNote fault=Signal::derive(move || order.fault()) />
                <button
                    class="button button-primary"
                    disabled=move || !finished.get() || order.is_pending() || chosen.with(Vec::is_empty)
                >
                    <icons::Play />
                    {move || t!("order-do", count = chosen.with(Vec::len))}
                </button>
            </div>
        </form>
    }
}
