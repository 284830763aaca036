//! Designs: they come in as files, and are seen as small pictures.

use accounts::Accounts;
use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use domain::{DesignId, design::Design};
use studio::{Studio, designs};

use super::{
    incoming::{Incoming, receive},
    outgoing::picture,
};
use crate::http::{
    self, Settings,
    error::ApiResult,
    session::{Member, SignedIn},
};

pub fn router() -> Router<http::State> {
    Router::new().route("/designs/{id}/thumbnail", get(thumbnail))
}

pub fn uploads() -> Router<http::State> {
    Router::new().route("/designs", post(upload))
}

async fn upload(
    Member(actor): Member,
    SignedIn(session): SignedIn,
    State(mut accounts): State<Accounts>,
    State(mut studio): State<Studio>,
    State(settings): State<Settings>,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<(StatusCode, Json<Design>)> {
    let can = actor.can()?;
    let Incoming { name, file } = receive(&settings, &headers, body, &mut accounts, &session).await?;
    Ok((StatusCode::CREATED, Json(designs::add(&mut studio, &can, &name, file).await?)))
}

async fn thumbnail(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(id): Path<DesignId>,
) -> ApiResult<Response> {
    Ok(picture(designs::thumbnail(&mut studio, &actor.can()?, id).await?))
}
