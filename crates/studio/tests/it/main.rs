//! The studio on a real PostgreSQL and a real folder.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod files;
mod library;
mod memory;
mod pictures;
mod renders;

use domain::Problem;
use platform::{Result, ServiceError};

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

/// All of a ZIP that is written while it is sent.
async fn whole(mut file: studio::ZipFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(piece) = file.pieces.recv().await {
        bytes.extend(piece.unwrap());
    }
    bytes
}
