//! What every server function's request and answer pass through: text that can be kept goes in, a refusal comes out with
//! its own status.

use accounts::Shown;
use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Problem, ProblemKind};
use http_body_util::LengthLimitError;
use percent_encoding::percent_decode;
use rpc::server::RequestContext;
use ui::page::WORKSPACE;

use crate::http::{BODY_BYTES_MAX, error};

/// What the framework marks the answer of a function that ended in an error with.
const ERROR: &str = "serverfnerror";

pub async fn pass(request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.uri().path().starts_with("/rpc/") {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    if body.size_hint().lower() > BODY_BYTES_MAX as u64 {
        return error::answer(&too_large());
    }
    let body = match to_bytes(body, BODY_BYTES_MAX).await {
        Ok(body) => body,
        Err(error) => return error::answer(&broken(error)),
    };
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

fn broken(error: axum::Error) -> Problem {
    if error.into_inner().is::<LengthLimitError>() {
        return too_large();
    }
    Problem::new(ProblemKind::Malformed, "error-form")
}

fn too_large() -> Problem {
    Problem::new(ProblemKind::TooLarge, "error-too-large").with("limit", BODY_BYTES_MAX >> 20)
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
