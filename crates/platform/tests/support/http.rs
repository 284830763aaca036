//! A server that answers each request as the test says, byte by byte.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

pub struct Server {
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// `answer` gets the number of the request, from 0 on, and the connection that it came by, which then ends.
    pub async fn start<A: Future<Output = ()> + Send>(
        answer: impl Fn(usize, TcpStream) -> A + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let (noted, answer) = (Arc::clone(&heard), Arc::new(answer));
        let task = tokio::spawn(async move {
            loop {
                let (mut connection, _) = listener.accept().await.unwrap();
                let (noted, answer) = (Arc::clone(&noted), Arc::clone(&answer));
                tokio::spawn(async move {
                    let request = read_request(&mut connection).await;
                    let number = {
                        let mut noted = noted.lock().unwrap();
                        noted.push(request);
                        noted.len() - 1
                    };
                    answer(number, connection).await;
                });
            }
        });
        Self { address, heard, task }
    }

    /// Gives the answers in their order, and the last of them from then on.
    pub async fn answering(answers: &[&str]) -> Self {
        let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        Self::start(move |number, connection| {
            let answer = answers[number.min(answers.len() - 1)].clone();
            async move { write(connection, &answer).await }
        })
        .await
    }

    /// The requests so far, each from its first line to the end of its body.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An answer with a body, after which the connection ends.
pub fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// A write fails where the client has gone, as it should in many a test.
pub async fn write(mut connection: TcpStream, answer: &str) {
    let _ = connection.write_all(answer.as_bytes()).await;
    let _ = connection.shutdown().await;
    // What is left unread when a socket is closed would reset it.
    let mut rest = [0; 1024];
    let reading = async { while connection.read(&mut rest).await.is_ok_and(|read| read > 0) {} };
    let _ = tokio::time::timeout(Duration::from_secs(5), reading).await;
}

async fn read_request(connection: &mut TcpStream) -> String {
    let (mut bytes, mut piece) = (Vec::new(), vec![0; 1 << 16]);
    // Known once the head is there.
    let mut whole = None;
    while whole.is_none_or(|whole| bytes.len() < whole) {
        match connection.read(&mut piece).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&piece[..read]),
            _ => break,
        }
        if whole.is_none()
            && let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n")
        {
            let text = String::from_utf8_lossy(&bytes[..head]);
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
            whole = Some(head + 4 + length.map_or(0, |length| length.parse().unwrap()));
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
