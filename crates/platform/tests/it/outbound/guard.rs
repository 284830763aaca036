use std::sync::{Arc, OnceLock};

use platform::outbound::{
    Base, HeaderValue, Known, OutboundError, Refusal, Request, Settings, Stranger, Trusted, header,
};

use super::{always, get, known, post, settings, stranger, url};
use crate::support::http::{Server, answer, write};

fn refusal(error: &OutboundError) -> Refusal {
    match error {
        OutboundError::Forbidden { reason, .. } => {
            assert!(!error.may_be_tried_again());
            *reason
        }
        other => panic!("{other:?}"),
    }
}

fn redirect(to: &str) -> String {
    answer(&format!("302 Found\r\nlocation: {to}"), "")
}

fn page(body: &str) -> String {
    answer("200 OK", body)
}

fn following(address: &str) -> Request {
    get(address).following(3)
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_when_connecting() {
    for address in ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00:ec2::254", "::ffff:127.0.0.1", "0.0.0.0"] {
        let settings = Settings { resolver: always(address), ..settings() };
        let of_users = Stranger::new("webhook", vec![], settings.clone()).unwrap();
        assert_eq!(of_users.check(&url("https://inner.example/hook")), Ok(()));
        let error = of_users.send(post("https://inner.example/hook")).await.unwrap_err();
        assert_eq!(refusal(&error), Refusal::Private, "{address}");
        assert_eq!(error.to_string(), "webhook: the address is not called: it leads into a private network");
        let of_a_service =
            Known::new("shop", vec![Base::https("https://shop.example").unwrap()], vec![], settings).unwrap();
        let error = of_a_service.send(get("https://shop.example/")).await.unwrap_err();
        assert_eq!(refusal(&error), Refusal::Private, "{address}");
    }
}

#[tokio::test]
async fn a_name_of_this_machine_is_refused_by_the_systems_resolver_too() {
    let of_users = Stranger::new("webhook", vec![], settings()).unwrap();
    let error = of_users.send(get("https://localhost/")).await.unwrap_err();
    assert_eq!(refusal(&error), Refusal::Private);
}

#[tokio::test]
async fn the_name_of_a_trusted_address_is_trusted_there_only() {
    let server = Server::answering(&[&answer("200 OK", "")]).await;
    let settings = Settings { resolver: always("127.0.0.1"), ..settings() };
    let sandbox = format!("http://sandbox.example:{}", server.address.port());
    let trusted = vec![Trusted::new(&sandbox).unwrap()];
    let client = Stranger::new("webhook", trusted, settings).unwrap();
    assert_eq!(client.send(get(&sandbox)).await.unwrap().status, 200);
    assert_eq!(refusal(&client.send(get("https://sandbox.example/")).await.unwrap_err()), Refusal::Private);
}

#[tokio::test]
async fn a_redirect_is_followed_only_where_that_is_asked_for() {
    let server = Server::answering(&[&redirect("/next?page=2"), &answer("200 OK", "there")]).await;
    let client = known(&server, settings());
    let answer = client.send(get(&server.url("/"))).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.headers["location"].as_bytes()), (302, &b"/next?page=2"[..]));
    let server = Server::answering(&[&redirect("/next?page=2"), &redirect("last"), &page("there")]).await;
    let request = following(&server.url("/")).header(header::AUTHORIZATION, HeaderValue::from_static("Bearer token"));
    assert_eq!(known(&server, settings()).send(request).await.unwrap().body, "there");
    let heard = server.heard();
    assert!(heard[1].starts_with("GET /next?page=2 ") && heard[2].starts_with("GET /last "), "{heard:?}");
    assert!(heard.iter().all(|request| request.contains("authorization: Bearer token")), "{heard:?}");
}

#[tokio::test]
async fn a_redirect_to_where_the_client_may_not_call_is_refused() {
    for (to, of_users, of_a_service) in [
        ("https://169.254.169.254/latest/meta-data", Refusal::Numeric, Refusal::NotOfService),
        ("http://169.254.169.254/latest/meta-data", Refusal::NotHttps, Refusal::NotOfService),
        ("//10.0.0.1/", Refusal::NotHttps, Refusal::NotOfService),
        ("https://inner.example/", Refusal::Private, Refusal::NotOfService),
        ("https://inner.example:6379/", Refusal::Port, Refusal::NotOfService),
        ("file:///etc/passwd", Refusal::NotHttps, Refusal::NotOfService),
    ] {
        let server = Server::answering(&[&redirect(to)]).await;
        let settings = Settings { resolver: always("10.0.0.1"), ..settings() };
        let error = stranger(&server, settings.clone()).send(following(&server.url("/"))).await.unwrap_err();
        assert_eq!(refusal(&error), of_users, "{to}");
        let error = known(&server, settings).send(following(&server.url("/"))).await.unwrap_err();
        assert_eq!(refusal(&error), of_a_service, "{to}");
    }
}

#[tokio::test]
async fn headers_and_body_stay_with_the_host_they_were_for() {
    let way_back = Arc::new(OnceLock::<String>::new());
    let leads_back = Arc::clone(&way_back);
    let other = Server::start(move |_, connection| {
        let answer = redirect(leads_back.get().unwrap());
        async move { write(connection, &answer).await }
    })
    .await;
    let home = Server::answering(&[&redirect(&other.url("/")), &page("there")]).await;
    way_back.set(home.url("/back")).unwrap();
    let trusted = [&home, &other].map(|server| Trusted::new(&server.url("")).unwrap());
    let client = Known::new("shop", vec![], trusted.to_vec(), settings()).unwrap();
    let token = HeaderValue::from_static("Bearer token");
    let request = following(&home.url("/")).header(header::AUTHORIZATION, token).body("token");
    assert_eq!(client.send(request).await.unwrap().body, "there");
    let heard = [home.heard(), other.heard()].concat();
    let told: Vec<_> = heard.iter().map(|request| request.matches("token").count()).collect();
    assert_eq!(told, [2, 0, 0], "{heard:?}");
}

#[tokio::test]
async fn circles_end_and_what_is_not_only_read_is_not_sent_elsewhere() {
    let server = Server::answering(&[&redirect("/")]).await;
    let client = known(&server, settings());
    let error = client.send(following(&server.url("/"))).await.unwrap_err();
    assert!(matches!(error, OutboundError::Redirects { limit: 3, .. }), "{error:?}");
    assert_eq!(server.heard().len(), 4);
    assert_eq!(client.send(post(&server.url("/")).following(3)).await.unwrap().status, 302);
    assert_eq!(server.heard().len(), 5);
    let nowhere = Server::answering(&[&redirect("http://[")]).await;
    let error = known(&nowhere, settings()).send(following(&nowhere.url("/"))).await.unwrap_err();
    assert!(matches!(error, OutboundError::Redirects { .. }), "{error:?}");
}
