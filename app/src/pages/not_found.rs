use leptos::prelude::*;

use ui::t;

#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <main class="centered">
            <h1>{t!("not-found-title")}</h1>
            <p>{t!("not-found-text")}</p>
            <p><a class="button" href="/">{t!("not-found-home")}</a></p>
        </main>
    }
}
