//! The application: pages, components and thin server functions, compiled for the server and for the browser.

pub mod api;
mod components;
mod editor;
mod error;
pub mod i18n;
mod live;
mod page;
mod pages;
mod saving;
#[cfg(feature = "ssr")]
mod server;

#[cfg(feature = "ssr")]
pub use page::WORKSPACE;
#[cfg(feature = "ssr")]
pub use server::{Deployment, RequestContext, SESSION_COOKIE, shell};

use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title, provide_meta_context};
use leptos_router::{
    ParamSegment, StaticSegment,
    components::{ParentRoute, Route, Router, Routes},
};

use components::frame::Frame;
use pages::*;

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Stylesheet id="style" href="/pkg/vitrine.css" />
        <Title formatter=|page: String| if page.is_empty() { "Vitrine".to_owned() } else { format!("{page} · Vitrine") } />
        <Router>
            <Routes fallback=not_found::NotFound>
                <Route path=StaticSegment("login") view=sign_in::SignIn />
                <Route path=StaticSegment("signup") view=sign_up::SignUp />
                <Route path=StaticSegment("forgot") view=recovery::Forgot />
                <Route path=StaticSegment("reset") view=recovery::Reset />
                <Route path=StaticSegment("verify") view=recovery::Verify />
                <Route path=(StaticSegment("invite"), ParamSegment("token")) view=invite::Invite />
                <Route path=(StaticSegment("dev"), StaticSegment("outbox")) view=outbox::Outbox />
                <ParentRoute path=StaticSegment("") view=Frame>
                    <Route path=StaticSegment("") view=home::Home />
                    <Route path=StaticSegment("designs") view=designs::Designs />
                    <Route path=StaticSegment("templates") view=templates::Templates />
                    <Route path=(StaticSegment("templates"), ParamSegment("id")) view=crate::editor::EditorPage />
                    <Route
                        path=(StaticSegment("templates"), ParamSegment("id"), StaticSegment("render"))
                        view=order::Order
                    />
                    <Route path=StaticSegment("renders") view=renders::Renders />
                    <Route path=(StaticSegment("renders"), ParamSegment("id")) view=batch::BatchPage />
                    <Route path=StaticSegment("members") view=members::Members />
                    <Route path=StaticSegment("account") view=account::Account />
                    <Route path=StaticSegment("audit") view=audit::Audit />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
