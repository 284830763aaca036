//! What only the server's side of the server functions knows: who asks, and the areas.

use accounts::{Accounts, Browser, Session, SessionCookie, Shown};
use axum::http::{HeaderValue, header, request::Parts};
use cookie::{Cookie, SameSite, time::Duration};
use domain::{Problem, ProblemKind};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use platform::{ServiceError, access::Member};
use product::Product;
use studio::Studio;
use ui::error::Fault;

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
        let days = if value.is_empty() { 0 } else { accounts::SESSION_DAYS.into() };
        let cookie = Cookie::build((SESSION_COOKIE, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure_cookies)
            .max_age(Duration::days(days));
        HeaderValue::from_str(&cookie.to_string()).ok()
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
