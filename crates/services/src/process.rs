//! What the requests and jobs of a process share.

use std::sync::Arc;

use crate::{
    Services, accounts, blobs::Blobs, db::Database, downloads::Downloads, heavy::Heavy, mail::Mailer,
    renders::PyramidCache,
};

/// The memory that heavy work may take where nothing else is set, in bytes.
pub const MEMORY_DEFAULT: u64 = 2 << 30;

/// The most bytes of decoded images that are kept for the next job of a batch.
const PYRAMIDS_MAX: u64 = 600 << 20;

/// The parts of a running product, from which each request and each job has its [`Services`].
#[derive(Clone)]
pub struct Process {
    pub database: Database,
    pub blobs: Blobs,
    mailer: Mailer,
    public_url: Arc<str>,
    heavy: Heavy,
    hasher: accounts::Hasher,
    pyramids: PyramidCache,
    downloads: Downloads,
}

impl Process {
    pub fn new(database: Database, blobs: Blobs, mailer: Mailer, public_url: &str) -> Self {
        Self {
            database,
            blobs,
            mailer,
            public_url: public_url.trim_end_matches('/').into(),
            heavy: Heavy::new(MEMORY_DEFAULT, places()),
            pyramids: PyramidCache::new(PYRAMIDS_MAX),
            downloads: Downloads::default(),
            hasher: accounts::Hasher::default(),
        }
        .with_memory(MEMORY_DEFAULT)
    }

    /// Bounds what heavy work and the images kept for it take together, in bytes.
    #[must_use]
    pub fn with_memory(mut self, bytes: u64) -> Self {
        let kept = (bytes / 4).min(PYRAMIDS_MAX);
        self.heavy = Heavy::new(bytes - kept, places());
        self.pyramids = PyramidCache::new(kept);
        self
    }

    /// The services of one request or job.
    pub fn services(&self) -> Services {
        Services {
            db: self.database.db(),
            blobs: self.blobs.clone(),
            mailer: self.mailer.clone(),
            public_url: self.public_url.clone(),
            heavy: self.heavy.clone(),
            hasher: self.hasher.clone(),
            pyramids: self.pyramids.clone(),
            downloads: self.downloads.clone(),
        }
    }
}

fn places() -> usize {
    std::thread::available_parallelism().map_or(2, |n| n.get().min(8))
}
