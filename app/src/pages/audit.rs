use domain::account::Author;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{components::feedback::failed, i18n, rpc, t};

/// A person by their address, a program by its key, or the product itself.
fn who(author: Author) -> String {
    match author {
        Author::Member { email } => email,
        Author::ApiKey { name } => t!("audit-by-key", name = name),
        Author::System { what } => t!("audit-by-system", what = what),
    }
}

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
                                <td>{who(entry.who)}</td>
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
