//! People and workspaces on a real PostgreSQL, through the application role.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accounts;
mod cancellation;
mod doors;

use domain::Problem;
use platform::{Result, ServiceError};

/// The refusal a call must end with.
fn refused<T: std::fmt::Debug>(result: Result<T>) -> Problem {
    match result {
        Err(ServiceError::Refused(problem)) => problem,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn is_forbidden<T>(result: &Result<T>) -> bool {
    matches!(result, Err(ServiceError::Forbidden))
}
