//! What is sent and what comes back. Neither prints more than its outline.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::{
    Method, StatusCode, Url,
    header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
};

/// A request, to be sent by a client as often as its policy says.
#[derive(Clone)]
pub struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) repeatable: bool,
    pub(super) redirects: u8,
}

impl Request {
    /// A request that may be tried again where its method is idempotent (RFC 9110, section 9.2.2), and follows no redirect.
    pub fn new(method: Method, url: Url) -> Self {
        let repeatable = method.is_idempotent();
        Self { method, url, headers: HeaderMap::new(), body: Bytes::new(), repeatable, redirects: 0 }
    }

    /// Host, User-Agent and how the body is framed are the client's own and not taken.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// May be tried again whatever its method, for instance because it carries an idempotency key.
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Follows up to `most` redirects of a GET or HEAD, each to an address that the client may call. Where one leads to
    /// another scheme, host or port, headers and body stay behind, also when another leads back.
    pub fn following(mut self, most: u8) -> Self {
        self.redirects = most;
        self
    }

    pub(super) fn follows(&self) -> bool {
        self.redirects > 0 && matches!(self.method, Method::GET | Method::HEAD)
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Request({}, {} bytes)", self.method, self.body.len())
    }
}

/// An answer, whatever its status.
#[derive(Clone)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Tries that were made, the one that brought this answer included.
    pub tries: u32,
}

impl Response {
    /// How long the service asks to wait: seconds, or until a date (RFC 9110, section 10.2.3).
    pub fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = httpdate::parse_http_date(text).ok()?;
        Some(date.duration_since(SystemTime::now()).unwrap_or_default())
    }
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status.as_u16(), self.body.len())
    }
}
