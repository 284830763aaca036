//! The application: pages, components and thin server functions, compiled for the server and for the browser.

mod frame;
mod pages;
pub mod parts;
#[cfg(feature = "ssr")]
mod server;

#[cfg(feature = "ssr")]
pub use server::{PartFiles, shell};

use frame::Frame;
use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title, provide_meta_context};
use leptos_router::{
    StaticSegment,
    components::{ParentRoute, Route, Router, Routes},
};

use pages::not_found;

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Stylesheet id="style" href="/pkg/vitrine.css" />
        <Title formatter=|page: String| if page.is_empty() { "Vitrine".to_owned() } else { format!("{page} · Vitrine") } />
        <Router>
            <Routes fallback=not_found::NotFound>
                <Route path=parts::SIGN_IN.path() view=parts::SIGN_IN.view() />
                <Route path=parts::SIGN_UP.path() view=parts::SIGN_UP.view() />
                <Route path=parts::FORGOT.path() view=parts::FORGOT.view() />
                <Route path=parts::RESET.path() view=parts::RESET.view() />
                <Route path=parts::VERIFY.path() view=parts::VERIFY.view() />
                <Route path=parts::INVITE.path() view=parts::INVITE.view() />
                <Route path=parts::OUTBOX.path() view=parts::OUTBOX.view() />
                <ParentRoute path=StaticSegment("") view=Frame>
                    <Route path=parts::HOME.path() view=parts::HOME.view() />
                    <Route path=parts::DESIGNS.path() view=parts::DESIGNS.view() />
                    <Route path=parts::TEMPLATES.path() view=parts::TEMPLATES.view() />
                    <Route path=parts::EDITOR.path() view=parts::EDITOR.view() />
                    <Route path=parts::ORDER.path() view=parts::ORDER.view() />
                    <Route path=parts::RENDERS.path() view=parts::RENDERS.view() />
                    <Route path=parts::BATCH.path() view=parts::BATCH.view() />
                    <Route path=parts::MEMBERS.path() view=parts::MEMBERS.view() />
                    <Route path=parts::ACCOUNT.path() view=parts::ACCOUNT.view() />
                    <Route path=parts::AUDIT.path() view=parts::AUDIT.view() />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
