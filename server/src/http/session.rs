//! Who asks: the session cookie, the tenant of the host, and the proof that handlers take.

use std::net::SocketAddr;

use accounts::{Accounts, Browser, Session, Shown};
use axum::{
    extract::{ConnectInfo, FromRef, FromRequestParts, Request, State},
    http::{HeaderMap, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use cookie::Cookie;
use platform::{ClientAddress, ServiceError, access};
use rpc::server::RequestContext;
use ui::page::WORKSPACE;

use super::{
    FILES, Settings, address,
    error::{ApiError, no_such_workspace, unavailable_page},
    hosts::{self, Host},
};

/// Puts the [`RequestContext`] beside the request.
pub async fn resume(
    State(mut accounts): State<Accounts>,
    State(settings): State<Settings>,
    mut request: Request,
    next: Next,
) -> Response {
    let browser = browser(&request, &settings);
    let cookie = cookie_of(request.headers());
    let host = request.extensions().get::<Host>().cloned();
    let session = match who(&mut accounts, host, cookie.as_deref(), &browser).await {
        Ok(session) => session,
        Err(ServiceError::NotFound) => return no_such_workspace(settings.public_url.as_str()),
        Err(error) if is_page(&request) => {
            tracing::warn!(%error, "session could not be read");
            return unavailable_page();
        }
        Err(error) => return ApiError(error).into_response(),
    };
    if let Some(tenant) = session.as_ref().and_then(Session::tenant) {
        tracing::Span::current().record("tenant", tracing::field::display(tenant));
    }
    let renewed = cookie.filter(|_| session.as_ref().is_some_and(|session| session.renewed));
    let context = RequestContext {
        session,
        browser,
        page: Shown::read(request.headers().get(WORKSPACE).map(|said| said.to_str().unwrap_or_default())),
        local: hosts::is_local(&request),
        secure_cookies: settings.public_url.is_https(),
    };
    request.extensions_mut().insert(context.clone());
    let mut response = next.run(request).await;
    // The session lives on with its use, and so must its cookie; a sign-in or sign-out of this very answer stays.
    if let Some(line) = renewed.and_then(|cookie| context.session_cookie(&cookie))
        && !response.headers().contains_key(header::SET_COOKIE)
    {
        response.headers_mut().insert(header::SET_COOKIE, line);
    }
    response
}

/// The session of the cookie, in the tenant of the host.
///
/// # Errors
/// [`ServiceError::NotFound`] where the host is no workspace's.
async fn who(
    accounts: &mut Accounts,
    host: Option<Host>,
    cookie: Option<&str>,
    browser: &Browser,
) -> Result<Option<Session>, ServiceError> {
    let workspace = match &host {
        Some(Host::Nobody) => return Err(ServiceError::NotFound),
        Some(Host::Workspace(subdomain)) => Some(subdomain),
        Some(Host::Product) | None => None,
    };
    if let Some(subdomain) = workspace
        && !accounts::is_workspace(accounts, subdomain).await?
    {
        return Err(ServiceError::NotFound);
    }
    match cookie {
        Some(cookie) => accounts::resume(accounts, cookie, workspace, browser).await,
        None => Ok(None),
    }
}

fn is_page(request: &Request) -> bool {
    let fetched = |path: &str| path.strip_prefix(FILES).is_some_and(|rest| rest.starts_with('/'));
    request.method() == Method::GET && !fetched(request.uri().path())
}

fn cookie_of(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut parsed = cookies.flat_map(|line| Cookie::split_parse(line.to_owned())).flatten();
    parsed.find(|cookie| cookie.name() == rpc::server::SESSION_COOKIE).map(|cookie| cookie.value().to_owned())
}

fn browser(request: &Request, settings: &Settings) -> Browser {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let address = address::client(request.headers(), peer, settings.proxies);
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Browser {
        user_agent: user_agent.unwrap_or_default().to_owned(),
        address: address.map_or(ClientAddress::Local, ClientAddress::Ip),
    }
}

/// A signed-in member of the present tenant.
pub struct Member(pub access::Member);

impl<S: Sync> FromRequestParts<S> for Member
where
    Accounts: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let context = parts.extensions.get::<RequestContext>().cloned().unwrap_or_default();
        Ok(Self(context.member(&mut Accounts::from_ref(state)).await?))
    }
}

/// The session of whoever asks.
pub struct SignedIn(pub Session);

impl<S: Sync> FromRequestParts<S> for SignedIn
where
    Accounts: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Member(_) = Member::from_request_parts(parts, state).await?;
        let session = parts.extensions.get::<RequestContext>().and_then(|context| context.session.clone());
        Ok(Self(session.ok_or(ServiceError::NotFound)?))
    }
}
