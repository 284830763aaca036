//! Image files of a tenant: received, checked, stored once, with the smaller versions pages need.

mod derive;
mod refusal;
mod upload;

pub(crate) use derive::{picture, thumbnail as thumbnail_of};
pub use upload::{Received, Upload};

use bytes::Bytes;
use domain::{
    ContentHash, TenantId,
    design::{ImageFormat, StoredImage, UPLOAD_SIDE_MAX},
};
use refusal::refusal;
use render::{Pyramid, decode, decode::DecodeError};

use crate::{
    Result, ServiceError, Services,
    access::{Can, LibraryRead},
    blobs::{BlobKind, Reading, content_hash, hash_column},
    db::TenantTx,
    files::{self, Claim, FileKind},
    heavy::{Share, Waiting},
};

/// How much of a file is looked at to know what decoding it will take. Headers are in it but for JPEGs with more than
/// this of metadata before their picture.
const HEAD: u64 = 1 << 20;

/// The bytes that decoding a file takes at its peak, the file itself with them, by its head.
fn decoding_bytes(head: &[u8], length: u64) -> Result<u64> {
    match decode::peak_bytes(head) {
        Ok(peak) => Ok(peak + length),
        // Only its head was looked at: it may be whole, and as much work as the most laborious JPEG of the largest size.
        Err(DecodeError::Damaged(_)) if (head.len() as u64) < length => {
            Ok(11 * u64::from(UPLOAD_SIDE_MAX).pow(2) + length)
        }
        Err(error) => Err(refusal(error)),
    }
}

/// What the levels, the thumbnail and their files take beside the picture, for a picture of so many bytes: a third for
/// the levels, as much again for their files, and the encoder's rows.
fn deriving_bytes(decoding: u64) -> u64 {
    decoding / 3 * 2 + (4 << 20)
}

/// Where the bytes of an image come from.
pub(crate) trait Source: Send + 'static {
    fn length(&self) -> u64;
    /// The first bytes. Blocks.
    fn head(&self, length: u64) -> Result<Bytes>;
    fn whole(self) -> Result<Bytes>;
}

impl Source for Received {
    fn length(&self) -> u64 {
        self.bytes()
    }

    fn head(&self, length: u64) -> Result<Bytes> {
        Received::head(self, length)
    }

    fn whole(self) -> Result<Bytes> {
        self.read()
    }
}

impl Source for Bytes {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn head(&self, length: u64) -> Result<Bytes> {
        Ok(self.slice(..self.len().min(length as usize)))
    }

    fn whole(self) -> Result<Bytes> {
        Ok(self)
    }
}

/// An image whose files are in the store and that nothing uses yet.
pub(crate) struct NewImage {
    pub image: StoredImage,
    claim: Claim,
}

/// Checks a received file by decoding all of it, and stores it with its levels and thumbnail. The same file again
/// costs no decoding. The caller writes the row ([`insert`]) in the transaction of what uses the image.
pub(crate) async fn store(
    services: &Services,
    tenant: TenantId,
    received: Received,
    waiting: Waiting,
) -> Result<NewImage> {
    if let Some(image) = find(services, tenant, received.hash).await? {
        let claim =
            files::claim(services, tenant, FileKind::Image, image.hash, &[(BlobKind::Original, image.bytes)]).await?;
        if claim.stored && services.blobs.has(tenant, BlobKind::Original, image.hash).await? {
            return Ok(NewImage { image, claim });
        }
    }
    let hash = received.hash;
    store_new(services, tenant, hash, received, waiting).await
}

/// As [`store`], for bytes that are already at hand.
pub(crate) async fn store_bytes(services: &Services, tenant: TenantId, bytes: Bytes) -> Result<NewImage> {
    store_new(services, tenant, content_hash(&bytes), bytes, Waiting::Job).await
}

async fn store_new(
    services: &Services,
    tenant: TenantId,
    hash: ContentHash,
    source: impl Source,
    waiting: Waiting,
) -> Result<NewImage> {
    let length = source.length();
    let (source, decoding) = tokio::task::spawn_blocking(move || {
        let decoding = decoding_bytes(&source.head(HEAD)?, length)?;
        Ok::<_, ServiceError>((source, decoding))
    })
    .await??;
    let work = move || {
        let file = source.whole()?;
        let header = decode::header(&file).map_err(refusal)?;
        let image = decode::decode(&file).map_err(refusal)?;
        Ok((header.format, derive::derive(image)?, file))
    };
    // Held until all of it is stored: the files stay in memory as long.
    let share = services.heavy.share(tenant, decoding + deriving_bytes(decoding), waiting).await?;
    let (format, derived, file) = share.run(work).await?;
    let mut objects = vec![(BlobKind::Original, file), (BlobKind::Thumbnail, derived.thumbnail)];
    objects.extend(derived.levels.into_iter().map(|(level, png)| (BlobKind::Level(level), png)));
    let sizes: Vec<_> = objects.iter().map(|(object, bytes)| (*object, bytes.len() as u64)).collect();
    let claim = files::claim(services, tenant, FileKind::Image, hash, &sizes).await?;
    for (object, bytes) in objects {
        services.blobs.put(tenant, object, hash, bytes).await?;
    }
    drop(share);
    let (width, height, has_alpha) = (derived.width, derived.height, derived.has_alpha);
    Ok(NewImage { image: StoredImage { hash, format, width, height, has_alpha, bytes: length }, claim })
}

