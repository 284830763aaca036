//! Files, content-addressed per tenant: `tenant/<id>/<kind>/<hash>`. A client's file name never becomes part of a key.

use std::{path::Path as FilePath, sync::Arc};

use bytes::Bytes;
use domain::{ContentHash, TenantId};
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path};

use crate::{Result, ServiceError};

/// What a blob is to its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobKind {
    /// An uploaded file, named by its own hash.
    Original,
    /// A pyramid level as PNG, named by the hash of the original it comes from.
    Level(u32),
    /// A small picture for lists, named by the hash of what it shows.
    Thumbnail,
    /// A finished file, named by its own hash.
    Render,
}

impl BlobKind {
    fn folder(self) -> String {
        match self {
            Self::Original => "original".into(),
            Self::Level(level) => format!("level-{level}"),
            Self::Thumbnail => "thumbnail".into(),
            Self::Render => "render".into(),
        }
    }
}

#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
}

impl Blobs {
    /// Files in a folder, which is made where it is missing.
    ///
    /// # Errors
    /// Where the folder cannot be made or read.
    pub fn in_folder(folder: &FilePath) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store) })
    }

    /// Any other store, such as a bucket.
    pub fn in_store(store: Arc<dyn ObjectStore>) -> Self {
        Self { store }
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
