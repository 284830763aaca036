//! Errors as HTTP: the problem as JSON for programs, a plain page for people who meet it outside the application.

use std::any::Any;

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Problem, ProblemKind};
use locales::{Language, text};
use platform::ServiceError;

#[derive(Debug)]
pub struct ApiError(pub ServiceError);

pub type ApiResult<T> = Result<T, ApiError>;

impl<E: Into<ServiceError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// The status that says the same.
pub fn status(kind: ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::Malformed => StatusCode::BAD_REQUEST,
        ProblemKind::SignedOut => StatusCode::UNAUTHORIZED,
        ProblemKind::Forbidden => StatusCode::FORBIDDEN,
        ProblemKind::NotFound => StatusCode::NOT_FOUND,
        ProblemKind::Conflict => StatusCode::CONFLICT,
        ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemKind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ProblemKind::Busy | ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ProblemKind::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
    }
}

/// The cause is logged here, once; the answer holds nothing of it.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = self.0.problem();
        match problem.kind {
            ProblemKind::Internal => tracing::error!(error = %self.0, "request failed"),
            ProblemKind::Unavailable | ProblemKind::StorageFull => tracing::warn!(error = %self.0, "request failed"),
            _ => {}
        }
        answer(&problem)
    }
}

pub fn answer(problem: &Problem) -> Response {
    let mut response = (status(problem.kind), Json(problem)).into_response();
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

pub fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = said.unwrap_or("no message"), "request panicked");
    answer(&Problem::new(ProblemKind::Internal, "error-internal"))
}

/// For an address that only programs ask for.
pub async fn no_such_address() -> Response {
    ApiError(ServiceError::NotFound).into_response()
}

pub async fn no_such_page() -> Response {
    page(StatusCode::NOT_FOUND, "not-found-title", "not-found-text", "", "")
}

/// For an address below the product's name that no workspace has.
pub fn no_such_workspace(product: &str) -> Response {
    page(StatusCode::NOT_FOUND, "no-workspace-title", "no-workspace-text", "", product)
}

/// For a name that is not the product's: nothing of it is answered under another one.
pub fn misdirected() -> Response {
    (StatusCode::MISDIRECTED_REQUEST, text(Language::default(), "misdirected-text")).into_response()
}

/// For when the application itself cannot be rendered; tries again by itself.
pub fn unavailable_page() -> Response {
    page(
        StatusCode::SERVICE_UNAVAILABLE,
        "unavailable-title",
        "unavailable-text",
        r#"<meta http-equiv="refresh" content="3">"#,
        "",
    )
}

fn page(status: StatusCode, title: &str, sentence: &str, head: &str, site: &str) -> Response {
    let words = |key| text(Language::default(), key);
    let (title, sentence, home) = (words(title), words(sentence), words("not-found-home"));
    let body = format!(
        r#"<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8">{head}<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/pkg/vitrine.css"></head>
<body><main class="centered"><h1>{title}</h1><p>{sentence}</p><p><a class="button" href="{site}/">{home}</a></p></main></body></html>"#
    );
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}
