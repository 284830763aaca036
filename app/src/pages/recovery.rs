//! Pages that links from mails lead to.

use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

use super::sign_in::Door;
use crate::{
    api::{self, RequestPasswordReset, ResetPassword},
    components::feedback::{ErrorNote, Field, failed, general},
    t,
};

#[component]
pub fn Forgot() -> impl IntoView {
    let action = ServerAction::<RequestPasswordReset>::new();
    let fault = Signal::derive(move || action.value().get().and_then(Result::err));
    view! {
        <Door title=t!("forgot-title")>
            <p class="muted">{t!("forgot-lead")}</p>
            <ActionForm action attr:class="stack">
                <Field label=t!("field-email") name="email" kind="email" autocomplete="username" fault />
                <ErrorNote fault=general(move || action.value().get(), &["email"]) />
                <button class="button button-primary" disabled=move || action.pending().get()>{t!("forgot-do")}</button>
            </ActionForm>
            <p role="status">{move || action.value().get().and_then(Result::ok).map(|()| t!("forgot-sent"))}</p>
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
    let action = ServerAction::<ResetPassword>::new();
    let fault = Signal::derive(move || action.value().get().and_then(Result::err));
    let token = token();
    view! {
        <Door title=t!("reset-title")>
            <ActionForm action attr:class="stack">
                <input type="hidden" name="token" value=move || token.get() />
                <Field
                    label=t!("field-new-password")
                    name="password"
                    kind="password"
                    autocomplete="new-password"
                    hint=t!("field-password-hint")
                    fault
                />
                <ErrorNote fault=general(move || action.value().get(), &["password"]) />
                <button class="button button-primary" disabled=move || action.pending().get()>{t!("reset-do")}</button>
            </ActionForm>
        </Door>
    }
}

/// Verifies when somebody presses the button, not when a mail scanner opens the link.
#[component]
pub fn Verify() -> impl IntoView {
    let action = ServerAction::<api::VerifyEmail>::new();
    let token = token();
    view! {
        <Door title=t!("verify-title")>
            {move || match action.value().get() {
                Some(Ok(())) => {
                    view! {
                        <p role="status">{t!("verify-done")}</p>
                        <p><a class="button button-primary" href="/">{t!("verify-go-on")}</a></p>
                    }
                        .into_any()
                }
                Some(Err(fault)) => failed(fault),
                None => {
                    view! {
                        <p class="muted">{t!("verify-lead")}</p>
                        <ActionForm action>
                            <input type="hidden" name="token" value=move || token.get() />
                            <button class="button button-primary">{t!("verify-do")}</button>
                        </ActionForm>
                    }
                        .into_any()
                }
            }}
        </Door>
    }
}
