//! Image files of a tenant: received, checked, stored once, with the smaller versions pages need.

mod derive;
mod upload;

pub(crate) use derive::{picture, thumbnail as thumbnail_of};
pub use upload::{Received, Upload};

use std::sync::Arc;

use bytes::Bytes;
use domain::{
    ContentHash, Problem, ProblemKind, TenantId,
    design::{ImageFormat, StoredImage, UPLOAD_SIDE_MAX},
};
use render::{Pyramid, decode, decode::DecodeError};
use tokio::sync::Semaphore;

use crate::{
    Result, ServiceError, Services,
    access::{Can, LibraryRead},
    blobs::{BlobKind, content_hash},
    db::TenantTx,
};

/// Decoding takes a processor and up to 400 MB each, so only so many go on at once.
#[derive(Clone)]
pub(crate) struct Decoder {
    places: Arc<Semaphore>,
}

impl Default for Decoder {
    fn default() -> Self {
        let places = std::thread::available_parallelism().map_or(2, |n| n.get().min(8));
        Self { places: Arc::new(Semaphore::new(places)) }
    }
}

impl Decoder {
    /// Runs heavy work outside the threads that answer requests.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let _place = self.places.acquire().await.map_err(ServiceError::internal)?;
        tokio::task::spawn_blocking(work).await?
    }
}

/// A refusal in the words of the person who uploaded the file.
fn refusal(error: DecodeError) -> ServiceError {
    let problem = match error {
        DecodeError::Empty => Problem::invalid("upload-empty"),
        DecodeError::NotAnImage => Problem::invalid("upload-not-an-image"),
        DecodeError::TooManyPixels { width, height } => Problem::new(ProblemKind::TooLarge, "upload-too-many-pixels")
            .with("width", width)
            .with("height", height)
            .with("limit", UPLOAD_SIDE_MAX),
        DecodeError::Cmyk => Problem::invalid("upload-cmyk"),
        DecodeError::Damaged(_) => Problem::invalid("upload-damaged"),
    };
    problem.at("file").into()
}

/// Checks a received file by decoding all of it, and stores it with its levels and thumbnail. The same file again
/// costs no decoding. The caller writes the row ([`insert`]) in the transaction of what uses the image.
pub(crate) async fn store(services: &Services, tenant: TenantId, received: Received) -> Result<StoredImage> {
    let known = find(services, tenant, received.hash).await?;
    let bytes = received.read().await?;
    if let Some(known) = known {
        services.blobs.put(tenant, BlobKind::Original, known.hash, bytes).await?;
        return Ok(known);
    }
    store_bytes(services, tenant, bytes).await
}

/// As [`store`], for bytes that are already at hand.
pub(crate) async fn store_bytes(services: &Services, tenant: TenantId, bytes: Bytes) -> Result<StoredImage> {
    let (hash, length) = (content_hash(&bytes), bytes.len() as u64);
    let file = bytes.clone();
    let (format, derived) = services
        .decoder
        .run(move || {
            let header = decode::header(&file).map_err(refusal)?;
            let image = decode::decode(&file).map_err(refusal)?;
            Ok((header.format, derive::derive(image)?))
        })
        .await?;
    services.blobs.put(tenant, BlobKind::Original, hash, bytes).await?;
    for (level, png) in derived.levels {
        services.blobs.put(tenant, BlobKind::Level(level), hash, png).await?;
    }
    services.blobs.put(tenant, BlobKind::Thumbnail, hash, derived.thumbnail).await?;
    let (width, height, has_alpha) = (derived.width, derived.height, derived.has_alpha);
    Ok(StoredImage { hash, format, width, height, has_alpha, bytes: length })
}

/// Makes the image known to the tenant; again is no change.
pub(crate) async fn insert(tx: &mut TenantTx, image: &StoredImage) -> Result<()> {
    sqlx::query!(
        "insert into images (tenant_id, hash, format, width, height, has_alpha, bytes)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        tx.tenant().0,
        image.hash.0.as_slice(),
        image.format.as_str(),
        image.width as i32,
        image.height as i32,
        image.has_alpha,
        image.bytes as i64
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn find(services: &Services, tenant: TenantId, hash: ContentHash) -> Result<Option<StoredImage>> {
    let mut tx = services.db.tenant(tenant).await?;
    let row = sqlx::query!("select format, width, height, has_alpha, bytes from images where hash = $1", &hash.0[..])
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| {
        Ok(StoredImage {
            hash,
            format: format_column(&row.format)?,
            width: row.width as u32,
            height: row.height as u32,
            has_alpha: row.has_alpha,
            bytes: row.bytes as u64,
        })
    })
    .transpose()
}

pub(crate) fn format_column(text: &str) -> Result<ImageFormat> {
    let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Webp];
    let found = formats.into_iter().find(|format| format.as_str() == text);
    found.ok_or_else(|| ServiceError::Internal(format!("unknown image format {text}")))
}

/// What the tenant knows of an image.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn info(services: &Services, can: &Can<LibraryRead>, hash: ContentHash) -> Result<StoredImage> {
    find(services, can.tenant(), hash).await?.ok_or(ServiceError::NotFound)
}

/// A pyramid level as PNG, for the browser's preview. Levels are made when the image is stored, the largest
/// (level 0, which a preview of a small photo needs) when it is first asked for.
///
/// # Errors
/// [`ServiceError::NotFound`] for an image or level that is not there.
pub async fn level(services: &Services, can: &Can<LibraryRead>, hash: ContentHash, level: u32) -> Result<Bytes> {
    let image = info(services, can, hash).await?;
    if level > domain::design::coarsest_level(image.width, image.height) {
        return Err(ServiceError::NotFound);
    }
    let tenant = can.tenant();
    if let Some(stored) = services.blobs.find(tenant, BlobKind::Level(level), hash).await? {
        return Ok(stored);
    }
    let original = services.blobs.get(tenant, BlobKind::Original, hash).await?;
    let png = services
        .decoder
        .run(move || {
            let pyramid = Pyramid::of(decode::decode(&original).map_err(refusal)?);
            derive::level_png(&pyramid, level)
        })
        .await?;
    services.blobs.put(tenant, BlobKind::Level(level), hash, png.clone()).await?;
    Ok(png)
}

/// The small picture for lists.
pub async fn thumbnail(services: &Services, can: &Can<LibraryRead>, hash: ContentHash) -> Result<Bytes> {
    info(services, can, hash).await?;
    services.blobs.get(can.tenant(), BlobKind::Thumbnail, hash).await
}

/// What the tenant has of an image from a level on, for final renders: of the stored level where there is one, else of the original.
pub(crate) async fn pyramid(services: &Services, tenant: TenantId, image: &StoredImage, level: u32) -> Result<Pyramid> {
    let (width, height, hash) = (image.width, image.height, image.hash);
    let kept = level.min(domain::design::coarsest_level(width, height));
    let stored = match kept {
        0 => None,
        kept => services.blobs.find(tenant, BlobKind::Level(kept), hash).await?,
    };
    let (first, file) = match stored {
        Some(png) => (kept, png),
        None => (0, services.blobs.get(tenant, BlobKind::Original, hash).await?),
    };
    let read = move || {
        let pixels = decode::decode(&file).map_err(ServiceError::internal)?;
        let pyramid = Pyramid::from_level(width, height, first, pixels).map_err(ServiceError::internal)?;
        Ok(pyramid.from_level_on(level))
    };
    services.decoder.run(read).await
}
