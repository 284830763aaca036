//! What every capability stands on and knows none of: the database, jobs, events, the audit log, files, mail, and who may
//! do what. No HTTP and no page.

pub mod access;
mod address;
pub mod audit;
pub mod blobs;
mod changes;
pub mod db;
mod error;
pub mod events;
pub mod heavy;
pub mod jobs;
pub mod mail;
pub mod places;
mod process;
pub mod secret;

pub use address::ClientAddress;
pub use changes::Change;
pub use error::{Result, ServiceError, violates_unique};
pub use process::Process;
