//! The one error of server functions: a problem that a person can act on.

use domain::{Problem, ProblemKind};
use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};

use crate::i18n;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault(pub Problem);

impl FromServerFnError for Fault {
    type Encoder = JsonEncoding;

    /// What goes wrong between page and server, before or after the function itself.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let (kind, key) = match error {
            ServerFnErrorErr::Request(_) => (ProblemKind::Unavailable, "error-offline"),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => (ProblemKind::Malformed, "error-form"),
            _ => (ProblemKind::Internal, "error-internal"),
        };
        Self(Problem::new(kind, key))
    }
}

impl Fault {
    /// The sentence for the person.
    pub fn text(&self) -> String {
        i18n::format(&self.0.key, &i18n::arguments(&self.0))
    }

    /// Whether it is about this input of a form.
    pub fn is_at(&self, field: &str) -> bool {
        self.0.field.as_deref() == Some(field)
    }

    /// The same request a little later helps.
    pub fn is_passing(&self) -> bool {
        matches!(self.0.kind, ProblemKind::Unavailable | ProblemKind::Busy | ProblemKind::Throttled)
    }

    pub fn is_conflict(&self) -> bool {
        self.0.kind == ProblemKind::Conflict
    }
}

/// The cause is logged here, once; the page gets the problem.
#[cfg(feature = "ssr")]
impl From<platform::ServiceError> for Fault {
    fn from(error: platform::ServiceError) -> Self {
        let problem = error.problem();
        match problem.kind {
            ProblemKind::Internal => tracing::error!(%error, "server function failed"),
            ProblemKind::Unavailable | ProblemKind::StorageFull => tracing::warn!(%error, "server function failed"),
            _ => {}
        }
        Self(problem)
    }
}
