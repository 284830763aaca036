//! What pages and downloads ask about renders.

use bytes::Bytes;
use document::ContentHash;
use domain::{
    BatchId, Cursor, Page, RenderId,
    page::{List, ROWS},
    render::{Batch, BatchCounts, OutputFormat, Render, RenderOutput},
};
use futures::StreamExt;
use render::{Pyramid, decode};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{BlobKind, Studio, files, images};
use platform::{
    Result, ServiceError,
    access::{Can, LibraryRead},
    blobs::{Reading, hash_column},
    db::column,
    heavy::Waiting,
};

struct BatchRow {
    id: Uuid,
    template_name: String,
    format: String,
    side: i32,
    created_at: OffsetDateTime,
    queued: i32,
    done: i32,
    failed: i32,
    cancelled: i32,
}

impl BatchRow {
    fn read(self) -> Result<Batch> {
        let counts = BatchCounts {
            queued: self.queued as u32,
            done: self.done as u32,
            failed: self.failed as u32,
            cancelled: self.cancelled as u32,
        };
        Ok(Batch {
            id: BatchId(self.id),
            template_name: self.template_name,
            format: column(&self.format)?,
            side: self.side as u32,
            created_at: self.created_at,
            counts,
        })
    }
}

/// The newest batches first.
///
/// # Errors
/// A refusal at `after`.
pub async fn batches(studio: &mut Studio, can: &Can<LibraryRead>, after: Option<&Cursor>) -> Result<Page<Batch>> {
    let after = List::Batches.after(after)?;
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let rows = sqlx::query_as!(
        BatchRow,
        "select id, template_name, format, side, created_at, queued, done, failed, cancelled
        from batches where tenant_id = $1 and (created_at, id) < ($2, $3)
        order by created_at desc, id desc limit $4",
        can.tenant().0,
        after.moment(),
        after.id,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    Page::of(rows, |row| List::Batches.at_moment(row.created_at, row.id), BatchRow::read)
}

/// # Errors
/// [`ServiceError::NotFound`].
pub async fn batch(studio: &mut Studio, can: &Can<LibraryRead>, id: BatchId) -> Result<Batch> {
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let row = sqlx::query_as!(
        BatchRow,
        "select id, template_name, format, side, created_at, queued, done, failed, cancelled
        from batches where id = $1",
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    row.read()
}

struct RenderRow {
    id: Uuid,
    position: i32,
    template_name: String,
    design_name: String,
    format: String,
    state: String,
    output_hash: Option<Vec<u8>>,
    width: Option<i32>,
    height: Option<i32>,
    bytes: Option<i64>,
    failure: Option<String>,
}

impl RenderRow {
    /// The render, with its file's hash where it is done.
    fn read(self) -> Result<(Render, Option<ContentHash>)> {
        let output = match (self.width, self.height, self.bytes) {
            (Some(width), Some(height), Some(bytes)) => {
                Some(RenderOutput { width: width as u32, height: height as u32, bytes: bytes as u64 })
            }
            _ => None,
        };
        let render = Render {
            id: RenderId(self.id),
            template_name: self.template_name,
            design_name: self.design_name,
            format: column(&self.format)?,
            state: column(&self.state)?,
            output,
            failure: self.failure,
        };
        Ok((render, self.output_hash.map(hash_column).transpose()?))
    }
}

/// The pictures of a batch in the order they were asked for.
///
/// # Errors
/// A refusal at `after`.
pub async fn items(
    studio: &mut Studio,
    can: &Can<LibraryRead>,
    batch: BatchId,
    after: Option<&Cursor>,
) -> Result<Page<Render>> {
    let after = List::Renders.after(after)?;
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let rows = sqlx::query_as!(
        RenderRow,
        "select r.id, r.position, b.template_name, r.design_name, b.format, r.state, r.output_hash, r.width, r.height,
            r.bytes, r.failure
        from renders r join batches b on b.id = r.batch_id where r.batch_id = $1 and r.position > $2
        order by r.position limit $3",
        batch.0,
        after.number() as i32,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    Page::of(rows, |row| List::Renders.at_number(row.position.into()), |row| Ok(row.read()?.0))
}

/// Every picture, with its file's hash where it is done: as many as a batch may hold.
pub(super) async fn pictures(
    studio: &mut Studio,
    can: &Can<LibraryRead>,
    batch: BatchId,
) -> Result<Vec<(Render, Option<ContentHash>)>> {
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let rows = sqlx::query_as!(
        RenderRow,
        "select r.id, r.position, b.template_name, r.design_name, b.format, r.state, r.output_hash, r.width, r.height,
            r.bytes, r.failure
        from renders r join batches b on b.id = r.batch_id where r.batch_id = $1 order by r.position",
        batch.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(RenderRow::read).collect()
}

/// A finished file on its way out, and the name to offer it under.
pub struct RenderedFile {
    pub content: Reading,
    pub name: String,
    pub format: OutputFormat,
}

/// # Errors
/// [`ServiceError::NotFound`] where it is not there or not done.
pub async fn file(studio: &mut Studio, can: &Can<LibraryRead>, id: RenderId) -> Result<RenderedFile> {
    // Asked first: who has too many under way costs nothing more.
    let download = studio.downloads.begin(can.tenant())?;
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let row = sqlx::query_as!(
        RenderRow,
        "select r.id, r.position, b.template_name, r.design_name, b.format, r.state, r.output_hash, r.width, r.height,
            r.bytes, r.failure
        from renders r join batches b on b.id = r.batch_id where r.id = $1",
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    drop(tx);
    let (render, hash) = row.read()?;
    let hash = hash.ok_or(ServiceError::NotFound)?;
    let mut content = studio.blobs.read(can.tenant(), BlobKind::Render, hash).await?;
    content.pieces = content
        .pieces
        .inspect(move |_| {
            let _under_way = &download;
        })
        .boxed();
    Ok(RenderedFile { content, name: render.file_name(), format: render.format })
}

/// The finished picture small, for the gallery; made when first asked for.
pub async fn preview(studio: &mut Studio, can: &Can<LibraryRead>, id: RenderId) -> Result<Bytes> {
    let tenant = can.tenant();
    let mut tx = studio.db.tenant(tenant).await?;
    let row = sqlx::query!("select output_hash, width, height, bytes from renders where id = $1", id.0)
        .fetch_one(tx.conn())
        .await?;
    drop(tx);
    let hash = hash_column(row.output_hash.ok_or(ServiceError::NotFound)?)?;
    if let Some(stored) = studio.blobs.find(tenant, BlobKind::Preview, hash).await? {
        return Ok(stored);
    }
    let pixels = row.width.unwrap_or(0) as u64 * row.height.unwrap_or(0) as u64 * 4;
    let share = studio.heavy.share(tenant, pixels * 3 + row.bytes.unwrap_or(0) as u64, Waiting::Person).await?;
    let file = studio.blobs.get(tenant, BlobKind::Render, hash).await?;
    let picture = share
        .run(move || {
            let pyramid = Pyramid::of(decode::decode(&file).map_err(ServiceError::internal)?);
            images::thumbnail_of(&pyramid)
        })
        .await?;
    studio.blobs.put(tenant, BlobKind::Preview, hash, picture.clone()).await?;
    files::grow(studio, tenant, BlobKind::Preview, hash, picture.len() as u64).await?;
    Ok(picture)
}
