//! Templates: made of a photo or a `.vitrine` file that comes in, seen as small pictures, and taken away as files.

use accounts::Accounts;
use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use domain::TemplateId;
use serde_json::{Value, json};
use studio::{Studio, templates};

use super::{
    incoming::{Incoming, receive},
    outgoing::{picture, zip},
};
use crate::http::{
    self, Settings,
    error::ApiResult,
    session::{Member, SignedIn},
};

pub fn router() -> Router<http::State> {
    Router::new().route("/templates/{id}/thumbnail", get(thumbnail)).route("/templates/{id}/file", get(file))
}

pub fn uploads() -> Router<http::State> {
    Router::new().route("/templates", post(upload))
}

async fn upload(
    Member(actor): Member,
    SignedIn(session): SignedIn,
    State(mut accounts): State<Accounts>,
    State(mut studio): State<Studio>,
    State(settings): State<Settings>,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<(StatusCode, Json<Value>)> {
    let can = actor.can()?;
    let Incoming { name, file } = receive(&settings, &headers, body, &mut accounts, &session).await?;
    let id = templates::create(&mut studio, &can, &name, file).await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

/// Its address carries the revision, so what it shows never changes.
async fn thumbnail(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(id): Path<TemplateId>,
) -> ApiResult<Response> {
    Ok(picture(templates::thumbnail(&mut studio, &actor.can()?, id).await?))
}

async fn file(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(id): Path<TemplateId>,
) -> ApiResult<Response> {
    Ok(zip(templates::export(&mut studio, &actor.can()?, id).await?))
}
