//! Saves by their ids, which outlive a lost answer.

use domain::{SaveId, TemplateId, template::Save};

use platform::{Result, db::TenantTx};

/// How many of a template's saves are remembered. A page repeats its last few.
const SAVES_MAX: i64 = 100;

/// The revision that a save began from: what it was opened at, or what the page's own saves have made of that since, which it
/// could not hear of.
pub(super) async fn base(tx: &mut TenantTx<'_>, id: TemplateId, save: &Save) -> Result<u32> {
    let heard = save.revision as i32;
    let unheard: Vec<_> = save.unanswered.iter().map(|save| save.0).collect();
    let made = sqlx::query_scalar!(
        "select max(revision) from template_saves where template_id = $1 and save_id = any($2)",
        id.0,
        &unheard
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(made.map_or(heard, |made| made.max(heard)) as u32)
}

/// The revision that this save has made before, if it has.
pub(super) async fn made(tx: &mut TenantTx<'_>, id: TemplateId, save: Option<SaveId>) -> Result<Option<u32>> {
    let Some(save) = save else { return Ok(None) };
    let made = sqlx::query_scalar!(
        "select revision from template_saves where template_id = $1 and save_id = $2",
        id.0,
        save.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(made.map(|made| made as u32))
}

pub(super) async fn remember(tx: &mut TenantTx<'_>, id: TemplateId, save: Option<SaveId>, revision: u32) -> Result<()> {
    let Some(save) = save else { return Ok(()) };
    sqlx::query!(
        "insert into template_saves (tenant_id, template_id, save_id, revision) values ($1, $2, $3, $4)",
        tx.tenant().0,
        id.0,
        save.0,
        revision as i32
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from template_saves where template_id = $1 and revision <= $2",
        id.0,
        (i64::from(revision) - SAVES_MAX).max(0) as i32
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
