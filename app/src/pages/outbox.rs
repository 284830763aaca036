use leptos::prelude::*;
use leptos_meta::Title;

use ui::{
    feedback::Empty,
    paged::{Listed, Pages},
    t,
};

/// Mail that did not leave, for development: links in it can be clicked.
#[component]
pub fn Outbox() -> impl IntoView {
    let mails = Pages::new(rpc::development::outbox, |mail| view! { <Mail mail /> }.into_any());
    view! {
        <Title text=t!("outbox-title") />
        <main class="content narrow">
            <h1>{t!("outbox-title")}</h1>
            <p class="muted">{t!("outbox-lead")}</p>
            <Listed
                pages=mails
                around=|mails| mails
                empty=|| view! { <Empty title=t!("outbox-empty-title") text=t!("outbox-empty-text") /> }.into_any()
            />
        </main>
    }
}

#[component]
fn Mail(mail: rpc::development::SentMail) -> impl IntoView {
    let lines = mail.body.lines().map(|line| match line.starts_with("http") {
        true => view! { <a href=line.to_owned()>{line.to_owned()}</a><br /> }.into_any(),
        false => view! { {line.to_owned()}<br /> }.into_any(),
    });
    view! {
        <article class="card mail">
            <h2>{mail.subject.clone()}</h2>
            <p class="muted">{mail.recipient.clone()}</p>
            <p>{lines.collect_view()}</p>
        </article>
    }
}
