//! What can change in a workspace, in the words of the audit log and of live events.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AccountId, ApiKeyId, BatchId, DesignId, InvitationId, TemplateId, TenantId};

/// A part of a workspace that pages show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Area {
    Designs,
    Templates,
    Batches,
    Members,
}

document::words!(Area { Designs => "designs", Templates => "templates", Batches => "batches", Members => "members" });

/// A thing of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    Tenant(TenantId),
    Member(AccountId),
    Invitation(InvitationId),
    ApiKey(ApiKeyId),
    Design(DesignId),
    Template(TemplateId),
    Batch(BatchId),
}

impl Object {
    /// The word for it in the audit log; it is never changed.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Tenant(_) => "tenant",
            Self::Member(_) => "member",
            Self::Invitation(_) => "invitation",
            Self::ApiKey(_) => "api_key",
            Self::Design(_) => "design",
            Self::Template(_) => "template",
            Self::Batch(_) => "batch",
        }
    }

    pub fn id(self) -> Uuid {
        match self {
            Self::Tenant(id) => id.0,
            Self::Member(id) => id.0,
            Self::Invitation(id) => id.0,
            Self::ApiKey(id) => id.0,
            Self::Design(id) => id.0,
            Self::Template(id) => id.0,
            Self::Batch(id) => id.0,
        }
    }

    /// Where pages show it.
    pub fn area(self) -> Area {
        match self {
            Self::Tenant(_) | Self::Member(_) | Self::Invitation(_) | Self::ApiKey(_) => Area::Members,
            Self::Design(_) => Area::Designs,
            Self::Template(_) => Area::Templates,
            Self::Batch(_) => Area::Batches,
        }
    }
}

/// What a live event is about: one thing of an area, or all of it. Written as `batches/<id>` or `batches`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Topic {
    pub area: Area,
    pub id: Option<Uuid>,
}

impl From<Object> for Topic {
    fn from(object: Object) -> Self {
        Self { area: object.area(), id: Some(object.id()) }
    }
}

impl From<Area> for Topic {
    fn from(area: Area) -> Self {
        Self { area, id: None }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            Some(id) => write!(f, "{}/{id}", self.area.as_str()),
            None => f.write_str(self.area.as_str()),
        }
    }
}

impl From<Topic> for String {
    fn from(topic: Topic) -> Self {
        topic.to_string()
    }
}

/// What is no topic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no topic, which is an area or an area, a slash and an id")]
pub struct UnknownTopic(String);

impl FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(text: &str) -> Result<Self, UnknownTopic> {
        let unknown = || UnknownTopic(text.to_owned());
        let (area, id) = match text.split_once('/') {
            Some((area, id)) => (area, Some(Uuid::try_parse(id).map_err(|_| unknown())?)),
            None => (text, None),
        };
        Ok(Self { area: area.parse().map_err(|_| unknown())?, id })
    }
}

impl TryFrom<String> for Topic {
    type Error = UnknownTopic;

    fn try_from(text: String) -> Result<Self, UnknownTopic> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_reads_as_it_is_written() {
        let batch = Topic::from(Object::Batch(BatchId(Uuid::from_u128(7))));
        assert_eq!(batch.to_string(), "batches/00000000-0000-0000-0000-000000000007");
        for topic in [batch, Area::Designs.into()] {
            let json = serde_json::to_string(&topic).unwrap();
            assert_eq!(serde_json::from_str::<Topic>(&json).unwrap(), topic);
        }
        for other in ["", "shoes", "designs/", "designs/x", "/7"] {
            assert!(other.parse::<Topic>().is_err(), "{other}");
        }
    }
}
