//! The arguments of server functions: how large they may be, what cannot be read, and that what was asked for is done.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use futures::{FutureExt, StreamExt, stream};
use leptos::server_fn::ServerFn;
use test_support::until;

use crate::http::{Site, problem};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

fn strangers(path: &str) -> axum::http::request::Builder {
    Request::post(path)
        .header(header::HOST, "localhost:3000")
        .header(header::ORIGIN, "http://localhost:3000")
        .header(header::CONTENT_TYPE, FORM)
}

#[tokio::test]
async fn a_document_of_many_megabytes_is_looked_at() {
    let site = Site::new().await;
    // Beyond the 2 MB that axum takes where nothing else is said.
    let form = format!("document=%7B{}", "+".repeat(5 << 20));
    let create = site.post(rpc::templates::Create::PATH).header(header::CONTENT_TYPE, FORM);
    let response = site.send(create.body(Body::from(form)).unwrap()).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem(response).await.key, "template-broken");
}

#[tokio::test]
async fn a_stranger_s_form_is_small_and_so_is_every_other_function_s() {
    let site = Site::new().await;
    let form = format!("email=a%40b.example&next=%2F&password={}", "a".repeat(100 << 10));
    let streamed = || Body::from_stream(stream::iter([Ok::<_, std::io::Error>(form.clone())]));
    for body in [Body::from(form.clone()), streamed()] {
        let response = site.send(strangers(rpc::people::SignIn::PATH).body(body).unwrap()).await;
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let said = problem(response).await;
        assert_eq!((said.key.as_str(), said.arguments["limit"].as_str()), ("error-form-too-large", "64"));
    }
    // A stranger's document is none either, and is not waited for: this body never ends.
    let endless = Body::from_stream(stream::iter([Ok::<_, std::io::Error>(form.clone())]).chain(stream::pending()));
    let response = site.send(strangers(rpc::templates::Save::PATH).body(endless).unwrap()).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let rename = site.post(rpc::designs::Rename::PATH).header(header::CONTENT_TYPE, FORM);
    let response = site.send(rename.body(streamed()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn what_cannot_be_read_is_the_sender_s_fault() {
    let site = Site::new().await;
    let template = site.world.template(&site.owner, "Mug").await;
    let order = |rest: &str| format!(r#"{{"order":{{"template":"{template}","designs":[],{rest}}}}}"#);
    for json in [
        order(r#""side":-1,"format":"png""#),
        order(r#""side":64,"format":"bmp""#),
        "\u{feff}{}".to_owned(),
        "[".repeat(1000),
        r#"{"order":"\ud800"}"#.to_owned(),
        String::new(),
    ] {
        let ask = site.post(rpc::batches::Order::PATH).header(header::CONTENT_TYPE, JSON);
        let response = site.send(ask.body(Body::from(json.clone())).unwrap()).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{json}");
    }
    let sign_in = async |form: &'static [u8]| {
        let response = site.send(strangers(rpc::people::SignIn::PATH).body(Body::from(form)).unwrap()).await;
        response.status()
    };
    assert_eq!(sign_in(b"email=\xff&password=a&next=%2F").await, StatusCode::BAD_REQUEST);
    // A form may write any byte; this one makes no address.
    assert_eq!(sign_in(b"email=%ff&password=a&next=%2F").await, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_was_asked_for_is_done_though_nobody_waits_for_the_answer() {
    let site = Site::new().await;
    let design = site.world.design(&site.owner, "Fern").await;
    let form = format!("id={design}&name=Bracken");
    let rename = site.post(rpc::designs::Rename::PATH).header(header::CONTENT_TYPE, FORM);
    let asked = site.pass(rename.body(Body::from(form)).unwrap());
    // Looked at once and dropped, as when a browser leaves.
    assert!(asked.now_or_never().is_none());
    until("the design has its name", async || {
        let mut studio = site.world.studio();
        let designs = studio::designs::list(&mut studio, &site.owner.can().unwrap(), None).await.unwrap();
        designs.items.iter().any(|design| design.name == "Bracken")
    })
    .await;
}

#[tokio::test]
async fn who_sends_too_much_before_they_read_hears_the_sentence() {
    let site = Site::new().await;
    let address = site.serve().await;
    let said = tokio::task::spawn_blocking(move || {
        let mut connection = TcpStream::connect(address).unwrap();
        let (path, length) = (rpc::people::SignIn::PATH, 9 << 20);
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost:3000\r\nOrigin: http://localhost:3000\r\nContent-Type: {FORM}\r\n\
            Content-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).unwrap();
        connection.write_all(&vec![b'a'; length]).unwrap();
        let mut said = String::new();
        connection.read_to_string(&mut said).unwrap();
        said
    });
    let said = said.await.unwrap();
    assert!(said.starts_with("HTTP/1.1 413") && said.contains("error-form-too-large"), "{said}");
}
