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

/// A file that somebody sends.
pub struct Incoming {
    /// Its own name; only ever a title.
    pub name: String,
    pub file: Received,
}

/// Takes in the body. That may take hours: who has signed out or was removed meanwhile adds nothing any more.
pub async fn receive(
    settings: &Settings,
    headers: &HeaderMap,
    body: Body,
    accounts: &mut Accounts,
    session: &Session,
) -> ApiResult<Incoming> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let mut upload = Upload::begin(&settings.uploads, announced)?;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        upload.write(&piece.map_err(|_| Problem::new(ProblemKind::Malformed, "error-upload-broken-off"))?)?;
    }
    let file = upload.finish()?;
    if accounts::stands(accounts, session).await? {
        return Ok(Incoming { name: file_name(headers), file });
    }
    Err(ServiceError::from(Problem::new(ProblemKind::SignedOut, "error-signed-out")).into())
}

/// The file's own name, percent-encoded in a header.
fn file_name(headers: &HeaderMap) -> String {
    let name = headers.get("x-file-name").and_then(|name| name.to_str().ok()).unwrap_or_default();
    percent_decode_str(name).decode_utf8_lossy().into_owned()
}
