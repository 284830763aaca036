use domain::tenancy::Subdomain;
use leptos::{prelude::*, server_fn::ServerFn};

use super::sign_in::Door;
use ui::{
    feedback::{ErrorNote, Field, general},
    t,
    task::{Task, TaskForm},
};

const FIELDS: &[&str] = &["workspace", "subdomain", "email", "password"];

#[component]
pub fn SignUp() -> impl IntoView {
    let action = Task::<()>::of_form::<rpc::people::SignUp>();
    let fault = Signal::derive(move || action.fault());
    let subdomain = RwSignal::new(String::new());
    let chosen = RwSignal::new(false);
    // The address follows the name until somebody types an address.
    let named = move |name: String| {
        if !chosen.get_untracked() {
            subdomain.set(Subdomain::suggested_for(&name).map(String::from).unwrap_or_default());
        }
    };
    let addressed = move |text: String| {
        chosen.set(!text.is_empty());
        subdomain.set(text);
    };
    view! {
        <Door title=t!("sign-up-title")>
            <p class="muted">{t!("sign-up-lead")}</p>
            <TaskForm task=action to=rpc::people::SignUp::PATH attr:class="stack">
                <Field label=t!("field-workspace") name="workspace" autocomplete="organization" fault on_input=named />
                <Field
                    label=t!("field-subdomain")
                    name="subdomain"
                    autocomplete="off"
                    hint=t!("field-subdomain-hint")
                    value=subdomain
                    fault
                    on_input=addressed
                />
                <Field label=t!("field-email") name="email" kind="email" autocomplete="username" fault />
                <Field
                    label=t!("field-password")
                    name="password"
                    kind="password"
                    autocomplete="new-password"
                    hint=t!("field-password-hint")
                    fault
                />
                <ErrorNote fault=general(fault, FIELDS) />
                <button class="button button-primary" disabled=move || action.is_pending()>{t!("sign-up-do")}</button>
            </TaskForm>
            <p class="muted">{t!("sign-up-have")} " " <a href="/login">{t!("sign-up-have-link")}</a></p>
        </Door>
    }
}
