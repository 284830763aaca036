//! Requests through the router, on a real database.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
    response::Response,
};
use domain::Problem;
use futures::FutureExt;
use platform::{access::Member, events::Hub, mail::Mailer};
use server::{
    config::{Config, Environment, Logs, Store},
    http::router,
    serve::{Pace, serve},
};
use test_support::{PASSWORD, World, browser, picture, until};
use tokio::{net::TcpListener, sync::watch};
use tower::ServiceExt;

pub struct Site {
    pub world: World,
    pub owner: Member,
    router: Router,
    pub cookie: String,
    hub: Hub,
    stop: watch::Sender<bool>,
}

impl Site {
    /// A site with one workspace whose owner is signed in.
    pub async fn new() -> Self {
        Self::build(&[], |_| {}).await
    }

    /// The same with other settings.
    pub async fn with(set: impl FnOnce(&mut Config)) -> Self {
        Self::build(&[], set).await
    }

    /// The same with files of its site.
    pub async fn with_files(files: &[(&str, &str)]) -> Self {
        Self::build(files, |_| {}).await
    }

    async fn build(files: &[(&str, &str)], set: impl FnOnce(&mut Config)) -> Self {
        let world = World::new().await;
        for (name, text) in files {
            let path = world.files.path().join("site").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let owner = world.workspace("alpha").await;
        let password = accounts::Password::new(PASSWORD);
        let cookie =
            accounts::sign_in(&mut world.accounts(), "owner@alpha.example", &password, &browser()).await.unwrap();
        let cookie = format!("vitrine_session={}", cookie.value());
        let (stop, stopped) = watch::channel(false);
        let hub = Hub::start(&world.process.database);
        let mut config = config(world.files.path());
        set(&mut config);
        let router = router(&config, world.product.clone(), hub.clone(), stopped).unwrap();
        Self { world, owner, router, cookie, hub, stop }
    }

    /// The same site on a port of its own, for what needs real connections.
    pub async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, self.router.clone(), Pace::default(), self.stop.subscribe()));
        address
    }

    pub async fn send(&self, request: Request<Body>) -> Response {
        // In a task of its own, as a connection is: there a second connection inside a transaction ends it.
        tokio::spawn(self.router.clone().oneshot(request)).await.unwrap().unwrap()
    }

    /// The same by whoever polls it, and by nobody once that is dropped.
    pub async fn pass(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Waits until this process hears what others announce.
    pub async fn listening(&self) {
        let events = std::sync::Mutex::new(self.hub.subscribe(&self.owner).unwrap());
        until("an event is heard", async || {
            self.world.design(&self.owner, "Fern").await;
            events.lock().unwrap().next().now_or_never().is_some()
        })
        .await;
    }

    pub async fn get(&self, path: &str) -> Response {
        let request = Request::get(path).header(header::HOST, "localhost:3000").header(header::COOKIE, &self.cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// A request as one of our own pages makes it.
    pub fn post(&self, path: &str) -> axum::http::request::Builder {
        Request::post(path)
            .header(header::HOST, "localhost:3000")
            .header(header::ORIGIN, "http://localhost:3000")
            .header(header::COOKIE, &self.cookie)
    }
}

fn config(files: &Path) -> Config {
    Config {
        environment: Environment::Development,
        listen: ([127, 0, 0, 1], 3000).into(),
        public_url: "http://localhost:3000".parse().unwrap(),
        data: files.to_owned(),
        store: Store::Folder(files.join("blobs")),
        site: files.join("site"),
        database: None,
        workers: 0,
        memory: 1 << 30,
        proxies: 0,
        mailer: Mailer::Outbox,
        logs: Logs::Pretty,
        metrics_token: None,
    }
}

pub async fn body(response: Response) -> Vec<u8> {
    to_bytes(response.into_body(), 64 << 20).await.unwrap().to_vec()
}

pub async fn problem(response: Response) -> Problem {
    serde_json::from_slice(&body(response).await).expect("a problem as JSON")
}

#[tokio::test]
async fn a_page_brings_a_policy_whose_nonce_is_its_scripts() {
    let site = Site::new().await;
    let response = site.get("/").await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers().clone();
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("'wasm-unsafe-eval'"), "{policy}");
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert!(headers.contains_key("x-request-id"));
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    let page = String::from_utf8(body(response).await).unwrap();
    assert!(page.contains(&format!("nonce=\"{nonce}\"")));
    assert!(page.contains("First steps"));
}

#[tokio::test]
async fn an_unchanged_script_keeps_the_policy_the_browser_has_of_it() {
    let site = Site::with_files(&[("pkg/worker.js", "start();")]).await;
    let fresh = site.get("/pkg/worker.js").await;
    let policy = fresh.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("'wasm-unsafe-eval'"), "{policy}");
    let again = Request::get("/pkg/worker.js")
        .header(header::HOST, "localhost:3000")
        .header(header::IF_MODIFIED_SINCE, &fresh.headers()[header::LAST_MODIFIED]);
    let unchanged = site.send(again.body(Body::empty()).unwrap()).await;
    assert_eq!(unchanged.status(), StatusCode::NOT_MODIFIED);
    assert!(!unchanged.headers().contains_key(header::CONTENT_SECURITY_POLICY));
}

