//! The product as a whole on a real PostgreSQL, through the application role: what holds for every area.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod api_keys;
mod audit;
mod growth;
mod isolation;
mod jobs;
