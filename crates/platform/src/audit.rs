//! The audit log as it is read: who (a member, a key or the product itself) did what to which object, when, from where,
//! before and after. Entries are chained by
//! their hashes, and the application role may only add.

use domain::{
    Cursor, Page, TenantId,
    account::{AuditEntry, Author},
    page::{List, ROWS},
};

use crate::{
    Result,
    access::{AuditRead, Can},
    changes::{Link, Who},
    db::Db,
};

/// The newest entries first.
///
/// # Errors
/// A refusal at `after`.
pub async fn list(db: &mut Db, can: &Can<AuditRead>, after: Option<&Cursor>) -> Result<Page<AuditEntry>> {
    let after = List::AuditLog.after(after)?;
    let mut tx = db.tenant(can.tenant()).await?;
    let rows = sqlx::query!(
        r#"select l.sequence, l.at, l.action, l.object_kind, l.object_id, a.email as "email?",
            l.api_key_name, l.system
        from audit_log l left join accounts a on a.id = l.account_id
        where l.sequence < $1 order by l.sequence desc limit $2"#,
        after.number(),
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    Page::of(
        rows,
        |row| List::AuditLog.at_number(row.sequence),
        |row| {
            Ok(AuditEntry {
                sequence: row.sequence,
                at: row.at,
                who: author(row.email, row.api_key_name, row.system),
                action: row.action,
                object: format!("{} {}", row.object_kind, row.object_id),
            })
        },
    )
}

fn author(email: Option<String>, key: Option<String>, system: Option<String>) -> Author {
    match (key, system) {
        (Some(name), _) => Author::ApiKey { name },
        (None, Some(what)) => Author::System { what },
        (None, None) => Author::Member { email: email.unwrap_or_default() },
    }
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
            who: Who {
                account: row.account_id,
                api_key: row.api_key_id,
                api_key_name: row.api_key_name.as_deref(),
                system: row.system.as_deref(),
            },
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
