//! Keys of programs. A key's text names the tenant and a secret; whoever presents it acts with the key's permissions, as far as
//! the person who made it still has them.

use domain::{
    AccountId, ApiKeyId, Problem, TenantId, access::PermissionSet, account::ApiKey, change::Object, name, tenancy::Role,
};
use platform::{
    Change, ClientAddress, Result, ServiceError,
    access::{Actor, Can, InPerson, KeyManage},
    db::{TenantTx, column},
    secret,
    secret::Secret,
};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Accounts;

/// Keys of a workspace that are not revoked.
const KEYS_MAX: i64 = 100;
/// How every key begins, so that people and scanners know one where they see it.
const MARK: &str = "vtr_";
/// Characters of the secret that the list shows: 36 of its 256 bits.
const PREFIX_CHARS: usize = 6;

/// A key that is asked for.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    pub name: String,
    pub permissions: PermissionSet,
    /// `None`: until it is revoked.
    pub expires_at: Option<OffsetDateTime>,
}

/// A new key's text, `vtr_<tenant>.<secret>`, to be handed over once. It prints as nothing.
#[derive(Debug)]
pub struct KeyText {
    tenant: TenantId,
    secret: Secret,
}

impl KeyText {
    pub fn expose(&self) -> String {
        format!("{MARK}{}.{}", self.tenant, self.secret.expose())
    }

    /// The tenant that a text names, and the hash of its secret.
    fn read(text: &str) -> Option<(TenantId, Vec<u8>)> {
        let (tenant, secret) = text.strip_prefix(MARK)?.split_once('.')?;
        Some((tenant.parse().ok()?, secret::hash(secret)))
    }
}

/// Makes a key in the name of the person who asks. Its text is told only here.
///
/// # Errors
/// Refusals at `name`, `permissions` (none, or more than the person has) and `expires_at`, and for too many keys.
pub async fn create(
    accounts: &mut Accounts,
    can: &InPerson<KeyManage>,
    new: &NewApiKey,
) -> Result<(ApiKeyId, KeyText)> {
    let name = check(new, can.actor().permissions())?;
    let mut tx = accounts.db.tenant(can.tenant()).await?;
    let standing = sqlx::query_scalar!(r#"select count(*) as "count!" from api_keys where revoked_at is null"#);
    if standing.fetch_one(tx.conn()).await? >= KEYS_MAX {
        return Err(Problem::invalid("api-keys-full").with("most", KEYS_MAX).into());
    }
    let (id, secret) = (ApiKeyId(Uuid::now_v7()), Secret::generate()?);
    let words: Vec<String> = new.permissions.words().into_iter().map(str::to_owned).collect();
    sqlx::query!(
        "insert into api_keys (tenant_id, id, name, prefix, secret_hash, permissions, created_by, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)",
        can.tenant().0,
        id.0,
        name,
        &secret.expose()[..PREFIX_CHARS],
        secret.hash(),
        &words,
        can.account().0,
        new.expires_at
    )
    .execute(tx.conn())
    .await?;
    let created = Change::new("api_key.created", Object::ApiKey(id));
    tx.changed(can.actor(), created.after(json!({ "name": name, "permissions": new.permissions })));
    tx.commit().await?;
    Ok((id, KeyText { tenant: can.tenant(), secret }))
}

/// What the rules say of a key that somebody with these permissions asks for. The name as it is kept.
fn check(new: &NewApiKey, creators: PermissionSet) -> Result<&str> {
    let name = name::checked(&new.name, 120, "name", "name-length")?;
    if new.permissions.is_empty() {
        return Err(Problem::invalid("api-key-can-nothing").at("permissions").into());
    }
    if !new.permissions.is_subset_of(creators) {
        return Err(Problem::invalid("api-key-can-too-much").at("permissions").into());
    }
    if new.expires_at.is_some_and(|at| at <= OffsetDateTime::now_utc()) {
        return Err(Problem::invalid("api-key-expired-already").at("expires_at").into());
    }
    Ok(name)
}

/// All keys that are not revoked, the newest first: there are at most a hundred.
pub async fn list(accounts: &mut Accounts, can: &Can<KeyManage>) -> Result<Vec<ApiKey>> {
    let mut tx = accounts.db.tenant(can.tenant()).await?;
    let rows = sqlx::query!(
        "select k.id, k.name, k.prefix, k.permissions, a.email, k.created_at, k.last_used_at, k.expires_at
        from api_keys k join accounts a on a.id = k.created_by
        where k.revoked_at is null order by k.created_at desc, k.id desc"
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ApiKey {
                id: ApiKeyId(row.id),
                name: row.name,
                prefix: row.prefix,
                permissions: permissions_column(row.permissions)?,
                created_by: row.email,
                created_at: row.created_at,
                last_used_at: row.last_used_at,
                expires_at: row.expires_at,
            })
        })
        .collect()
}

