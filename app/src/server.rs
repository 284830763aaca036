//! What only the server's side of the application knows: the request, the services, the page around the page.

use axum::http::{HeaderName, HeaderValue, header, request::Parts};
use domain::{Problem, ProblemKind};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;
use services::{
    ServiceError, Services,
    access::Actor,
    accounts::{Browser, Session, SessionCookie},
};

use crate::{App, error::Fault, i18n};

pub const SESSION_COOKIE: &str = "vitrine_session";

/// Who asks, put beside each request before it reaches the application.
#[derive(Clone)]
pub struct RequestContext {
    pub session: Option<Session>,
    pub browser: Browser,
    pub secure_cookies: bool,
}

/// What pages need to know of how the program runs.
#[derive(Clone, Copy)]
pub struct Deployment {
    pub development: bool,
}

/// The cause is logged here, once; the page gets the problem.
impl From<ServiceError> for Fault {
    fn from(error: ServiceError) -> Self {
        let problem = error.problem();
        match problem.kind {
            ProblemKind::Internal => tracing::error!(%error, "server function failed"),
            ProblemKind::Unavailable | ProblemKind::StorageFull => tracing::warn!(%error, "server function failed"),
            _ => {}
        }
        Self(problem)
    }
}

pub fn services() -> Services {
    expect_context()
}

pub fn request() -> RequestContext {
    let parts: Parts = expect_context();
    let outside = || RequestContext { session: None, browser: Browser::default(), secure_cookies: true };
    parts.extensions.get::<RequestContext>().cloned().unwrap_or_else(outside)
}

pub fn session() -> Result<Session, Fault> {
    let signed_out = || Fault(Problem::new(ProblemKind::SignedOut, "error-signed-out"));
    request().session.ok_or_else(signed_out)
}

/// The services and the signed-in member, which is how most server functions begin.
pub fn member() -> Result<(Services, Actor), Fault> {
    Ok((services(), session()?.actor()?))
}

pub fn set_session_cookie(cookie: Option<&SessionCookie>) {
    let secure = if request().secure_cookies { "; Secure" } else { "" };
    let (value, age) = cookie.map_or(("", 0), |cookie| (cookie.value(), 30 * 24 * 3600));
    let line = format!("{SESSION_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    if let Ok(line) = HeaderValue::from_str(&line) {
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, line);
    }
}

/// Scripts and styles only of our own, inline ones only with this answer's nonce.
fn set_content_security_policy() {
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
        img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'self'; \
        form-action 'self'; frame-ancestors 'none'"
    );
    if let (Some(options), Ok(policy)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&policy)) {
        options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        options.insert_header(HeaderName::from_static("cache-control"), HeaderValue::from_static("no-store"));
    }
}

pub fn shell(options: LeptosOptions) -> impl IntoView {
    set_content_security_policy();
    let language = i18n::language();
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() dir=language.direction()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/icons/vitrine.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
