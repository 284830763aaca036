//! One render, made by a worker.

use bytes::Bytes;
use document::{ContentHash, Size};
use domain::{BatchId, RenderId, TenantId, change::Object, render::OutputFormat};
use render::{
    RenderError, Sources, compose,
    encode::{self, Jpeg, PngEffort, WebpKind},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::picture::Picture;
use crate::{
    BlobKind, Shared, Studio,
    files::{self, Claim, FileKind},
    images,
    templates::read_document,
};
use platform::{
    Result, ServiceError,
    blobs::{content_hash, hash_column},
    db::{TenantTx, column},
    heavy::Waiting,
    jobs::{Claimed, Job, JobError, Lane, Outcome},
};

/// The quality final JPEG files are written with.
const QUALITY: u8 = 90;

/// Makes one picture of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RenderPicture {
    pub render: RenderId,
    pub batch: BatchId,
    /// As [`crate::effort::Effort`] says.
    #[serde(default)]
    pub effort: u32,
}

impl Job for RenderPicture {
    const KIND: &'static str = "render";
    const LANE: Lane = Lane::Render;
    type Context = Shared;

    fn subject(&self) -> Option<Uuid> {
        Some(self.batch.0)
    }

    fn cost(&self) -> u32 {
        self.effort
    }

    async fn run(self, shared: &Shared, job: &Claimed) -> Result<Outcome, JobError> {
        run(&mut shared.studio(), job, &self).await
    }

    async fn give_up(self, tx: &mut TenantTx<'_>, reason: &str) -> Result<()> {
        give_up(tx, &self, reason).await
    }
}

/// The hash of everything a picture depends on: equal keys are equal files.
pub(super) fn render_key(document: &str, design: ContentHash, side: u32, format: OutputFormat) -> [u8; 32] {
    let settings = format!("{} {side} {} {QUALITY} {design} ", render::RENDER_VERSION, format.as_str());
    let mut hasher = blake3::Hasher::new();
    hasher.update(settings.as_bytes());
    hasher.update(document.as_bytes());
    *hasher.finalize().as_bytes()
}

struct Order {
    picture: Picture,
    key: Vec<u8>,
    format: OutputFormat,
}

#[derive(Clone, Copy)]
struct Output {
    hash: ContentHash,
    width: u32,
    height: u32,
    bytes: u64,
}

/// Makes the picture, or takes the equal one that exists, and marks render and job done together.
async fn run(studio: &mut Studio, job: &Claimed, wanted: &RenderPicture) -> Result<Outcome, JobError> {
    let RenderPicture { render, batch, .. } = *wanted;
    let mut tx = studio.db.tenant(job.tenant).await?;
    let Some(order) = load(&mut tx, render).await? else {
        // Done, cancelled or deleted meanwhile: nothing is left to do.
        return job.hold(&mut tx).await?.commit(tx).await;
    };
    let existing = find_equal(&mut tx, &order.key).await?;
    drop(tx);
    let equal = match existing {
        Some(output) => claim_equal(studio, job.tenant, output).await?.map(|claim| (output, claim)),
        None => None,
    };
    let (output, claim) = match equal {
        Some(equal) => equal,
        None => make(studio, job.tenant, order).await?,
    };

    let mut tx = studio.db.tenant(job.tenant).await?;
    let held = job.hold(&mut tx).await?;
    files::settle(&mut tx, &claim).await?;
    sqlx::query!(
        "update renders set state = 'done', output_hash = $2, width = $3, height = $4, bytes = $5, finished_at = now()
        where id = $1 and state = 'queued'",
        render.0,
        output.hash.0.as_slice(),
        output.width as i32,
        output.height as i32,
        output.bytes as i64
    )
    .execute(tx.conn())
    .await?;
    tx.tell(Object::Batch(batch));
    held.commit(tx).await
}

