//! What stands in a page's place while its part is on the way, and when it does not arrive.

use futures::channel::oneshot;
use leptos::{mount::mount_to, prelude::*, tachys::dom::body};

use super::Part;
use ui::{icons, scope::Scope, t};

#[derive(Clone, Copy, PartialEq)]
enum State {
    Coming,
    Here,
    Failed,
}

/// A page whose part is not there yet.
#[component]
pub fn Coming(part: &'static Part) -> impl IntoView {
    let state = RwSignal::new(State::Coming);
    let scope = Scope::here();
    let load = move || {
        state.set(State::Coming);
        scope.spawn(async move {
            let loaded = part.load().await;
            state.set(if loaded.is_ok() { State::Here } else { State::Failed });
        });
    };
    load();
    move || match state.get() {
        State::Coming => view! { <div class="skeleton"></div> }.into_any(),
        State::Here => part.show(),
        State::Failed => view! { <Failed on_again=move |()| load() /> }.into_any(),
    }
}

/// The way on from a part that did not arrive: the same again, or the newest page where the product has been renewed meanwhile.
#[component]
fn Failed(#[prop(into)] on_again: Callback<()>) -> impl IntoView {
    view! {
        <div class="note note-error" role="alert">
            <icons::Warning />
            <span>{t!("part-failed")}</span>
            <button class="button" on:click=move |_| on_again.run(())>{t!("part-again")}</button>
            <button class="button" on:click=|_| { let _ = window().location().reload(); }>{t!("part-reload")}</button>
        </div>
    }
}

/// Says over a page that is not alive that its part did not arrive, until somebody wants to try again.
pub async fn asked_again() {
    let (ask, asked) = oneshot::channel();
    let ask = StoredValue::new(Some(ask));
    let again = move |()| {
        if let Some(ask) = ask.try_update_value(Option::take).flatten() {
            let _ = ask.send(());
        }
    };
    let note = mount_to(body(), move || view! { <div class="over-page"><Failed on_again=again /></div> });
    let _ = asked.await;
    drop(note);
}
