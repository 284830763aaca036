//! The files' life, in one place: what is stored is claimed first, settled by the transaction that uses it, doomed when
//! nothing has used it for long, and buried later.
//!
//! The row of a file is its lock. Uses are counted by the database itself (migration `files`), which lets nothing use a
//! file that is not stored and nothing doom one that is used. So at every moment, and wherever a process is killed:
//! a used file is in the store.

mod bury;
mod reconcile;

pub use bury::{bury, doom};
pub(crate) use reconcile::Reconcile;
pub use reconcile::{Reconciled, reconcile};

use document::{ContentHash, SIDE_MAX};
use domain::TenantId;
use uuid::Uuid;

use crate::{BlobKind, Studio};
use platform::{Result, ServiceError, blobs::Kind as _, db::TenantTx};

/// What is kept under one hash, and lives and dies together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// An uploaded picture with its levels and thumbnail.
    Image,
    /// A finished file with its preview.
    Render,
    /// A template's small picture.
    Thumbnail,
}

document::words!(FileKind { Image => "image", Render => "render", Thumbnail => "thumbnail" });

impl FileKind {
    /// What an object of the store belongs to.
    fn of(blob: BlobKind) -> Self {
        match blob {
            BlobKind::Original | BlobKind::Level(_) | BlobKind::Thumbnail => Self::Image,
            BlobKind::Render | BlobKind::Preview => Self::Render,
            BlobKind::TemplateThumbnail => Self::Thumbnail,
        }
    }

    /// The object that the others are made of.
    fn main(self) -> BlobKind {
        match self {
            Self::Image => BlobKind::Original,
            Self::Render => BlobKind::Render,
            Self::Thumbnail => BlobKind::TemplateThumbnail,
        }
    }

    /// All that may be in the store under the hash.
    fn blobs(self) -> Vec<BlobKind> {
        match self {
            Self::Image => {
                let coarsest = render::pyramid::coarsest_level(SIDE_MAX, SIDE_MAX);
                let levels = (0..=coarsest).map(BlobKind::Level);
                levels.chain([BlobKind::Thumbnail, BlobKind::Original]).collect()
            }
            Self::Render => vec![BlobKind::Preview, BlobKind::Render],
            Self::Thumbnail => vec![BlobKind::TemplateThumbnail],
        }
    }
}

/// A file that somebody has said to want. It can be used once it is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    kind: FileKind,
    hash: ContentHash,
    /// Of the file's row. When that was buried meanwhile, and made anew by somebody else, whose bytes may be on their
    /// way, this claim is void.
    life: Uuid,
    /// The bytes are in the store already; else they have to be put.
    pub stored: bool,
}

/// Says that the file is wanted, and of which objects with how many bytes, before any of these is put. From then on it
/// cannot be doomed for as long as unused files are kept.
pub(crate) async fn claim(
    studio: &mut Studio,
    tenant: TenantId,
    kind: FileKind,
    hash: ContentHash,
    objects: &[(BlobKind, u64)],
) -> Result<Claim> {
    let mut tx = studio.db.tenant(tenant).await?;
    let row = sqlx::query!(
        "insert into files (tenant_id, kind, hash, bytes, counted, life) values ($1, $2, $3, $4, $5, $6)
        on conflict (tenant_id, kind, hash) do update set
            life = case files.state when 'doomed' then excluded.life else files.life end,
            state = case files.state when 'stored' then 'stored' else 'arriving' end,
            bytes = case files.state when 'stored' then files.bytes else excluded.bytes end,
            counted = case files.state when 'stored' then files.counted else excluded.counted end,
            unused_since = case when files.uses = 0 then now() end
        returning state, life",
        tenant.0,
        kind.as_str(),
        hash.0.as_slice(),
        bytes(objects),
        &counted(objects),
        Uuid::now_v7()
    )
    .fetch_one(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(Claim { kind, hash, life: row.life, stored: row.state == "stored" })
}

/// Says that all of the file's bytes are in the store, in the transaction that is going to use it.
///
/// # Errors
/// [`ServiceError::Removed`] where that took so long that the file was doomed meanwhile.
pub(crate) async fn settle(tx: &mut TenantTx<'_>, claim: &Claim) -> Result<()> {
    let settled = sqlx::query!(
        "update files set state = 'stored'
        where tenant_id = $1 and kind = $2 and hash = $3 and life = $4 and state <> 'doomed'",
        tx.tenant().0,
        claim.kind.as_str(),
        claim.hash.0.as_slice(),
        claim.life
    )
    .execute(tx.conn())
    .await?;
    if settled.rows_affected() == 1 { Ok(()) } else { Err(ServiceError::Removed) }
}

/// Locks the rows of images that a transaction is going to use by several statements, in the order in which each of those
/// locks them, so that no two transactions wait for each other in a circle.
pub(crate) async fn lock_images(tx: &mut TenantTx<'_>, hashes: &[ContentHash]) -> Result<()> {
    let hashes: Vec<Vec<u8>> = hashes.iter().map(|hash| hash.0.to_vec()).collect();
    sqlx::query!(
        "select hash from files where tenant_id = $1 and kind = 'image' and hash = any($2) order by hash
        for no key update",
        tx.tenant().0,
        &hashes
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// What the objects of a file take together.
fn bytes(objects: &[(BlobKind, u64)]) -> i64 {
    objects.iter().map(|(_, bytes)| *bytes as i64).sum()
}

/// The names under which objects are counted.
fn counted(objects: &[(BlobKind, u64)]) -> Vec<String> {
    objects.iter().map(|(object, _)| object.folder()).collect()
}

/// Counts an object that was made of a stored file later and is kept with it, such as a preview. One that counts already,
/// because two have made it at once or it was lost, counts no second time.
pub(crate) async fn grow(
    studio: &mut Studio,
    tenant: TenantId,
    object: BlobKind,
    hash: ContentHash,
    by: u64,
) -> Result<()> {
    let mut tx = studio.db.tenant(tenant).await?;
    sqlx::query!(
        "update files set bytes = bytes + $4, counted = counted || $5::text
        where tenant_id = $1 and kind = $2 and hash = $3 and state = 'stored' and $5 <> all(counted)",
        tenant.0,
        FileKind::of(object).as_str(),
        hash.0.as_slice(),
        by as i64,
        object.folder()
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await
}

/// How many bytes the tenant keeps in the store.
pub async fn stored_bytes(studio: &mut Studio, tenant: TenantId) -> Result<u64> {
    let mut tx = studio.db.tenant(tenant).await?;
    let bytes = sqlx::query_scalar!("select bytes from tenant_storage where tenant_id = $1", tenant.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(bytes.unwrap_or(0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_file_goes_with_it() {
        for kind in FileKind::ALL {
            assert!(kind.blobs().into_iter().all(|blob| FileKind::of(blob) == kind), "{kind:?}");
            assert!(kind.blobs().contains(&kind.main()), "{kind:?}");
        }
    }
}
