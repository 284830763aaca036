//! Stored images: what they are, the levels of their pyramids, and small pictures of them.

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use document::ContentHash;
use domain::design::StoredImage;
use studio::{Studio, images};

use super::outgoing::{FOREVER, picture};
use crate::http::{self, error::ApiResult, session::Member};

pub fn router() -> Router<http::State> {
    Router::new()
        .route("/images/{hash}", get(info))
        .route("/images/{hash}/levels/{level}", get(level))
        .route("/images/{hash}/thumbnail", get(thumbnail))
}

async fn info(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(hash): Path<ContentHash>,
) -> ApiResult<Json<StoredImage>> {
    Ok(Json(images::info(&mut studio, &actor.can()?, hash).await?))
}

async fn level(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path((hash, level)): Path<(ContentHash, u32)>,
) -> ApiResult<Response> {
    let level = images::level(&mut studio, &actor.can()?, hash, level).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (header::CONTENT_LENGTH, HeaderValue::from(level.bytes)),
        (header::CACHE_CONTROL, FOREVER),
    ];
    Ok((headers, Body::from_stream(level.pieces)).into_response())
}

async fn thumbnail(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(hash): Path<ContentHash>,
) -> ApiResult<Response> {
    Ok(picture(images::thumbnail(&mut studio, &actor.can()?, hash).await?))
}
