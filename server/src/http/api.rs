//! Files in and out. Each handler authorises, calls one service and translates.

use accounts::{Accounts, Session};
use axum::{
    Json,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use document::{ContentHash, ImageFormat};
use domain::{
    BatchId, DesignId, Problem, ProblemKind, RenderId, TemplateId,
    design::{Design, StoredImage},
};
use futures::StreamExt;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use platform::ServiceError;
use serde_json::{Value, json};
use studio::{
    Studio, ZipFile, designs,
    images::{self, Received, Upload},
    renders, templates,
};
use tokio_stream::wrappers::ReceiverStream;

use super::{
    Settings,
    error::ApiResult,
    session::{Member, SignedIn},
};

/// Names its own content: may be kept for ever by this browser.
const FOREVER: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

pub async fn upload_design(
    Member(actor): Member,
    SignedIn(session): SignedIn,
    State(mut accounts): State<Accounts>,
    State(mut studio): State<Studio>,
    State(settings): State<Settings>,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<(StatusCode, Json<Design>)> {
    let can = actor.can()?;
    let file = receive(&settings, &headers, body).await?;
    still_stands(&mut accounts, &session).await?;
    Ok((StatusCode::CREATED, Json(designs::add(&mut studio, &can, &file_name(&headers), file).await?)))
}

pub async fn upload_template(
    Member(actor): Member,
    SignedIn(session): SignedIn,
    State(mut accounts): State<Accounts>,
    State(mut studio): State<Studio>,
    State(settings): State<Settings>,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<(StatusCode, Json<Value>)> {
    let can = actor.can()?;
    let file = receive(&settings, &headers, body).await?;
    still_stands(&mut accounts, &session).await?;
    let id = templates::create(&mut studio, &can, &file_name(&headers), file).await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

/// A body may take hours to arrive; who has signed out or was removed meanwhile adds nothing any more.
async fn still_stands(accounts: &mut Accounts, session: &Session) -> ApiResult<()> {
    if accounts::stands(accounts, session).await? {
        return Ok(());
    }
    Err(ServiceError::from(Problem::new(ProblemKind::SignedOut, "error-signed-out")).into())
}

async fn receive(settings: &Settings, headers: &HeaderMap, body: Body) -> ApiResult<Received> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let mut upload = Upload::begin(&settings.uploads, announced)?;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        upload.write(&piece.map_err(|_| Problem::new(ProblemKind::Malformed, "error-upload-broken-off"))?)?;
    }
    Ok(upload.finish()?)
}

/// The file's own name, percent-encoded in a header; only ever a title.
fn file_name(headers: &HeaderMap) -> String {
    let name = headers.get("x-file-name").and_then(|name| name.to_str().ok()).unwrap_or_default();
    percent_decode_str(name).decode_utf8_lossy().into_owned()
}

pub async fn image_info(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(hash): Path<ContentHash>,
) -> ApiResult<Json<StoredImage>> {
    Ok(Json(images::info(&mut studio, &actor.can()?, hash).await?))
}

pub async fn image_level(
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

pub async fn image_thumbnail(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(hash): Path<ContentHash>,
) -> ApiResult<Response> {
    Ok(picture(images::thumbnail(&mut studio, &actor.can()?, hash).await?))
}

pub async fn design_thumbnail(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(id): Path<DesignId>,
) -> ApiResult<Response> {
    Ok(picture(designs::thumbnail(&mut studio, &actor.can()?, id).await?))
}

/// Its address carries the revision, so what it shows never changes.
pub async fn template_thumbnail(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(id): Path<TemplateId>,
) -> ApiResult<Response> {
    Ok(picture(templates::thumbnail(&mut studio, &actor.can()?, id).await?))
}

pub async fn template_file(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(id): Path<TemplateId>,
) -> ApiResult<Response> {
    Ok(zip(templates::export(&mut studio, &actor.can()?, id).await?))
}

pub async fn render_preview(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(id): Path<RenderId>,
) -> ApiResult<Response> {
    Ok(picture(renders::preview(&mut studio, &actor.can()?, id).await?))
}

pub async fn render_file(
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

pub async fn batch_zip(
    Member(actor): Member,
    State(mut studio): State<Studio>,
    Path(id): Path<BatchId>,
) -> ApiResult<Response> {
    Ok(zip(renders::zip(&mut studio, &actor.can()?, id).await?))
}

fn zip(file: ZipFile) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    ([kind, attachment(&file.name)], Body::from_stream(ReceiverStream::new(file.pieces))).into_response()
}

/// An image under its real type, whatever it was called.
fn picture(bytes: Bytes) -> Response {
    let kind = match ImageFormat::sniff(&bytes) {
        Some(ImageFormat::Png) => "image/png",
        Some(ImageFormat::Jpeg) => "image/jpeg",
        Some(ImageFormat::Webp) => "image/webp",
        None => "application/octet-stream",
    };
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, FOREVER)];
    (headers, bytes).into_response()
}

/// RFC 6266: the name in full as UTF-8, and plain for those who cannot read that.
fn attachment(name: &str) -> (header::HeaderName, HeaderValue) {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && c != '"' && c != '\\' || c == ' ' { c } else { '_' }).collect();
    let full = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let value = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"));
    (header::CONTENT_DISPOSITION, value.unwrap_or(HeaderValue::from_static("attachment")))
}
