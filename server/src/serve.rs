//! Connections: taken, spoken HTTP on, and ended in order. Those slower than a slow mobile line are closed, so that
//! half-sent requests hold nothing for long.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::{ConnectInfo, Request},
    serve::Listener,
};
use bytes::Bytes;
use hyper::{
    body::{Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use socket2::SockRef;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{Sleep, sleep},
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// How slow a request may come.
#[derive(Clone, Copy)]
pub struct Pace {
    /// For the whole head of a request, and for a connection without one.
    pub head: Duration,
    /// A body that brings less than `bytes` in each `window` ends.
    pub window: Duration,
    pub bytes: usize,
}

impl Default for Pace {
    /// 2 KiB a second: an upload from the edge of a mobile network passes.
    fn default() -> Self {
        Self { head: Duration::from_secs(30), window: Duration::from_secs(30), bytes: 60 << 10 }
    }
}

/// Serves until `stopped` says so, and then until the last answer is sent.
pub async fn serve(mut listener: TcpListener, router: Router, pace: Pace, mut stopped: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    // Whoever drops this future ends the connections with it.
    let mut connections = JoinSet::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&mut listener) => accepted,
            _ = stopped.wait_for(|stopped| *stopped) => break,
        };
        let router = router.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(|body| Body::new(Paced::new(body, pace)));
            request.extensions_mut().insert(ConnectInfo(peer));
            let router = router.clone();
            async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(pace.head);
        let connection = graceful.watch(http.serve_connection(TokioIo::new(impatient(stream)), service));
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, %peer, "connection ended");
            }
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    graceful.shutdown().await;
}

/// A client that takes nothing of its answer for so long is let go: what is being sent holds memory and open files.
const ANSWER_PATIENCE: Duration = Duration::from_secs(60);

fn impatient(stream: TcpStream) -> Pin<Box<TimeoutStream<TcpStream>>> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(ANSWER_PATIENCE));
    Box::pin(stream)
}

/// Small answers leave at once: with Nagle's algorithm the last piece of an answer on a kept connection waits for the
/// other side's delayed acknowledgement, 40 ms. What a client that has vanished does not acknowledge is not waited for
/// longer than for one that takes nothing: the kernel by itself would try for a quarter of an hour.
async fn accept(listener: &mut TcpListener) -> (TcpStream, SocketAddr) {
    let (stream, peer) = Listener::accept(listener).await;
    if let Err(error) = stream.set_nodelay(true) {
        tracing::warn!(%error, "TCP_NODELAY");
    }
    if let Err(error) = SockRef::from(&stream).set_tcp_user_timeout(Some(ANSWER_PATIENCE)) {
        tracing::warn!(%error, "TCP_USER_TIMEOUT");
    }
    (stream, peer)
}

#[derive(Debug, thiserror::Error)]
#[error("the request's body stopped coming")]
struct TooSlow;

/// A body that ends with an error where it comes too slowly. A window begins when the server first has to wait.
struct Paced {
    body: Incoming,
    pace: Pace,
    window: Option<Pin<Box<Sleep>>>,
    received: usize,
}

impl Paced {
    fn new(body: Incoming, pace: Pace) -> Self {
        Self { body, pace, window: None, received: 0 }
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            if let Some(Ok(frame)) = &frame {
                this.received += frame.data_ref().map_or(0, Bytes::len);
            }
            if this.received >= this.pace.bytes {
                this.received = 0;
                this.window = None;
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let window = this.window.get_or_insert_with(|| Box::pin(sleep(this.pace.window)));
        ready!(window.as_mut().poll(cx));
        Poll::Ready(Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::to_bytes, http::StatusCode, routing::post};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn an_accepted_connection_sends_small_answers_at_once_and_waits_for_nobody_who_vanished() {
        let mut listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = accept(&mut listener).await;
        assert!(stream.nodelay().unwrap());
        assert_eq!(SockRef::from(&stream).tcp_user_timeout().unwrap(), Some(ANSWER_PATIENCE));
    }

    async fn server(pace: Pace) -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let length = async |body: Body| match to_bytes(body, 1 << 20).await {
            Ok(body) => (StatusCode::OK, body.len().to_string()),
            Err(_) => (StatusCode::REQUEST_TIMEOUT, String::new()),
        };
        let router = Router::new().route("/", post(length));
        let (stop, stopped) = watch::channel(false);
        (address, stop, tokio::spawn(serve(listener, router, pace, stopped)))
    }

    /// What comes back until the server ends the connection.
    async fn answer(address: SocketAddr, sent: &[u8]) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sent).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn half_sent_requests_end_and_whole_ones_are_answered() {
        let short = Duration::from_millis(50);
        let (address, stop, ended) = server(Pace { head: short, window: short, bytes: 1000 }).await;
        assert!(!answer(address, b"").await.starts_with("HTTP/1.1 2"));
        assert!(!answer(address, b"POST / HTTP/1.1\r\nHost: a\r\nX: ").await.starts_with("HTTP/1.1 2"));
        let half = answer(address, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf").await;
        assert!(half.starts_with("HTTP/1.1 408"), "{half}");
        let whole =
            answer(address, b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nfull").await;
        assert!(whole.starts_with("HTTP/1.1 200") && whole.ends_with("\r\n\r\n4"), "{whole}");

        stop.send_replace(true);
        ended.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err(), "nobody is taken any more");
    }
}
