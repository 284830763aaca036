//! What the product does, a folder per capability. Queries, transactions, rules applied, events emitted;
//! no HTTP and no page. Handlers and pages parse, authorise, call one function here and map its error.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod blobs;
pub mod db;
pub mod demo;
pub mod designs;
mod error;
pub mod events;
pub mod images;
pub mod jobs;
pub mod mail;
pub mod maintenance;
pub mod renders;
mod secret;
pub mod templates;

pub use error::{Result, ServiceError};

use std::sync::Arc;

/// Everything a service needs, shared by all requests and jobs of a process.
#[derive(Clone)]
pub struct Services {
    pub db: db::Db,
    pub blobs: blobs::Blobs,
    pub mailer: mail::Mailer,
    /// Where people reach the product, without a slash at the end: `https://example.com`.
    pub public_url: Arc<str>,
    pub(crate) hasher: accounts::Hasher,
    pub(crate) decoder: images::Decoder,
    pub(crate) pyramids: renders::PyramidCache,
}

impl Services {
    pub fn new(db: db::Db, blobs: blobs::Blobs, mailer: mail::Mailer, public_url: &str) -> Self {
        Self {
            db,
            blobs,
            mailer,
            public_url: public_url.trim_end_matches('/').into(),
            hasher: accounts::Hasher::default(),
            decoder: images::Decoder::default(),
            pyramids: renders::PyramidCache::default(),
        }
    }
}
