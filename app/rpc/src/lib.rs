//! Server functions, a file for each area: each parses, authorises, calls one service and hands its error on.
//!
//! A function's address is `/rpc/<area>/<function>`: it says so itself, so that it is the same in every build, and
//! `server/tests/it/rpc.rs` lists them all.

pub mod batches;
pub mod demo;
pub mod designs;
pub mod development;
pub mod members;
pub mod people;
#[cfg(feature = "ssr")]
pub mod server;
pub mod templates;
mod workspace_field;

pub use workspace_field::WorkspaceField;
