//! Files on their way out.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use document::ImageFormat;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use studio::ZipFile;
use tokio_stream::wrappers::ReceiverStream;

/// Names its own content: may be kept for ever by this browser.
pub const FOREVER: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

pub fn zip(file: ZipFile) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    ([kind, attachment(&file.name)], Body::from_stream(ReceiverStream::new(file.pieces))).into_response()
}

/// An image under its real type, whatever it was called.
pub fn picture(bytes: Bytes) -> Response {
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
pub fn attachment(name: &str) -> (header::HeaderName, HeaderValue) {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && c != '"' && c != '\\' || c == ' ' { c } else { '_' }).collect();
    let full = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let value = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"));
    (header::CONTENT_DISPOSITION, value.unwrap_or(HeaderValue::from_static("attachment")))
}
