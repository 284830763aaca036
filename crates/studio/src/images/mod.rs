//! Image files of a tenant: received, checked, stored once, with the smaller versions pages need.

mod derive;
mod refusal;
mod upload;

pub(crate) use derive::{picture, thumbnail as thumbnail_of};
pub use upload::{Received, Upload};

use bytes::Bytes;
use document::{ContentHash, ImageFormat};
use domain::{TenantId, design::StoredImage};
use refusal::refusal;
use render::{
    Pyramid,
    decode::{self, DecodeError},
    encode,
    pyramid::level_size,
};

use crate::{
    BlobKind, Studio,
    files::{self, Claim, FileKind},
};
use platform::{
    Result, ServiceError,
    access::{Can, LibraryRead},
    blobs::{Blobs, Reading, content_hash, hash_column},
    db::{TenantTx, column},
    heavy::{Share, Waiting},
};

/// How much of a file is looked at to know what decoding it will take. Headers are in it but for JPEGs with more than
/// this of metadata before their picture.
const HEAD: u64 = 1 << 20;

/// What reading a file takes, known before any pixel is decoded.
#[derive(Clone, Copy)]
struct Effort {
    /// Width and height in pixels.
    size: (u32, u32),
    /// The bytes held at the peak of decoding, the file's own and the picture's with them.
    decoding: u64,
}

impl Effort {
    /// By a file of so many bytes, or the head of it.
    fn of(head: &[u8], length: u64) -> Result<Self, DecodeError> {
        let (header, peak) = (decode::header(head)?, decode::peak_bytes(head)?);
        Ok(Self { size: (header.width, header.height), decoding: length + peak })
    }

    /// By what is known of an image.
    fn of_image(image: &StoredImage) -> Self {
        let peak = decode::most_peak_bytes(image.format, (image.width, image.height), image.bytes);
        Self { size: (image.width, image.height), decoding: image.bytes + peak }
    }

    /// The bytes of the picture.
    fn picture(self) -> u64 {
        4 * u64::from(self.size.0) * u64::from(self.size.1)
    }

    /// By the head of a file, or by all of it where the head does not tell: metadata may come first, and a WebP's picture is
    /// measured whole.
    async fn of_source<S: Source>(studio: &Studio, tenant: TenantId, source: S, waiting: Waiting) -> Result<(S, Self)> {
        let length = source.length();
        let look = |source: S, bytes: u64| {
            move || {
                let head = source.head(bytes)?;
                let effort = match Self::of(&head, length) {
                    Err(DecodeError::Damaged(_)) if (head.len() as u64) < length => None,
                    told => Some(told.map_err(refusal)?),
                };
                Ok::<_, ServiceError>((source, effort))
            }
        };
        match tokio::task::spawn_blocking(look(source, HEAD)).await?? {
            (source, Some(effort)) => Ok((source, effort)),
            (source, None) => {
                let (source, effort) = studio.heavy.run(tenant, length, waiting, look(source, length)).await?;
                let effort = effort.ok_or_else(|| ServiceError::Internal("a file became longer".into()))?;
                Ok((source, effort))
            }
        }
    }

    /// The bytes that storing the file takes: what decoding takes is given back before the levels (a third of the picture),
    /// their files (hardly more than the pixels in them) and the thumbnail are made.
    fn storing_bytes(self, length: u64) -> u64 {
        let levels = self.picture() / 3;
        self.decoding.max(length + self.picture() + levels * 2 + levels / 500 + (4 << 20))
    }

