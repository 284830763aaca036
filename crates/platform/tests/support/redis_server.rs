//! A real Redis on a free port of this machine's loopback, with nothing on disk.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    thread::sleep,
    time::Duration,
};

use tempfile::TempDir;

/// Ends the server when this process ends, however it does: then the pipe closes that the shell reads from.
const WATCHED: &str = r#"redis-server "$@" >/dev/null & server=$!; read -r _; kill -9 "$server"; wait "$server""#;

pub struct RedisServer {
    port: u16,
    shell: Option<Child>,
    folder: TempDir,
}

impl RedisServer {
    /// One for all tests of this process.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<RedisServer> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    pub fn start() -> Self {
        let found = Command::new("redis-server").arg("--version").output().is_ok_and(|output| output.status.success());
        assert!(found, "these tests need redis-server: apt-get install redis-server");
        let mut server = Self { port: 0, shell: None, folder: tempfile::tempdir().unwrap() };
        // Another program may take the port in between.
        for _ in 0..5 {
            server.port = free_port();
            if server.try_start() {
                return server;
            }
        }
        panic!("redis-server does not start");
    }

    pub fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub fn stop(&mut self) {
        if let Some(mut shell) = self.shell.take() {
            drop(shell.stdin.take());
            shell.wait().unwrap();
        }
    }

    pub fn start_again(&mut self) {
        assert!(self.try_start(), "redis-server does not start again");
    }

    fn try_start(&mut self) -> bool {
        let shell = Command::new("sh")
            .args(["-c", WATCHED, "sh", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(["--port", &self.port.to_string(), "--dir"])
            .arg(self.folder.path())
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        self.shell = Some(shell.unwrap());
        for _ in 0..200 {
            if self.answers() {
                return true;
            }
            sleep(Duration::from_millis(25));
        }
        self.stop();
        false
    }

    fn answers(&self) -> bool {
        let Ok(mut connection) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let mut answer = [0; 7];
        connection.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        connection.write_all(b"PING\r\n").is_ok()
            && connection.read_exact(&mut answer).is_ok()
            && &answer == b"+PONG\r\n"
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
