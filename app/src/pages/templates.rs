use domain::{TemplateId, access::Permission, change::Area, template::TemplateSummary};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use serde::Deserialize;

use crate::frame::Allowed;
use ui::{
    feedback::{Empty, ErrorNote},
    icons,
    live::Live,
    paged::{Listed, Pages},
    t,
    task::Task,
    uploader::Uploader,
};

/// What the server answers to an uploaded photo.
#[derive(Deserialize)]
struct Created {
    id: TemplateId,
}

#[component]
pub fn Templates() -> impl IntoView {
    let live = expect_context::<Live>();
    let allowed = expect_context::<Allowed>();
    let trash = Task::<()>::new();
    let restore = Task::<()>::new();
    let trashed = RwSignal::new(None::<TemplateId>);
    let card = move |template: TemplateSummary| {
        let id = template.id;
        let on_trash = move |()| {
            trashed.set(Some(id));
            trash.run(rpc::templates::trash(id));
        };
        view! { <TemplateCard template on_trash /> }.into_any()
    };
    let templates = Pages::new(rpc::templates::list, card).follow(move || live.area(Area::Templates));
    Effect::new(move |_| {
        if trash.is_done() {
            templates.anew();
        }
    });
    Effect::new(move |_| {
        if restore.is_done() {
            trashed.set(None);
            templates.anew();
        }
    });
    let created = RwSignal::new(None);
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(id) = created.get() {
            navigate(&format!("/templates/{id}"), NavigateOptions::default());
        }
    });
    view! {
        <Title text=t!("nav-templates") />
        <h1>{t!("nav-templates")}</h1>
        <Show when=move || allowed.to(Permission::TemplateEdit)>
            <Uploader
                url="/files/templates"
                label=t!("templates-upload")
                hint=t!("templates-upload-hint")
                single=true
                also=",.vitrine"
                on_done=move |answer: String| created.set(serde_json::from_str(&answer).ok().map(|Created { id }| id))
            />
        </Show>
        <div role="status">
            {move || trashed.get().map(|id| view! {
                <p class="note">
                    {t!("templates-trashed")}
                    <button class="link" on:click=move |_| restore.run(rpc::templates::restore(id))>{t!("undo")}</button>
                </p>
            })}
        </div>
        <ErrorNote fault=Signal::derive(move || trash.fault()) />
        <Listed
            pages=templates
            around=|cards| view! { <ul class="cards">{cards}</ul> }.into_any()
            empty=|| view! { <Empty title=t!("templates-empty-title") text=t!("templates-empty-text") /> }.into_any()
        />
    }
}

#[component]
fn TemplateCard(template: TemplateSummary, #[prop(into)] on_trash: Callback<()>) -> impl IntoView {
    let allowed = expect_context::<Allowed>();
    let (id, revision) = (template.id, template.revision);
    let name = StoredValue::new(template.name);
    view! {
        <li class="card tile">
            <a class="tile-picture" href=format!("/templates/{id}") tabindex="-1" aria-hidden="true">
                <img
                    class="checkered"
                    src=format!("/files/templates/{id}/thumbnail?revision={revision}")
                    alt=""
                    loading="lazy"
                    decoding="async"
                />
            </a>
            <div class="tile-text">
                <h2><a href=format!("/templates/{id}")>{name.get_value()}</a></h2>
                <p class="muted">{format!("{} × {} px", template.width, template.height)}</p>
                <div class="tile-row">
                    <Show when=move || allowed.to(Permission::RenderCreate)>
                        <a class="button" href=format!("/templates/{id}/render")><icons::Play />{t!("templates-render")}</a>
                    </Show>
                    <a class="button button-quiet" href=format!("/files/templates/{id}/file") download="">
                        <icons::Download />
                        <span class="visually-hidden">{t!("templates-download", name = name.get_value())}</span>
                    </a>
                </div>
            </div>
            <Show when=move || allowed.to(Permission::TemplateEdit)>
                <button class="button button-quiet tile-action" on:click=move |_| on_trash.run(())>
                    <icons::Trash />
                    <span class="visually-hidden">{t!("templates-trash", name = name.get_value())}</span>
                </button>
            </Show>
        </li>
    }
}
