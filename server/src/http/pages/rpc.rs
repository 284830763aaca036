//! What every server function's request and answer pass through: text that can be kept goes in, a refusal comes out with
//! its own status.

use std::time::Duration;

use accounts::{Session, Shown};
use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Problem, ProblemKind};
use futures::StreamExt;
use http_body_util::LengthLimitError;
use leptos::server_fn::ServerFn;
use percent_encoding::percent_decode;
use platform::{
    ServiceError,
    places::{Holder, Place, Places},
};
use rpc::{batches, server::RequestContext, templates};
use ui::page::WORKSPACE;

use crate::http::{BODY_BYTES_MAX, error};

/// What the framework marks the answer of a function that ended in an error with.
const ERROR: &str = "serverfnerror";

/// The functions that take a template document or a long list of designs; what the others take fits into little.
const LARGE: [&str; 3] = [batches::Order::PATH, templates::Create::PATH, templates::Save::PATH];
/// The most bytes of every other function's arguments.
const SMALL_BYTES_MAX: usize = 64 << 10;

/// Large arguments that are on their way at once, each held in memory until it is whole: of one session, of one
/// workspace, of all in this process.
const SESSION_MAX: usize = 4;
const TENANT_MAX: usize = 8;
const PROCESS_MAX: usize = 24;

/// Whether it calls a server function.
pub fn is_function(request: &Request) -> bool {
    request.method() == Method::POST && request.uri().path().starts_with("/rpc/")
}

pub async fn pass(State(places): State<BodyPlaces>, request: Request, next: Next) -> Response {
    if !is_function(&request) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let body = match read(&places, &parts, body).await {
        Ok(body) => body,
        Err(problem) => return error::answer(&problem),
    };
    if std::str::from_utf8(&body).is_err() {
        return error::answer(&Problem::new(ProblemKind::Malformed, "error-form"));
    }
    if holds_nul(&parts.headers, &body) {
        return error::answer(&Problem::invalid("error-text"));
    }
    if let Some(context) = parts.extensions.get_mut::<RequestContext>()
        && context.page == Shown::Unsaid
    {
        context.page = Shown::read(field(&body, WORKSPACE).as_deref());
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    with_status(response).await
}

/// Arguments that are on their way.
#[derive(Clone, Default)]
pub struct BodyPlaces(Places);

/// The arguments, whole. Large ones are taken only from somebody who is signed in, and only so many at once: a
/// stranger, or one workspace, does not fill the memory of all.
///
/// # Errors
/// More than the function takes, a place that is missing, or a body that breaks off.
async fn read(places: &BodyPlaces, parts: &Parts, body: Body) -> Result<Bytes, Problem> {
    let session = parts.extensions.get::<RequestContext>().and_then(|context| context.session.as_ref());
    let large = session.filter(|_| LARGE.contains(&parts.uri.path()));
    let most = if large.is_some() { BODY_BYTES_MAX } else { SMALL_BYTES_MAX };
    if body.size_hint().lower() > most as u64 {
        drain(body).await;
        return Err(too_large(most));
    }
    let _place = large.map(|session| places.take(session)).transpose()?;
    to_bytes(body, most).await.map_err(|error| match error.into_inner().is::<LengthLimitError>() {
        true => too_large(most),
        false => Problem::new(ProblemKind::Malformed, "error-form"),
    })
}

/// The most bytes that are let pass before a refusal, and for how long.
const DRAINED_MAX: usize = 32 << 20;
const DRAINING: Duration = Duration::from_secs(10);

/// Lets what somebody sends pass by: many read no answer before they have sent all, and a connection that closes under them
/// takes the refusal's sentence with it.
async fn drain(body: Body) {
    let mut pieces = body.into_data_stream();
    let pass = async {
        let mut passed = 0;
        while let Some(Ok(piece)) = pieces.next().await
            && passed < DRAINED_MAX
        {
            passed += piece.len();
        }
    };
    let _ = tokio::time::timeout(DRAINING, pass).await;
}

impl BodyPlaces {
    fn take(&self, session: &Session) -> Result<Place, Problem> {
        let mut limits = vec![(Holder::Process, PROCESS_MAX), (Holder::Session(session.id()), SESSION_MAX)];
        limits.extend(session.tenant().map(|tenant| (Holder::Tenant(tenant), TENANT_MAX)));
        self.0.take(&limits).map_err(|_| ServiceError::Busy { seconds: 1 }.problem())
    }
}

fn too_large(most: usize) -> Problem {
    match most {
        BODY_BYTES_MAX => Problem::new(ProblemKind::TooLarge, "error-too-large").with("limit", most >> 20),
        _ => Problem::new(ProblemKind::TooLarge, "error-form-too-large").with("limit", most >> 10),
    }
}

/// Neither a form nor JSON can carry NUL in another way than these.
fn holds_nul(headers: &HeaderMap, body: &[u8]) -> bool {
    let json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let escaped = if json { holds_escaped_nul(body) } else { body.windows(3).any(|three| three == b"%00") };
    escaped || body.contains(&0)
}

/// `\u0000` whose backslash is not itself escaped.
fn holds_escaped_nul(json: &[u8]) -> bool {
    let mut rest = json.iter();
    while let Some(byte) = rest.next() {
        if *byte == b'\\' {
            if rest.as_slice().starts_with(b"u0000") {
                return true;
            }
            rest.next();
        }
    }
    false
}

fn field(form: &[u8], name: &str) -> Option<String> {
    let pairs = form.split(|byte| *byte == b'&');
    let mut values = pairs.filter_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="));
    Some(percent_decode(values.next()?).decode_utf8_lossy().into_owned())
}

/// The framework answers every error with 500 and the problem as JSON. A plain form is sent back to its page instead.
async fn with_status(response: Response) -> Response {
    let failed = response.status() == StatusCode::INTERNAL_SERVER_ERROR && response.headers().contains_key(ERROR);
    if !failed {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else { return parts.status.into_response() };
    if let Ok(problem) = serde_json::from_slice::<Problem>(&body) {
        parts.status = error::status(problem.kind);
        parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(seconds) = problem.retry_after {
            parts.headers.insert(header::RETRY_AFTER, seconds.into());
        }
    }
    Response::from_parts(parts, Body::from(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_is_found_however_it_is_written() {
        let json = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        let form = HeaderMap::new();
        assert!(holds_nul(&form, b"name=a%00b") && holds_nul(&form, b"name=a\0b"));
        assert!(holds_nul(&json, br#"{"name":"a\u0000b"}"#) && holds_nul(&json, br#"{"name":"\\\u0000"}"#));
        assert!(!holds_nul(&json, br#"{"name":"\\u0000"}"#), "a backslash and five characters");
        assert!(!holds_nul(&form, b"name=100%2500"));
    }

    #[test]
    fn a_form_says_its_workspace() {
        assert_eq!(field(b"email=a&x-workspace=1%2D2&role=viewer", WORKSPACE).as_deref(), Some("1-2"));
        assert_eq!(field(b"email=x-workspace", WORKSPACE), None);
    }
}
