use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

use super::{members::role_name, sign_in::Door};
use rpc::members::Offer;
use ui::{
    feedback::{ErrorNote, Field, failed, general},
    t,
    task::{Task, TaskForm},
};

#[component]
pub fn Invite() -> impl IntoView {
    let params = use_params_map();
    let token = Signal::derive(move || params.read().get("token").unwrap_or_default());
    let offer = Resource::new(move || token.get(), rpc::members::invitation_offer);
    view! {
        <Door title=t!("invite-title")>
            <Suspense fallback=|| view! { <p class="skeleton"></p> }>
                {move || Suspend::new(async move {
                    match offer.await {
                        Ok(offer) => view! { <Accept offer token=token.get_untracked() /> }.into_any(),
                        Err(fault) => failed(fault),
                    }
                })}
            </Suspense>
        </Door>
    }
}

#[component]
fn Accept(offer: Offer, token: String) -> impl IntoView {
    let action = Task::<()>::of_form::<rpc::members::AcceptInvitation>();
    let fault = Signal::derive(move || action.fault());
    let (hint, autocomplete) = match offer.has_account {
        true => (t!("invite-password-existing"), "current-password"),
        false => (t!("field-password-hint"), "new-password"),
    };
    view! {
        <p>{t!("invite-lead", workspace = offer.tenant_name, role = role_name(offer.role))}</p>
        <p class="muted">{offer.email}</p>
        <TaskForm task=action to=rpc::members::AcceptInvitation::PATH attr:class="stack">
            <input type="hidden" name="token" value=token />
            <Field label=t!("field-password") name="password" kind="password" autocomplete hint fault />
            <ErrorNote fault=general(fault, &["password"]) />
            <button class="button button-primary" disabled=move || action.is_pending()>{t!("invite-do")}</button>
        </TaskForm>
    }
}
