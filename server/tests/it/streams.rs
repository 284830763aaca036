//! Event streams over real connections: how many there may be, and that a place is free when its reader is gone.

use std::{net::SocketAddr, time::Duration};

use accounts::Password;
use axum::http::StatusCode;
use domain::Problem;
use test_support::{PASSWORD, browser, until};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::http::Site;

/// What an open page reads of its stream.
struct Page {
    connection: TcpStream,
    head: String,
    /// Of the body, as far as it was read.
    said: String,
}

impl Page {
    /// Asks for events, and reads until the first one, or all of a refusal.
    async fn open(server: SocketAddr, cookie: &str) -> Self {
        let mut connection = TcpStream::connect(server).await.unwrap();
        let ask = format!("GET /files/events HTTP/1.1\r\nHost: localhost:3000\r\nCookie: {cookie}\r\n\r\n");
        connection.write_all(ask.as_bytes()).await.unwrap();
        let mut page = Self { connection, head: String::new(), said: String::new() };
        while page.head.is_empty() || !page.said.contains('\n') && !page.said.ends_with('}') {
            page.read().await;
        }
        page
    }

    async fn read(&mut self) {
        let mut bytes = [0; 4096];
        let read = timeout(Duration::from_secs(30), self.connection.read(&mut bytes)).await;
        let read = read.expect("something comes").unwrap();
        assert!(read > 0, "the connection ended: {}{}", self.head, self.said);
        self.said += std::str::from_utf8(&bytes[..read]).unwrap();
        if self.head.is_empty()
            && let Some((head, said)) = self.said.split_once("\r\n\r\n")
        {
            (self.head, self.said) = (head.to_lowercase(), said.to_owned());
        }
    }

    fn is_told(&self) -> bool {
        self.head.starts_with(&format!("http/1.1 {}", StatusCode::OK.as_u16()))
    }

    /// Why it is not told anything, and after how many seconds it may ask again.
    fn refusal(&self) -> (Problem, u32) {
        assert!(self.head.starts_with("http/1.1 429"), "{}", self.head);
        let after = self.head.lines().find_map(|line| line.strip_prefix("retry-after: ")).expect("a time to wait");
        let start = self.said.find('{').expect("a problem");
        (serde_json::from_str(&self.said[start..]).expect("a problem"), after.parse().unwrap())
    }
}

async fn another_session(site: &Site) -> String {
    let password = Password::new(PASSWORD);
    let cookie =
        accounts::sign_in(&mut site.world.accounts(), "owner@alpha.example", &password, &browser()).await.unwrap();
    format!("vitrine_session={}", cookie.value())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_has_twenty_streams_a_workspace_a_hundred_and_who_goes_makes_room() {
    let site = Site::new().await;
    let server = site.serve().await;
    let mut pages = Vec::new();
    for _ in 0..20 {
        pages.push(Page::open(server, &site.cookie).await);
    }
    assert!(pages.iter().all(Page::is_told));
    let (problem, after) = Page::open(server, &site.cookie).await.refusal();
    assert_eq!((problem.key.as_str(), problem.arguments["limit"].as_str()), ("events-browser-full", "20"));
    assert_eq!(problem.retry_after, Some(after));

    // Another browser of the same person is told all the same, until the workspace has enough.
    for _ in 0..4 {
        let cookie = another_session(&site).await;
        for _ in 0..20 {
            pages.push(Page::open(server, &cookie).await);
        }
    }
    assert!(pages.iter().all(Page::is_told));
    let cookie = another_session(&site).await;
    assert_eq!(Page::open(server, &cookie).await.refusal().0.key, "events-workspace-full");
    // A second workspace has its own.
    site.world.workspace("bravo").await;
    let password = Password::new(PASSWORD);
    let bravo =
        accounts::sign_in(&mut site.world.accounts(), "owner@bravo.example", &password, &browser()).await.unwrap();
    assert!(Page::open(server, &format!("vitrine_session={}", bravo.value())).await.is_told());

    // Pages are closed, and others find their places.
    pages.truncate(50);
    until("a place is free", async || Page::open(server, &cookie).await.is_told()).await;
    // All who stayed are still told.
    site.listening().await;
    let first = &mut pages[0];
    while !first.said.contains("designs") {
        first.read().await;
    }
}
