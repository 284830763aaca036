//! Headers on every answer, where answers lead to, and the refusal of requests that come from other sites.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use domain::{Problem, ProblemKind};
use rpc::server::own_path;

use super::{Settings, error, hosts::called};
use crate::{authority::Authority, config::Environment};

/// For everything but pages, which bring a policy with their own nonce.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'self'; frame-ancestors 'none'");

/// A year, which browsers ask for before they believe it for good.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

pub async fn headers(State(settings): State<Settings>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // "Not modified" replaces the headers that the browser has kept (RFC 9111, 3.2) and names no content type.
    let unchanged = response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if settings.environment == Environment::Production && settings.public_url.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    let is_script =
        headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/javascript"));
    // A worker takes its policy from its own script's headers; the render worker compiles WASM and fetches images.
    let policy = if is_script {
        HeaderValue::from_static("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'")
    } else {
        NOTHING
    };
    if !unchanged {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    response
}

/// Every answer that leads somewhere leads to a place of ours, whoever says where: a page, a handler, or the framework,
/// which sends a plain form on to where its Referer says.
pub async fn own_places(request: Request, next: Next) -> Response {
    let called = called(request.headers());
    let mut response = next.run(request).await;
    if let Some(place) = response.headers_mut().get_mut(header::LOCATION) {
        let own = HeaderValue::from_str(own_place(place.to_str().unwrap_or_default(), called.as_ref()));
        *place = own.unwrap_or(HeaderValue::from_static("/"));
    }
    response
}

/// The path of a place of ours, or the start. A place is a path, or an address with the very host that was called.
fn own_place<'a>(text: &'a str, called: Option<&Authority>) -> &'a str {
    let path = match Authority::of_url(text) {
        Some((authority, path)) if Some(&authority) == called => path,
        Some(_) => "/",
        None => text,
    };
    own_path(path).unwrap_or("/")
}

/// Whatever changes state must come from one of our own pages: browsers say where a request comes from.
pub async fn same_origin(State(settings): State<Settings>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_own(request.headers(), &settings) {
        return next.run(request).await;
    }
    tracing::warn!("refused a request from another site");
    error::answer(&Problem::new(ProblemKind::Forbidden, "error-other-site"))
}

/// The Origin header (or the Referer's, where a browser leaves it out) names the host that is called, or the product's.
fn is_own(headers: &HeaderMap, settings: &Settings) -> bool {
    let said = headers.get(header::ORIGIN).or_else(|| headers.get(header::REFERER));
    let origin = said.and_then(|url| Authority::of_url(url.to_str().ok()?));
    origin.is_some_and(|(origin, _)| origin == settings.public_url.authority || Some(origin) == called(headers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_led_to_only_with_the_very_host_that_was_called() {
        let called = "vitrine.example:3000".parse().unwrap();
        let place = |text| own_place(text, Some(&called));
        assert_eq!(place("http://vitrine.example:3000/members?a=1"), "/members?a=1");
        assert_eq!(place("https://Vitrine.Example:3000/"), "/");
        assert_eq!(place("/login?next=http://evil.example"), "/login?next=http://evil.example");
        for other in [
            "https://evil.example/a",
            "https://vitrine.example:3000.evil.example/a",
            "https://vitrine.example:3000@evil.example/a",
            "https://vitrine.example:3000//evil.example/a",
            "https://vitrine.example:3000\\@evil.example/a",
            "https://vitrine.example/a",
            "https://alpha.vitrine.example:3000/a",
            "https://",
            "//evil.example/a",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(place(other), "/", "{other}");
        }
    }
}
