use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use metrics_exporter_prometheus::PrometheusBuilder;
use platform::outbound::{HeaderValue, Known, Retry, Settings, header};
use tracing_subscriber::fmt::MakeWriter;

use super::{get, known, post, settings, trusted};
use crate::support::http::{Server, answer};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn each_try_is_counted_by_service_and_outcome_and_by_nothing_else() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _counted = metrics::set_default_local_recorder(&recorder);
    let answers = [answer("503 Away", ""), answer("200 OK", ""), answer("404 No", ""), String::new()];
    let server = Server::answering(&answers.each_ref().map(String::as_str)).await;
    let client = known(&server, Settings { retry: Retry { tries: 2, ..settings().retry }, ..settings() });
    for request in [get(&server.url("/a?secret")), post(&server.url("/b")), post(&server.url("/c"))] {
        let _ = client.send(request).await;
    }
    assert!(client.send(get("https://elsewhere.example/")).await.is_err());
    let figures = recorder.handle().render();
    for outcome in ["failed", "ok", "refused", "broken-off", "forbidden"] {
        let line = format!("outbound_requests_total{{service=\"shop\",outcome=\"{outcome}\"}} 1\n");
        assert!(figures.contains(&line), "{outcome}: {figures}");
        let line = format!("outbound_request_duration_seconds_count{{service=\"shop\",outcome=\"{outcome}\"}} 1\n");
        assert!(figures.contains(&line), "{outcome}: {figures}");
    }
    assert!(!figures.contains("secret") && !figures.contains("elsewhere"), "{figures}");
}

#[tokio::test]
async fn nothing_secret_is_logged_or_printed() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::TRACE);
    // For the whole process: whether an event is wanted is remembered for all threads, by the one that comes to it first.
    tracing::subscriber::set_global_default(subscriber.with_writer(log.clone()).finish()).unwrap();
    let server = Server::answering(&[&answer("200 OK\r\nx-key: SECRET", "SECRET"), "garbled SECRET"]).await;
    let client = Known::new("quiet", vec![], trusted(&server), settings()).unwrap();
    let mut printed = String::new();
    for _ in 0..2 {
        let request = post(&server.url("/SECRET?SECRET=SECRET"))
            .header(header::AUTHORIZATION, HeaderValue::from_static("SECRET"))
            .body("SECRET");
        printed += &format!("{request:?} {:?}", client.send(request.clone()).await);
    }
    assert!(printed.contains("Request(POST, 6 bytes)") && printed.contains("Response(200, 6 bytes)"), "{printed}");
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("service=\"quiet\"") && logged.contains("error=quiet broke off"), "{logged}");
    for text in [printed, logged] {
        assert!(!text.contains("SECRET"), "{text}");
    }
}
