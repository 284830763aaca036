//! The audit log: who did what to which object, when, from where, before and after. Entries are
//! chained by their hashes, and the application role may only add.

use domain::{TenantId, account::AuditEntry};
use serde_json::Value;
use time::OffsetDateTime;

use crate::{
    Result,
    access::{Actor, AuditRead, Can},
    db::{Db, TenantTx},
};

/// What an entry says, apart from who and when.
pub struct Entry<'a> {
    /// `<object>.<verb in the past>`, such as `design.created`.
    pub action: &'a str,
    pub object_kind: &'a str,
    pub object_id: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Adds an entry in the transaction of the change itself: either both happen or neither.
pub async fn record(tx: &mut TenantTx<'_>, actor: &Actor, entry: Entry<'_>) -> Result<()> {
    let tenant = tx.tenant();
    // One writer per tenant at a time, so that the chain has no forks.
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", format!("audit {tenant}"))
        .fetch_one(tx.conn())
        .await?;
    let last = sqlx::query!("select sequence, hash from audit_log order by sequence desc limit 1")
        .fetch_optional(tx.conn())
        .await?;
    let (sequence, previous) = last.map_or((1, vec![0; 32]), |last| (last.sequence + 1, last.hash));
    // Whole microseconds, as PostgreSQL keeps them: the hash must come out the same when it is read back.
    let now = OffsetDateTime::now_utc();
    let at = now.replace_microsecond(now.microsecond()).unwrap_or(now);
    let address = actor.address().to_string();
    let link = Link {
        tenant,
        sequence,
        at,
        account: Some(actor.account().0),
        address: &address,
        action: entry.action,
        object_kind: entry.object_kind,
        object_id: &entry.object_id,
        before: entry.before.as_ref(),
        after: entry.after.as_ref(),
    };
    let hash = link.hash(&previous);
    sqlx::query!(
        "insert into audit_log (tenant_id, sequence, at, account_id, address, action, object_kind, object_id, before,
            after, previous_hash, hash)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        tenant.0,
        sequence,
        at,
        actor.account().0,
        address,
        entry.action,
        entry.object_kind,
        entry.object_id,
        entry.before,
        entry.after,
        previous,
        hash
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

struct Link<'a> {
    tenant: TenantId,
    sequence: i64,
    at: OffsetDateTime,
    account: Option<uuid::Uuid>,
    address: &'a str,
    action: &'a str,
    object_kind: &'a str,
    object_id: &'a str,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
}

impl Link<'_> {
    /// Over every field with its length before it, so that no two different entries read the same.
    fn hash(&self, previous: &[u8]) -> Vec<u8> {
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

/// The newest entries, at most 200.
pub async fn newest(db: &mut Db, can: &Can<AuditRead>) -> Result<Vec<AuditEntry>> {
    let mut tx = db.tenant(can.tenant()).await?;
    let rows = sqlx::query!(
        r#"select l.sequence, l.at, l.action, l.object_kind, l.object_id, coalesce(a.email, '') as "who!"
        from audit_log l left join accounts a on a.id = l.account_id
        order by l.sequence desc limit 200"#
    )
    .fetch_all(tx.conn())
    .await?;
    let entries = rows.into_iter().map(|row| AuditEntry {
        sequence: row.sequence,
        at: row.at,
        who: row.who,
        action: row.action,
        object: format!("{} {}", row.object_kind, row.object_id),
    });
    Ok(entries.collect())
}

/// Walks the chain from its beginning. `Some(sequence)` is the first entry that does not follow from the one before.
pub async fn first_broken_link(db: &mut Db, can: &Can<AuditRead>) -> Result<Option<i64>> {
    let mut tx = db.tenant(can.tenant()).await?;
    let rows = sqlx::query!("select * from audit_log order by sequence").fetch_all(tx.conn()).await?;
    let mut previous = vec![0; 32];
    for (expected, row) in (1..).zip(rows) {
        let link = Link {
            tenant: TenantId(row.tenant_id),
            sequence: row.sequence,
            at: row.at,
            account: row.account_id,
            address: &row.address,
            action: &row.action,
            object_kind: &row.object_kind,
            object_id: &row.object_id,
            before: row.before.as_ref(),
            after: row.after.as_ref(),
        };
        if row.sequence != expected || row.previous_hash != previous || row.hash != link.hash(&previous) {
            return Ok(Some(expected));
        }
        previous = row.hash;
    }
    Ok(None)
}
