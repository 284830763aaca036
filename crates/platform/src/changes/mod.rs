//! Changes of a tenant's things. The transaction that makes them keeps them, and writes them where it commits: to the audit
//! log, and to the pages that are open.

mod chain;

use std::collections::BTreeSet;

pub(crate) use chain::{Link, Who};
use domain::{
    TenantId,
    change::{Object, Topic},
};
use serde_json::Value;
use sqlx::PgConnection;

use crate::{Result, ServiceError, access::Actor, events::notice};

/// What was done to a thing.
#[derive(Clone, Debug)]
pub struct Change {
    action: &'static str,
    object: Object,
    before: Option<Value>,
    after: Option<Value>,
}

impl Change {
    /// `action` is a word of the audit log, which is never changed: what the page calls the thing, a dot, a verb in the past, such
    /// as `design.created`.
    pub fn new(action: &'static str, object: Object) -> Self {
        Self { action, object, before: None, after: None }
    }

    /// What it was, as far as it changed.
    #[must_use]
    pub fn before(self, before: Value) -> Self {
        Self { before: Some(before), ..self }
    }

    /// What it is now, as far as it changed.
    #[must_use]
    pub fn after(self, after: Value) -> Self {
        Self { after: Some(after), ..self }
    }
}

/// The changes of a transaction.
#[derive(Default)]
pub(crate) struct ChangeSet {
    changes: Vec<(Actor, Change)>,
    told: BTreeSet<Topic>,
}

impl ChangeSet {
    pub fn add(&mut self, actor: &Actor, change: Change) {
        self.tell(change.object.into());
        self.changes.push((actor.clone(), change));
    }

    pub fn tell(&mut self, topic: Topic) {
        self.told.insert(topic);
    }

    /// To be called last in the transaction, which holds the tenant's audit log from here on.
    pub async fn write(self, conn: &mut PgConnection, tenant: TenantId) -> Result<()> {
        if self.changes.iter().any(|(actor, _)| actor.tenant() != tenant) {
            return Err(ServiceError::internal("who acts in one workspace has changed another"));
        }
        if !self.changes.is_empty() {
            chain::append(conn, tenant, &self.changes).await?;
        }
        for topic in coalesced(self.told) {
            notice::changed(conn, tenant, topic).await?;
        }
        Ok(())
    }
}

/// The most things of an area that are told one by one; of more it is told that the area changed.
const SINGLE_MAX: usize = 20;

/// Tells of an area as a whole where it would be too many single things, or is told of already.
pub(crate) fn coalesced(topics: BTreeSet<Topic>) -> BTreeSet<Topic> {
    let whole = |topic: &Topic| {
        let of_area = topics.iter().filter(|other| other.area == topic.area);
        topics.contains(&topic.area.into()) || of_area.count() > SINGLE_MAX
    };
    topics.iter().map(|topic| if whole(topic) { topic.area.into() } else { *topic }).collect()
}

#[cfg(test)]
mod tests {
    use domain::{BatchId, DesignId, change::Area};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn many_things_of_an_area_are_told_as_the_area() {
        let design = |n: usize| Topic::from(Object::Design(DesignId(Uuid::from_u128(n as u128))));
        let batch = Topic::from(Object::Batch(BatchId(Uuid::from_u128(1))));
        let told = |designs: usize| coalesced((0..designs).map(design).chain([batch]).collect());
        assert_eq!(told(SINGLE_MAX).len(), SINGLE_MAX + 1);
        assert_eq!(told(SINGLE_MAX + 1), BTreeSet::from([Area::Designs.into(), batch]));
        assert_eq!(coalesced([design(1), Area::Designs.into()].into()), BTreeSet::from([Area::Designs.into()]));
    }
}
