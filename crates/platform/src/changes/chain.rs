//! The audit log's chain: each entry bears a hash of itself and of the one before.

use domain::TenantId;
use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Change;
use crate::{
    Result,
    access::{Actor, Principal},
};

/// An entry's fields, as they are hashed.
pub(crate) struct Link<'a> {
    pub tenant: TenantId,
    pub sequence: i64,
    pub at: OffsetDateTime,
    pub who: Who<'a>,
    pub address: &'a str,
    pub action: &'a str,
    pub object_kind: &'a str,
    pub object_id: &'a str,
    pub before: Option<&'a Value>,
    pub after: Option<&'a Value>,
}

/// Who acted, as the columns say it: a member by their account, a key by its id and the name it had then, or a job or
/// schedule of the product by its name.
#[derive(Default)]
pub(crate) struct Who<'a> {
    pub account: Option<Uuid>,
    pub api_key: Option<Uuid>,
    pub api_key_name: Option<&'a str>,
    pub system: Option<&'a str>,
}

impl<'a> From<&'a Principal> for Who<'a> {
    fn from(principal: &'a Principal) -> Self {
        match principal {
            Principal::Member { account, .. } => Self { account: Some(account.0), ..Self::default() },
            Principal::ApiKey { id, name, .. } => {
                Self { api_key: Some(id.0), api_key_name: Some(name), ..Self::default() }
            }
            Principal::System { what } => Self { system: Some(what), ..Self::default() },
        }
    }
}

impl Link<'_> {
    /// BLAKE3 over the hash before and every field, each as text with its length in bytes before it (64 bits, the lowest byte
    /// first), so that no two different entries read the same.
    ///
    /// The first ten fields are always there, empty where they have no value: tenant, sequence, nanoseconds since 1970,
    /// account, address, action, kind and id of the object, before, after. What has been added since, `api_key`, `api_key_name`
    /// and `system`, follows in this order as two fields, its name and its value, and only where it has one. So the entries
    /// of members hash as they did before there was anybody else, and a key or a job cannot be written into
    /// one, or taken out, unseen. A field that is added later goes the same way.
    pub fn hash(&self, previous: &[u8]) -> Vec<u8> {
        let mut hasher = blake3::Hasher::new();
        let Who { account, api_key, api_key_name, system } = &self.who;
        let account = account.map(|id| id.to_string()).unwrap_or_default();
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
        let added = [
            ("api_key", api_key.map(|id| id.to_string())),
            ("api_key_name", api_key_name.map(str::to_owned)),
            ("system", system.map(str::to_owned)),
        ];
        let added = added.into_iter().filter_map(|(name, value)| Some([name.to_owned(), value?])).flatten();
        hasher.update(previous);
        for field in fields.into_iter().chain(added) {
            hasher.update(&(field.len() as u64).to_le_bytes());
            hasher.update(field.as_bytes());
        }
        hasher.finalize().as_bytes().to_vec()
    }
}

/// Adds entries at the chain's end. The tenant's chain is locked from here to the end of the transaction, so that it has
/// no forks: to be called last.
pub(super) async fn append(conn: &mut PgConnection, tenant: TenantId, changes: &[(Actor, Change)]) -> Result<()> {
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
    for (actor, change) in changes {
        sequence += 1;
        let (address, object_id) = (actor.address().to_string(), change.object.id().to_string());
        let link = Link {
            tenant,
            sequence,
            at,
            who: actor.principal().into(),
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
            after, previous_hash, hash, api_key_id, api_key_name, system)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        link.tenant.0,
        link.sequence,
        link.at,
        link.who.account,
        link.address,
        link.action,
        link.object_kind,
        link.object_id,
        link.before,
        link.after,
        previous,
        hash,
        link.who.api_key,
        link.who.api_key_name,
        link.who.system
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(who: Who<'_>) -> Vec<u8> {
        let (tenant, at) = (TenantId(Uuid::from_u128(1)), OffsetDateTime::UNIX_EPOCH);
        let (address, action, object_kind, object_id) = ("local", "design.created", "design", "7");
        let link =
            Link { tenant, sequence: 1, at, who, address, action, object_kind, object_id, before: None, after: None };
        link.hash(&[0; 32])
    }

    #[test]
    fn a_member_s_entry_hashes_as_before_there_were_keys() {
        let member = link(Who { account: Some(Uuid::from_u128(2)), ..Who::default() });
        let tenant = Uuid::from_u128(1).to_string();
        let account = Uuid::from_u128(2).to_string();
        let mut bytes = vec![0; 32];
        for field in [&*tenant, "1", "0", &account, "local", "design.created", "design", "7", "", ""] {
            bytes.extend((field.len() as u64).to_le_bytes());
            bytes.extend(field.as_bytes());
        }
        assert_eq!(member, blake3::hash(&bytes).as_bytes());
    }

    #[test]
    fn whoever_else_acts_is_part_of_the_hash() {
        let id = Some(Uuid::from_u128(2));
        let all = [
            link(Who::default()),
            link(Who { account: id, ..Who::default() }),
            link(Who { api_key: id, ..Who::default() }),
            link(Who { api_key: id, api_key_name: Some("Shop"), ..Who::default() }),
            link(Who { api_key: id, api_key_name: Some(""), ..Who::default() }),
            link(Who { api_key_name: Some("Shop"), ..Who::default() }),
            link(Who { system: Some("Shop"), ..Who::default() }),
            link(Who { account: id, system: Some("Shop"), ..Who::default() }),
        ];
        for (n, one) in all.iter().enumerate() {
            assert!(!all[..n].contains(one), "{n}");
        }
    }
}
