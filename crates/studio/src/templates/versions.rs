//! Earlier documents of a template: one for every five minutes of a person's work, and whenever somebody else goes on.

use document::Template;
use domain::{
    TemplateId,
    template::{TemplateVersion, VERSIONS_MAX},
};
use uuid::Uuid;

use super::read_document;
use crate::Studio;
use platform::{
    Result, ServiceError,
    access::{Actor, Can, LibraryRead},
    db::TenantTx,
};

/// Keeps the present document, which is about to be replaced, if it is worth a version.
pub(super) async fn keep(tx: &mut TenantTx<'_>, actor: &Actor, id: TemplateId, revision: u32) -> Result<()> {
    sqlx::query!(
        "insert into template_versions (tenant_id, template_id, revision, document, saved_at, saved_by)
        select tenant_id, id, revision, document, updated_at, updated_by from templates t
        where id = $1 and revision = $2 and (t.updated_by is distinct from $3 or not exists (
            select from template_versions v where v.template_id = t.id and v.saved_at > now() - interval '5 minutes'))
        on conflict do nothing",
        id.0,
        revision as i32,
        actor.person().map(Uuid::from)
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from template_versions where template_id = $1 and revision in (
            select revision from template_versions where template_id = $1 order by revision desc offset $2)",
        id.0,
        i64::from(VERSIONS_MAX)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// All that are kept, the newest first.
///
/// # Errors
/// [`ServiceError::NotFound`] for a template that is not there.
pub async fn versions(studio: &mut Studio, can: &Can<LibraryRead>, id: TemplateId) -> Result<Vec<TemplateVersion>> {
    let mut tx = studio.db.tenant(can.tenant()).await?;
    sqlx::query_scalar!("select id from templates where id = $1 and deleted_at is null", id.0)
        .fetch_one(tx.conn())
        .await?;
    let rows = sqlx::query!(
        r#"select v.revision, v.saved_at, a.email as "email?"
        from template_versions v left join accounts a on a.id = v.saved_by
        where v.template_id = $1 order by v.revision desc"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let versions = rows.into_iter().map(|row| TemplateVersion {
        revision: row.revision as u32,
        saved_at: row.saved_at,
        saved_by: row.email,
    });
    Ok(versions.collect())
}

/// # Errors
/// [`ServiceError::NotFound`].
pub async fn version(studio: &mut Studio, can: &Can<LibraryRead>, id: TemplateId, revision: u32) -> Result<Template> {
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let document = sqlx::query_scalar!(
        "select document from template_versions where template_id = $1 and revision = $2",
        id.0,
        revision as i32
    )
    .fetch_optional(tx.conn())
    .await?;
    read_document(document.ok_or(ServiceError::NotFound)?)
}
