//! What strangers send to the doors, through the router.

use std::net::SocketAddr;

use accounts::{Password, SignUp};
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, StatusCode, header, request::Builder},
    response::Response,
};
use domain::{ProblemKind, TenantId, tenancy::Role};
use futures::{StreamExt, stream};
use leptos::server_fn::{ServerFn, axum::server_fn_paths};
use server::config::Environment;
use studio::designs;
use test_support::{PASSWORD, browser, picture};

use crate::{
    http::{Site, body, problem},
    rpc::declared,
};

const FORM: &str = "application/x-www-form-urlencoded";

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

impl Site {
    /// A server function's address, as a form of its page has it.
    async fn function<F: ServerFn>(&self, page: &str) -> &'static str {
        let page = text(body(self.get(page).await).await);
        assert!(page.contains(&format!("action=\"{}\"", F::PATH)), "{} on its page", F::PATH);
        F::PATH
    }

    async fn call(&self, path: &str, form: &str) -> Response {
        self.send(self.post(path).header(header::CONTENT_TYPE, FORM).body(Body::from(form.to_owned())).unwrap()).await
    }

    /// Another workspace of the same person.
    async fn second(&self) -> TenantId {
        let form = SignUp {
            workspace: "Bravo".into(),
            subdomain: "bravo".into(),
            email: "owner@alpha.example".into(),
            password: Password::new(PASSWORD),
        };
        accounts::sign_up(&mut self.world.accounts(), form, &browser()).await.unwrap().0.tenant()
    }

    async fn session(&self) -> accounts::Session {
        let cookie = self.cookie.split_once('=').unwrap().1;
        accounts::resume(&mut self.world.accounts(), cookie, None, &browser()).await.unwrap().unwrap()
    }
}

fn ask(path: &str, host: &str) -> Builder {
    Request::get(path).header(header::HOST, host)
}

fn empty(request: Builder) -> Request<Body> {
    request.body(Body::empty()).unwrap()
}

fn from(mut request: Request<Body>, peer: &str) -> Request<Body> {
    request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
    request
}

#[tokio::test]
async fn signing_in_never_leads_off_the_site() {
    let site = Site::new().await;
    let path = site.function::<rpc::people::SignIn>("/login").await;
    for (next, lands) in [
        ("%2Fdesigns%3Fa%3D1", "/designs?a=1"),
        ("%2F%09%2Fevil.example", "/"),
        ("%2F%0A%2Fevil.example", "/"),
        ("%2F%0D%0ASet-Cookie%3A+a", "/"),
        ("%2F%5Cevil.example", "/"),
        ("%2F%2Fevil.example", "/"),
        ("+%2F%2Fevil.example", "/"),
        ("%2F%D1%88", "/"),
        ("https%3A%2F%2Fevil.example", "/"),
        ("", "/"),
    ] {
        let form = format!("email=owner%40alpha.example&password={}&next={next}", PASSWORD.replace(' ', "+"));
        let response = site.call(path, &form).await;
        assert_eq!(response.status(), StatusCode::OK, "{next}");
        assert_eq!(response.headers()[header::LOCATION], lands, "{next}");
    }
}

