//! What everything stands on, on a real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod migrations;