async fn load(tx: &mut TenantTx<'_>, render: RenderId) -> Result<Option<Order>> {
    let row = sqlx::query!(
        "select b.document, b.side, b.format, r.image_hash, r.key from renders r join batches b on b.id = r.batch_id
        where r.id = $1 and r.state = 'queued'",
        render.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (document, design) = (read_document(row.document)?, hash_column(row.image_hash)?);
    let mut wanted = document.images();
    wanted.push(design);
    let images = images::infos(tx, &wanted).await?;
    let (side, format) = (row.side as u32, column(&row.format)?);
    Ok(Some(Order { picture: Picture { document, design, images, side }, key: row.key, format }))
}

/// The output of an equal render of the tenant that is already done.
async fn find_equal(tx: &mut TenantTx<'_>, key: &[u8]) -> Result<Option<Output>> {
    let row = sqlx::query!(
        r#"select output_hash as "hash!", width as "width!", height as "height!", bytes as "bytes!"
        from renders where key = $1 and state = 'done' limit 1"#,
        key
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let hash = hash_column(row.hash)?;
        Ok(Output { hash, width: row.width as u32, height: row.height as u32, bytes: row.bytes as u64 })
    })
    .transpose()
}

async fn claim(studio: &mut Studio, tenant: TenantId, output: Output) -> Result<Claim> {
    files::claim(studio, tenant, FileKind::Render, output.hash, &[(BlobKind::Render, output.bytes)]).await
}

/// A claim on a file that an equal render has, where it is really there.
async fn claim_equal(studio: &mut Studio, tenant: TenantId, output: Output) -> Result<Option<Claim>> {
    let claim = claim(studio, tenant, output).await?;
    let there = claim.stored && studio.blobs.has(tenant, BlobKind::Render, output.hash).await?;
    Ok(there.then_some(claim))
}

async fn make(studio: &mut Studio, tenant: TenantId, order: Order) -> Result<(Output, Claim), JobError> {
    let gone = |error| match error {
        ServiceError::NotFound => JobError::Permanent("failure-image-gone".into()),
        ServiceError::Refused(_) => JobError::Permanent("failure-too-large".into()),
        other => JobError::Transient(other),
    };
    let of = |photo| order.picture.source(photo).ok_or(JobError::Permanent("failure-image-gone".into()));
    let photos = order.picture.document.images();
    for photo in photos.iter().copied().map(Some).chain([None]) {
        let (image, level) = of(photo)?;
        images::restore_level(studio, tenant, image, level).await.map_err(gone)?;
    }
    let share = studio.heavy.share(tenant, order.picture.needs_bytes(), Waiting::Job).await.map_err(gone)?;
    let mut sources = Sources::default();
    for photo in photos {
        let (image, level) = of(Some(photo))?;
        let pyramid = studio.pyramids.get(&studio.blobs, &share, tenant, image, level).await.map_err(gone)?;
        sources.images.insert(photo, pyramid);
    }
    let (image, level) = of(None)?;
    sources.design = Some(studio.pyramids.get(&studio.blobs, &share, tenant, image, level).await.map_err(gone)?);
    // A job that is cancelled or out of time drops this.
    let _waiting = sources.stop.when_dropped();
    let (size, file) = share.run(move || Ok(draw(&order, sources))).await??;
    let (hash, bytes) = (content_hash(&file), file.len() as u64);
    let output = Output { hash, width: size.width(), height: size.height(), bytes };
    let claim = claim(studio, tenant, output).await?;
    studio.blobs.put(tenant, BlobKind::Render, hash, file).await?;
    Ok((output, claim))
}

/// The picture will not come; says so where the merchant looks.
async fn give_up(tx: &mut TenantTx<'_>, wanted: &RenderPicture, key: &str) -> Result<()> {
    let RenderPicture { render, batch, .. } = *wanted;
    sqlx::query!(
        "update renders set state = 'failed', failure = $2, finished_at = now() where id = $1 and state = 'queued'",
        render.0,
        key
    )
    .execute(tx.conn())
    .await?;
    tx.tell(Object::Batch(batch));
    Ok(())
}

fn draw(order: &Order, mut sources: Sources) -> Result<(Size, Bytes), JobError> {
    let size = order.picture.size();
    let composed = compose(&order.picture.document, &mut sources, size).map_err(|error| match error {
        RenderError::TooLarge { .. } => JobError::Permanent("failure-too-large".into()),
        RenderError::TooMuch { .. } => JobError::Permanent("failure-masks-too-laborious".into()),
        other => JobError::Transient(ServiceError::internal(other)),
    })?;
    let file = match order.format {
        OutputFormat::Jpeg => encode::jpeg(&composed.image, Jpeg::of_quality(QUALITY)),
        OutputFormat::Png => encode::png(&composed.image, PngEffort::Balanced),
        OutputFormat::Webp => encode::webp(&composed.image, WebpKind::Lossy(QUALITY)),
    };
    Ok((size, Bytes::from(file.map_err(ServiceError::internal)?)))
}
