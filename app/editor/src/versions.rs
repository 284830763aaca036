//! Earlier versions of the template on the server.

use domain::template::{TemplateVersion, VERSIONS_MAX};
use leptos::prelude::*;

use super::bench::Bench;
use ui::{error::Fault, feedback::failed, i18n, scope::Scope, t};

#[component]
pub fn Versions(bench: Bench) -> impl IntoView {
    let id = bench.saving.id();
    let versions = LocalResource::new(move || rpc::templates::list_versions(id));
    let trouble = RwSignal::new(None::<Fault>);
    let scope = Scope::here();
    let restore = move |revision: u32| {
        // What closes the dialog gives up what it has asked for.
        scope.spawn(async move {
            match rpc::templates::open_version(id, revision).await {
                Ok(template) => {
                    bench.act(|editor| editor.restore(template));
                    bench.dialog.set(None);
                }
                Err(fault) => trouble.set(Some(fault)),
            }
        });
    };
    let line = move |version: TemplateVersion| {
        let revision = version.revision;
        view! {
            <li class="line-row">
                <span class="line-main">
                    {i18n::moment(version.saved_at)}
                    <span class="muted">{version.saved_by}</span>
                </span>
                <button class="button" on:click=move |_| restore(revision)>{t!("versions-restore")}</button>
            </li>
        }
    };
    view! {
        <section>
            <h3>{t!("versions-title")}</h3>
            <div role="status">{move || trouble.get().map(failed)}</div>
            <Suspense fallback=|| view! { <div class="skeleton"></div> }>
                {move || Suspend::new(async move {
                    match versions.await {
                        Err(fault) => failed(fault),
                        Ok(versions) if versions.is_empty() => view! { <p class="muted">{t!("versions-none")}</p> }.into_any(),
                        Ok(versions) => view! {
                            <p class="muted">{t!("versions-kept", count = VERSIONS_MAX)}</p>
                            <ul class="lines">{versions.into_iter().map(line).collect_view()}</ul>
                        }
                        .into_any(),
                    }
                })}
            </Suspense>
        </section>
    }
}
