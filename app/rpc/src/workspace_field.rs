use leptos::prelude::*;
use ui::page;

/// The workspace as a field of a form, for one that is sent before the page is alive.
#[component]
pub fn WorkspaceField() -> impl IntoView {
    #[cfg(feature = "ssr")]
    let tenant = crate::server::request().session.and_then(|session| session.tenant()).map(|tenant| tenant.to_string());
    #[cfg(not(feature = "ssr"))]
    let tenant = page::shown();
    view! { <input type="hidden" name=page::WORKSPACE value=tenant /> }
}
