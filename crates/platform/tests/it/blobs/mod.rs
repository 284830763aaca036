//! The store of files: the same in a folder and in a bucket of a real S3 service, and what only a bucket has.

mod bucket;
mod outages;
mod parts;

use std::time::Duration;

use bytes::Bytes;
use document::ContentHash;
use domain::TenantId;
use futures::TryStreamExt;
use platform::{
    ServiceError,
    blobs::{Blobs, Kind, content_hash, s3::AccessKey},
};
use tempfile::TempDir;
use test_support::s3_server::{BUCKET, S3Server};
use uuid::Uuid;

const NOW: Duration = Duration::ZERO;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A kind of files.
#[derive(Clone, Copy)]
struct In(&'static str);

impl Kind for In {
    fn folder(self) -> String {
        self.0.to_owned()
    }
}

const FILES: In = In("file");

fn tenant() -> TenantId {
    TenantId(Uuid::now_v7())
}

/// `length` bytes of which no two pieces are alike.
fn content(length: usize) -> Bytes {
    let mut bytes = vec![0; length];
    blake3::Hasher::new().finalize_xof().fill(&mut bytes);
    bytes.into()
}

fn in_bucket(server: &S3Server, location: &str) -> Blobs {
    Blobs::in_bucket(server.settings(location, AccessKey::new("any".into(), "key".into()))).unwrap()
}

/// A folder, a bucket, and a folder in a bucket of a service that checks signatures.
fn stores(folder: &TempDir) -> [(&'static str, Blobs); 3] {
    let (locked, key) = S3Server::locked();
    let within = locked.settings(&format!("s3://{BUCKET}/some/folder"), key);
    [
        ("folder", Blobs::in_folder(folder.path()).unwrap()),
        ("bucket", S3Server::shared().blobs()),
        ("within a bucket", Blobs::in_bucket(within).unwrap()),
    ]
}

async fn put(blobs: &Blobs, tenant: TenantId, kind: In, bytes: &Bytes) -> ContentHash {
    let hash = content_hash(bytes);
    blobs.put(tenant, kind, hash, bytes.clone()).await.unwrap();
    hash
}

async fn listed(blobs: &Blobs, tenant: TenantId, before_now: Duration) -> Vec<(String, ContentHash)> {
    let objects = blobs.list(tenant, before_now).map_ok(|stored| (stored.folder, stored.hash));
    let mut objects: Vec<_> = objects.try_collect().await.unwrap();
    objects.sort_by_key(|(folder, hash)| (folder.clone(), hash.0));
    objects
}

#[tokio::test]
async fn what_was_put_is_there_until_it_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    for (name, blobs) in stores(&folder) {
        assert!(blobs.answers().await, "{name}");
        let tenant = tenant();
        for length in [0, 1, 100_000] {
            let bytes = content(length);
            let hash = content_hash(&bytes);
            assert!(!blobs.has(tenant, FILES, hash).await.unwrap(), "{name}");
            for _again in 0..2 {
                put(&blobs, tenant, FILES, &bytes).await;
                assert_eq!(blobs.get(tenant, FILES, hash).await.unwrap(), bytes, "{name}");
            }
            assert_eq!(blobs.size(tenant, FILES, hash).await.unwrap(), Some(length as u64), "{name}");
            let reading = blobs.read(tenant, FILES, hash).await.unwrap();
            assert_eq!(reading.bytes, length as u64, "{name}");
            assert_eq!(reading.whole().await.unwrap(), bytes, "{name}");
            for _again in 0..2 {
                blobs.delete(tenant, FILES, hash).await.unwrap();
                assert_eq!(blobs.find(tenant, FILES, hash).await.unwrap(), None, "{name}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let folder = tempfile::tempdir().unwrap();
    for (name, blobs) in stores(&folder) {
        let (tenant, hash) = (tenant(), content_hash(b"nothing"));
        assert!(matches!(blobs.get(tenant, FILES, hash).await, Err(ServiceError::NotFound)), "{name}");
        assert!(matches!(blobs.head(tenant, FILES, hash, 3).await, Err(ServiceError::NotFound)), "{name}");
        assert!(matches!(blobs.read(tenant, FILES, hash).await, Err(ServiceError::NotFound)), "{name}");
        assert_eq!(blobs.size(tenant, FILES, hash).await.unwrap(), None, "{name}");
        assert!(listed(&blobs, tenant, NOW).await.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_head_is_the_first_bytes_and_no_more_than_there_are() {
    let folder = tempfile::tempdir().unwrap();
    for (name, blobs) in stores(&folder) {
        let (tenant, bytes) = (tenant(), content(10));
        let hash = put(&blobs, tenant, FILES, &bytes).await;
        for (asked, given) in [(1, 1), (10, 10), (1000, 10)] {
            let head = blobs.head(tenant, FILES, hash, asked).await.unwrap();
            assert_eq!(head, bytes[..given], "{name}");
        }
    }
}

#[tokio::test]
async fn a_list_has_what_is_old_enough_of_one_tenant() {
    let folder = tempfile::tempdir().unwrap();
    for (name, blobs) in stores(&folder) {
        let (one, other) = (tenant(), tenant());
        let (first, second) = (content(10), content(20));
        let hash = put(&blobs, one, FILES, &first).await;
        put(&blobs, one, In("level-3"), &first).await;
        let others = put(&blobs, other, FILES, &second).await;
        let both = [("file".to_owned(), hash), ("level-3".to_owned(), hash)];
        assert_eq!(listed(&blobs, one, NOW).await, both, "{name}");
        assert_eq!(listed(&blobs, other, NOW).await, [("file".to_owned(), others)], "{name}");
        assert!(listed(&blobs, one, DAY).await.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_tenant_cannot_reach_what_is_another_ones() {
    let folder = tempfile::tempdir().unwrap();
    for (name, blobs) in stores(&folder) {
        let (one, other, bytes) = (tenant(), tenant(), content(10));
        let hash = put(&blobs, one, FILES, &bytes).await;
        assert_eq!(blobs.find(other, FILES, hash).await.unwrap(), None, "{name}");
        blobs.delete(other, FILES, hash).await.unwrap();
        // Nor by a kind whose name is no name.
        let sideways: &'static str = format!("../{one}/file").leak();
        assert_eq!(blobs.find(other, In(sideways), hash).await.unwrap(), None, "{name}");
        blobs.delete(other, In(sideways), hash).await.unwrap();
        assert!(blobs.has(one, FILES, hash).await.unwrap(), "{name}");
    }
}

#[tokio::test]
async fn what_is_larger_than_a_part_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    for (name, blobs) in stores(&folder) {
        let (tenant, bytes) = (tenant(), content((20 << 20) + 3));
        let hash = put(&blobs, tenant, FILES, &bytes).await;
        assert_eq!(blobs.size(tenant, FILES, hash).await.unwrap(), Some(bytes.len() as u64), "{name}");
        assert!(blobs.get(tenant, FILES, hash).await.unwrap() == bytes, "{name}");
    }
}