#[tokio::test]
async fn a_browser_gets_the_smallest_copy_of_a_file_that_it_can_read() {
    let files = [("pkg/a.js", "plain"), ("pkg/a.js.br", "brotli"), ("pkg/a.js.gz", "gzip"), ("pkg/b.js", "alone")];
    let site = Site::with_files(&files).await;
    let read = async |path: &str, accepted: &str| {
        let request =
            Request::get(path).header(header::HOST, "localhost:3000").header(header::ACCEPT_ENCODING, accepted);
        let response = site.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/javascript");
        assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        let encoding = response.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap().to_owned());
        (encoding, String::from_utf8(body(response).await).unwrap())
    };
    assert_eq!(read("/pkg/a.js", "gzip, deflate, br").await, (Some("br".into()), "brotli".into()));
    assert_eq!(read("/pkg/a.js", "gzip").await, (Some("gzip".into()), "gzip".into()));
    assert_eq!(read("/pkg/a.js", "identity").await, (None, "plain".into()));
    assert_eq!(read("/pkg/b.js", "gzip, br").await, (None, "alone".into()));
}

#[tokio::test]
async fn a_page_names_the_files_of_its_part_at_once() {
    let list = r#"{"home": {"code": "home-1.part", "style": null}, "editor": {"code": "editor-1.part", "style": "editor.css"}}"#;
    let site = Site::with_files(&[("pkg/parts.json", list)]).await;
    let page = async |path: &str| String::from_utf8(body(site.get(path).await).await).unwrap();
    let home = page("/").await;
    assert!(home.contains("/pkg/home-1.part") && !home.contains("editor"), "{home}");
    let editor = page("/templates/01900000-0000-7000-8000-000000000000").await;
    assert!(editor.contains("/pkg/editor-1.part") && editor.contains("/pkg/editor.css"), "{editor}");
    assert!(!page("/designs").await.contains(".part"), "a part that is not listed");
}

/// A page begins on one thread and ends on another as the runtime pleases: what it holds must not mind.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_end_on_another_thread() {
    let site = Site::new().await;
    site.world.design(&site.owner, "Fern").await;
    let template = format!("/templates/{}", site.world.template(&site.owner, "Mug").await);
    let order = format!("{template}/render");
    for path in ["/", "/designs", "/templates", "/renders", "/members", "/account", "/audit", &template, &order] {
        let response = site.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let runtime = tokio::runtime::Handle::current();
        let elsewhere = std::thread::spawn(move || runtime.block_on(body(response)));
        let page = String::from_utf8(elsewhere.join().expect("a page that ends")).unwrap();
        assert!(page.contains("</html>"), "{path} is whole");
    }
}

