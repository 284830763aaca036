//! The words of the trade as types, compiled for the server and for the browser.
//!
//! No I/O, no clock, no randomness. A value that exists is valid: constructors and
//! deserialisation refuse what the product cannot hold, and say which field and why.

pub mod access;
pub mod account;
pub mod change;
pub mod design;
pub mod ids;
pub mod money;
pub mod name;
pub mod page;
pub mod problem;
pub mod render;
pub mod template;
pub mod tenancy;

pub use ids::*;
pub use page::{Cursor, Page};
pub use problem::{Problem, ProblemKind};
