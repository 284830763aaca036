//! Pages that links from mails lead to.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

use super::sign_in::Door;
use ui::{
    feedback::{ErrorNote, Field, failed, general},
    t,
    task::{Task, TaskForm},
};

#[component]
pub fn Forgot() -> impl IntoView {
    let action = Task::<()>::of_form::<rpc::people::RequestPasswordReset>();
    let fault = Signal::derive(move || action.fault());
    view! {
        <Door title=t!("forgot-title")>
            <p class="muted">{t!("forgot-lead")}</p>
            <TaskForm task=action to=rpc::people::RequestPasswordReset::PATH attr:class="stack">
                <Field label=t!("field-email") name="email" kind="email" autocomplete="username" fault />
                <ErrorNote fault=general(fault, &["email"]) />
                <button class="button button-primary" disabled=move || action.is_pending()>{t!("forgot-do")}</button>
            </TaskForm>
            <p role="status">{move || action.is_done().then(|| t!("forgot-sent"))}</p>
            <p><a href="/login">{t!("back-to-sign-in")}</a></p>
        </Door>
    }
}

fn token() -> Signal<String> {
    let query = use_query_map();
    Signal::derive(move || query.read().get("token").unwrap_or_default())
}

#[component]
pub fn Reset() -> impl IntoView {
    let action = Task::<()>::of_form::<rpc::people::ResetPassword>();
    let fault = Signal::derive(move || action.fault());
    let token = token();
    view! {
        <Door title=t!("reset-title")>
            <TaskForm task=action to=rpc::people::ResetPassword::PATH attr:class="stack">
                <input type="hidden" name="token" value=move || token.get() />
                <Field
                    label=t!("field-new-password")
                    name="password"
                    kind="password"
                    autocomplete="new-password"
                    hint=t!("field-password-hint")
                    fault
                />
                <ErrorNote fault=general(fault, &["password"]) />
                <button class="button button-primary" disabled=move || action.is_pending()>{t!("reset-do")}</button>
            </TaskForm>
        </Door>
    }
}

/// Verifies when somebody presses the button, not when a mail scanner opens the link.
#[component]
pub fn Verify() -> impl IntoView {
    let action = Task::<()>::of_form::<rpc::people::VerifyEmail>();
    let token = token();
    view! {
        <Door title=t!("verify-title")>
            {move || match (action.is_done(), action.fault()) {
                (true, _) => {
                    view! {
                        <p role="status">{t!("verify-done")}</p>
                        <p><a class="button button-primary" href="/">{t!("verify-go-on")}</a></p>
                    }
                        .into_any()
                }
                (false, Some(fault)) => failed(fault),
                (false, None) => {
                    view! {
                        <p class="muted">{t!("verify-lead")}</p>
                        <TaskForm task=action to=rpc::people::VerifyEmail::PATH>
                            <input type="hidden" name="token" value=move || token.get() />
                            <button class="button button-primary">{t!("verify-do")}</button>
                        </TaskForm>
                    }
                        .into_any()
                }
            }}
        </Door>
    }
}
