//! What the requests and jobs of a process share.

use std::sync::Arc;

use crate::{
    blobs::Blobs,
    db::{Database, Db},
    heavy::Heavy,
    mail::Mailer,
};

/// The parts below all capabilities. Each request and each job has a way to the database of its own from here.
#[derive(Clone)]
pub struct Process {
    pub database: Database,
    pub blobs: Blobs,
    pub mailer: Mailer,
    /// Where people reach the product, without a slash at the end: `https://example.com`.
    pub public_url: Arc<str>,
    pub heavy: Heavy,
}

impl Process {
    /// `memory` is what heavy work may take together, in bytes.
    pub fn new(database: Database, blobs: Blobs, mailer: Mailer, public_url: &str, memory: u64) -> Self {
        let public_url = public_url.trim_end_matches('/').into();
        Self { database, blobs, mailer, public_url, heavy: Heavy::new(memory, places()) }
    }

    /// One request's or job's way to the database.
    pub fn db(&self) -> Db {
        self.database.db()
    }
}

fn places() -> usize {
    std::thread::available_parallelism().map_or(2, |n| n.get().min(8))
}
