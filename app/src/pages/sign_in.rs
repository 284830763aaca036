use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use ui::{
    feedback::{ErrorNote, Field, general},
    t,
    task::{Task, TaskForm},
};

/// The frame of pages for people who are not signed in.
#[component]
pub fn Door(title: String, children: Children) -> impl IntoView {
    view! {
        <Title text=title.clone() />
        <main class="door">
            <a class="brand" href="/"><img src="/icons/vitrine.svg" alt="" width="40" height="40" />"Vitrine"</a>
            <section class="card door-card">
                <h1>{title}</h1>
                {children()}
            </section>
        </main>
    }
}

#[component]
pub fn SignIn() -> impl IntoView {
    let action = Task::<()>::of_form::<rpc::people::SignIn>();
    let fault = Signal::derive(move || action.fault());
    let query = use_query_map();
    let next = move || query.read().get("next").unwrap_or_else(|| "/".to_owned());
    view! {
        <Door title=t!("sign-in-title")>
            <TaskForm task=action to=rpc::people::SignIn::PATH attr:class="stack">
                <input type="hidden" name="next" value=next />
                <Field label=t!("field-email") name="email" kind="email" autocomplete="username" fault />
                <Field label=t!("field-password") name="password" kind="password" autocomplete="current-password" fault />
                <ErrorNote fault=general(fault, &["email", "password"]) />
                <button class="button button-primary" disabled=move || action.is_pending()>{t!("sign-in-do")}</button>
            </TaskForm>
            <p><a href="/forgot">{t!("sign-in-forgot")}</a></p>
            <p class="muted">{t!("sign-in-new")} " " <a href="/signup">{t!("sign-in-new-link")}</a></p>
        </Door>
    }
}
