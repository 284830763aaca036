//! The audit log's chain: each entry bears a hash of itself and of the one before.

use domain::TenantId;
use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Author, Change};
use crate::Result;

/// An entry's fields, as they are hashed.
pub(crate) struct Link<'a> {
    pub tenant: TenantId,
    pub sequence: i64,
    pub at: OffsetDateTime,
    pub account: Option<Uuid>,
    pub address: &'a str,
    pub action: &'a str,
    pub object_kind: &'a str,
    pub object_id: &'a str,
    pub before: Option<&'a Value>,
    pub after: Option<&'a Value>,
}

impl Link<'_> {
    /// Over every field with its length before it, so that no two different entries read the same.
    pub fn hash(&self, previous: &[u8]) -> Vec<u8> {
        let mut hasher = blake3::Hasher::new();
        let account = self.account.map(|id| id.to_string()).unwrap_or_default();
        let json = |value: Option<&Value>| value.map(Value::to_string).unwrap_or_default();
        let fields = [
            self.tenant.to_string(),
            self.sequence.to_string(),
            self.at.unix_timestamp_nanos().to_string(),
            account,
            self.address.to_owned(),
            self.action.to_owned(),
            self.object_kind.to_owned(),
            self.object_id.to_owned(),
            json(self.before),
            json(self.after),
        ];
        hasher.update(previous);
        for field in fields {
            hasher.update(&(field.len() as u64).to_le_bytes());
            hasher.update(field.as_bytes());
        }
        hasher.finalize().as_bytes().to_vec()
    }
}

/// Adds entries at the chain's end. The tenant's chain is locked from here to the end of the transaction, so that it has
/// no forks: to be called last.
pub(super) async fn append(conn: &mut PgConnection, tenant: TenantId, changes: &[(Author, Change)]) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", format!("audit {tenant}"))
        .fetch_one(&mut *conn)
        .await?;
    let last = sqlx::query!(
        "select sequence, hash from audit_log where tenant_id = $1 order by sequence desc limit 1",
        tenant.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let (mut sequence, mut previous) = last.map_or((0, vec![0; 32]), |last| (last.sequence, last.hash));
    // Whole microseconds, as PostgreSQL keeps them: the hash must come out the same when it is read back.
    let now = OffsetDateTime::now_utc();
    let at = now.replace_microsecond(now.microsecond()).unwrap_or(now);
    for (author, change) in changes {
        sequence += 1;
        let (address, object_id) = (author.address.to_string(), change.object.id().to_string());
        let link = Link {
            tenant,
            sequence,
            at,
            account: Some(author.account.0),
            address: &address,
            action: change.action,
            object_kind: change.object.kind(),
            object_id: &object_id,
            before: change.before.as_ref(),
            after: change.after.as_ref(),
        };
        let hash = link.hash(&previous);
        insert(conn, &link, &previous, &hash).await?;
        previous = hash;
    }
    Ok(())
}

async fn insert(conn: &mut PgConnection, link: &Link<'_>, previous: &[u8], hash: &[u8]) -> Result<()> {
    sqlx::query!(
        "insert into audit_log (tenant_id, sequence, at, account_id, address, action, object_kind, object_id, before,
            after, previous_hash, hash)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        link.tenant.0,
        link.sequence,
        link.at,
        link.account,
        link.address,
        link.action,
        link.object_kind,
        link.object_id,
        link.before,
        link.after,
        previous,
        hash
    )
    .execute(conn)
    .await?;
    Ok(())
}
