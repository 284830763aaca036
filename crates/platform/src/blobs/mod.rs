//! Files, content-addressed per tenant: `tenant/<id>/<kind>/<hash>`, in a folder or in a bucket of an S3 service. A client's
//! file name never becomes part of a key.

mod fault;
mod folder;
pub mod s3;

use std::{path::Path as FilePath, sync::Arc, time::Duration};

use bytes::Bytes;
use document::ContentHash;
use domain::TenantId;
use futures::{Stream, StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload, path::Path, signer::Url};

pub use fault::StoreProblem;

use self::{fault::Answer, folder::Folder, s3::Bucket};
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

/// How long a store may take to say whether it can be used.
const ANSWER_MAX: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    place: Place,
}

#[derive(Clone)]
enum Place {
    Folder(Folder),
    Bucket(Bucket),
    Elsewhere,
}

impl Blobs {
    /// Files in a folder, which is made where it is missing.
    ///
    /// # Errors
    /// Where the folder cannot be made or read.
    pub fn in_folder(folder: &FilePath) -> Result<Self> {
        let (folder, store) = Folder::open(folder)?;
        Ok(Self { store: Arc::new(store), place: Place::Folder(folder) })
    }

    /// Files in a bucket, which must be there. Nothing is asked of it yet: see [`Blobs::check`].
    ///
    /// # Errors
    /// [`ServiceError::Internal`] where no client can be made.
    pub fn in_bucket(settings: s3::Settings) -> Result<Self> {
        let bucket = Bucket::new(settings)?;
        Ok(Self { store: bucket.store.clone(), place: Place::Bucket(bucket) })
    }

    /// Any other store.
    pub fn in_store(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, place: Place::Elsewhere }
    }

    /// Removes what a killed process had begun to write for the tenant at least `before_now` ago, and says how many files
    /// that were. In a bucket there are none to be seen. Blocks.
    pub fn remove_unfinished(&self, tenant: TenantId, before_now: Duration) -> Result<u64> {
        match &self.place {
            Place::Folder(folder) => folder.remove_unfinished(tenant, before_now),
            Place::Bucket(_) | Place::Elsewhere => Ok(0),
        }
    }

    fn tenant_path(&self, tenant: TenantId) -> Path {
        let prefix = if let Place::Bucket(bucket) = &self.place { bucket.prefix() } else { "" };
        Path::from(format!("{prefix}tenant/{tenant}"))
    }

    /// Always below the tenant's own: the folder's name becomes one part, whatever is in it.
    fn path(&self, tenant: TenantId, kind: impl Kind, hash: ContentHash) -> Path {
        self.tenant_path(tenant).join(kind.folder()).join(hash.to_string())
    }

    /// Stores bytes; writing the same again changes nothing. What is large goes to a bucket in parts, without a copy.
    pub async fn put(
        &self,
        tenant: TenantId,
        kind: impl Kind,
        hash: ContentHash,
        bytes: impl Into<PutPayload>,
    ) -> Result<()> {
        let (path, payload) = (self.path(tenant, kind, hash), bytes.into());
        let stored = match &self.place {
            Place::Bucket(bucket) => bucket.put(&path, payload).await,
            Place::Folder(_) | Place::Elsewhere => self.store.put(&path, payload).await.map(|_| ()),
        };
        stored.map_err(|error| match error.into() {
            // What is written was asked for by nobody: the place for it is gone.
            ServiceError::NotFound => ServiceError::Unavailable("the store has lost what was being written".into()),
            other => other,
        })
    }

    /// # Errors
    /// [`ServiceError::NotFound`] when there is none.
    pub async fn get(&self, tenant: TenantId, kind: impl Kind, hash: ContentHash) -> Result<Bytes> {
        Ok(self.store.get(&self.path(tenant, kind, hash)).await?.bytes().await?)
    }

    /// The first bytes, no more than there are.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none.
    pub async fn head(&self, tenant: TenantId, kind: impl Kind, hash: ContentHash, bytes: u64) -> Result<Bytes> {
        Ok(self.store.get_range(&self.path(tenant, kind, hash), 0..bytes).await?)
    }

    /// The bytes as they are read, in pieces, for those who hand them on.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none.
    pub async fn read(&self, tenant: TenantId, kind: impl Kind, hash: ContentHash) -> Result<Reading> {
        let found = self.store.get(&self.path(tenant, kind, hash)).await?;
        Ok(Reading { bytes: found.meta.size, pieces: found.into_stream().map_err(ServiceError::from).boxed() })
    }

    pub async fn has(&self, tenant: TenantId, kind: impl Kind, hash: ContentHash) -> Result<bool> {
        Ok(self.size(tenant, kind, hash).await?.is_some())
    }

    /// How many bytes an object has, where there is one.
    pub async fn size(&self, tenant: TenantId, kind: impl Kind, hash: ContentHash) -> Result<Option<u64>> {
        match self.store.head(&self.path(tenant, kind, hash)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The tenant's objects that were last written at least `before_now` ago.
    pub fn list(&self, tenant: TenantId, before_now: Duration) -> impl Stream<Item = Result<Stored>> + use<> {
        let prefix = self.tenant_path(tenant);
        let above = prefix.parts().count();
        let old = move |object: &ObjectMeta| {
            let age = std::time::SystemTime::now().duration_since(object.last_modified.into());
            age.unwrap_or_default() >= before_now
        };
        let stored = move |object: ObjectMeta| {
            let mut parts = object.location.parts().skip(above);
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
        match self.store.delete(&self.path(tenant, kind, hash)).await.map_err(ServiceError::from) {
            Err(ServiceError::NotFound) => Ok(()),
            other => other,
        }
    }

    /// An address from which the blob comes straight from the store for five minutes, without any cookie, with the given
    /// Content-Disposition. `None` where the store is a folder. Whether the blob is there is not asked.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where it cannot be signed.
    pub async fn signed_get(
        &self,
        tenant: TenantId,
        kind: impl Kind,
        hash: ContentHash,
        disposition: &str,
    ) -> Result<Option<Url>> {
        match &self.place {
            Place::Bucket(bucket) => bucket.signed_get(&self.path(tenant, kind, hash), disposition).await.map(Some),
            Place::Folder(_) | Place::Elsewhere => Ok(None),
        }
    }

    /// Whether the store can be used as it is configured, said within ten seconds.
    ///
    /// # Errors
    /// What is wrong.
    pub async fn check(&self) -> Result<(), StoreProblem> {
        let checking = async {
            match &self.place {
                Place::Bucket(bucket) => bucket.check().await,
                Place::Folder(_) | Place::Elsewhere => self.check_by_asking().await,
            }
        };
        let late = || StoreProblem::Away { store: self.name(), cause: format!("nothing within {ANSWER_MAX:?}") };
        tokio::time::timeout(ANSWER_MAX, checking).await.unwrap_or_else(|_| Err(late()))
    }

    async fn check_by_asking(&self) -> Result<(), StoreProblem> {
        match self.store.head(&Path::from("health")).await {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(StoreProblem::Away { store: self.name(), cause: Answer::of(&error).cause }),
        }
    }

    fn name(&self) -> String {
        match &self.place {
            Place::Folder(folder) => folder.name(),
            Place::Bucket(bucket) => bucket.service(),
            Place::Elsewhere => self.store.to_string(),
        }
    }

    /// Whether the store answers now.
    pub async fn answers(&self) -> bool {
        self.check().await.is_ok()
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
