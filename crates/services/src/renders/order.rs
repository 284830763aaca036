//! Asking for renders, cancelling them, trying failed ones again.

use domain::{
    BatchId, Problem, RenderId,
    render::{BATCH_RENDERS_MAX, BatchOrder},
};
use serde_json::json;
use uuid::Uuid;

use super::job::{RenderTask, render_key};
use crate::{
    Result, ServiceError, Services,
    access::{Can, RenderCreate},
    audit,
    blobs::hash_column,
    db::TenantTx,
    events::{self, Topic},
    jobs::{self, Priority, Task},
    templates::read_document,
};

/// Orders every design on the template. The document is kept as it is now: later edits do not change the order.
///
/// # Errors
/// Refusals for no design and for too many; [`ServiceError::NotFound`] for a template or design that is not there.
pub async fn order(services: &Services, can: &Can<RenderCreate>, order: &BatchOrder) -> Result<BatchId> {
    if order.designs.is_empty() {
        return Err(Problem::invalid("renders-no-design").at("designs").into());
    }
    if order.designs.len() > BATCH_RENDERS_MAX {
        let problem = Problem::invalid("renders-too-many").at("designs");
        return Err(problem.with("limit", BATCH_RENDERS_MAX).into());
    }
    let mut tx = services.db.tenant(can.tenant()).await?;
    let template =
        sqlx::query!("select name, document from templates where id = $1 and deleted_at is null", order.template.0)
            .fetch_one(tx.conn())
            .await?;
    let wanted: Vec<Uuid> = order.designs.iter().map(|id| id.0).collect();
    let designs = sqlx::query!(
        r#"select d.name, d.image_hash from unnest($1::uuid[]) with ordinality as wanted (id, position)
        join designs d on d.id = wanted.id where d.deleted_at is null order by wanted.position"#,
        &wanted
    )
    .fetch_all(tx.conn())
    .await?;
    if designs.len() != wanted.len() {
        return Err(ServiceError::NotFound);
    }

    let batch = BatchId(Uuid::now_v7());
    let side = u32::from(order.side);
    sqlx::query!(
        "insert into batches (id, tenant_id, template_id, template_name, document, side, format, created_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8)",
        batch.0,
        can.tenant().0,
        order.template.0,
        template.name,
        template.document,
        side as i32,
        order.format.as_str(),
        can.actor().account().0
    )
    .execute(tx.conn())
    .await?;
    let document = read_document(template.document)?.to_json();
    for (position, design) in designs.into_iter().enumerate() {
        let render = RenderId(Uuid::now_v7());
        let key = render_key(&document, hash_column(design.image_hash.clone())?, side, order.format);
        sqlx::query!(
            "insert into renders (id, tenant_id, batch_id, position, design_name, image_hash, key)
            values ($1, $2, $3, $4, $5, $6, $7)",
            render.0,
            can.tenant().0,
            batch.0,
            position as i32,
            design.name,
            design.image_hash,
            key.as_slice()
        )
        .execute(tx.conn())
        .await?;
        jobs::enqueue(&mut tx, &Task::Render(RenderTask { render, batch }), Priority::Normal).await?;
    }
    let details = json!({ "template": order.template, "renders": wanted.len(), "side": side, "format": order.format });
    finish(tx, can, "batch.ordered", batch, Some(details)).await?;
    Ok(batch)
}

async fn finish(
    mut tx: TenantTx,
    can: &Can<RenderCreate>,
    action: &str,
    batch: BatchId,
    after: Option<serde_json::Value>,
) -> Result<()> {
    let entry = audit::Entry { action, object_kind: "batch", object_id: batch.to_string(), before: None, after };
    audit::record(&mut tx, can.actor(), entry).await?;
    events::announce(&mut tx, Topic::Renders).await?;
    tx.commit().await
}

/// Cancels what of a batch is not done yet; finished pictures stay.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn cancel(services: &Services, can: &Can<RenderCreate>, batch: BatchId) -> Result<()> {
    let mut tx = services.db.tenant(can.tenant()).await?;
    exists(&mut tx, batch).await?;
    // Jobs before renders, as workers lock them. A running job loses its lease and so cannot finish.
    sqlx::query!(
        "update jobs set state = 'cancelled', worker = null, leased_until = null, finished_at = now()
        where kind = 'render' and payload ->> 'batch' = $1 and state in ('queued', 'running')",
        batch.to_string()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update renders set state = 'cancelled', finished_at = now() where batch_id = $1 and state = 'queued'",
        batch.0
    )
    .execute(tx.conn())
    .await?;
    finish(tx, can, "batch.cancelled", batch, None).await
}

/// Tries the failed and cancelled pictures of a batch again.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn retry(services: &Services, can: &Can<RenderCreate>, batch: BatchId) -> Result<()> {
    let mut tx = services.db.tenant(can.tenant()).await?;
    exists(&mut tx, batch).await?;
    let again = sqlx::query_scalar!(
        "update renders set state = 'queued', failure = null, finished_at = null
        where batch_id = $1 and state in ('failed', 'cancelled') returning id",
        batch.0
    )
    .fetch_all(tx.conn())
    .await?;
    for render in again {
        let task = Task::Render(RenderTask { render: RenderId(render), batch });
        jobs::enqueue(&mut tx, &task, Priority::Normal).await?;
    }
    finish(tx, can, "batch.retried", batch, None).await
}

async fn exists(tx: &mut TenantTx, batch: BatchId) -> Result<()> {
    sqlx::query_scalar!("select id from batches where id = $1", batch.0).fetch_one(tx.conn()).await?;
    Ok(())
}
