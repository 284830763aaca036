//! People and workspaces on a real PostgreSQL, through the application role.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accounts;
mod cancellation;
mod doors;
mod pages;

use platform::{Result, ServiceError};

fn is_forbidden<T>(result: &Result<T>) -> bool {
    matches!(result, Err(ServiceError::Forbidden))
}
