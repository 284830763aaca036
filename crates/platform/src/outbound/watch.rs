//! Figures and log of calls: a service, an outcome of few, never an address.

use std::time::Duration;

use super::{OutboundError, Response};

/// Counts one try: `outbound_requests_total`, and `outbound_request_duration_seconds` from its beginning to the last byte.
pub(super) fn record(service: &'static str, method: &str, result: &Result<Response, OutboundError>, took: Duration) {
    let outcome = outcome(result);
    let labels = [("service", service), ("outcome", outcome)];
    metrics::counter!("outbound_requests_total", &labels).increment(1);
    metrics::histogram!("outbound_request_duration_seconds", &labels).record(took.as_secs_f64());
    let status = result.as_ref().ok().map(|answer| answer.status.as_u16());
    let error = result.as_ref().err().map(|error| error as &dyn std::error::Error);
    tracing::debug!(service, method, outcome, status, error, millis = took.as_millis() as u64, "called");
}

fn outcome(result: &Result<Response, OutboundError>) -> &'static str {
    match result {
        Ok(answer) => match answer.status.as_u16() {
            429 => "throttled",
            300..=399 => "redirected",
            400..=499 => "refused",
            500.. => "failed",
            _ => "ok",
        },
        Err(OutboundError::Client { .. } | OutboundError::Request { .. }) => "unsendable",
        Err(OutboundError::Forbidden { .. }) => "forbidden",
        Err(OutboundError::Unreachable { .. }) => "unreachable",
        Err(OutboundError::TimedOut { .. }) => "timed-out",
        Err(OutboundError::BrokenOff { .. }) => "broken-off",
        Err(OutboundError::TooLarge { .. }) => "too-large",
        Err(OutboundError::Redirects { .. }) => "redirects",
    }
}
