//! What every capability stands on and knows none of: the database, jobs, events, the audit log, files, mail, who may do
//! what, secrets, calls to remote services, rate limits, a cache. No HTTP of its own and no page.

pub mod access;
mod address;
pub mod audit;
pub mod blobs;
pub mod cache;
mod changes;
pub mod db;
mod error;
pub mod events;
pub mod heavy;
mod http;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod outbound;
pub mod places;
mod process;
pub mod redis;
pub mod secret;
pub mod vault;

pub use address::ClientAddress;
pub use changes::Change;
pub use error::{Result, ServiceError, violates_unique};
pub use process::Process;
