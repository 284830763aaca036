//! Files, content-addressed per tenant: `tenant/<id>/<kind>/<hash>`. A client's file name never becomes part of a key.

use std::{path::Path as FilePath, sync::Arc, time::Duration};

use bytes::Bytes;
use document::ContentHash;
use domain::TenantId;
use futures::{Stream, StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path};

use crate::{Result, ServiceError};

/// What a blob is to its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobKind {
    /// An uploaded file, named by its own hash.
    Original,
    /// A pyramid level as PNG, named by the hash of the original it comes from.
    Level(u32),
    /// An uploaded picture small, for lists, named by the hash of the original.
    Thumbnail,
    /// A finished file, named by its own hash.
    Render,
    /// A finished picture small, for the gallery, named by the hash of the file it shows.
    Preview,
    /// A template by itself, small, named by the hash of its document.
    TemplateThumbnail,
}

/// An object of the store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored {
    pub kind: BlobKind,
    pub hash: ContentHash,
}

impl BlobKind {
    /// Where it is in the store, and its name in the rows.
    pub(crate) fn folder(self) -> String {
        match self {
            Self::Original => "original".into(),
            Self::Level(level) => format!("level-{level}"),
            Self::Thumbnail => "thumbnail".into(),
            Self::Render => "render".into(),
            Self::Preview => "preview".into(),
            Self::TemplateThumbnail => "template-thumbnail".into(),
        }
    }

    fn of_folder(name: &str) -> Option<Self> {
        let named = [Self::Original, Self::Thumbnail, Self::Render, Self::Preview, Self::TemplateThumbnail];
        let level = || name.strip_prefix("level-")?.parse().ok().map(Self::Level);
        named.into_iter().find(|kind| kind.folder() == name).or_else(level)
    }
}

/// A blob on its way out.
pub struct Reading {
    pub bytes: u64,
    pub pieces: BoxStream<'static, Result<Bytes>>,
}

impl Reading {
    /// All of it, for what is small.
    pub async fn whole(self) -> Result<Bytes> {
        let pieces: Vec<Bytes> = self.pieces.try_collect().await?;
        Ok(pieces.concat().into())
    }
}

#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// Where the store is a folder.
    folder: Option<Arc<FilePath>>,
}

impl Blobs {
    /// Files in a folder, which is made where it is missing.
    ///
    /// # Errors
    /// Where the folder cannot be made or read.
    pub fn in_folder(folder: &FilePath) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), folder: Some(folder.into()) })
    }

    /// Any other store, such as a bucket.
    pub fn in_store(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, folder: None }
    }

    /// Removes what a killed process had begun to write for the tenant at least `before_now` ago, and says how many files
    /// that were. A folder's writer gives such files names with `#`, and its lists leave them out. Blocks.
    pub(crate) fn remove_unfinished(&self, tenant: TenantId, before_now: Duration) -> Result<u64> {
        let Some(folder) = &self.folder else { return Ok(0) };
        let Ok(kinds) = std::fs::read_dir(folder.join(format!("tenant/{tenant}"))) else { return Ok(0) };
        let mut removed = 0;
        for kind in kinds {
            for file in std::fs::read_dir(kind?.path())? {
                let file = file?;
                let age = file.metadata()?.modified()?.elapsed().unwrap_or_default();
                if file.file_name().to_string_lossy().contains('#') && age >= before_now {
                    std::fs::remove_file(file.path())?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    fn path(tenant: TenantId, kind: BlobKind, hash: ContentHash) -> Path {
        Path::from(format!("tenant/{tenant}/{}/{hash}", kind.folder()))
    }

    /// Stores bytes; writing the same again changes nothing.
    pub(crate) async fn put(
        &self,
        tenant: TenantId,
        kind: BlobKind,
        hash: ContentHash,
        bytes: impl Into<PutPayload>,
    ) -> Result<()> {
        self.store.put(&Self::path(tenant, kind, hash), bytes.into()).await?;
        Ok(())
    }

    /// # Errors
    /// [`ServiceError::NotFound`] when there is none.
    pub(crate) async fn get(&self, tenant: TenantId, kind: BlobKind, hash: ContentHash) -> Result<Bytes> {
        Ok(self.store.get(&Self::path(tenant, kind, hash)).await?.bytes().await?)
    }

    /// The first bytes, no more than there are.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none.
    pub(crate) async fn head(&self, tenant: TenantId, kind: BlobKind, hash: ContentHash, bytes: u64) -> Result<Bytes> {
        Ok(self.store.get_range(&Self::path(tenant, kind, hash), 0..bytes).await?)
    }

    /// The bytes as they are read, in pieces, for those who hand them on.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none.
    pub(crate) async fn read(&self, tenant: TenantId, kind: BlobKind, hash: ContentHash) -> Result<Reading> {
        let found = self.store.get(&Self::path(tenant, kind, hash)).await?;
        Ok(Reading { bytes: found.meta.size, pieces: found.into_stream().map_err(ServiceError::from).boxed() })
    }

    pub(crate) async fn has(&self, tenant: TenantId, kind: BlobKind, hash: ContentHash) -> Result<bool> {
        Ok(self.size(tenant, kind, hash).await?.is_some())
    }

    /// How many bytes an object has, where there is one.
    pub(crate) async fn size(&self, tenant: TenantId, kind: BlobKind, hash: ContentHash) -> Result<Option<u64>> {
        match self.store.head(&Self::path(tenant, kind, hash)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The tenant's objects that were last written at least `before_now` ago.
    pub(crate) fn list(&self, tenant: TenantId, before_now: Duration) -> impl Stream<Item = Result<Stored>> + use<> {
        let prefix = Path::from(format!("tenant/{tenant}"));
        let old = move |object: &ObjectMeta| {
            let age = std::time::SystemTime::now().duration_since(object.last_modified.into());
            age.unwrap_or_default() >= before_now
        };
        let stored = move |object: ObjectMeta| {
            let mut parts = object.location.parts().skip(2);
            let (folder, name) = (parts.next()?, parts.next()?);
            Some(Stored { kind: BlobKind::of_folder(folder.as_ref())?, hash: name.as_ref().parse().ok()? })
        };
        self.store
            .list(Some(&prefix))
            .map_err(ServiceError::from)
            .try_filter_map(move |object| std::future::ready(Ok(if old(&object) { stored(object) } else { None })))
    }

    pub(crate) async fn find(&self, tenant: TenantId, kind: BlobKind, hash: ContentHash) -> Result<Option<Bytes>> {
        match self.get(tenant, kind, hash).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(ServiceError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn delete(&self, tenant: TenantId, kind: BlobKind, hash: ContentHash) -> Result<()> {
        match self.store.delete(&Self::path(tenant, kind, hash)).await.map_err(ServiceError::from) {
            Err(ServiceError::NotFound) => Ok(()),
            other => other,
        }
    }

    /// Whether the store answers now.
    pub async fn answers(&self) -> bool {
        match self.store.head(&Path::from("health")).await {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => true,
            Err(_) => false,
        }
    }
}

/// The name of bytes in the store.
pub fn content_hash(bytes: &[u8]) -> ContentHash {
    ContentHash(*blake3::hash(bytes).as_bytes())
}

/// A stored hash column as its type; the column's check keeps it at 32 bytes.
pub(crate) fn hash_column(bytes: Vec<u8>) -> Result<ContentHash> {
    let bytes = bytes.try_into().map_err(|_| ServiceError::Internal("a stored hash is not 32 bytes".into()))?;
    Ok(ContentHash(bytes))
}
