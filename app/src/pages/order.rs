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
    let ends = move || id.get().map_or(0, |id| saves.of(id).ends.get());
    let needed = Resource::new(
        // A number for both, as other pages have it: each further kind of source is some kilobytes of the first load.
        move || id.get().map_or(0, |id| id.0.as_u128() as u32).wrapping_add(ends()),
        move |_| async move {
            let not_found = || Fault(domain::Problem::new(domain::ProblemKind::NotFound, "error-not-found"));
            let id = id.get_untracked().ok_or_else(not_found)?;
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

/// What is ordered, as far as it is chosen.
#[derive(Clone)]
struct Choice {
    designs: Vec<DesignId>,
    /// The longest side in pixels.
    side: u32,
    format: OutputFormat,
}

#[component]
fn OrderForm(id: TemplateId, template: TemplateHead, designs: Page<(DesignId, String)>) -> impl IntoView {
    let listed = RwSignal::new(designs);
    let own_side = template.canvas.longest();
    let choice = RwSignal::new(Choice { designs: Vec::new(), side: own_side, format: OutputFormat::Jpeg });
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
        let Choice { designs, side, format } = choice.get_untracked();
        if let Ok(side) = OutputSide::try_from(side) {
            order.run(rpc::batches::order(BatchOrder { template: id, designs, side, format }));
        }
    };
    let asking = Task::<()>::new();
    let more = move |()| {
        asking.run(async move {
            let Some(after) = listed.with_untracked(|listed| listed.next.clone()) else { return Ok(()) };
            let page = rpc::designs::list_names(Some(after.clone())).await?;
            // Asked for twice, it is shown once.
            listed.try_update(|listed| {
                if listed.next == Some(after) {
                    listed.items.extend(page.items);
                    listed.next = page.next;
                }
            });
            Ok(())
        });
    };
    let shown = move || listed.with(|listed| (listed.items.len(), listed.next.is_some()));
    let chosen = move || choice.with(|choice| choice.designs.len());
    let toggle_all = move |_| {
        let all: Vec<_> = listed.with_untracked(|listed| listed.items.iter().map(|(id, _)| *id).collect());
        choice.update(|choice| choice.designs = if choice.designs.len() == all.len() { Vec::new() } else { all });
    };
    view! {
        <p translate="no"><a href=format!("/templates/{id}")>{template.name.clone()}</a></p>
        <h1>{t!("order-title")}</h1>
        <form class="order" on:submit=submit>
            <fieldset class="order-designs">
                <legend>{t!("order-designs")}</legend>
                {if listed.with_untracked(|listed| listed.items.is_empty()) {
                    view! {
                        <Empty title=t!("designs-empty-title") text=t!("order-no-designs")>
                            <a class="button" href="/designs">{t!("nav-designs")}</a>
                        </Empty>
                    }
                        .into_any()
                } else {
                    view! {
                        <button type="button" class="link" on:click=toggle_all>
                            {move || match shown() {
                                (count, _) if count == chosen() => t!("order-none"),
                                (count, false) => t!("order-all", count = count),
                                (count, true) => t!("order-all-shown", count = count),
                            }}
                        </button>
                        {move || {
                            let (count, goes_on) = shown();
                            let one = |(id, name): &(DesignId, String)| design_choice(*id, name.clone(), choice);
                            let designs = listed.with(|listed| listed.items.iter().map(one).collect_view());
                            view! {
                                <ul class="cards cards-small">{designs}</ul>
                                {paged::more(count, goes_on, Callback::new(more))}
                            }
                        }}
                    }
                        .into_any()
                }}
            </fieldset>
            <div class="order-side">
                <fieldset><legend>{t!("order-size")}</legend>{sides(&template, choice)}</fieldset>
                <fieldset>
                    <legend>{t!("order-format")}</legend>
                    {OutputFormat::ALL.map(|format| format_choice(format, choice)).into_iter().collect_view()}
                </fieldset>
                <ErrorNote fault=Signal::derive(move || order.fault().or_else(|| asking.fault())) />
                <button
                    class="button button-primary"
                    disabled=move || !finished.get() || order.is_pending() || chosen() == 0
                >
                    <icons::Play />
                    {move || t!("order-do", count = chosen())}
                </button>
            </div>
        </form>
    }
}

/// The sizes to choose from: those that are often asked for, and the template's own.
fn sides(template: &TemplateHead, choice: RwSignal<Choice>) -> impl IntoView + use<> {
    let (canvas, own) = (template.canvas, template.canvas.longest());
    let mut sides = vec![PREVIEW_SIDE, 2000, 3000];
    let at = sides.iter().position(|side| *side >= own).unwrap_or(sides.len());
    if sides.get(at) != Some(&own) {
        sides.insert(at, own);
    }
    let one = move |side: u32| {
        let size = canvas.scaled_to(side);
        let note = match side {
            _ if side == own => t!("order-size-own"),
            PREVIEW_SIDE => t!("order-size-preview"),
            _ => String::new(),
        };
        let title = format!("{} × {} px", size.width(), size.height());
        radio("side", title, note, side == own, choice, Box::new(move |choice| choice.side = side))
    };
    sides.into_iter().map(one).collect_view()
}

fn format_choice(format: OutputFormat, choice: RwSignal<Choice>) -> impl IntoView {
    let (name, note) = match format {
        OutputFormat::Jpeg => ("JPEG", t!("order-format-jpeg")),
        OutputFormat::Png => ("PNG", t!("order-format-png")),
        OutputFormat::Webp => ("WebP", t!("order-format-webp")),
    };
    let is_first = format == OutputFormat::Jpeg;
    radio("format", name.to_owned(), note, is_first, choice, Box::new(move |choice| choice.format = format))
}

/// One of several to choose from.
fn radio(
    name: &'static str,
    title: String,
    note: String,
    checked: bool,
    choice: RwSignal<Choice>,
    choose: Box<dyn Fn(&mut Choice) + Send + Sync>,
) -> AnyView {
    view! {
        <label class="choice">
            <input type="radio" name=name value=title.clone() checked=checked on:change=move |_| choice.update(&choose) />
            <span>{title}</span>
            <span class="muted">{note}</span>
        </label>
    }
    .into_any()
}

fn design_choice(id: DesignId, name: String, choice: RwSignal<Choice>) -> impl IntoView {
    let toggle = move |_| {
        choice.update(|Choice { designs, .. }| match designs.iter().position(|other| *other == id) {
            Some(index) => drop(designs.remove(index)),
            None => designs.push(id),
        });
    };
    view! {
        <li>
            <label class="card tile choice-tile">
                <input
                    type="checkbox"
                    prop:checked=move || choice.with(|choice| choice.designs.contains(&id))
                    on:change=toggle
                />
                <span class="tile-picture checkered">
                    <img src=format!("/files/designs/{id}/thumbnail") alt="" loading="lazy" />
                </span>
                <span class="tile-text" translate="no">{name}</span>
            </label>
        </li>
    }
}
