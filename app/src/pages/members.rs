use domain::{
    access::Permission,
    account::{Invitation, Member},
    change::Area,
    tenancy::Role,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

use crate::frame::Allowed;
use rpc::WorkspaceField;
use ui::{
    feedback::{ErrorNote, Field, general},
    i18n, icons,
    live::Live,
    paged::{Listed, Pages},
    t,
    task::{Task, TaskForm},
};

pub fn role_name(role: Role) -> String {
    match role {
        Role::Viewer => t!("role-viewer"),
        Role::Editor => t!("role-editor"),
        Role::Admin => t!("role-admin"),
        Role::Owner => t!("role-owner"),
    }
}

fn role_options(chosen: Role) -> impl IntoView {
    let option =
        move |role: Role| view! { <option value=role.as_str() selected=role == chosen>{role_name(role)}</option> };
    Role::ALL.map(option).into_iter().collect_view()
}

#[component]
pub fn Members() -> impl IntoView {
    let live = expect_context::<Live>();
    let allowed = expect_context::<Allowed>();
    let line = |member| view! { <MemberLine member /> }.into_any();
    let members = Pages::new(rpc::members::list, line).follow(move || live.area(Area::Members));
    view! {
        <Title text=t!("nav-members") />
        <h1>{t!("nav-members")}</h1>
        <Listed pages=members around=|lines| view! { <ul class="lines">{lines}</ul> }.into_any() />
        <Show when=move || allowed.to(Permission::MemberManage)>
            <Invitations />
        </Show>
    }
}

#[component]
fn MemberLine(member: Member) -> impl IntoView {
    let allowed = expect_context::<Allowed>();
    let change = Task::<()>::new();
    let remove = Task::<()>::new();
    let fault = move || change.fault().or_else(|| remove.fault());
    let (account, role) = (member.account, member.role);
    let email = StoredValue::new(member.email);
    let choose = move |text: String| {
        if let Ok(role) = text.parse() {
            change.run(rpc::members::change_role(account, role));
        }
    };
    view! {
        <li class="card line line-row">
            <span class="line-main">{email.get_value()}</span>
            <Show
                when=move || allowed.to(Permission::MemberManage)
                fallback=move || view! { <span class="badge">{role_name(role)}</span> }
            >
                <select
                    aria-label=t!("members-role-of", email = email.get_value())
                    on:change:target=move |event| choose(event.target().value())
                >
                    {role_options(role)}
                </select>
                <button class="button button-quiet" on:click=move |_| remove.run(rpc::members::remove(account))>
                    <icons::Trash />
                    <span class="visually-hidden">{t!("members-remove", email = email.get_value())}</span>
                </button>
            </Show>
            <ErrorNote fault=Signal::derive(fault) />
        </li>
    }
}

#[component]
fn Invitations() -> impl IntoView {
    let live = expect_context::<Live>();
    let invite = Task::<String>::of_form::<rpc::members::Invite>();
    let line = |invitation| view! { <InvitationLine invitation /> }.into_any();
    let invitations = Pages::new(rpc::members::list_invitations, line).follow(move || live.area(Area::Members));
    let fault = Signal::derive(move || invite.fault());
    view! {
        <section class="card">
            <h2>{t!("members-invite")}</h2>
            <p class="muted">{t!("members-invite-text")}</p>
            <TaskForm task=invite to=rpc::members::Invite::PATH attr:class="row">
                <WorkspaceField />
                <Field label=t!("field-email") name="email" kind="email" autocomplete="off" fault />
                <label class="field">
                    <span class="field-label">{t!("members-role")}</span>
                    <select name="role">{role_options(Role::Editor)}</select>
                </label>
                <button class="button button-primary" disabled=move || invite.is_pending()>{t!("members-invite-do")}</button>
            </TaskForm>
            <ErrorNote fault=general(fault, &["email"]) />
            <div role="status">
                {move || invite.answer().map(|link| view! {
                    <p class="note">{t!("members-invited")} " " <code class="invite-link">{link}</code></p>
                })}
            </div>
            <Listed pages=invitations around=|lines| lines />
        </section>
    }
}

#[component]
fn InvitationLine(invitation: Invitation) -> impl IntoView {
    let withdraw = Task::<()>::new();
    let id = invitation.id;
    view! {
        <p class="line-row">
            <span class="line-main">{invitation.email} " · " {role_name(invitation.role)}</span>
            <span class="muted">{t!("members-invitation-until", day = i18n::moment(invitation.expires_at))}</span>
            <button class="link" on:click=move |_| withdraw.run(rpc::members::withdraw_invitation(id))>{t!("members-withdraw")}</button>
            <ErrorNote fault=Signal::derive(move || withdraw.fault()) />
        </p>
    }
}
