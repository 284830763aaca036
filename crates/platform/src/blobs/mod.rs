//! Files, content-addressed per tenant: `tenant/<id>/<kind>/<hash>`. A client's file name never becomes part of a key.

use std::{path::Path as FilePath, sync::Arc, time::Duration};

use bytes::Bytes;
use document::ContentHash;
use domain::TenantId;
use futures::{Stream, StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path};

use crate::{Result, ServiceError};

/// What a blob is to its tenant: each area has kinds of its own.
pub trait Kind: Copy {
    /// Where it is in the store, and its name in the rows: lower-case letters, digits and hyphens. It is never changed.
    fn folder(self) -> String;
}

/// An object of the store.
#[derive(Clone, Debug)]
pub struct Stored {
    pub folder: String,
    pub hash: ContentHash,
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
    pub fn remove_unfinished(&self, tenant: TenantId, before_now: Duration) -> Result<u64> {
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

    fn path(tenant: TenantId, kind: impl Kind, hash: ContentHash) -> Path {
        Path::from(format!("tenant/{tenant}/{}/{hash}", kind.folder()))
    }

    /// Stores bytes; writing the same again changes nothing.
    pub async fn put(
        &self,
        tenant: TenantId,
        kind: impl Kind,
        hash: ContentHash,
        bytes: impl Into<PutPayload>,
    ) -> Result<()> {
        self.store.put(&Self::path(tenant, kind, hash), bytes.into()).await?;
        Ok(())
    }

    /// # Errors
    /// [`ServiceError::NotFound`] when there is none.
    pub async fn get(&self, tenant: TenantId, kind: impl Kind, hash: ContentHash) -> Result<Bytes> {
        Ok(self.store.get(&Self::path(tenant, kind, hash)).await?.bytes().await?)
    }

    /// The first bytes, no more than there are.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none.
    pub async fn head(&self, tenant: TenantId, kind: impl Kind, hash: ContentHash, bytes: u64) -> Result<Bytes> {
        Ok(self.store.get_range(&Self::path(tenant, kind, hash), 0..bytes).await?)
    }

    /// The bytes as they are read, in pieces, for those who hand them on.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none.
    pub async fn read(&self, tenant: TenantId, kind: impl Kind, hash: ContentHash) -> Result<Reading> {
        let found = self.store.get(&Self::path(tenant, kind, hash)).await?;
        Ok(Reading { bytes: found.meta.size, pieces: found.into_stream().map_err(ServiceError::from).boxed() })
    }

    pub async fn has(&self, tenant: TenantId, kind: impl Kind, hash: ContentHash) -> Result<bool> {
        Ok(self.size(tenant, kind, hash).await?.is_some())
    }

    /// How many bytes an object has, where there is one.
    pub async fn size(&self, tenant: TenantId, kind: impl Kind, hash: ContentHash) -> Result<Option<u64>> {
        match self.store.head(&Self::path(tenant, kind, hash)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The tenant's objects that were last written at least `before_now` ago.
    pub fn list(&self, tenant: TenantId, before_now: Duration) -> impl Stream<Item = Result<Stored>> + use<> {
        let prefix = Path::from(format!("tenant/{tenant}"));
        let old = move |object: &ObjectMeta| {
            let age = std::time::SystemTime::now().duration_since(object.last_modified.into());
            age.unwrap_or_default() >= before_now
        };
        let stored = move |object: ObjectMeta| {
            let mut parts = object.location.parts().skip(2);
            let (folder, name) = (parts.next()?, parts.next()?);
            Some(Stored { folder: folder.as_ref().to_owned(), hash: name.as_ref().parse().ok()? })
        };
        self.store
            .list(Some(&prefix))
            .map_err(ServiceError::from)
            .try_filter_map(move |object| std::future::ready(Ok(if old(&object) { stored(object) } else { None })))
    }

    pub async fn find(&self, tenant: TenantId, kind: impl Kind, hash: ContentHash) -> Result<Option<Bytes>> {
        match self.get(tenant, kind, hash).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(ServiceError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub async fn delete(&self, tenant: TenantId, kind: impl Kind, hash: ContentHash) -> Result<()> {
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
pub fn hash_column(bytes: Vec<u8>) -> Result<ContentHash> {
    let bytes = bytes.try_into().map_err(|_| ServiceError::Internal("a stored hash is not 32 bytes".into()))?;
    Ok(ContentHash(bytes))
}
