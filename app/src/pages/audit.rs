use leptos::prelude::*;
use leptos_meta::Title;

use ui::{feedback::failed, i18n, t};

/// Who did what to which object, and when.
#[component]
pub fn Audit() -> impl IntoView {
    let entries = Resource::new(|| (), |()| rpc::members::audit_log());
    view! {
        <Title text=t!("nav-audit") />
        <h1>{t!("nav-audit")}</h1>
        <Suspense fallback=|| view! { <div class="skeleton"></div> }>
            {move || Suspend::new(async move {
                match entries.await {
                    Err(fault) => failed(fault),
                    Ok(entries) => {
                        let rows = entries.into_iter().map(|entry| view! {
                            <tr>
                                <td>{i18n::moment(entry.at)}</td>
                                <td>{entry.who}</td>
                                <td>{entry.action}</td>
                                <td class="muted">{entry.object}</td>
                            </tr>
                        });
                        view! {
                            <div class="card table-scroll" tabindex="0" role="region" aria-label=t!("nav-audit")>
                                <table>
                                    <thead>
                                        <tr>
                                            <th scope="col">{t!("audit-when")}</th>
                                            <th scope="col">{t!("audit-who")}</th>
                                            <th scope="col">{t!("audit-action")}</th>
                                            <th scope="col">{t!("audit-object")}</th>
                                        </tr>
                                    </thead>
                                    <tbody>{rows.collect_view()}</tbody>
                                </table>
                            </div>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
}
