//! What went wrong, in a form that crosses from the server to the page: a kind the page can
//! react to, and a key (with arguments) into the translation files for the sentence it shows.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// How the person, and the HTTP status, should take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// The input breaks a rule; correcting it helps.
    Invalid,
    /// Nobody is signed in.
    SignedOut,
    /// It is not there, or not for this member: the two read alike.
    NotFound,
    /// Somebody else changed it meanwhile, or the name is taken.
    Conflict,
    /// More bytes or pixels than allowed.
    TooLarge,
    /// Too many attempts; waiting helps.
    Throttled,
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
}

impl Problem {
    pub fn new(kind: ProblemKind, key: impl Into<String>) -> Self {
        Self { kind, key: key.into(), field: None, arguments: BTreeMap::new() }
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
