//! Asking for renders, cancelling them, trying failed ones again.

use document::{ContentHash, Template};
use domain::{
    BatchId, Problem, RenderId,
    change::Object,
    design::StoredImage,
    render::{BATCH_RENDERS_MAX, BatchOrder},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    job::{RenderPicture, render_key},
    picture::Picture,
};
use crate::{
    Studio,
    effort::{EFFORT_MAX, Effort},
    files, images,
    templates::{check_pictures, read_document},
};
use platform::{
    Change, Result, ServiceError,
    access::{Can, RenderCreate},
    blobs::hash_column,
    db::TenantTx,
    jobs::{self, Priority},
};

/// Orders every design on the template. The document is kept as it is now: later edits do not change the order.
///
/// # Errors
/// Refusals for no design and for too many, and for a picture that could never be made; [`ServiceError::NotFound`] for a template or design that is not there.
pub async fn order(studio: &mut Studio, can: &Can<RenderCreate>, order: &BatchOrder) -> Result<BatchId> {
    if order.designs.is_empty() {
        return Err(Problem::invalid("renders-no-design").at("designs").into());
    }
    if order.designs.len() > BATCH_RENDERS_MAX {
        let problem = Problem::invalid("renders-too-many").at("designs");
        return Err(problem.with("limit", BATCH_RENDERS_MAX).into());
    }
    let mut tx = studio.db.tenant(can.tenant()).await?;
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
    let document = read_document(template.document)?;
    let mut hashes = document.images();
    for design in &designs {
        hashes.push(hash_column(design.image_hash.clone())?);
    }
    let images = images::infos(&mut tx, &hashes).await?;
    check_pictures(&document, &images)?;
    let effort = Effort::of(&document, document.canvas.scaled_to(side));
    effort.check_masks("renders-mask-too-laborious", "side")?;
    let effort = effort.units();
    if effort > EFFORT_MAX {
        let problem = Problem::invalid("renders-too-laborious").at("side");
        return Err(problem.with("effort", effort).with("limit", EFFORT_MAX).into());
    }
    studio.heavy.fits(most_bytes(&document, images, &hashes[document.images().len()..], side))?;
    files::lock_images(&mut tx, &hashes).await?;
    link_photos(&mut tx, batch, &document.images()).await?;
    let (json, mut lines) = (document.to_json(), Lines::default());
    for design in designs {
        let key = render_key(&json, hash_column(design.image_hash.clone())?, side, order.format);
        lines.add(design.name, design.image_hash, key);
    }
    lines.insert(&mut tx, batch).await?;
    enqueue(&mut tx, batch, &lines.ids, effort).await?;
    let details = json!({ "template": order.template, "renders": wanted.len(), "side": side, "format": order.format });
    tx.changed(can.actor(), Change::new("batch.ordered", Object::Batch(batch)).after(details));
    tx.commit().await?;
    Ok(batch)
}

/// What the picture with the largest of the designs takes to make.
fn most_bytes(document: &Template, images: Vec<StoredImage>, designs: &[ContentHash], side: u32) -> u64 {
    let own = images.iter().filter(|image| designs.contains(&image.hash));
    let largest = own.max_by_key(|image| u64::from(image.width) * u64::from(image.height)).map(|image| image.hash);
    let picture = |design| Picture { document: document.clone(), design, images, side };
    largest.map_or(0, |design| picture(design).needs_bytes())
}

/// Keeps the document's photos for as long as the batch may be tried again.
async fn link_photos(tx: &mut TenantTx<'_>, batch: BatchId, photos: &[ContentHash]) -> Result<()> {
    let photos: Vec<Vec<u8>> = photos.iter().map(|hash| hash.0.to_vec()).collect();
    sqlx::query!(
        "insert into batch_images (tenant_id, batch_id, image_hash)
        select tenant_id, $2, hash from files
        where tenant_id = $1 and kind = 'image' and state = 'stored' and hash = any($3)",
        tx.tenant().0,
        batch.0,
        &photos
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The renders of a batch, column by column: one statement for all of them.
#[derive(Default)]
struct Lines {
    ids: Vec<Uuid>,
    names: Vec<String>,
    images: Vec<Vec<u8>>,
    keys: Vec<Vec<u8>>,
}

impl Lines {
    fn add(&mut self, name: String, image: Vec<u8>, key: [u8; 32]) {
        self.ids.push(Uuid::now_v7());
        self.names.push(name);
        self.images.push(image);
        self.keys.push(key.to_vec());
    }

    async fn insert(&self, tx: &mut TenantTx<'_>, batch: BatchId) -> Result<()> {
        sqlx::query!(
            "insert into renders (id, tenant_id, batch_id, position, design_name, image_hash, key)
            select id, $1, $2, position - 1, name, image, key
            from unnest($3::uuid[], $4::text[], $5::bytea[], $6::bytea[]) with ordinality
                as line (id, name, image, key, position)",
            tx.tenant().0,
            batch.0,
            &self.ids,
            &self.names,
            &self.images,
            &self.keys
        )
        .execute(tx.conn())
        .await?;
        Ok(())
    }
}

async fn enqueue(tx: &mut TenantTx<'_>, batch: BatchId, renders: &[Uuid], effort: u64) -> Result<()> {
    let effort = u32::try_from(effort).unwrap_or(u32::MAX);
    let job = |render: &Uuid| RenderPicture { render: RenderId(*render), batch, effort };
    let jobs: Vec<_> = renders.iter().map(job).collect();
    jobs::enqueue(tx, &jobs, Priority::Normal).await
}

/// Cancels what of a batch is not done yet; finished pictures stay.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn cancel(studio: &mut Studio, can: &Can<RenderCreate>, batch: BatchId) -> Result<()> {
    let mut tx = studio.db.tenant(can.tenant()).await?;
    exists(&mut tx, batch).await?;
    // Jobs before renders, as workers lock them. A running job loses its lease and so cannot finish.
    jobs::cancel(&mut tx, batch.0).await?;
    sqlx::query!(
        "update renders set state = 'cancelled', finished_at = now() where batch_id = $1 and state = 'queued'",
        batch.0
    )
    .execute(tx.conn())
    .await?;
    tx.changed(can.actor(), Change::new("batch.cancelled", Object::Batch(batch)));
    tx.commit().await
}

/// Tries the failed and cancelled pictures of a batch again.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn retry(studio: &mut Studio, can: &Can<RenderCreate>, batch: BatchId) -> Result<()> {
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let of = sqlx::query!("select document, side from batches where id = $1", batch.0).fetch_one(tx.conn()).await?;
    let document = read_document(of.document)?;
    let again = sqlx::query_scalar!(
        "update renders set state = 'queued', failure = null, finished_at = null
        where batch_id = $1 and state in ('failed', 'cancelled') returning id",
        batch.0
    )
    .fetch_all(tx.conn())
    .await?;
    let effort = Effort::of(&document, document.canvas.scaled_to(of.side as u32)).units();
    enqueue(&mut tx, batch, &again, effort).await?;
    tx.changed(can.actor(), Change::new("batch.retried", Object::Batch(batch)));
    tx.commit().await
}

async fn exists(tx: &mut TenantTx<'_>, batch: BatchId) -> Result<()> {
    sqlx::query_scalar!("select id from batches where id = $1", batch.0).fetch_one(tx.conn()).await?;
    Ok(())
}
