//! A real S3 service on a free port of this machine's loopback: moto's, which keeps everything in memory.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::OnceLock,
    thread::sleep,
    time::{Duration, Instant},
};

use platform::blobs::{
    Blobs,
    s3::{AccessKey, Endpoint, PlainHttp, Region, Settings},
};

/// Ends the server when this process ends, however it does: then the pipe closes that the shell reads from.
const WATCHED: &str = r#""$@" >/dev/null 2>&1 & server=$!; read -r _; kill -9 "$server"; wait "$server""#;

/// The buckets that are there.
pub const BUCKET: &str = "files";
pub const EMPTY_BUCKET: &str = "nothing";

const FORM: &str = "application/x-www-form-urlencoded";

pub struct S3Server {
    port: u16,
    shell: Option<Child>,
}

impl S3Server {
    /// One for all tests of this process, which takes any key.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<S3Server> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// One for all tests of this process that takes one key only, and checks every signature.
    pub fn locked() -> (&'static Self, AccessKey) {
        static LOCKED: OnceLock<(S3Server, String, String)> = OnceLock::new();
        let (server, id, secret) = LOCKED.get_or_init(|| {
            let server = Self::start();
            let (id, secret) = server.lock();
            (server, id, secret)
        });
        (server, AccessKey::new(id.clone(), secret.clone()))
    }

    pub fn start() -> Self {
        let mut server = Self { port: 0, shell: None };
        // Another program may take the port in between.
        for _ in 0..5 {
            server.port = free_port();
            if server.try_start() {
                return server;
            }
        }
        panic!("moto_server does not start");
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn settings(&self, location: &str, key: AccessKey) -> Settings {
        let endpoint = Endpoint::parse(&self.address(), PlainHttp::Loopback).unwrap();
        Settings::new(location.parse().unwrap(), Some(endpoint), Region::default(), key)
    }

    /// The store in [`BUCKET`], for a server that takes any key.
    pub fn blobs(&self) -> Blobs {
        let key = AccessKey::new("any".into(), "key".into());
        Blobs::in_bucket(self.settings(&format!("s3://{BUCKET}"), key)).unwrap()
    }

    pub fn stop(&mut self) {
        if let Some(mut shell) = self.shell.take() {
            drop(shell.stdin.take());
            shell.wait().unwrap();
        }
    }

    /// With nothing in its buckets.
    pub fn start_again(&mut self) {
        assert!(self.try_start(), "moto_server does not start again");
    }

    /// The answer to a request that nobody signed.
    pub fn ask(&self, request: &str, body: &str) -> String {
        self.ask_of("s3", request, body).unwrap()
    }

    fn ask_of(&self, service: &str, request: &str, body: &str) -> std::io::Result<String> {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port))?;
        connection.set_read_timeout(Some(Duration::from_secs(10)))?;
        // moto reads from the signature which of its services is meant.
        let signed = format!("AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/{service}/aws4_request");
        let (length, kind) = (body.len(), if service == "iam" { FORM } else { "application/octet-stream" });
        write!(
            connection,
            "{request} HTTP/1.0\r\nHost: 127.0.0.1\r\nAuthorization: {signed}\r\nContent-Length: {length}\r\n\
            Content-Type: {kind}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        Ok(answer)
    }

    fn try_start(&mut self) -> bool {
        let shell = Command::new("sh")
            .args(["-c", WATCHED, "sh"])
            .arg(program())
            .args(["-H", "127.0.0.1", "-p", &self.port.to_string()])
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        self.shell = Some(shell.unwrap());
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(60) {
            let made =
                |bucket| self.ask_of("s3", &format!("PUT /{bucket}"), "").is_ok_and(|said| said.contains(" 200 "));
            if made(BUCKET) && made(EMPTY_BUCKET) {
                return true;
            }
            sleep(Duration::from_millis(50));
        }
        self.stop();
        false
    }

    /// Makes a user who may do everything with buckets; from then on nobody else may do anything.
    fn lock(&self) -> (String, String) {
        const ALL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        let of_user = |action: &str| {
            let said = self.ask_of("iam", "POST /", &format!("Action={action}&Version=2010-05-08&UserName=vitrine"));
            let said = said.unwrap();
            assert!(said.contains(" 200 "), "{said}");
            said
        };
        of_user("CreateUser");
        of_user(&format!("PutUserPolicy&PolicyName=all&PolicyDocument={ALL}"));
        let key = of_user("CreateAccessKey");
        let between = |name: &str| {
            let rest = key.split_once(&format!("<{name}>")).unwrap().1;
            rest.split_once('<').unwrap().0.to_owned()
        };
        assert!(self.ask("POST /moto-api/reset-auth", "0").contains(" 200 "));
        (between("AccessKeyId"), between("SecretAccessKey"))
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where `dev/setup.sh` puts it: beside what cargo builds.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let mut above = test.ancestors().map(|folder| folder.join("s3-server/bin/moto_server"));
    above
        .find(|program| program.exists())
        .expect("these tests need moto's S3 server in the target folder: bash -c '. dev/setup.sh && install_s3_server'")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
