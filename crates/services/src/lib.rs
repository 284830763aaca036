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
mod process;
pub mod renders;
mod secret;
pub mod templates;
mod zip_stream;

pub use error::{Result, ServiceError};
pub use zip_stream::ZipFile;

use std::sync::Arc;

pub use process::{MEMORY_DEFAULT, Process};

/// Everything that a service needs for one request or job. [`Process::services`] gives each its own: it leads to one
/// connection at a time, and is not to be copied.
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

/// What a worker of the process can run.
pub fn registry(process: &Process) -> jobs::Registry {
    jobs::Registry::default()
        .job::<renders::RenderPicture>(process)
        .job::<demo::FillWithDemo>(process)
        .job::<files::Reconcile>(process)
        .schedule(maintenance::CleanUp(process.clone()))
}
