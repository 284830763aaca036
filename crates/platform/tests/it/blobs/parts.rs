//! Uploads in parts: each is completed, or leaves nothing behind.

use std::time::Duration;

use platform::{ServiceError, blobs::content_hash};
use test_support::{s3_server::S3Server, until};
use tokio::net::TcpStream;

use super::{FILES, content, in_bucket, outages::store_at, put, tenant};
use crate::support::http::{Server, answer, write};

const BEGUN: &str = "<InitiateMultipartUploadResult><UploadId>the-upload</UploadId></InitiateMultipartUploadResult>";

fn unfinished(server: &S3Server) -> usize {
    server.ask("GET /nothing?uploads", "").matches("<UploadId>").count()
}

#[tokio::test]
async fn what_is_large_goes_in_parts_and_leaves_none_unfinished() {
    let server = S3Server::start();
    let (blobs, tenant) = (in_bucket(&server, "s3://nothing"), tenant());
    let small = put(&blobs, tenant, FILES, &content(8 << 20)).await;
    let large = put(&blobs, tenant, FILES, &content((8 << 20) + 1)).await;
    let tag = |hash| {
        let head = server.ask(&format!("HEAD /nothing/tenant/{tenant}/file/{hash}"), "").to_lowercase();
        let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
        tag.trim_matches('"').split_once('-').map(|(_, parts)| parts.to_owned())
    };
    // The service's own mark counts the parts.
    assert_eq!((tag(small), tag(large)), (None, Some("2".to_owned())));
    assert_eq!(unfinished(&server), 0);
}

#[tokio::test]
async fn an_upload_that_nobody_waits_for_any_more_is_removed() {
    let server = S3Server::start();
    let (blobs, tenant, bytes) = (in_bucket(&server, "s3://nothing"), tenant(), content(64 << 20));
    let hash = content_hash(&bytes);
    let upload = tokio::spawn({
        let blobs = blobs.clone();
        async move { blobs.put(tenant, FILES, hash, bytes).await }
    });
    until("the upload has begun", async || unfinished(&server) == 1).await;
    upload.abort();
    assert!(upload.await.unwrap_err().is_cancelled());
    until("nothing of it is left", async || unfinished(&server) == 0).await;
    assert!(!blobs.has(tenant, FILES, hash).await.unwrap());
}

#[tokio::test]
async fn an_upload_whose_part_is_refused_is_aborted() {
    let full = "<Error><Code>QuotaExceeded</Code><Message></Message></Error>";
    let server = Server::start(move |number, connection: TcpStream| async move {
        match number {
            0 => write(connection, &answer("200 OK", BEGUN)).await,
            1 => write(connection, &answer("403 Forbidden", full)).await,
            _ => write(connection, &answer("204 No Content", "")).await,
        }
    })
    .await;
    let (tenant, bytes) = (tenant(), content(9 << 20));
    let hash = content_hash(&bytes);
    let refused = store_at(server.address).put(tenant, FILES, hash, bytes).await;
    assert!(matches!(refused, Err(ServiceError::StorageFull)), "{refused:?}");
    let aborted = async {
        while !server.heard().iter().any(|request| request.starts_with("DELETE ")) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), aborted).await.expect("the upload is aborted");
    let heard = server.heard();
    let last = heard.last().unwrap().lines().next().unwrap();
    assert!(last.contains(&hash.to_string()) && last.contains("uploadId=the-upload"), "{last}");
}
