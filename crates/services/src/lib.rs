//! What the product does, a folder per capability. Queries, transactions, rules applied, events emitted;
//! no HTTP and no page. Handlers and pages parse, authorise, call one function here and map its error.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod blobs;
pub mod db;
pub mod demo;
pub mod designs;
mod downloads;
mod error;
pub mod events;
pub mod files;
mod heavy;
pub mod images;
pub mod jobs;
pub mod mail;
pub mod maintenance;
mod places;
pub mod renders;
mod secret;
pub mod templates;
mod zip_stream;

pub use error::{Result, ServiceError};
pub use zip_stream::ZipFile;

use std::sync::Arc;

/// Everything a service needs, shared by all requests and jobs of a process.
#[derive(Clone)]
pub struct Services {
    pub db: db::Db,
    pub blobs: blobs::Blobs,
    pub mailer: mail::Mailer,
    /// Where people reach the product, without a slash at the end: `https://example.com`.
    pub public_url: Arc<str>,
    pub(crate) heavy: heavy::Heavy,
    pub(crate) hasher: accounts::Hasher,
    pub(crate) pyramids: renders::PyramidCache,
    pub(crate) downloads: downloads::Downloads,
}

/// What a worker of these services can run.
pub fn registry(services: &Services) -> jobs::Registry {
    jobs::Registry::default()
        .job::<renders::RenderPicture>(services)
        .job::<demo::FillWithDemo>(services)
        .job::<files::Reconcile>(services)
        .schedule(maintenance::CleanUp(services.clone()))
}

/// The memory that heavy work may take where nothing else is set, in bytes.
pub const MEMORY_DEFAULT: u64 = 2 << 30;

impl Services {
    pub fn new(db: db::Db, blobs: blobs::Blobs, mailer: mail::Mailer, public_url: &str) -> Self {
        Self {
            db,
            blobs,
            mailer,
            public_url: public_url.trim_end_matches('/').into(),
            heavy: heavy::Heavy::new(MEMORY_DEFAULT, places()),
            pyramids: renders::PyramidCache::new(PYRAMIDS_MAX),
            downloads: downloads::Downloads::default(),
            hasher: accounts::Hasher::default(),
        }
        .with_memory(MEMORY_DEFAULT)
    }

    /// Bounds what heavy work and the images kept for it take together, in bytes.
    #[must_use]
    pub fn with_memory(mut self, bytes: u64) -> Self {
        let kept = (bytes / 4).min(PYRAMIDS_MAX);
        self.heavy = heavy::Heavy::new(bytes - kept, places());
        self.pyramids = renders::PyramidCache::new(kept);
        self
    }
}

/// The most bytes of decoded images that are kept for the next job of a batch.
const PYRAMIDS_MAX: u64 = 600 << 20;

fn places() -> usize {
    std::thread::available_parallelism().map_or(2, |n| n.get().min(8))
}
