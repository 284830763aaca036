//! The server: routing, sessions, security headers, subcommands, the database's whereabouts, workers' start-up.

pub mod authority;
pub mod cli;
pub mod config;
mod database;
mod failure;
pub mod http;
mod render_file;
mod run;
mod seed;
pub mod serve;
pub mod telemetry;