/// Finding the pages' routes makes every resource of the process wait for ever; a server that is built beside a page
/// must not look for them again.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_ends_while_another_server_is_built() {
    let site = Site::new().await;
    let asking = Arc::new(());
    let builder = std::thread::spawn({
        let asking = Arc::downgrade(&asking);
        let (config, product, hub) = (config(site.world.files.path()), site.world.product.clone(), site.hub.clone());
        move || {
            while asking.upgrade().is_some() {
                drop(router(&config, product.clone(), hub.clone(), watch::channel(false).1).unwrap());
            }
        }
    });
    for n in 0..40 {
        let page = async { body(site.get("/designs").await).await };
        let page =
            tokio::time::timeout(Duration::from_secs(20), page).await.unwrap_or_else(|_| panic!("page {n} ends"));
        assert!(String::from_utf8(page).unwrap().contains("</html>"), "page {n} is whole");
    }
    drop(asking);
    builder.join().unwrap();
}

#[tokio::test]
async fn somebody_not_signed_in_is_led_to_sign_in_and_back() {
    let site = Site::new().await;
    let request = Request::get("/designs?a=1").header(header::HOST, "localhost:3000").body(Body::empty()).unwrap();
    let response = site.send(request).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()[header::LOCATION], "/login?next=%2Fdesigns%3Fa%3D1");

    let request = Request::get("/files/events").header(header::HOST, "localhost:3000").body(Body::empty()).unwrap();
    assert_eq!(problem(site.send(request).await).await.key, "error-signed-out");
}

