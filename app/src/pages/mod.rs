//! One file a page.

pub mod account;
pub mod audit;
pub mod batch;
pub mod designs;
pub mod home;
pub mod invite;
pub mod members;
pub mod not_found;
pub mod order;
pub mod outbox;
pub mod recovery;
pub mod renders;
pub mod sign_in;
pub mod sign_up;
pub mod templates;
