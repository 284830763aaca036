//! Reading an answer, and where it redirects to.

use bytes::{Bytes, BytesMut};
use reqwest::{Url, header::LOCATION};

use super::{OutboundError, error::Times};

/// The whole body; no more than `limit` bytes and one piece of the network's are ever held.
pub(super) async fn read_body(
    service: &'static str,
    answer: &mut reqwest::Response,
    limit: u64,
    times: Times,
) -> Result<Bytes, OutboundError> {
    let too_large = |size| OutboundError::TooLarge { service, size, limit };
    if let Some(size) = answer.content_length().filter(|size| *size > limit) {
        return Err(too_large(size));
    }
    let mut body = BytesMut::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| OutboundError::of(service, error, times))? {
        let size = body.len() as u64 + piece.len() as u64;
        if size > limit {
            return Err(too_large(size));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

/// Where an answer sends on to (RFC 9110, section 15.4): `None` where it does not, an error where that cannot be read.
pub(super) fn redirect(url: &Url, answer: &reqwest::Response) -> Option<Result<Url, ()>> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = answer.headers().get(LOCATION)?;
    Some(location.to_str().ok().and_then(|location| url.join(location).ok()).ok_or(()))
}
