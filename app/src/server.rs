//! What only the server's side of the application knows: the request, the areas, the page around the page.

use std::{collections::HashMap, io, path::Path, sync::Arc};

use accounts::{Accounts, Browser, Session, SessionCookie, Shown};
use axum::http::{HeaderName, HeaderValue, header, request::Parts};
use domain::{Problem, ProblemKind};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;
use platform::{ServiceError, access::Member};
use product::Product;
use serde::Deserialize;
use studio::Studio;

use crate::{App, error::Fault, i18n, parts::Part};

pub const SESSION_COOKIE: &str = "vitrine_session";

/// Who asks, put beside each request before it reaches the application.
#[derive(Clone)]
pub struct RequestContext {
    pub session: Option<Session>,
    pub browser: Browser,
    pub page: Shown,
    /// From this machine, to this machine, and handed on by nobody.
    pub local: bool,
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

/// Outside of a request nobody asks, from nowhere.
impl Default for RequestContext {
    fn default() -> Self {
        Self { session: None, browser: Browser::default(), page: Shown::Unsaid, local: false, secure_cookies: true }
    }
}

impl RequestContext {
    /// The signed-in member, in the workspace that the page shows.
    ///
    /// # Errors
    /// Signed out, no member of the session's workspace, or the page shows another one.
    pub async fn member(&self, accounts: &mut Accounts) -> Result<Member, ServiceError> {
        let signed_out = || Problem::new(ProblemKind::SignedOut, "error-signed-out");
        let session = self.session.as_ref().ok_or_else(signed_out)?;
        accounts::acting(accounts, session, self.page).await
    }

    /// The header that sets the session's cookie, or takes it away.
    pub fn session_cookie(&self, value: &str) -> Option<HeaderValue> {
        let secure = if self.secure_cookies { "; Secure" } else { "" };
        let age = if value.is_empty() { 0 } else { accounts::SESSION_DAYS * 24 * 3600 };
        let line = format!("{SESSION_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
        HeaderValue::from_str(&line).ok()
    }
}

/// What the requests of this program share.
pub fn product() -> Product {
    expect_context()
}

pub fn accounts() -> Accounts {
    product().accounts()
}

pub fn studio() -> Studio {
    product().studio()
}

pub fn request() -> RequestContext {
    let parts: Parts = expect_context();
    parts.extensions.get::<RequestContext>().cloned().unwrap_or_default()
}

pub fn session() -> Result<Session, Fault> {
    let signed_out = || Fault(Problem::new(ProblemKind::SignedOut, "error-signed-out"));
    request().session.ok_or_else(signed_out)
}

/// The signed-in member, which is how most server functions begin.
pub async fn member() -> Result<Member, Fault> {
    Ok(request().member(&mut accounts()).await?)
}

pub fn set_session_cookie(cookie: Option<&SessionCookie>) {
    if let Some(line) = request().session_cookie(cookie.map_or("", SessionCookie::value)) {
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, line);
    }
}

/// A path of our own, or `None`: with one slash at its start and only visible ASCII after it. Browsers drop tabs and line
/// ends and read `\` as `/`, so that any of them could make the start of another host's address; `%` hides nothing
/// from them, it stays as it is.
pub fn own_path(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (plain && text.starts_with('/') && !text.starts_with("//")).then_some(text)
}

/// The one way to send somebody on: to a path of our own, or to the start.
#[allow(clippy::disallowed_methods)]
pub fn go(next: &str) {
    leptos_axum::redirect(own_path(next).unwrap_or("/"));
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

/// The files of the parts, as tools/bundle lists them. Without a list the browser asks for them later, when it has come so far.
#[derive(Clone, Default)]
pub struct PartFiles(Arc<HashMap<String, Files>>);

#[derive(Clone, Deserialize)]
struct Files {
    code: String,
    style: Option<String>,
}

impl PartFiles {
    /// Reads the list of a site.
    ///
    /// # Errors
    /// There is a list that cannot be read.
    pub fn read(site: &Path) -> io::Result<Self> {
        match std::fs::read(site.join("pkg/parts.json")) {
            Ok(list) => Ok(Self(Arc::new(serde_json::from_slice(&list)?))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// What the page of this request is made of, with the addresses.
    fn of_this_page(&self) -> Option<Files> {
        let part = Part::at(use_context::<Parts>()?.uri.path())?;
        let Files { code, style } = self.0.get(part.name())?;
        let address = |file: &String| format!("/pkg/{file}");
        Some(Files { code: address(code), style: style.as_ref().map(address) })
    }
}

pub fn shell(options: LeptosOptions, parts: &PartFiles) -> impl IntoView + use<> {
    set_content_security_policy();
    let language = i18n::language();
    let (code, style) = parts.of_this_page().map_or((None, None), |Files { code, style }| (Some(code), style));
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
                <link rel="modulepreload" href="/pkg/parts.js" />
                {code.map(|code| view! { <link rel="preload" r#as="fetch" crossorigin="" href=code /> })}
                <MetaTags />
                {style.map(|style| view! { <link rel="stylesheet" href=style /> })}
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_a_path_of_our_own_is_gone_to() {
        for own in ["/", "/designs?a=1&b=%2F", "/templates/1/render#x", "/%09/host"] {
            assert_eq!(own_path(own), Some(own));
        }
        for byte in (0..=0x20).chain([0x7f]).map(char::from).chain(['\\', 'é', '\u{2028}']) {
            for text in [format!("/{byte}/host"), format!("/{byte}"), format!("{byte}/host"), format!("/a{byte}")] {
                assert_eq!(own_path(&text), None, "{text:?}");
            }
        }
        for other in ["", "host", "//host", "///host", "https://host", "javascript:alert(1)"] {
            assert_eq!(own_path(other), None, "{other}");
        }
    }
}