#[tokio::test]
async fn a_refusal_of_a_server_function_has_its_own_status() {
    let site = Site::new().await;
    let sign_in = site.function::<rpc::people::SignIn>("/login").await;
    let wrong = "email=owner%40alpha.example&password=wrong+password&next=%2F";
    for _ in 0..5 {
        let response = site.call(sign_in, wrong).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
        assert_eq!(problem(response).await.key, "account-sign-in-wrong");
    }
    let response = site.call(sign_in, wrong).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait = response.headers()[header::RETRY_AFTER].to_str().unwrap().parse::<u32>().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(problem(response).await.retry_after, Some(wait));

    assert_eq!(site.call(sign_in, "email=only").await.status(), StatusCode::BAD_REQUEST);
    let invite = rpc::members::Invite::PATH;
    assert_eq!(site.call(invite, "email=a%40b.example&role=viewer").await.status(), StatusCode::FORBIDDEN);
    let signed_out = Request::post(invite)
        .header(header::HOST, "localhost:3000")
        .header(header::ORIGIN, "http://localhost:3000")
        .header(header::CONTENT_TYPE, FORM)
        .body(Body::from("email=a%40b.example&role=viewer"))
        .unwrap();
    assert_eq!(site.send(signed_out).await.status(), StatusCode::UNAUTHORIZED);
    site.world.confirm(&site.owner).await;
    assert_eq!(site.call(invite, "email=owner%40alpha.example&role=viewer").await.status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_plain_form_is_led_back_to_its_page_and_to_nobody_elses() {
    let site = Site::new().await;
    let sent = async |referer: Option<&str>, form: &str| {
        let mut plain = site.post(rpc::members::Invite::PATH).header(header::CONTENT_TYPE, FORM);
        plain = plain.header(header::ACCEPT, "text/html");
        if let Some(referer) = referer {
            plain = plain.header(header::REFERER, referer);
        }
        let response = site.send(plain.body(Body::from(form.to_owned())).unwrap()).await;
        assert_eq!(response.status(), StatusCode::FOUND);
        response.headers()[header::LOCATION].to_str().unwrap().to_owned()
    };
    let (bad, good) = ("email=nobody&role=viewer", "email=a%40b.example&role=viewer");
    site.world.confirm(&site.owner).await;
    let back = sent(Some("http://localhost:3000/members?a=1"), bad).await;
    assert!(back.starts_with("/members?a=1&__path=") && back.contains("&__err="), "{back}");
    assert_eq!(sent(Some("http://localhost:3000/members?a=1"), good).await, "/members?a=1");
    for foreign in ["https://evil.example/members", "http://localhost:3000.evil.example/", "//evil.example", "evil"] {
        assert_eq!(sent(Some(foreign), bad).await, "/", "{foreign}");
        assert_eq!(sent(Some(foreign), good).await, "/", "{foreign}");
    }
    assert_eq!(sent(None, bad).await, "/");
}

#[tokio::test]
async fn what_is_not_there_is_404_and_what_is_too_large_is_413_with_a_sentence_each() {
    let site = Site::new().await;
    let unknown = format!("id={}", uuid::Uuid::now_v7());
    for path in [rpc::templates::Open::PATH, rpc::batches::Open::PATH, rpc::designs::Trash::PATH] {
        let response = site.call(path, &unknown).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(problem(response).await.key, "error-not-found");
    }
    let large = format!("{unknown}&revision=1&document={}", "a".repeat(9 << 20));
    // As a browser announces it, and as it comes without a length.
    let streamed = Body::from_stream(stream::iter([Ok::<_, std::io::Error>(large.clone())]));
    for body in [Body::from(large), streamed] {
        let save = site.post(rpc::templates::Save::PATH).header(header::CONTENT_TYPE, FORM);
        let response = site.send(save.body(body).unwrap()).await;
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let said = problem(response).await;
        assert_eq!((said.key.as_str(), said.arguments["limit"].as_str()), ("error-too-large", "8"));
    }
}

#[tokio::test]
async fn a_list_begins_without_a_cursor_and_goes_on_after_its_own_only() {
    let site = Site::new().await;
    let batch = format!("id={}", uuid::Uuid::now_v7());
    for path in [
        rpc::batches::List::PATH,
        rpc::batches::ListRenders::PATH,
        rpc::designs::List::PATH,
        rpc::designs::ListNames::PATH,
        rpc::members::AuditLog::PATH,
        rpc::members::List::PATH,
        rpc::members::ListInvitations::PATH,
        rpc::people::ListSessions::PATH,
        rpc::templates::List::PATH,
    ] {
        assert_eq!(site.call(path, &batch).await.status(), StatusCode::OK, "{path}");
        for wrong in ["made+up", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            let response = site.call(path, &format!("{batch}&after={wrong}")).await;
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path} {wrong}");
            assert_eq!(problem(response).await.field.as_deref(), Some("after"), "{path} {wrong}");
        }
    }
}

#[tokio::test]
async fn a_nul_is_refused_at_every_server_function() {
    let site = Site::new().await;
    let mut functions = 0;
    for (path, method) in server_fn_paths() {
        functions += 1;
        assert_eq!(method, Method::POST, "{path}");
        for (kind, body) in [(FORM, "id=a%00b"), ("application/json", r#"{"id":"a\u0000b"}"#)] {
            let request = site.post(path).header(header::CONTENT_TYPE, kind);
            let response = site.send(request.body(Body::from(body)).unwrap()).await;
            assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path} {kind}");
            assert_eq!(problem(response).await.key, "error-text", "{path} {kind}");
        }
    }
    assert_eq!(functions, declared().len(), "all of them");
}

#[tokio::test]
async fn browsers_are_bound_to_https_exactly_where_it_is_served() {
    for (environment, address, bound) in [
        (Environment::Production, "https://vitrine.example", true),
        (Environment::Production, "http://vitrine.example", false),
        // A browser would keep to it for whatever else is developed under that name.
        (Environment::Development, "https://localhost", false),
        (Environment::Development, "http://localhost:3000", false),
    ] {
        let site = Site::with(|config| {
            config.environment = environment;
            config.public_url = address.parse().unwrap();
        });
        let site = site.await;
        for path in ["/login", "/no/such/page", "/health/live", "/designs"] {
            let host = if environment == Environment::Production { "vitrine.example" } else { "localhost" };
            let response = site.send(empty(ask(path, host))).await;
            let header = response.headers().get(header::STRICT_TRANSPORT_SECURITY);
            assert_eq!(
                header.map(|value| value.to_str().unwrap()),
                bound.then_some("max-age=31536000"),
                "{address}{path}"
            );
        }
    }
}

#[tokio::test]
async fn a_page_cannot_change_a_workspace_that_it_does_not_show() {
    let site = Site::new().await;
    let (alpha, bravo) = (site.owner.tenant(), site.second().await);
    let invite = rpc::members::Invite::PATH;
    accounts::switch_tenant(&mut site.world.accounts(), &site.session().await, bravo).await.unwrap();

    // The first tab, which still shows alpha.
    let upload =
        site.post("/files/designs").header("x-file-name", "fern.png").header(ui::page::WORKSPACE, alpha.to_string());
    let response = site.send(upload.body(Body::from(picture(9, 9, 1, b"x"))).unwrap()).await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
    let said = problem(response).await;
    assert_eq!((said.key.as_str(), said.arguments["workspace"].as_str()), ("error-other-workspace", "Bravo"));

    let click = site.post(invite).header(header::CONTENT_TYPE, FORM).header(ui::page::WORKSPACE, alpha.to_string());
    let response = site.send(click.body(Body::from("email=a%40b.example&role=viewer")).unwrap()).await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
    // A form that was sent before its page was alive says it in a field.
    let form = format!("{}={alpha}&email=a%40b.example&role=viewer", ui::page::WORKSPACE);
    assert_eq!(site.call(invite, &form).await.status(), StatusCode::CONFLICT);
    let garbled = site.post("/files/designs").header(ui::page::WORKSPACE, "alpha").body(Body::empty()).unwrap();
    assert_eq!(site.send(garbled).await.status(), StatusCode::CONFLICT);
    assert!(designs::list(&mut site.world.studio(), &site.owner.can().unwrap(), None).await.unwrap().items.is_empty());

    // The second tab.
    let upload =
        site.post("/files/designs").header("x-file-name", "fern.png").header(ui::page::WORKSPACE, bravo.to_string());
    let response = site.send(upload.body(Body::from(picture(9, 9, 1, b"x"))).unwrap()).await;
    assert_eq!(response.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn removed_from_where_they_are_a_person_goes_on_elsewhere() {
    let site = Site::new().await;
    let accounts = &mut site.world.accounts();
    let bravo = site.second().await;
    let other = site.world.member(&site.owner, "second@alpha.example", Role::Owner).await;
    accounts::remove(accounts, &other.can().unwrap(), site.owner.account()).await.unwrap();
    let page = site.get("/").await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = text(body(page).await);
    assert!(page.contains("not a member of this workspace") && page.contains("Open Bravo"), "{page}");
    let upload = site.post("/files/designs").header("x-file-name", "fern.png");
    let refused = site.send(upload.body(Body::from(picture(9, 9, 1, b"x"))).unwrap()).await;
    assert_eq!(problem(refused).await.kind, ProblemKind::NotFound);
    accounts::switch_tenant(accounts, &site.session().await, bravo).await.unwrap();
    assert!(text(body(site.get("/").await).await).contains("First steps"));
}

#[tokio::test]
async fn a_name_that_is_not_ours_is_answered_nothing() {
    let site = Site::new().await;
    for host in ["evil.example", "localhost.evil.example", ""] {
        assert_eq!(site.send(empty(ask("/login", host))).await.status(), StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    assert_eq!(site.send(empty(Request::get("/login"))).await.status(), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(site.send(empty(ask("/health/live", "10.0.0.7:3000"))).await.status(), StatusCode::OK);
    for (host, status) in [
        ("alpha.localhost:3000", StatusCode::SEE_OTHER),
        ("nobody.localhost:3000", StatusCode::NOT_FOUND),
        ("www.localhost:3000", StatusCode::NOT_FOUND),
    ] {
        let response = site.send(empty(ask("/", host))).await;
        assert_eq!(response.status(), status, "{host}");
        if status == StatusCode::NOT_FOUND {
            assert!(text(body(response).await).contains("No workspace has this address"));
        }
    }
}

#[tokio::test]
async fn the_outbox_is_for_whoever_sits_at_the_machine() {
    let site = Site::new().await;
    accounts::request_password_reset(&mut site.world.accounts(), "owner@alpha.example", &browser()).await.unwrap();
    let shown = async |request: Builder, peer: &str| {
        text(body(site.send(from(empty(request), peer)).await).await).contains("/reset?token=")
    };
    assert!(shown(ask("/dev/outbox", "localhost:3000"), "127.0.0.1:40000").await);
    assert!(shown(ask("/dev/outbox", "[::1]:3000"), "[::1]:40000").await);
    assert!(!shown(ask("/dev/outbox", "localhost:3000"), "203.0.113.9:40000").await);
    let by_proxy = ask("/dev/outbox", "localhost:3000").header("x-forwarded-for", "203.0.113.9");
    assert!(!shown(by_proxy, "127.0.0.1:40000").await);
    assert!(!shown(ask("/dev/outbox", "alpha.localhost:3000"), "127.0.0.1:40000").await);
}

#[tokio::test]
async fn the_metrics_are_for_this_machine_or_for_whoever_brings_the_token() {
    let asked = async |site: &Site, request: Builder, peer: &str| site.send(from(empty(request), peer)).await.status();
    let site = Site::new().await;
    assert_eq!(asked(&site, ask("/metrics", "localhost:3000"), "127.0.0.1:40000").await, StatusCode::OK);
    assert_eq!(asked(&site, ask("/metrics", "127.0.0.1:3000"), "[::1]:40000").await, StatusCode::OK);
    for (host, peer) in [("localhost:3000", "203.0.113.9:40000"), ("10.0.0.7:3000", "127.0.0.1:40000")] {
        assert_eq!(asked(&site, ask("/metrics", host), peer).await, StatusCode::NOT_FOUND, "{host} from {peer}");
    }
    let by_proxy = ask("/metrics", "localhost:3000").header("x-forwarded-for", "203.0.113.9");
    assert_eq!(asked(&site, by_proxy, "127.0.0.1:40000").await, StatusCode::NOT_FOUND);

    let token = "0123456789abcdef0123456789abcdef";
    let site = Site::with(|config| config.metrics_token = Some(token.parse().unwrap())).await;
    let with = |words: &str| ask("/metrics", "10.0.0.7:3000").header(header::AUTHORIZATION, words);
    assert_eq!(asked(&site, with(&format!("Bearer {token}")), "203.0.113.9:40000").await, StatusCode::OK);
    for wrong in [token, "Bearer ", "Bearer 0123456789abcdef", &format!("Basic {token}"), &format!("Bearer {token}0")] {
        assert_eq!(asked(&site, with(wrong), "203.0.113.9:40000").await, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    // A proxy that says nothing of itself would make everybody local: with a token nobody is.
    let here = asked(&site, ask("/metrics", "localhost:3000"), "127.0.0.1:40000").await;
    assert_eq!(here, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_that_is_used_keeps_its_cookie() {
    let site = Site::new().await;
    assert!(!site.get("/designs").await.headers().contains_key(header::SET_COOKIE), "not with every answer");
    let mut owner = site.world.connect("vitrine_owner").await;
    sqlx::query(
        "update sessions set last_seen_at = now() - interval '20 days', expires_at = now() + interval '10 days'",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let response = site.get("/designs").await;
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with(&site.cookie) && cookie.contains("Max-Age=2592000"), "{cookie}");
    let left: bool = sqlx::query_scalar("select bool_or(expires_at > now() + interval '29 days') from sessions")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert!(left);
}

#[tokio::test]
async fn an_event_stream_ends_with_the_session_and_with_the_membership() {
    let site = Site::new().await;
    let accounts = &mut site.world.accounts();
    let member = site.world.member(&site.owner, "vera@alpha.example", Role::Viewer).await;
    let cookie = accounts::sign_in(accounts, "vera@alpha.example", &Password::new(PASSWORD), &browser()).await.unwrap();
    let cookie = format!("vitrine_session={}", cookie.value());
    let listen = async |cookie: &str| {
        let response = site.send(empty(ask("/files/events", "localhost:3000").header(header::COOKIE, cookie))).await;
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        let mut stream = response.into_body().into_data_stream();
        let hello = stream.next().await.unwrap().unwrap();
        assert!(text(hello.to_vec()).contains("event: workspace"), "{hello:?}");
        stream
    };
    let (mut of_owner, of_vera) = (listen(&site.cookie).await, listen(&cookie).await);
    // The listener of this process may still be connecting: what it missed is told by nobody.
    site.listening().await;

    accounts::remove(accounts, &site.owner.can().unwrap(), member.account()).await.unwrap();
    let told = text(of_vera.map(Result::unwrap).collect::<Vec<_>>().await.concat());
    assert!(!told.contains("members"), "{told}");

    while !text(of_owner.next().await.unwrap().unwrap().to_vec()).contains("members") {}
    // Gone on to another workspace, and signed out there.
    accounts::switch_tenant(accounts, &site.session().await, site.second().await).await.unwrap();
    of_owner.collect::<Vec<_>>().await;
    let of_bravo = listen(&site.cookie).await;
    accounts::sign_out(accounts, &site.session().await).await.unwrap();
    of_bravo.collect::<Vec<_>>().await;
}
