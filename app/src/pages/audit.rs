use domain::account::{AuditEntry, Author};
use leptos::prelude::*;
use leptos_meta::Title;

use ui::{
    i18n,
    paged::{Listed, Pages},
    t,
};

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
    let entries = Pages::new(rpc::members::audit_log, line);
    view! {
        <Title text=t!("nav-audit") />
        <h1>{t!("nav-audit")}</h1>
        <Listed pages=entries around=table />
    }
}

fn table(lines: AnyView) -> AnyView {
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
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn line(entry: AuditEntry) -> AnyView {
    view! {
        <tr>
            <td>{i18n::moment(entry.at)}</td>
            <td>{who(entry.who)}</td>
            <td>{entry.action}</td>
            <td class="muted">{entry.object}</td>
        </tr>
    }
    .into_any()
}
