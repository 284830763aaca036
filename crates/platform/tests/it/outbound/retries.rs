use std::time::{Duration, Instant};

use platform::outbound::{HeaderMap, HeaderValue, Method, Request, Response, Retry, Settings, StatusCode, header};

use super::{get, known, post, settings, url};
use crate::support::http::{Server, answer};

fn trying(tries: u32) -> Settings {
    let settings = settings();
    Settings { retry: Retry { tries, ..settings.retry }, ..settings }
}

#[tokio::test]
async fn what_passes_is_tried_again_until_it_succeeds() {
    for passing in ["408 Late", "429 Slow", "500 Oops", "502 Bad", "503 Away", "504 Late"] {
        let server = Server::answering(&[&answer(passing, ""), "HTTP/1.1 200", &answer("200 OK", "")]).await;
        let answer = known(&server, trying(5)).send(get(&server.url("/"))).await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.tries, server.heard().len()), (200, 3, 3), "{passing}");
    }
}

#[tokio::test]
async fn what_does_not_pass_is_not_tried_again() {
    for lasting in
        ["200 OK", "304 Same", "400 Bad", "401 Who", "403 No", "404 Gone", "409 Conflict", "422 No", "501 No"]
    {
        let server = Server::answering(&[&answer(lasting, "")]).await;
        let answer = known(&server, trying(5)).send(get(&server.url("/"))).await.unwrap();
        assert_eq!((answer.tries, server.heard().len()), (1, 1), "{lasting}");
    }
    let server = Server::answering(&[&answer("200 OK", &".".repeat(2000))]).await;
    assert!(known(&server, trying(5)).send(get(&server.url("/"))).await.is_err());
    assert_eq!(server.heard().len(), 1);
}

#[tokio::test]
async fn the_last_answer_is_given_when_the_tries_are_used_up() {
    let server = Server::answering(&[&answer("503 Away", "closed")]).await;
    let began = Instant::now();
    let answer = known(&server, trying(3)).send(get(&server.url("/"))).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.body.as_ref(), answer.tries), (503, &b"closed"[..], 3));
    assert_eq!(server.heard().len(), 3);
    assert!(began.elapsed() >= Duration::from_millis(10 + 20), "the pauses are half of 20 and 40 ms at least");
}

#[tokio::test]
async fn only_what_may_be_done_twice_is_tried_again() {
    for (method, heard) in [
        (Method::GET, 3),
        (Method::HEAD, 3),
        (Method::PUT, 3),
        (Method::DELETE, 3),
        (Method::POST, 1),
        (Method::PATCH, 1),
    ] {
        for fails in [answer("503 Away", ""), String::new()] {
            let server = Server::answering(&[&fails]).await;
            let _ = known(&server, trying(3)).send(Request::new(method.clone(), url(&server.url("/")))).await;
            assert_eq!(server.heard().len(), heard, "{method}");
        }
    }
    let server = Server::answering(&[&answer("503 Away", ""), &answer("200 OK", "")]).await;
    let answer = known(&server, trying(3)).send(post(&server.url("/")).repeatable()).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.tries), (200, 2));
    assert!(server.heard().iter().all(|request| request.ends_with("\r\n\r\nbody")));
}

#[tokio::test]
async fn retry_after_is_waited_for_up_to_a_bound() {
    let server = Server::answering(&[&answer("429 Slow\r\nretry-after: 1", ""), &answer("200 OK", "")]).await;
    let began = Instant::now();
    let patient = known(&server, trying(3)).send(get(&server.url("/"))).await.unwrap();
    assert_eq!((patient.status.as_u16(), patient.tries), (200, 2));
    assert!(began.elapsed() >= Duration::from_secs(1));
    let server = Server::answering(&[&answer("503 Away\r\nretry-after: 21", "")]).await;
    let answer = known(&server, trying(3)).send(get(&server.url("/"))).await.unwrap();
    assert_eq!((answer.tries, answer.retry_after()), (1, Some(Duration::from_secs(21))));
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let asked = |text: &'static str| {
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static(text))]);
        Response { status: StatusCode::OK, headers, body: Vec::new().into(), tries: 1 }.retry_after()
    };
    assert_eq!(asked("120"), Some(Duration::from_secs(120)));
    assert_eq!(asked("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
    assert!(asked("Fri, 31 Dec 2100 23:59:59 GMT") > Some(Duration::from_secs(365 * 24 * 3600)));
    assert_eq!(asked("-1"), None);
    assert_eq!(asked("soon"), None);
}

#[tokio::test]
async fn all_tries_together_end_by_the_deadline() {
    let server = Server::start(async |_, _connection| tokio::time::sleep(Duration::from_secs(5)).await).await;
    let settings = trying(100);
    let settings = Settings { retry: Retry { deadline: Duration::from_millis(1500), ..settings.retry }, ..settings };
    let began = Instant::now();
    assert!(known(&server, settings).send(get(&server.url("/"))).await.is_err());
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert!((2..=3).contains(&server.heard().len()), "tries of 600 ms within 1500 ms");
}
