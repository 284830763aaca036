//! Files on their way in.

use accounts::{Accounts, Session};
use axum::{
    body::Body,
    http::{HeaderMap, header},
};
use domain::{Problem, ProblemKind};
use futures::StreamExt;
use percent_encoding::percent_decode_str;
use platform::{
    ServiceError,
    places::{Holder, Place, Places},
};
use studio::images::{Received, Upload};

use crate::http::{Settings, error::ApiResult};

/// A file that somebody sends.
pub struct Incoming {
    /// Its own name; only ever a title.
    pub name: String,
    pub file: Received,
}

/// Takes in the body. That may take hours: who has signed out or was removed meanwhile adds nothing any more.
///
/// # Errors
/// Too many at once, a file that is too large or breaks off, or somebody who is signed out.
pub async fn receive(
    settings: &Settings,
    headers: &HeaderMap,
    body: Body,
    accounts: &mut Accounts,
    session: &Session,
) -> ApiResult<Incoming> {
    let _place = settings.incoming.take(session)?;
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

/// Uploads of one workspace that are on their way at once, and those of all in this process: each holds a file on disk
/// for as long as its sender likes.
const TENANT_MAX: usize = 24;
const PROCESS_MAX: usize = 128;

/// Uploads that are on their way.
#[derive(Clone, Default)]
pub struct IncomingPlaces(Places);

impl IncomingPlaces {
    fn take(&self, session: &Session) -> Result<Place, ServiceError> {
        let mut limits = vec![(Holder::Process, PROCESS_MAX)];
        limits.extend(session.tenant().map(|tenant| (Holder::Tenant(tenant), TENANT_MAX)));
        self.0.take(&limits).map_err(|full| match full {
            Holder::Process => ServiceError::Busy { seconds: 5 },
            _ => {
                let problem = Problem::new(ProblemKind::Throttled, "error-too-many-uploads");
                problem.with("limit", TENANT_MAX).after(5).into()
            }
        })
    }
}

/// The file's own name, percent-encoded in a header.
fn file_name(headers: &HeaderMap) -> String {
    let name = headers.get("x-file-name").and_then(|name| name.to_str().ok()).unwrap_or_default();
    percent_decode_str(name).decode_utf8_lossy().into_owned()
}
