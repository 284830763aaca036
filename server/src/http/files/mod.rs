//! What pages fetch and send that is no page: pictures and files in and out, and the stream of events.

mod batches;
mod designs;
mod events;
mod images;
mod incoming;
mod outgoing;
mod templates;

pub use incoming::IncomingPlaces;

use axum::Router;
use tower_http::limit::RequestBodyLimitLayer;

use super::{BODY_BYTES_MAX, State, error};

/// Below [`super::FILES`].
pub fn router() -> Router<State> {
    Router::new()
        .merge(batches::router())
        .merge(designs::router())
        .merge(events::router())
        .merge(images::router())
        .merge(templates::router())
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        // After the limit: a file that comes in may be larger, and its own limit answers with a sentence.
        .merge(designs::uploads())
        .merge(templates::uploads())
        .fallback(error::no_such_address)
}
