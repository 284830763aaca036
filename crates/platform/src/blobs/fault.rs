//! What a store's errors mean.

use std::error::Error;

use crate::ServiceError;

/// Why a store cannot be used as it is configured.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreProblem {
    #[error("the bucket {bucket} does not exist at {service}")]
    NoBucket { bucket: String, service: String },
    /// The key is unknown or its secret wrong, or it may not list the bucket.
    #[error("{service} refuses access to the bucket {bucket}: {cause}")]
    Refused { bucket: String, service: String, cause: String },
    #[error("the bucket {bucket} is not in the region {region}: {cause}")]
    OtherRegion { bucket: String, region: String, cause: String },
    /// Nothing answers, or not as a store does.
    #[error("{store} does not answer: {cause}")]
    Away { store: String, cause: String },
}

/// What a store's answer says. The library keeps status and body of an S3 service's refusal in the error's text alone.
pub(super) struct Answer {
    status: Option<u16>,
    /// Such as `NoSuchBucket`. `HEAD` is answered without one.
    code: Option<String>,
    /// For people and logs: the service's own words, else the library's down to the root.
    pub cause: String,
}

impl Answer {
    pub fn of(error: &object_store::Error) -> Self {
        let text = error.to_string();
        let status = text.split_once("status code: ").and_then(|(_, rest)| rest.get(..3)?.parse().ok());
        let code = element(&text, "Code").map(str::to_owned);
        let cause = match &code {
            // The body repeats the signature, the key's id and more that helps nobody.
            Some(code) => format!("{code}: {}", element(&text, "Message").unwrap_or_default()),
            None => with_root(error, text),
        };
        Self { status, code, cause }
    }

    /// A quota of the bucket or its owner, or no disk: `QuotaExceeded` (Ceph), `XMinioAdminBucketQuotaExceeded` and
    /// `XMinioStorageFull` (MinIO), `StorageCapExceeded` (Backblaze), or just 507.
    fn says_full(&self) -> bool {
        let full = ["QuotaExceeded", "StorageFull", "StorageCapExceeded"];
        self.status == Some(507) || self.code.as_deref().is_some_and(|code| full.iter().any(|end| code.ends_with(end)))
    }

    pub fn says_no_bucket(&self) -> bool {
        self.code.as_deref() == Some("NoSuchBucket")
    }

    pub fn says_refused(&self) -> bool {
        matches!(self.status, Some(401 | 403))
    }

    /// Amazon leads to the bucket's own region, or says which region the signature must name.
    pub fn says_other_region(&self) -> bool {
        matches!(self.status, Some(301 | 307))
            || self.cause.contains("redirect without LOCATION")
            || self.code.as_deref() == Some("AuthorizationHeaderMalformed")
    }
}

impl From<object_store::Error> for ServiceError {
    fn from(error: object_store::Error) -> Self {
        let answer = Answer::of(&error);
        if answer.says_full() || no_room_on_disk(&error) {
            return Self::StorageFull;
        }
        match error {
            // Without its bucket nothing can be said of an object.
            object_store::Error::NotFound { .. } if !answer.says_no_bucket() => Self::NotFound,
            _ => Self::Unavailable(answer.cause),
        }
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// A folder's store wraps the file system's own error somewhere below.
fn no_room_on_disk(error: &object_store::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    let mut io = causes(error).filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.any(|io| matches!(io.kind(), StorageFull | QuotaExceeded))
}

/// An HTTP client's errors say what could not be done, and why only in their source.
fn with_root(error: &object_store::Error, text: String) -> String {
    match causes(error).last().map(ToString::to_string) {
        Some(root) if !text.contains(&root) => format!("{text}: {root}"),
        _ => text,
    }
}

/// The text of the first such element of an answer in XML.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    Some(rest.split_once("</")?.0)
}
