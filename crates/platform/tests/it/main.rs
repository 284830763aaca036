//! The mechanisms of the platform with real servers.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests end where they are surprised")]

#[path = "../support/mod.rs"]
mod support;

mod blobs;
mod cache;
mod jobs;
mod limits;
mod migrations;
mod outbound;
mod redis;
