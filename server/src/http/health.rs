//! What the operator's machines ask: alive, ready to answer, and the metrics.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use platform::jobs;
use product::Product;
use serde_json::json;

use super::{Settings, error, hosts};
use crate::{config::MetricsToken, telemetry};

pub async fn live() -> &'static str {
    "alive"
}

/// 503 while the database or the file store does not answer.
pub async fn ready(State(product): State<Product>) -> impl IntoResponse {
    let mut db = product.process.db();
    let (database, files) = tokio::join!(db.answers(), product.process.blobs.answers());
    let status = if database && files { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "database": database, "files": files })))
}

/// For whoever brings the token, where one is set; else for this machine alone, and nothing is here for others.
pub async fn metrics(State(settings): State<Settings>, State(product): State<Product>, request: Request) -> Response {
    match settings.metrics_token {
        Some(token) if brings(request.headers(), token) => measured(&product).await.into_response(),
        Some(_) => {
            let words = "VITRINE_METRICS_TOKEN is set: send it as Authorization: Bearer <token>.\n";
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], words).into_response()
        }
        // Behind a proxy everybody comes from this machine.
        None if settings.proxies == 0 && hosts::is_local(&request) => measured(&product).await.into_response(),
        None => error::no_such_page().await,
    }
}

/// The metrics, with the queue's counts of this moment.
async fn measured(product: &Product) -> String {
    if let Ok(counts) = jobs::counts(&mut product.process.db()).await {
        for (state, count) in counts {
            metrics::gauge!("vitrine_jobs", "state" => state).set(count as f64);
        }
    }
    telemetry::metrics()
}

/// RFC 6750, 2.1.
fn brings(headers: &HeaderMap, token: MetricsToken) -> bool {
    let said = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
    said.is_some_and(|(scheme, presented)| scheme.eq_ignore_ascii_case("bearer") && token.is(presented))
}