/// Makes the image known to the tenant, now that all of it is stored; again is no change.
pub(crate) async fn insert(tx: &mut TenantTx, new: &NewImage) -> Result<()> {
    files::settle(tx, &new.claim).await?;
    let image = &new.image;
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

async fn find(services: &Services, tenant: TenantId, hash: ContentHash) -> Result<Option<StoredImage>> {
    let mut tx = services.db.tenant(tenant).await?;
    Ok(infos(&mut tx, &[hash]).await?.pop())
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

/// A pyramid level as PNG, for the browser's preview, as it is read from the store. Levels are made when the image is
/// stored, the largest (level 0, which a preview of a small photo needs) when it is first asked for.
///
/// # Errors
/// [`ServiceError::NotFound`] for an image or level that is not there.
pub async fn level(services: &Services, can: &Can<LibraryRead>, hash: ContentHash, level: u32) -> Result<Reading> {
    let image = info(services, can, hash).await?;
    if level > domain::design::coarsest_level(image.width, image.height) {
        return Err(ServiceError::NotFound);
    }
    let tenant = can.tenant();
    match services.blobs.read(tenant, BlobKind::Level(level), hash).await {
        Err(ServiceError::NotFound) => {
            make_level(services, tenant, &image, level).await?;
            services.blobs.read(tenant, BlobKind::Level(level), hash).await
        }
        found => found,
    }
}

async fn make_level(services: &Services, tenant: TenantId, image: &StoredImage, level: u32) -> Result<()> {
    let bytes = reading_bytes(image, 0);
    let share = services.heavy.share(tenant, bytes + deriving_bytes(bytes), Waiting::Person).await?;
    if services.blobs.has(tenant, BlobKind::Level(level), image.hash).await? {
        // Somebody else who waited has made it.
        return Ok(());
    }
    let pyramid = pyramid(services, &share, tenant, image, 0).await?;
    let png = share.run(move || derive::level_png(&pyramid, level)).await?;
    let bytes = png.len() as u64;
    services.blobs.put(tenant, BlobKind::Level(level), image.hash, png).await?;
    files::grow(services, tenant, BlobKind::Level(level), image.hash, bytes).await
}

/// The small picture for lists.
pub async fn thumbnail(services: &Services, can: &Can<LibraryRead>, hash: ContentHash) -> Result<Bytes> {
    info(services, can, hash).await?;
    services.blobs.get(can.tenant(), BlobKind::Thumbnail, hash).await
}

/// What the tenant knows of each image that is there, in no order.
pub(crate) async fn infos(tx: &mut TenantTx, hashes: &[ContentHash]) -> Result<Vec<StoredImage>> {
    let hashes: Vec<Vec<u8>> = hashes.iter().map(|hash| hash.0.to_vec()).collect();
    let rows = sqlx::query!(
        "select hash, format, width, height, has_alpha, bytes from images where tenant_id = $1 and hash = any($2)",
        tx.tenant().0,
        &hashes
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StoredImage {
                hash: hash_column(row.hash)?,
                format: format_column(&row.format)?,
                width: row.width as u32,
                height: row.height as u32,
                has_alpha: row.has_alpha,
                bytes: row.bytes as u64,
            })
        })
        .collect()
}

/// What the tenant has of an image from a level on, for final renders: of the stored level where there is one, else of
/// the original. `share` covers it.
pub(crate) async fn pyramid(
    services: &Services,
    share: &Share,
    tenant: TenantId,
    image: &StoredImage,
    level: u32,
) -> Result<Pyramid> {
    let (width, height, hash) = (image.width, image.height, image.hash);
    let stored = match kept_level(image, level) {
        0 => None,
        kept => services.blobs.find(tenant, BlobKind::Level(kept), hash).await?.map(|png| (kept, png)),
    };
    let (first, file) = match stored {
        Some(found) => found,
        None => (0, services.blobs.get(tenant, BlobKind::Original, hash).await?),
    };
    share
        .run(move || {
            let pixels = decode::decode(&file).map_err(ServiceError::internal)?;
            let pyramid = Pyramid::from_level(width, height, first, pixels).map_err(ServiceError::internal)?;
            Ok(pyramid.from_level_on(level))
        })
        .await
}

/// The bytes that reading an image from a level on takes at its peak, by what is known of it: its file, its pixels,
/// and what the most laborious decoder takes beside them.
pub(crate) fn reading_bytes(image: &StoredImage, level: u32) -> u64 {
    let kept = kept_level(image, level);
    let side = |side: u32| u64::from(side.div_ceil(1 << kept));
    11 * side(image.width) * side(image.height) + image.bytes + (16 << 20)
}

/// The stored level that is read for `level`.
fn kept_level(image: &StoredImage, level: u32) -> u32 {
    level.min(domain::design::coarsest_level(image.width, image.height))
}
