use domain::account::SessionInfo;
use leptos::prelude::*;
use leptos_meta::Title;

use ui::{
    feedback::ErrorNote,
    i18n,
    paged::{Listed, Pages},
    t,
    task::Task,
};

/// The person's own page: where they are signed in.
#[component]
pub fn Account() -> impl IntoView {
    let end = Task::<()>::new();
    let end_others = Task::<()>::new();
    let line = move |session| view! { <SessionLine session end /> }.into_any();
    let sessions = Pages::new(rpc::people::list_sessions, line).follow(move || end.times() + end_others.times());
    let fault = move || end.fault().or_else(|| end_others.fault());
    view! {
        <Title text=t!("nav-account") />
        <h1>{t!("nav-account")}</h1>
        <section class="card">
            <div class="head">
                <h2>{t!("sessions-title")}</h2>
                <button class="button" on:click=move |_| end_others.run(rpc::people::end_other_sessions())>
                    {t!("sessions-end-others")}
                </button>
            </div>
            <ErrorNote fault=Signal::derive(fault) />
            <Listed pages=sessions around=|lines| view! { <ul class="lines">{lines}</ul> }.into_any() />
        </section>
        <section class="card">
            <h2>{t!("password-title")}</h2>
            <p class="muted">{t!("password-text")}</p>
            <a class="button" href="/forgot">{t!("password-do")}</a>
        </section>
    }
}

#[component]
fn SessionLine(session: SessionInfo, end: Task) -> impl IntoView {
    let id = session.id;
    view! {
        <li class="line line-row">
            <div class="line-main">
                <p>{device(&session.user_agent)}</p>
                <p class="muted">{session.address} " · " {i18n::moment(session.last_seen_at)}</p>
            </div>
            {if session.current {
                view! { <span class="badge badge-good">{t!("sessions-current")}</span> }.into_any()
            } else {
                view! {
                    <button class="button" on:click=move |_| end.run(rpc::people::end_session(id))>{t!("sessions-end")}</button>
                }
                    .into_any()
            }}
        </li>
    }
}

/// Browser and system by the names in the user agent; browsers that build on another name both, the later first here.
fn device(user_agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    let browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    match (first(&browsers), first(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => user_agent.chars().take(80).collect(),
    }
}
