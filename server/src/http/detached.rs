//! What changes something goes on to its end, whatever becomes of who asked: the page may be left, its connection closed, before
//! the answer is there.

use axum::{extract::Request, middleware::Next, response::Response};
use domain::{Problem, ProblemKind};
use tracing::Instrument;

use super::{error, pages::is_function};

/// Answers a server function by a task of its own, which a connection that closes does not end. One whose arguments
/// have not arrived whole ends with them.
pub async fn functions(request: Request, next: Next) -> Response {
    if !is_function(&request) {
        return next.run(request).await;
    }
    match tokio::spawn(next.run(request).in_current_span()).await {
        Ok(response) => response,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => error::panicked(panic),
            // The runtime is on its way down.
            Err(_) => error::answer(&Problem::new(ProblemKind::Unavailable, "error-unavailable")),
        },
    }
}
