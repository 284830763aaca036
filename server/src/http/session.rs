//! Who asks: the session cookie, the tenant of the host, and the proof that handlers take.

use std::net::SocketAddr;

use app::RequestContext;
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use cookie::Cookie;
use domain::{Problem, ProblemKind, tenancy::Subdomain};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use services::{
    ServiceError, Services,
    access::Actor,
    accounts::{self, Browser},
};

use super::{
    Settings,
    error::{ApiError, unavailable_page},
};

/// Pages that make sense without being signed in.
const PUBLIC: [&str; 7] = ["/login", "/signup", "/forgot", "/reset", "/verify", "/invite/", "/dev/outbox"];

/// Puts the [`RequestContext`] beside the request, and sends people who are not signed in to where they can be.
pub async fn resume(
    State(services): State<Services>,
    State(settings): State<Settings>,
    mut request: Request,
    next: Next,
) -> Response {
    let browser = browser(&request, &settings);
    let host = subdomain(request.headers(), &settings);
    let session = match cookie_of(request.headers()) {
        None => Ok(None),
        Some(cookie) => accounts::resume(&services, &cookie, host.as_ref(), &browser).await,
    };
    let session = match session {
        Ok(session) => session,
        Err(error) if is_page(&request) => {
            tracing::warn!(%error, "session could not be read");
            return unavailable_page();
        }
        Err(error) => return ApiError(error).into_response(),
    };
    if let Some(actor) = session.as_ref().and_then(|session| session.actor().ok()) {
        tracing::Span::current().record("tenant", tracing::field::display(actor.tenant()));
    }
    let path = request.uri().path();
    let public = PUBLIC.iter().any(|page| path == *page || (page.ends_with('/') && path.starts_with(page)));
    if session.is_none() && is_page(&request) && !public {
        let wanted = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let login = match wanted {
            "/" => "/login".to_owned(),
            _ => format!("/login?next={}", utf8_percent_encode(wanted, NON_ALPHANUMERIC)),
        };
        return Redirect::to(&login).into_response();
    }
    let secure_cookies = settings.secure_cookies;
    request.extensions_mut().insert(RequestContext { session, browser, secure_cookies });
    next.run(request).await
}

fn is_page(request: &Request) -> bool {
    request.method() == Method::GET && !request.uri().path().starts_with("/api/")
}

fn cookie_of(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut parsed = cookies.flat_map(|line| Cookie::split_parse(line.to_owned())).flatten();
    parsed.find(|cookie| cookie.name() == app::SESSION_COOKIE).map(|cookie| cookie.value().to_owned())
}

fn browser(request: &Request, settings: &Settings) -> Browser {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(address)| address.ip().to_string()).unwrap_or_default();
    // Each proxy adds the address it was called from at the end; only those of our own proxies are believed.
    let forwarded = text(header::HeaderName::from_static("x-forwarded-for"))
        .filter(|_| settings.proxies > 0)
        .and_then(|list| list.rsplit(',').nth(settings.proxies - 1))
        .map(|address| address.trim().to_owned());
    Browser { user_agent: text(header::USER_AGENT).unwrap_or_default().to_owned(), address: forwarded.unwrap_or(peer) }
}

/// The tenant's label of `<label>.<domain>`.
fn subdomain(headers: &HeaderMap, settings: &Settings) -> Option<Subdomain> {
    let host = headers.get(header::HOST)?.to_str().ok()?.to_lowercase();
    let host = host.split(':').next()?;
    host.strip_suffix(&*settings.domain)?.strip_suffix('.')?.parse().ok()
}

/// A signed-in member of the present tenant.
pub struct Member(pub Actor);

impl<S: Sync> FromRequestParts<S> for Member {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let session = parts.extensions.get::<RequestContext>().and_then(|context| context.session.as_ref());
        let signed_out = || ServiceError::Refused(Problem::new(ProblemKind::SignedOut, "error-signed-out"));
        Ok(Self(session.ok_or_else(signed_out)?.actor()?))
    }
}
