//! Health: alive, and ready to answer.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use serde_json::json;
use services::{Services, jobs};

pub async fn live() -> &'static str {
    "alive"
}

/// 503 while the database or the file store does not answer.
pub async fn ready(State(services): State<Services>) -> impl IntoResponse {
    let (database, files) = tokio::join!(services.db.answers(), services.blobs.answers());
    if database && let Ok(counts) = jobs::counts(&services.db).await {
        for (state, count) in counts {
            metrics::gauge!("vitrine_jobs", "state" => state).set(count as f64);
        }
    }
    let status = if database && files { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "database": database, "files": files })))
}
