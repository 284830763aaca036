//! Every request has an id, is logged once when it is answered, and counts under its route.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub async fn observe(request: Request, next: Next) -> Response {
    let id = Uuid::now_v7();
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let (method, started) = (request.method().clone(), Instant::now());
    let span = tracing::info_span!("request", %id, %method, route, tenant = tracing::field::Empty);
    let mut response = next.run(request).instrument(span.clone()).await;

    let (seconds, status) = (started.elapsed().as_secs_f64(), response.status().as_u16());
    let labels = [("method", label(&method).to_owned()), ("route", route.clone()), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels[..2]).record(seconds);
    if route != "unmatched" && !route.starts_with("/health") {
        let milliseconds = (seconds * 1000.0).round() as u64;
        span.in_scope(|| tracing::info!(status, milliseconds, "answered"));
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// A label has few values: each one makes a series that is kept for ever, and anybody can invent a method.
fn label(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invented_method_makes_no_series() {
        assert_eq!(label(&Method::GET), "GET");
        for n in 0..1000 {
            assert_eq!(label(&Method::from_bytes(format!("X{n}").as_bytes()).unwrap()), "other");
        }
    }
}
