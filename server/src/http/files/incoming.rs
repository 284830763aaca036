//! Files on their way in.

use accounts::{Accounts, Session};
use axum::{
    body::Body,
    http::{HeaderMap, header},
};
use domain::{Problem, ProblemKind};
use futures::StreamExt;
use percent_encoding::percent_decode_str;
use platform::ServiceError;
use studio::images::{Received, Upload};

use crate::http::{Settings, error::ApiResult};

/// A body may take hours to arrive; who has signed out or was removed meanwhile adds nothing any more.
pub async fn still_stands(accounts: &mut Accounts, session: &Session) -> ApiResult<()> {
    if accounts::stands(accounts, session).await? {
        return Ok(());
    }
    Err(ServiceError::from(Problem::new(ProblemKind::SignedOut, "error-signed-out")).into())
}

pub async fn receive(settings: &Settings, headers: &HeaderMap, body: Body) -> ApiResult<Received> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let mut upload = Upload::begin(&settings.uploads, announced)?;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        upload.write(&piece.map_err(|_| Problem::new(ProblemKind::Malformed, "error-upload-broken-off"))?)?;
    }
    Ok(upload.finish()?)
}

/// The file's own name, percent-encoded in a header; only ever a title.
pub fn file_name(headers: &HeaderMap) -> String {
    let name = headers.get("x-file-name").and_then(|name| name.to_str().ok()).unwrap_or_default();
    percent_decode_str(name).decode_utf8_lossy().into_owned()
}
