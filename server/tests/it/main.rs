//! The server as its users meet it: through the router, and as a process.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod arguments;
mod doors;
mod house;
mod http;
mod processes;
mod rpc;
mod store;
mod streams;
