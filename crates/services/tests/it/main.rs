//! The services on a real PostgreSQL, through the application role.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accounts;
mod audit;
mod cancellation;
mod doors;
mod files;
mod growth;
mod isolation;
mod jobs;
mod library;
mod memory;
mod migrations;
mod pictures;
mod renders;

use domain::Problem;
use services::{Result, ServiceError};

/// The refusal a call must end with.
fn refused<T: std::fmt::Debug>(result: Result<T>) -> Problem {
    match result {
        Err(ServiceError::Refused(problem)) => problem,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn is_not_found<T>(result: &Result<T>) -> bool {
    matches!(result, Err(ServiceError::NotFound))
}

fn is_forbidden<T>(result: &Result<T>) -> bool {
    matches!(result, Err(ServiceError::Forbidden))
}

/// All of a ZIP that is written while it is sent.
async fn whole(mut file: services::ZipFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(piece) = file.pieces.recv().await {
        bytes.extend(piece.unwrap());
    }
    bytes
}
