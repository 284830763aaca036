//! Real servers for tests.

pub mod http;
pub mod redis_server;