    /// The bytes that making the file of a level of so many pixels takes. The levels before it are made on the way.
    fn level_bytes(self, level: u32, (width, height): (u32, u32)) -> u64 {
        let levels = if level == 0 { self.picture() } else { self.picture() / 3 * 4 };
        self.decoding.max(levels + encode::png_bytes_max(width, height) + (4 << 20))
    }
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

/// Width and height in pixels that a received file says its picture has, as stored; none of it is decoded.
pub(crate) async fn size(
    studio: &Studio,
    tenant: TenantId,
    received: Received,
    waiting: Waiting,
) -> Result<(u32, u32)> {
    let (_, effort) = Effort::of_source(studio, tenant, received, waiting).await?;
    Ok(effort.size)
}

/// Checks a received file by decoding all of it, and stores it with its levels and thumbnail. The same file again
/// costs no decoding. The caller writes the row ([`insert`]) in the transaction of what uses the image.
pub(crate) async fn store(
    studio: &mut Studio,
    tenant: TenantId,
    received: Received,
    waiting: Waiting,
) -> Result<NewImage> {
    if let Some(image) = find(studio, tenant, received.hash).await? {
        let claim =
            files::claim(studio, tenant, FileKind::Image, image.hash, &[(BlobKind::Original, image.bytes)]).await?;
        if claim.stored && studio.blobs.has(tenant, BlobKind::Original, image.hash).await? {
            return Ok(NewImage { image, claim });
        }
    }
    let hash = received.hash;
    store_new(studio, tenant, hash, received, waiting).await
}

/// As [`store`], for bytes that are already at hand.
pub(crate) async fn store_bytes(studio: &mut Studio, tenant: TenantId, bytes: Bytes) -> Result<NewImage> {
    store_new(studio, tenant, content_hash(&bytes), bytes, Waiting::Job).await
}

async fn store_new(
    studio: &mut Studio,
    tenant: TenantId,
    hash: ContentHash,
    source: impl Source,
    waiting: Waiting,
) -> Result<NewImage> {
    let length = source.length();
    let (source, effort) = Effort::of_source(studio, tenant, source, waiting).await?;
    let work = move || {
        let file = source.whole()?;
        let header = decode::header(&file).map_err(refusal)?;
        let image = decode::decode(&file).map_err(refusal)?;
        Ok((header.format, derive::derive(image)?, file))
    };
    // Held until all of it is stored: the files stay in memory as long.
    let share = studio.heavy.share(tenant, effort.storing_bytes(length), waiting).await?;
    let (format, derived, file) = share.run(work).await?;
    let mut objects = vec![(BlobKind::Original, file), (BlobKind::Thumbnail, derived.thumbnail)];
    objects.extend(derived.levels.into_iter().map(|(level, png)| (BlobKind::Level(level), png)));
    let sizes: Vec<_> = objects.iter().map(|(object, bytes)| (*object, bytes.len() as u64)).collect();
    let claim = files::claim(studio, tenant, FileKind::Image, hash, &sizes).await?;
    for (object, bytes) in objects {
        studio.blobs.put(tenant, object, hash, bytes).await?;
    }
    drop(share);
    let (width, height, has_alpha) = (derived.width, derived.height, derived.has_alpha);
    Ok(NewImage { image: StoredImage { hash, format, width, height, has_alpha, bytes: length }, claim })
}

/// Makes the image known to the tenant, now that all of it is stored; again is no change.
pub(crate) async fn insert(tx: &mut TenantTx<'_>, new: &NewImage) -> Result<()> {
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

async fn find(studio: &mut Studio, tenant: TenantId, hash: ContentHash) -> Result<Option<StoredImage>> {
    let mut tx = studio.db.tenant(tenant).await?;
    Ok(infos(&mut tx, &[hash]).await?.pop())
}

/// What the tenant knows of an image.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn info(studio: &mut Studio, can: &Can<LibraryRead>, hash: ContentHash) -> Result<StoredImage> {
    find(studio, can.tenant(), hash).await?.ok_or(ServiceError::NotFound)
}

/// A pyramid level as PNG, for the browser's preview, as it is read from the store. Levels are made when the image is
/// stored, the largest (level 0, which a preview of a small photo needs) when it is first asked for.
///
/// # Errors
/// [`ServiceError::NotFound`] for an image or level that is not there.
pub async fn level(studio: &mut Studio, can: &Can<LibraryRead>, hash: ContentHash, level: u32) -> Result<Reading> {
    let image = info(studio, can, hash).await?;
    if level > render::pyramid::coarsest_level(image.width, image.height) {
        return Err(ServiceError::NotFound);
    }
    let tenant = can.tenant();
    match studio.blobs.read(tenant, BlobKind::Level(level), hash).await {
        Err(ServiceError::NotFound) => {
            make_level(studio, tenant, &image, level, Waiting::Person).await?;
            studio.blobs.read(tenant, BlobKind::Level(level), hash).await
        }
        found => found,
    }
}

/// Makes the level that a render reads, where the store has lost it: reading the original instead would take memory that
/// nobody has asked for.
pub(crate) async fn restore_level(
    studio: &mut Studio,
    tenant: TenantId,
    image: &StoredImage,
    level: u32,
) -> Result<()> {
    match kept_level(image, level) {
        0 => Ok(()),
        kept if studio.blobs.has(tenant, BlobKind::Level(kept), image.hash).await? => Ok(()),
        kept => make_level(studio, tenant, image, kept, Waiting::Job).await,
    }
}

async fn make_level(
    studio: &mut Studio,
    tenant: TenantId,
    image: &StoredImage,
    level: u32,
    waiting: Waiting,
) -> Result<()> {
    let length = image.bytes;
    let head = studio.blobs.head(tenant, BlobKind::Original, image.hash, HEAD.min(length)).await?;
    let effort = tokio::task::spawn_blocking(move || Effort::of(&head, length)).await?;
    let effort = effort.unwrap_or_else(|_| Effort::of_image(image));
    let bytes = effort.level_bytes(level, level_size(image.width, image.height, level));
    let share = studio.heavy.share(tenant, bytes, waiting).await?;
    if studio.blobs.has(tenant, BlobKind::Level(level), image.hash).await? {
        // Somebody else who waited has made it.
        return Ok(());
    }
    let pyramid = pyramid(&studio.blobs, &share, tenant, image, 0).await?;
    let png = share.run(move || derive::level_png(&pyramid, level)).await?;
    let bytes = png.len() as u64;
    studio.blobs.put(tenant, BlobKind::Level(level), image.hash, png).await?;
    files::grow(studio, tenant, BlobKind::Level(level), image.hash, bytes).await
}

/// The small picture for lists.
pub async fn thumbnail(studio: &mut Studio, can: &Can<LibraryRead>, hash: ContentHash) -> Result<Bytes> {
    info(studio, can, hash).await?;
    studio.blobs.get(can.tenant(), BlobKind::Thumbnail, hash).await
}

/// What the tenant knows of each image that is there, in no order.
pub(crate) async fn infos(tx: &mut TenantTx<'_>, hashes: &[ContentHash]) -> Result<Vec<StoredImage>> {
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
                format: column(&row.format)?,
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
    blobs: &Blobs,
    share: &Share,
    tenant: TenantId,
    image: &StoredImage,
    level: u32,
) -> Result<Pyramid> {
    let (width, height, hash) = (image.width, image.height, image.hash);
    let stored = match kept_level(image, level) {
        0 => None,
        kept => blobs.find(tenant, BlobKind::Level(kept), hash).await?.map(|png| (kept, png)),
    };
    let (first, file) = match stored {
        Some(found) => found,
        None => (0, blobs.get(tenant, BlobKind::Original, hash).await?),
    };
    share
        .run(move || {
            let pixels = decode::decode(&file).map_err(ServiceError::internal)?;
            let pyramid = Pyramid::from_level(width, height, first, pixels).map_err(ServiceError::internal)?;
            Ok(pyramid.from_level_on(level))
        })
        .await
}

/// The bytes that reading an image from a level on takes at its peak, by what is known of it: the stored level's file or the
/// original, and what decoding it takes at most.
pub(crate) fn reading_bytes(image: &StoredImage, level: u32) -> u64 {
    let size = (image.width, image.height);
    let (format, size, length) = match kept_level(image, level) {
        0 => (image.format, size, image.bytes),
        kept => {
            let (width, height) = level_size(size.0, size.1, kept);
            (ImageFormat::Png, (width, height), encode::png_bytes_max(width, height))
        }
    };
    length + decode::most_peak_bytes(format, size, length)
}

/// The stored level that is read for `level`.
fn kept_level(image: &StoredImage, level: u32) -> u32 {
    level.min(render::pyramid::coarsest_level(image.width, image.height))
}
