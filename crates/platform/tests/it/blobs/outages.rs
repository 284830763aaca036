//! A service that is away, slow, full or busy.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures::TryStreamExt;
use platform::{
    ServiceError,
    blobs::{
        Blobs, content_hash,
        s3::{AccessKey, Endpoint, PlainHttp, Region, Settings},
    },
};
use test_support::s3_server::S3Server;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{FILES, content, put, tenant};
use crate::support::http::{Server, answer, write};

const SLOW_DOWN: &str = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";

pub fn store_at(address: SocketAddr) -> Blobs {
    let endpoint = Endpoint::parse(&format!("http://{address}"), PlainHttp::Loopback).unwrap();
    let key = AccessKey::new("any".into(), "key".into());
    let mut settings = Settings::new("s3://files".parse().unwrap(), Some(endpoint), Region::default(), key);
    settings.silence_max = Duration::from_millis(300);
    Blobs::in_bucket(settings).unwrap()
}

fn found(body: &str) -> String {
    let (length, modified) = (body.len(), "Sat, 01 Aug 2026 10:00:00 GMT");
    format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\nlast-modified: {modified}\r\n\
        etag: \"mark\"\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn a_service_that_stops_in_the_middle_of_a_read_ends_it_with_an_error_and_is_used_again_when_it_is_back() {
    let mut server = S3Server::start();
    let (blobs, tenant, bytes) = (server.blobs(), tenant(), content(32 << 20));
    let hash = put(&blobs, tenant, FILES, &bytes).await;
    let mut reading = blobs.read(tenant, FILES, hash).await.unwrap();
    assert!(reading.pieces.try_next().await.unwrap().is_some());

    server.stop();
    let began = Instant::now();
    let error = async {
        loop {
            match reading.pieces.try_next().await {
                Ok(piece) => assert!(piece.is_some(), "it ends as if it were whole"),
                Err(error) => break error,
            }
        }
    };
    let error = error.await;
    assert!(matches!(&error, ServiceError::Unavailable(cause) if cause.contains("refused")), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert!(!blobs.answers().await);
    let problem = blobs.check().await.unwrap_err().to_string();
    assert!(problem.starts_with(&format!("{} does not answer: ", server.address())), "{problem}");

    server.start_again();
    assert!(blobs.answers().await);
    put(&blobs, tenant, FILES, &bytes).await;
    assert!(blobs.get(tenant, FILES, hash).await.unwrap() == bytes);
}

#[tokio::test]
async fn a_read_goes_on_where_its_connection_broke() {
    let server = Server::start(|number, mut connection: TcpStream| async move {
        if number == 0 {
            let whole = found("0123456789");
            let (sent, _) = whole.split_at(whole.len() - 6);
            let _ = connection.write_all(sent.as_bytes()).await;
            return;
        }
        let rest = found("456789").replace("200 OK\r\n", "206 Partial Content\r\ncontent-range: bytes 4-9/10\r\n");
        write(connection, &rest).await;
    })
    .await;
    let reading = store_at(server.address).read(tenant(), FILES, content_hash(b"")).await.unwrap();
    assert_eq!(reading.whole().await.unwrap(), "0123456789");
    assert!(server.heard()[1].to_lowercase().contains("range: bytes=4-9"), "{:?}", server.heard());
}

#[tokio::test]
async fn a_service_that_asks_for_less_is_asked_again_later() {
    let busy = answer("503 Slow Down", SLOW_DOWN);
    let server = Server::answering(&[&busy, &busy, &found("file")]).await;
    let began = Instant::now();
    let file = store_at(server.address).get(tenant(), FILES, content_hash(b"")).await.unwrap();
    assert_eq!((file.as_ref(), server.heard().len()), (&b"file"[..], 3));
    assert!(began.elapsed() >= Duration::from_millis(200), "not at once");

    // Four times, and then it is an outage.
    let server = Server::answering(&[&busy]).await;
    let error = store_at(server.address).put(tenant(), FILES, content_hash(b""), content(10)).await.unwrap_err();
    let ServiceError::Unavailable(cause) = error else { panic!("{error:?}") };
    assert_eq!((cause.as_str(), server.heard().len()), ("SlowDown: Please reduce your request rate.", 4));
}

#[tokio::test]
async fn a_service_that_says_nothing_is_given_up() {
    let server = Server::start(|_, connection: TcpStream| async move {
        tokio::time::sleep(Duration::from_secs(60)).await;
        drop(connection);
    })
    .await;
    let (blobs, tenant, hash) = (store_at(server.address), tenant(), content_hash(b""));
    let began = Instant::now();
    let error = blobs.get(tenant, FILES, hash).await.unwrap_err();
    assert!(matches!(error, ServiceError::Unavailable(_)), "{error:?}");
    assert!(!blobs.answers().await);
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_file_that_comes_slowly_comes_as_long_as_it_comes() {
    let server = Server::start(|_, mut connection: TcpStream| async move {
        for byte in found("0123456789").into_bytes().chunks(1) {
            if byte[0].is_ascii_digit() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            let _ = connection.write_all(byte).await;
        }
    })
    .await;
    let reading = store_at(server.address).read(tenant(), FILES, content_hash(b"")).await.unwrap();
    assert_eq!(reading.whole().await.unwrap(), "0123456789");
}

#[tokio::test]
async fn a_bucket_that_is_full_says_so() {
    for (status, code) in [
        ("403 Forbidden", "QuotaExceeded"),
        ("400 Bad Request", "XMinioAdminBucketQuotaExceeded"),
        ("507 Insufficient Storage", "XMinioStorageFull"),
        ("403 Forbidden", "StorageCapExceeded"),
    ] {
        let body = format!("<Error><Code>{code}</Code><Message>No room.</Message></Error>");
        let server = Server::answering(&[&answer(status, &body)]).await;
        let error = store_at(server.address).put(tenant(), FILES, content_hash(b""), content(10)).await.unwrap_err();
        assert!(matches!(error, ServiceError::StorageFull), "{code}: {error:?}");
    }
}
