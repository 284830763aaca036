//! The product as a whole on a real PostgreSQL, through the application role: what holds for every area.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod audit;
mod growth;
mod isolation;
mod jobs;

use domain::Problem;
use platform::{Result, ServiceError};

fn is_not_found<T>(result: &Result<T>) -> bool {
    matches!(result, Err(ServiceError::NotFound))
}

/// The refusal a call must end with.
fn refused<T: std::fmt::Debug>(result: Result<T>) -> Problem {
    match result {
        Err(ServiceError::Refused(problem)) => problem,
        other => panic!("expected a refusal, got {other:?}"),
    }
}
