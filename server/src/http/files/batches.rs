//! Batches and their renders: a small picture of each, its file, and all of them as a ZIP.

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{BatchId, RenderId};
use studio::{Studio, renders};

use super::outgoing::{self, attachment, picture};
use crate::http::{self, error::ApiResult, session::Member};

pub fn router() -> Router<http::State> {
    Router::new()
        .route("/renders/{id}/preview", get(preview))
        .route("/renders/{id}/file", get(file))
        .route("/batches/{id}/zip", get(zip))
}

async fn preview(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(id): Path<RenderId>,
) -> ApiResult<Response> {
    Ok(picture(renders::preview(&mut studio, &actor.can()?, id).await?))
}

async fn file(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(id): Path<RenderId>,
) -> ApiResult<Response> {
    let file = renders::file(&mut studio, &actor.can()?, id).await?;
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static(file.format.media_type()));
    let length = (header::CONTENT_LENGTH, HeaderValue::from(file.content.bytes));
    let body = Body::from_stream(file.content.pieces);
    Ok(([kind, length, attachment(&file.name)], body).into_response())
}

async fn zip(Member(actor): Member, State(mut studio): State<Studio>, Path(id): Path<BatchId>) -> ApiResult<Response> {
    Ok(outgoing::zip(renders::zip(&mut studio, &actor.can()?, id).await?))
}