/// # Errors
/// [`ServiceError::NotFound`] for a key that is not there or was revoked before.
pub async fn revoke(accounts: &mut Accounts, can: &Can<KeyManage>, id: ApiKeyId) -> Result<()> {
    let mut tx = accounts.db.tenant(can.tenant()).await?;
    let gone = sqlx::query!("update api_keys set revoked_at = now() where id = $1 and revoked_at is null", id.0)
        .execute(tx.conn())
        .await?;
    if gone.rows_affected() == 0 {
        return Err(ServiceError::NotFound);
    }
    tx.changed(can.actor(), Change::new("api_key.revoked", Object::ApiKey(id)));
    tx.commit().await
}

/// Revokes the keys of a person who is removed, so that none comes back to life should they be invited again.
pub(super) async fn revoke_of(tx: &mut TenantTx<'_>, actor: &Actor, creator: AccountId) -> Result<()> {
    let gone = sqlx::query_scalar!(
        "update api_keys set revoked_at = now() where created_by = $1 and revoked_at is null returning id",
        creator.0
    )
    .fetch_all(tx.conn())
    .await?;
    for id in gone {
        tx.changed(actor, Change::new("api_key.revoked", Object::ApiKey(ApiKeyId(id))));
    }
    Ok(())
}

/// Who acts with a presented key: it has what the key and the role of its creator both have, now. `None` for what is no
/// key, was revoked, has expired, or whose creator is no member any more: all alike.
///
/// The work is one look into an index by the secret's hash, whatever is presented and however many keys there are; a
/// workspace that does not exist costs what a wrong secret costs.
pub async fn look_up(accounts: &mut Accounts, text: &str, address: ClientAddress) -> Result<Option<Actor>> {
    let Some((tenant, secret_hash)) = KeyText::read(text) else { return Ok(None) };
    let mut tx = accounts.db.tenant(tenant).await?;
    let found = sqlx::query!(
        r#"select k.id, k.name, k.permissions, m.role,
            k.revoked_at is null and coalesce(k.expires_at > now(), true) as "stands!",
            coalesce(k.last_used_at < now() - interval '1 minute', true) as "stale!"
        from api_keys k join memberships m on m.tenant_id = k.tenant_id and m.account_id = k.created_by
        where k.secret_hash = $1"#,
        secret_hash
    )
    .fetch_optional(tx.conn())
    .await?;
    // Not asked of the database, which would then rather go through all that stand.
    let Some(found) = found.filter(|found| found.stands) else { return Ok(None) };
    if found.stale {
        // Asked again with the row locked: of many at once only one writes.
        sqlx::query!(
            "update api_keys set last_used_at = now()
            where id = $1 and coalesce(last_used_at < now() - interval '1 minute', true)",
            found.id
        )
        .execute(tx.conn())
        .await?;
        tx.commit().await?;
    }
    let creator: Role = column(&found.role)?;
    let permissions = permissions_column(found.permissions)?.intersection(creator.permissions());
    Ok(Some(Actor::api_key(tenant, (ApiKeyId(found.id), found.name), permissions, address)))
}

fn permissions_column(words: Vec<String>) -> Result<PermissionSet> {
    words.try_into().map_err(ServiceError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_as_it_is_written_and_prints_no_secret() {
        let (tenant, secret) = (TenantId(Uuid::now_v7()), Secret::generate().unwrap());
        let text = KeyText { tenant, secret: secret.clone() };
        assert_eq!(KeyText::read(&text.expose()), Some((tenant, secret.hash())));
        assert!(!format!("{text:?}").contains(secret.expose()));
        let bare = format!("{tenant}.{}", secret.expose());
        for other in ["", "vtr_", "vtr_.", "vtr_x.y", "vtr_1", &bare] {
            assert_eq!(KeyText::read(other), None, "{other}");
        }
    }
}
