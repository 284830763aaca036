use std::{
    io,
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::{BoxFuture, pending};
use platform::outbound::{
    Base, HeaderValue, Known, OutboundError, Request, Resolver, Settings, Stage, Trusted, header,
};
use tokio::{io::AsyncWriteExt, net::TcpListener, time::sleep};

use super::{get, known, post, settings};
use crate::support::http::{Server, answer, write};

/// Nothing may take much longer than the 600 ms that a call has, on a busy machine either.
async fn fails(client: &Known, request: Request) -> OutboundError {
    let began = Instant::now();
    let error = client.send(request).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(error.service(), "shop");
    error
}

#[tokio::test]
async fn an_answer_comes_as_it_is_and_the_client_names_itself() {
    let server = Server::answering(&[&answer("418 I'm a teapot\r\nx-shop: yes", "short")]).await;
    let request = post(&server.url("/path?query"))
        .header(header::AUTHORIZATION, HeaderValue::from_static("Bearer token"))
        .header(header::USER_AGENT, HeaderValue::from_static("another"))
        .header(header::HOST, HeaderValue::from_static("another.example"))
        .header(header::CONTENT_LENGTH, HeaderValue::from_static("2"));
    let answer = known(&server, settings()).send(request).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.body.as_ref(), answer.tries), (418, &b"short"[..], 1));
    assert_eq!(answer.headers["x-shop"], "yes");
    let heard = server.heard().remove(0);
    assert!(heard.starts_with("POST /path?query HTTP/1.1\r\n") && heard.ends_with("\r\n\r\nbody"), "{heard}");
    assert!(heard.contains("\r\nauthorization: Bearer token\r\n"), "{heard}");
    assert!(heard.contains(concat!("\r\nuser-agent: Vitrine/", env!("CARGO_PKG_VERSION"), "\r\n")), "{heard}");
    assert!(heard.contains(&format!("\r\nhost: {}\r\n", server.address)), "{heard}");
    assert!(!heard.contains("another") && heard.contains("\r\ncontent-length: 4\r\n"), "{heard}");
}

#[tokio::test]
async fn slow_headers_and_a_slow_body_end_with_the_time() {
    let headers = Server::start(async |_, mut connection| {
        for byte in answer("200 OK", "").bytes() {
            sleep(Duration::from_millis(50)).await;
            let _ = connection.write_all(&[byte]).await;
        }
    })
    .await;
    let body = Server::start(async |_, mut connection| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n").await;
        for _ in 0..100 {
            sleep(Duration::from_millis(50)).await;
            let _ = connection.write_all(b".").await;
        }
    })
    .await;
    for server in [headers, body] {
        let error = fails(&known(&server, settings()), get(&server.url("/"))).await;
        assert!(matches!(error, OutboundError::TimedOut { stage: Stage::Answering, .. }), "{error:?}");
        assert!(error.may_be_tried_again());
        assert_eq!(error.to_string(), "shop: no whole answer within 600ms");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_with_both_numbers() {
    let told = Server::answering(&["HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n"]).await;
    let endless = Server::start(async |_, mut connection| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
        while connection.write_all(b"64\r\n").await.is_ok() {
            let _ = connection.write_all(&[b'.'; 100]).await;
            let _ = connection.write_all(b"\r\n").await;
        }
    })
    .await;
    let largest = Server::answering(&[&answer("200 OK", &".".repeat(1000))]).await;
    let error = fails(&known(&told, settings()), get(&told.url("/"))).await;
    assert_eq!(error.to_string(), "shop: the answer has 1001 bytes or more, and 1000 are taken");
    assert!(!error.may_be_tried_again());
    let error = fails(&known(&endless, settings()), get(&endless.url("/"))).await;
    assert!(matches!(error, OutboundError::TooLarge { size: 1001.., limit: 1000, .. }), "{error:?}");
    assert_eq!(known(&largest, settings()).send(get(&largest.url("/"))).await.unwrap().body.len(), 1000);
}

#[tokio::test]
async fn where_nothing_listens_it_is_unreachable() {
    let server = Server::answering(&[""]).await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let trusted = vec![Trusted::new(&format!("http://{closed}")).unwrap()];
    let client = Known::new("shop", vec![], trusted, settings()).unwrap();
    let error = fails(&client, get(&format!("http://{closed}/secret?secret"))).await;
    assert!(matches!(error, OutboundError::Unreachable { .. }) && error.may_be_tried_again(), "{error:?}");
    assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    // TLS with one that does not speak it.
    let address = server.url("").replace("http:", "https:");
    let trusted = vec![Trusted::new(&address).unwrap()];
    let client = Known::new("shop", vec![], trusted, settings()).unwrap();
    let error = fails(&client, get(&address)).await;
    assert!(matches!(error, OutboundError::Unreachable { .. } | OutboundError::TimedOut { .. }), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_does_not_come_about_ends_with_its_own_time() {
    struct Silent;
    impl Resolver for Silent {
        fn addresses(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
            Box::pin(pending())
        }
    }
    let bases = vec![Base::https("https://shop.example").unwrap()];
    let client = Known::new("shop", bases, vec![], Settings { resolver: Arc::new(Silent), ..settings() }).unwrap();
    let error = fails(&client, get("https://shop.example/")).await;
    assert!(matches!(error, OutboundError::TimedOut { stage: Stage::Connecting, .. }), "{error:?}");
    assert_eq!(error.to_string(), "shop: no connection within 300ms");
}

#[tokio::test]
async fn what_ends_too_early_or_is_no_http_is_broken_off() {
    let half_closed = Server::start(async |_, mut connection| {
        let _ = connection.shutdown().await;
        sleep(Duration::from_secs(2)).await;
    })
    .await;
    let in_the_head = Server::answering(&["HTTP/1.1 200 OK\r\ncontent-le"]).await;
    let in_the_body = Server::answering(&["HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort"]).await;
    let in_a_chunk = Server::answering(&["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n64\r\nshort"]).await;
    let no_http = Server::start(async |_, connection| write(connection, "SSH-2.0-server\r\n\r\n").await).await;
    for server in [half_closed, in_the_head, in_the_body, in_a_chunk, no_http] {
        let error = fails(&known(&server, settings()), post(&server.url("/"))).await;
        assert!(matches!(error, OutboundError::BrokenOff { .. }) && error.may_be_tried_again(), "{error:?}");
    }
}
