//! Identifiers. Each is a UUIDv7 (made by the server, sortable by time) in its own type,
//! so that a design's id can never be handed over as a template's.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> { Uuid::from_str(text).map(Self) }
        }
        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Self { id.0 }
        }
    )+};
}

ids! {
    /// A workspace.
    TenantId,
    /// A person who can sign in; may be a member of several tenants.
    AccountId,
    /// One signed-in browser.
    SessionId,
    InvitationId,
    /// What a program acts with.
    ApiKeyId,
    DesignId,
    TemplateId,
    /// One saving of a template, by the page that saves.
    SaveId,
    /// Several renders asked for together.
    BatchId,
    RenderId,
    JobId,
}
