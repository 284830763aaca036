//! Files in a bucket of an S3 service.
//!
//! What a killed process had begun to write in parts stays in the bucket, where no list of objects shows it: a rule of the
//! bucket removes it (docs/storage.md).

mod parts;
mod settings;

use std::{sync::Arc, time::Duration};

use object_store::{
    BackoffConfig, ClientOptions, ObjectStoreExt, PutPayload, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    client::{HttpClient, HttpConnector},
    list::{PaginatedListOptions, PaginatedListStore},
    path::Path,
    signer::{Method, SignedUrlOptions, Signer, Url},
};

pub use settings::{AccessKey, Endpoint, Location, PlainHttp, Region, Settings, SettingsError};

use super::fault::{Answer, StoreProblem};
use crate::{Result, ServiceError, http};

/// To look the name up, connect and agree on TLS.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// How long a signed address works.
const SIGNED_FOR: Duration = Duration::from_secs(5 * 60);

#[derive(Clone)]
pub(super) struct Bucket {
    pub store: Arc<AmazonS3>,
    settings: Arc<Settings>,
}

impl Bucket {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] where no client can be made.
    pub fn new(settings: Settings) -> Result<Self> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.location.bucket)
            .with_region(settings.region.as_str())
            .with_access_key_id(&settings.key.id)
            .with_secret_access_key(settings.key.secret.as_str())
            .with_http_connector(Connector(http_client(settings.silence_max).map_err(ServiceError::internal)?))
            .with_retry(retries())
            // Objects go one by one, and not every service has the other way.
            .with_disable_bulk_delete(true);
        builder = match &settings.endpoint {
            Some(endpoint) => builder.with_endpoint(endpoint.as_str()),
            // Amazon's certificates stand for one name below theirs; a bucket with a dot is two.
            None => builder.with_virtual_hosted_style_request(!settings.location.bucket.contains('.')),
        };
        let store = builder.build().map_err(ServiceError::internal)?;
        Ok(Self { store: Arc::new(store), settings: Arc::new(settings) })
    }

    /// What the keys of all objects begin with: empty, or it ends with `/`.
    pub fn prefix(&self) -> &str {
        &self.settings.location.prefix
    }

    pub async fn put(&self, path: &Path, payload: PutPayload) -> object_store::Result<()> {
        if payload.content_length() > parts::PART {
            return parts::put(&*self.store, path, payload).await;
        }
        self.store.put(path, payload).await.map(|_| ())
    }

    /// Asks for the first object of the list, which unlike asking for an object tells an empty bucket from none; then for an
    /// object that nobody stores, because what is no list at all, such as a web page, passes for an empty one.
    pub async fn check(&self) -> Result<(), StoreProblem> {
        let first = PaginatedListOptions { max_keys: Some(1), ..PaginatedListOptions::default() };
        let listed = self.store.list_paginated(Some(self.prefix()), first).await;
        listed.map_err(|error| self.problem(&Answer::of(&error)))?;
        match self.store.head(&Path::from(format!("{}health", self.prefix()))).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.problem(&Answer::of(&error))),
            Ok(_) => {
                let cause = "it has an answer to everything, as a web page does".into();
                Err(StoreProblem::Away { store: self.service(), cause })
            }
        }
    }

    fn problem(&self, answer: &Answer) -> StoreProblem {
        let (bucket, service, cause) = (self.settings.location.bucket.clone(), self.service(), answer.cause.clone());
        if answer.says_no_bucket() {
            StoreProblem::NoBucket { bucket, service }
        } else if answer.says_other_region() {
            StoreProblem::OtherRegion { bucket, region: self.settings.region.as_str().to_owned(), cause }
        } else if answer.says_refused() {
            StoreProblem::Refused { bucket, service, cause }
        } else {
            StoreProblem::Away { store: service, cause }
        }
    }

    pub fn service(&self) -> String {
        let endpoint = self.settings.endpoint.as_ref();
        endpoint.map_or_else(|| "Amazon S3".into(), |endpoint| endpoint.as_str().to_owned())
    }

    pub async fn signed_get(&self, path: &Path, disposition: &str) -> Result<Url> {
        let options = SignedUrlOptions::new().with_query([("response-content-disposition", disposition)]);
        Ok(self.store.signed_url_opts(Method::GET, path, SIGNED_FOR, &options).await?)
    }
}

/// Four tries within half a minute; what reads goes on where it broke off.
fn retries() -> RetryConfig {
    let (init_backoff, max_backoff) = (Duration::from_millis(100), Duration::from_secs(2));
    RetryConfig {
        backoff: BackoffConfig { init_backoff, max_backoff, base: 2.0 },
        max_retries: 3,
        retry_timeout: Duration::from_secs(30),
    }
}

/// No time-out for the whole of an answer: whoever takes a file slowly may take long.
fn http_client(silence_max: Duration) -> Result<reqwest::Client, http::BuildError> {
    Ok(http::client()?.http1_only().connect_timeout(CONNECT_MAX).read_timeout(silence_max).build()?)
}

/// Gives the library our client instead of one that it would make itself.
#[derive(Debug)]
struct Connector(reqwest::Client);

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}
