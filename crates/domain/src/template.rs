//! Templates in the library: how pages list them, save them and go back to earlier versions.

use serde::{Deserialize, Serialize};

use crate::{SaveId, TemplateId};

/// What a page tells with a document that it saves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Save {
    /// The revision that the document was changed from.
    pub revision: u32,
    /// Repeating a save with its id answers as the first time.
    pub id: Option<SaveId>,
    /// The page's own saves since, of which it does not know whether they have succeeded.
    pub unanswered: Vec<SaveId>,
}

impl From<u32> for Save {
    fn from(revision: u32) -> Self {
        Self { revision, ..Self::default() }
    }
}

/// How many earlier documents of a template are kept.
pub const VERSIONS_MAX: u32 = 100;

/// An earlier document of a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateVersion {
    pub revision: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub saved_at: time::OffsetDateTime,
    /// The e-mail address of who saved it, as long as that person has an account.
    pub saved_by: Option<String>,
}

/// A template as the library lists it.
#[derive(Clone, Debug, PartialEq, Hash, Serialize, Deserialize)]
pub struct TemplateSummary {
    pub id: TemplateId,
    pub name: String,
    pub revision: u32,
    pub width: u32,
    pub height: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: time::OffsetDateTime,
}