#[tokio::test]
async fn where_only_programs_ask_an_unknown_address_is_a_problem_and_no_page() {
    let site = Site::new().await;
    for path in [
        "/files",
        "/files/nothing",
        "/files/images/a/b/c",
        "/files/designs/a/b",
        "/api",
        "/api/events",
        "/api/v1/designs",
    ] {
        let signed_out = Request::get(path).header(header::HOST, "localhost:3000").body(Body::empty()).unwrap();
        for response in [
            site.get(path).await,
            site.send(site.post(path).body(Body::empty()).unwrap()).await,
            site.send(signed_out).await,
        ] {
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json", "{path}");
            assert_eq!(problem(response).await.key, "error-not-found", "{path}");
        }
    }
    let page = site.get("/nothing").await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    assert_eq!(page.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
}

#[tokio::test]
async fn a_change_asked_for_by_another_site_is_refused() {
    let site = Site::new().await;
    for origin in [Some("https://evil.example"), Some("null"), None] {
        let mut request =
            Request::post("/files/designs").header(header::HOST, "localhost:3000").header(header::COOKIE, &site.cookie);
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        let response = site.send(request.body(Body::from(picture(9, 9, 1, b"x"))).unwrap()).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{origin:?}");
        assert_eq!(problem(response).await.key, "error-other-site");
    }
}

#[tokio::test]
async fn signing_in_sets_a_cookie_scripts_cannot_read_and_stays_on_the_site() {
    let site = Site::new().await;
    let page = Request::get("/login").header(header::HOST, "localhost:3000").body(Body::empty()).unwrap();
    let page = String::from_utf8(body(site.send(page).await).await).unwrap();
    let action = page.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a form");
    for (next, lands) in [("%2Fdesigns", "/designs"), ("https%3A%2F%2Fevil.example", "/"), ("%2F%2Fevil.example", "/")]
    {
        let form = format!("email=owner%40alpha.example&password={}&next={next}", PASSWORD.replace(' ', "+"));
        let request = site
            .post(action)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html")
            .body(Body::from(form))
            .unwrap();
        let response = site.send(request).await;
        assert_eq!(response.headers()[header::LOCATION], lands);
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.starts_with("vitrine_session=") && cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    }
}

#[tokio::test]
async fn an_uploaded_design_comes_back_as_a_picture_of_its_own_type() {
    let site = Site::new().await;
    let request = site.post("/files/designs").header("x-file-name", "..%2FBlue%20fern.png.exe");
    let response = site.send(request.body(Body::from(picture(40, 30, 1, b"fern"))).unwrap()).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let design: domain::design::Design = serde_json::from_slice(&body(response).await).unwrap();
    assert_eq!(design.name, "Blue fern.png");

    let thumbnail = site.get(&format!("/files/designs/{}/thumbnail", design.id)).await;
    assert_eq!(thumbnail.headers()[header::CONTENT_TYPE], "image/jpeg");
    assert_eq!(
        thumbnail.headers()[header::CONTENT_SECURITY_POLICY],
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
    );
    let level = site.get(&format!("/files/images/{}/levels/0", design.image.hash)).await;
    let pixels = render::decode::decode(&body(level).await).unwrap();
    assert_eq!(pixels, render::decode::decode(&picture(40, 30, 1, b"fern")).unwrap());
}

#[tokio::test]
async fn refused_uploads_say_why_with_the_right_status() {
    let site = Site::new().await;
    let send = async |bytes: Vec<u8>, length: Option<u64>| {
        let mut request = site.post("/files/designs").header("x-file-name", "file.png");
        if let Some(length) = length {
            request = request.header(header::CONTENT_LENGTH, length);
        }
        let response = site.send(request.body(Body::from(bytes)).unwrap()).await;
        (response.status(), problem(response).await.key)
    };
    assert_eq!(send(vec![], None).await, (StatusCode::UNPROCESSABLE_ENTITY, "upload-empty".into()));
    assert_eq!(send(b"MZ".to_vec(), None).await, (StatusCode::UNPROCESSABLE_ENTITY, "upload-not-an-image".into()));
    let announced = send(b"\x89PNG\r\n\x1a\n".to_vec(), Some(101 << 20)).await;
    assert_eq!(announced, (StatusCode::PAYLOAD_TOO_LARGE, "upload-too-large".into()));
    let sent = send(vec![0; 101 << 20], None).await;
    assert_eq!(sent, (StatusCode::PAYLOAD_TOO_LARGE, "upload-too-large".into()));
}

/// On a file system of one megabyte, which only root can make.
#[tokio::test]
async fn a_full_disk_is_said_and_leaves_nothing_half_done() {
    let site = Site::new().await;
    let uploads = site.world.files.path().join("uploads");
    let mounted =
        std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(&uploads).status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no file system can be mounted here");
        return;
    }
    let request = site.post("/files/designs").header("x-file-name", "big.png");
    let response = site.send(request.body(Body::from(vec![7; 4 << 20])).unwrap()).await;
    let (status, left) = (response.status(), std::fs::read_dir(&uploads).unwrap().count());
    std::process::Command::new("umount").arg(&uploads).status().unwrap();
    assert_eq!((status, left), (StatusCode::INSUFFICIENT_STORAGE, 0));
    assert_eq!(problem(response).await.key, "error-storage-full");
}

#[tokio::test]
async fn health_and_pages_say_when_the_database_is_away() {
    let site = Site::new().await;
    assert_eq!(site.get("/health/ready").await.status(), StatusCode::OK);
    site.world.process.database.close().await;
    assert_eq!(site.get("/health/live").await.status(), StatusCode::OK);
    assert_eq!(site.get("/health/ready").await.status(), StatusCode::SERVICE_UNAVAILABLE);
    let page = site.get("/designs").await;
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(String::from_utf8(body(page).await).unwrap().contains("Nothing is lost"));
    let events = site.get("/files/events").await;
    assert_eq!(
        (events.status(), problem(events).await.key),
        (StatusCode::SERVICE_UNAVAILABLE, "error-unavailable".into())
    );
}
