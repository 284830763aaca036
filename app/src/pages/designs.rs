use document::ImageFormat;
use domain::{DesignId, access::Permission, change::Area, design::Design};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    components::{
        feedback::{Empty, ErrorNote, failed},
        frame::Allowed,
        icons,
        task::Task,
        uploader::Uploader,
    },
    i18n,
    live::Live,
    rpc, t,
};

#[component]
pub fn Designs() -> impl IntoView {
    let live = expect_context::<Live>();
    let allowed = expect_context::<Allowed>();
    let designs = Resource::new(move || live.area(Area::Designs), |_| rpc::designs::list());
    let trash = Task::<()>::new();
    let restore = Task::<()>::new();
    let trashed = RwSignal::new(None::<DesignId>);
    Effect::new(move |_| {
        if trash.is_done() {
            designs.refetch();
        }
    });
    Effect::new(move |_| {
        if restore.is_done() {
            trashed.set(None);
            designs.refetch();
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
                on_done=move |_| designs.refetch()
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
        <Transition fallback=|| view! { <div class="skeleton"></div> }>
            {move || Suspend::new(async move {
                match designs.await {
                    Err(fault) => failed(fault),
                    Ok(designs) if designs.is_empty() => {
                        view! { <Empty title=t!("designs-empty-title") text=t!("designs-empty-text") /> }.into_any()
                    }
                    Ok(designs) => {
                        let card = move |design: Design| {
                            let id = design.id;
                            let on_trash = move |_| {
                                trashed.set(Some(id));
                                trash.run(rpc::designs::trash(id));
                            };
                            view! { <DesignCard design on_trash /> }
                        };
                        view! { <ul class="cards">{designs.into_iter().map(card).collect_view()}</ul> }.into_any()
                    }
                }
            })}
        </Transition>
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
