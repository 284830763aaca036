//! What went wrong, in a form that crosses from the server to the page: a kind the page can
//! react to, and a key (with arguments) into the translation files for the sentence it shows.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// How the person, and whoever answers for the program, should take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// The request itself is not what a page of ours sends.
    Malformed,
    /// The input breaks a rule; correcting it helps.
    Invalid,
    /// Nobody is signed in.
    SignedOut,
    /// The member's role does not allow it in this workspace.
    Forbidden,
    /// It is not there, or not in this workspace: the two read alike.
    NotFound,
    /// Somebody else changed it meanwhile, or the name is taken.
    Conflict,
    /// More bytes or pixels than allowed.
    TooLarge,
    /// Too many attempts; waiting helps.
    Throttled,
    /// So much is being done now that this would only queue; the same request a little later helps.
    Busy,
    /// The storage is full.
    StorageFull,
    /// The database or storage does not answer; the same request later helps.
    Unavailable,
    /// A fault of the program; it has been logged under the request's id.
    Internal,
}

/// A refusal a person can act on.
///
/// `key` names a message of the translation files; `arguments` fill its placeholders; `field`
/// is the input it is about, where there is one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    pub kind: ProblemKind,
    pub key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub arguments: BTreeMap<String, String>,
    /// After how many seconds the same request may succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl Problem {
    pub fn new(kind: ProblemKind, key: impl Into<String>) -> Self {
        Self { kind, key: key.into(), field: None, arguments: BTreeMap::new(), retry_after: None }
    }

    pub fn invalid(key: impl Into<String>) -> Self {
        Self::new(ProblemKind::Invalid, key)
    }

    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.arguments.insert(name.to_owned(), value.to_string());
        self
    }

    /// Waiting so long helps; never less than a second.
    pub fn after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds.max(1));
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.key)?;
        for (name, value) in &self.arguments {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_crosses_to_the_page_with_how_long_to_wait() {
        let problem = Problem::new(ProblemKind::Throttled, "account-throttled").with("minutes", 2).after(90);
        let json = serde_json::to_string(&problem).unwrap();
        assert_eq!(serde_json::from_str::<Problem>(&json).unwrap(), problem);
        assert_eq!(problem.after(0).retry_after, Some(1));
    }
}
