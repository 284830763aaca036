//! The one error of the areas, and how it reads to a person.

use domain::{Problem, ProblemKind};

pub type Result<T, E = ServiceError> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// A rule of the trade says no; the problem says which and what is allowed.
    #[error("{0}")]
    Refused(Problem),
    /// Not there, or not for this member.
    #[error("not found")]
    NotFound,
    /// There, but not for this member's role.
    #[error("the role does not allow this")]
    Forbidden,
    /// More of this is asked for at once than can be done soon.
    #[error("busy; try again in {seconds} s")]
    Busy { seconds: u32 },
    /// A file that nothing had used for long was removed while this wanted to use it.
    #[error("the file was removed meanwhile")]
    Removed,
    /// The database or the storage does not answer.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// No room left where files are kept.
    #[error("the storage is full")]
    StorageFull,
    /// A fault of the program.
    #[error("{0}")]
    Internal(String),
}

impl ServiceError {
    /// For the page: what happened and what to do, and nothing of the inside.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Refused(problem) => problem.clone(),
            Self::NotFound => Problem::new(ProblemKind::NotFound, "error-not-found"),
            Self::Forbidden => Problem::new(ProblemKind::Forbidden, "error-forbidden"),
            Self::Busy { seconds } => Problem::new(ProblemKind::Busy, "error-busy").after(*seconds),
            Self::Removed => Problem::new(ProblemKind::Conflict, "error-file-removed").at("file"),
            Self::Unavailable(_) => Problem::new(ProblemKind::Unavailable, "error-unavailable").after(3),
            Self::StorageFull => Problem::new(ProblemKind::StorageFull, "error-storage-full"),
            Self::Internal(_) => Problem::new(ProblemKind::Internal, "error-internal"),
        }
    }

    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<Problem> for ServiceError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<sqlx::Error> for ServiceError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error::*;
        // Text columns and JSON take no NUL, wherever it was hidden: somebody's input, not a fault of the program.
        if let Database(database) = &error
            && matches!(database.code().as_deref(), Some("22021" | "22P05"))
        {
            return Problem::invalid("error-text").into();
        }
        // Two transactions waited for each other and this one was ended: at once again it goes.
        if matches!(&error, Database(e) if e.code().as_deref() == Some("40P01")) {
            return Self::Busy { seconds: 1 };
        }
        let unreachable = match &error {
            Io(_) | Tls(_) | PoolTimedOut | PoolClosed | WorkerCrashed => true,
            // Class 08 connection exceptions; class 57 the server is stopping or starting; 53300 too many connections.
            Database(database) => {
                database.code().is_some_and(|code| code.starts_with("08") || code.starts_with("57P") || code == "53300")
            }
            _ => false,
        };
        // A file that was removed between being looked up and being used: asked again, it is not there.
        if matches!(&error, Database(e) if e.constraint() == Some("only_stored_files_are_used")) {
            return Self::Removed;
        }
        match error {
            RowNotFound => Self::NotFound,
            other if unreachable => Self::Unavailable(other.to_string()),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<std::io::Error> for ServiceError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::StorageFull,
            _ => Self::Internal(error.to_string()),
        }
    }
}

impl From<tokio::task::JoinError> for ServiceError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Internal(error.to_string())
    }
}

/// Whether a database error is a violation of the named unique or key constraint's table.
pub fn violates_unique(error: &sqlx::Error, table: &str) -> bool {
    matches!(error, sqlx::Error::Database(e) if e.is_unique_violation() && e.table() == Some(table))
}
