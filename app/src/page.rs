//! The workspace that this page shows. Sessions move from one workspace to another, in another tab too; a page says
//! with everything it asks for which one it shows, and the server refuses what was meant for another.

use std::future::Future;

use domain::TenantId;
use leptos::{
    prelude::*,
    server_fn::{
        Bytes,
        client::{Client, browser::BrowserClient},
        request::browser::BrowserRequest,
        response::browser::BrowserResponse,
    },
};

use crate::error::Fault;

/// The header of requests, and the field of forms that are sent before the page is alive.
pub const WORKSPACE: &str = "x-workspace";

thread_local! {
    /// One to a document: another workspace is another document.
    static SHOWN: std::cell::Cell<Option<TenantId>> = const { std::cell::Cell::new(None) };
}

/// The page begins to show a workspace, or none.
pub fn show(tenant: Option<TenantId>) {
    SHOWN.set(tenant);
}

/// What a request of this page says, where it shows a workspace.
pub fn shown() -> Option<String> {
    SHOWN.get().map(|tenant| tenant.to_string())
}

/// Sends every server function's request, with the workspace that the page shows.
pub struct PageClient;

impl Client<Fault> for PageClient {
    type Request = BrowserRequest;
    type Response = BrowserResponse;

    fn send(request: BrowserRequest) -> impl Future<Output = Result<BrowserResponse, Fault>> + Send {
        if let Some(tenant) = shown() {
            request.headers().set(WORKSPACE, &tenant);
        }
        <BrowserClient as Client<Fault>>::send(request)
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (
                impl futures::Stream<Item = Result<Bytes, Bytes>> + Send + 'static,
                impl futures::Sink<Bytes> + Send + 'static,
            ),
            Fault,
        >,
    > + Send {
        <BrowserClient as Client<Fault>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<Fault>>::spawn(future);
    }
}

/// The workspace as a field of a form, for one that is sent before the page is alive.
#[component]
pub fn WorkspaceField() -> impl IntoView {
    #[cfg(feature = "ssr")]
    let tenant = crate::server::request().session.and_then(|session| session.tenant()).map(|tenant| tenant.to_string());
    #[cfg(not(feature = "ssr"))]
    let tenant = shown();
    view! { <input type="hidden" name=WORKSPACE value=tenant /> }
}
