use document::ImageFormat;
use domain::{DesignId, access::Permission, change::Area, design::Design};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::frame::Allowed;
use ui::{
    feedback::{Empty, ErrorNote},
    i18n, icons,
    live::Live,
    paged::{Listed, Pages},
    t,
    task::Task,
    uploader::Uploader,
};

#[component]
pub fn Designs() -> impl IntoView {
    let live = expect_context::<Live>();
    let allowed = expect_context::<Allowed>();
    let trash = Task::<()>::new();
    let restore = Task::<()>::new();
    let trashed = RwSignal::new(None::<DesignId>);
    let card = move |design: Design| {
        let id = design.id;
        let on_trash = move |()| {
            trashed.set(Some(id));
            trash.run(rpc::designs::trash(id));
        };
        view! { <DesignCard design on_trash /> }.into_any()
    };
    let designs = Pages::new(rpc::designs::list, card).follow(move || live.area(Area::Designs));
    Effect::new(move |_| {
        if trash.is_done() {
            designs.anew();
        }
    });
    Effect::new(move |_| {
        if restore.is_done() {
            trashed.set(None);
            designs.anew();
        }
    });
    let fault = Signal::derive(move || trash.fault());
    view! {
        <Title text=t!("nav-designs") />
        <h1>{t!("nav-designs")}</h1>
        <Show when=move || allowed.to(Permission::DesignCreate)>
            <Uploader
                url="/files/designs"
                label=t!("designs-upload")
                hint=t!("designs-upload-hint")
                on_done=move |_| designs.anew()
            />
        </Show>
        <div role="status">
            {move || trashed.get().map(|id| view! {
                <p class="note">
                    {t!("designs-trashed")}
                    <button class="link" on:click=move |_| restore.run(rpc::designs::restore(id))>{t!("undo")}</button>
                </p>
            })}
        </div>
        <ErrorNote fault />
        <Listed
            pages=designs
            around=|cards| view! { <ul class="cards">{cards}</ul> }.into_any()
            empty=|| view! { <Empty title=t!("designs-empty-title") text=t!("designs-empty-text") /> }.into_any()
        />
    }
}

#[component]
fn DesignCard(design: Design, #[prop(into)] on_trash: Callback<()>) -> impl IntoView {
    let allowed = expect_context::<Allowed>();
    let rename = Task::<()>::new();
    let id = design.id;
    let image = design.image;
    let format = match image.format {
        ImageFormat::Png => "PNG",
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::Webp => "WebP",
    };
    let facts = format!("{} × {} px · {format} · {}", image.width, image.height, i18n::bytes(image.bytes));
    let name = StoredValue::new(design.name);
    view! {
        <li class="card tile">
            <div class="tile-picture checkered">
                <img src=format!("/files/designs/{id}/thumbnail") alt="" loading="lazy" decoding="async" />
            </div>
            <div class="tile-text">
                <input
                    class="tile-name"
                    aria-label=t!("designs-name")
                    value=name.get_value()
                    maxlength="120"
                    disabled=move || !allowed.to(Permission::DesignCreate)
                    on:change:target=move |event| rename.run(rpc::designs::rename(id, event.target().value()))
                />
                <p class="muted">{facts}</p>
                <ErrorNote fault=Signal::derive(move || rename.fault()) />
            </div>
            <Show when=move || allowed.to(Permission::DesignDelete)>
                <button class="button button-quiet tile-action" on:click=move |_| on_trash.run(())>
                    <icons::Trash />
                    <span class="visually-hidden">{t!("designs-trash", name = name.get_value())}</span>
                </button>
            </Show>
        </li>
    }
}
