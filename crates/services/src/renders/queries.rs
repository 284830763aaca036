//! What pages and downloads ask about renders.

use bytes::Bytes;
use domain::{
    BatchId, ContentHash, RenderId,
    render::{Batch, BatchCounts, OutputFormat, Render, RenderOutput, RenderState},
};
use render::{Pyramid, decode};

use crate::{
    Result, ServiceError, Services,
    access::{Can, LibraryRead},
    blobs::{BlobKind, hash_column},
    images,
};

pub(super) fn format_column(text: &str) -> Result<OutputFormat> {
    let found = OutputFormat::ALL.into_iter().find(|format| format.as_str() == text);
    found.ok_or_else(|| ServiceError::Internal(format!("unknown output format {text}")))
}

fn state_column(text: &str) -> Result<RenderState> {
    Ok(match text {
        "queued" => RenderState::Queued,
        "done" => RenderState::Done,
        "failed" => RenderState::Failed,
        "cancelled" => RenderState::Cancelled,
        other => return Err(ServiceError::Internal(format!("unknown render state {other}"))),
    })
}

/// The newest batches, at most 100.
pub async fn batches(services: &Services, can: &Can<LibraryRead>) -> Result<Vec<Batch>> {
    select(services, can, None).await
}

/// # Errors
/// [`ServiceError::NotFound`].
pub async fn batch(services: &Services, can: &Can<LibraryRead>, id: BatchId) -> Result<Batch> {
    select(services, can, Some(id)).await?.pop().ok_or(ServiceError::NotFound)
}

async fn select(services: &Services, can: &Can<LibraryRead>, id: Option<BatchId>) -> Result<Vec<Batch>> {
    let mut tx = services.db.tenant(can.tenant()).await?;
    let rows = sqlx::query!(
        r#"select b.id, b.template_name, b.format, b.side, b.created_at,
            count(r.id) filter (where r.state = 'queued') as "queued!",
            count(r.id) filter (where r.state = 'done') as "done!",
            count(r.id) filter (where r.state = 'failed') as "failed!",
            count(r.id) filter (where r.state = 'cancelled') as "cancelled!"
        from batches b left join renders r on r.batch_id = b.id
        where $1::uuid is null or b.id = $1
        group by b.id order by b.created_at desc, b.id desc limit 100"#,
        id.map(|id| id.0)
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Batch {
                id: BatchId(row.id),
                template_name: row.template_name,
                format: format_column(&row.format)?,
                side: row.side as u32,
                created_at: row.created_at,
                counts: BatchCounts {
                    queued: row.queued as u32,
                    done: row.done as u32,
                    failed: row.failed as u32,
                    cancelled: row.cancelled as u32,
                },
            })
        })
        .collect()
}

/// The pictures of a batch in the order they were asked for.
pub async fn items(services: &Services, can: &Can<LibraryRead>, batch: BatchId) -> Result<Vec<Render>> {
    Ok(files(services, can, batch).await?.into_iter().map(|(render, _)| render).collect())
}

/// Each picture with its file's hash where it is done.
pub(super) async fn files(
    services: &Services,
    can: &Can<LibraryRead>,
    batch: BatchId,
) -> Result<Vec<(Render, Option<ContentHash>)>> {
    let mut tx = services.db.tenant(can.tenant()).await?;
    let rows = sqlx::query!(
        "select r.id, b.template_name, r.design_name, b.format, r.state, r.output_hash, r.width, r.height, r.bytes,
            r.failure
        from renders r join batches b on b.id = r.batch_id where r.batch_id = $1 order by r.position",
        batch.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let output = match (row.width, row.height, row.bytes) {
                (Some(width), Some(height), Some(bytes)) => {
                    Some(RenderOutput { width: width as u32, height: height as u32, bytes: bytes as u64 })
                }
                _ => None,
            };
            let render = Render {
                id: RenderId(row.id),
                template_name: row.template_name,
                design_name: row.design_name,
                format: format_column(&row.format)?,
                state: state_column(&row.state)?,
                output,
                failure: row.failure,
            };
            Ok((render, row.output_hash.map(hash_column).transpose()?))
        })
        .collect()
}

/// A finished file and the name to offer it under.
#[derive(Debug)]
pub struct RenderedFile {
    pub bytes: Bytes,
    pub name: String,
    pub format: OutputFormat,
}

/// # Errors
/// [`ServiceError::NotFound`] where it is not there or not done.
pub async fn file(services: &Services, can: &Can<LibraryRead>, id: RenderId) -> Result<RenderedFile> {
    let mut tx = services.db.tenant(can.tenant()).await?;
    let batch = sqlx::query_scalar!("select batch_id from renders where id = $1", id.0).fetch_one(tx.conn()).await?;
    drop(tx);
    let found = files(services, can, BatchId(batch)).await?.into_iter().find(|(render, _)| render.id == id);
    let (render, hash) = found.ok_or(ServiceError::NotFound)?;
    let hash = hash.ok_or(ServiceError::NotFound)?;
    let bytes = services.blobs.get(can.tenant(), BlobKind::Render, hash).await?;
    Ok(RenderedFile { bytes, name: render.file_name(), format: render.format })
}

/// The finished picture small, for the gallery; made when first asked for.
pub async fn preview(services: &Services, can: &Can<LibraryRead>, id: RenderId) -> Result<Bytes> {
    let mut tx = services.db.tenant(can.tenant()).await?;
    let hash = sqlx::query_scalar!("select output_hash from renders where id = $1", id.0).fetch_one(tx.conn()).await?;
    drop(tx);
    let hash = hash_column(hash.ok_or(ServiceError::NotFound)?)?;
    if let Some(stored) = services.blobs.find(can.tenant(), BlobKind::Thumbnail, hash).await? {
        return Ok(stored);
    }
    let file = services.blobs.get(can.tenant(), BlobKind::Render, hash).await?;
    let picture = services
        .decoder
        .run(move || {
            let pyramid = Pyramid::of(decode::decode(&file).map_err(ServiceError::internal)?);
            images::thumbnail_of(&pyramid)
        })
        .await?;
    services.blobs.put(can.tenant(), BlobKind::Thumbnail, hash, picture.clone()).await?;
    Ok(picture)
}
