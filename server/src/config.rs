//! Every setting, read once from the environment. `.env.example` says what each is for.

mod store;

use std::{env, net::SocketAddr, path::PathBuf, str::FromStr};

use platform::mail::{Mailer, MailerError};

pub use self::store::Store;
use crate::authority::PublicUrl;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logs {
    Pretty,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// The outbox page exists, cookies travel over plain HTTP.
    Development,
    Production,
}

pub struct Config {
    pub environment: Environment,
    pub listen: SocketAddr,
    /// Where people reach the product; tenants have their subdomains below its host.
    pub public_url: PublicUrl,
    pub data: PathBuf,
    /// Where uploaded files and renders are.
    pub store: Store,
    /// The built pages: styles, scripts, WASM.
    pub site: PathBuf,
    /// A PostgreSQL of your own; without it the program starts a private one.
    pub database: Option<ExternalDatabase>,
    /// The bytes that decoding, composing and encoding may take together.
    pub memory: u64,
    pub workers: usize,
    /// How many reverse proxies stand before the program; that many addresses of X-Forwarded-For are believed.
    pub proxies: usize,
    pub mailer: Mailer,
    pub logs: Logs,
    /// Without one, `/metrics` is for this machine alone.
    pub metrics_token: Option<MetricsToken>,
}

/// What opens `/metrics`. Only its hash is kept.
#[derive(Clone, Copy)]
pub struct MetricsToken(blake3::Hash);

impl MetricsToken {
    /// In constant time, as BLAKE3's hashes are compared.
    pub fn is(self, presented: &str) -> bool {
        self.0 == blake3::hash(presented.as_bytes())
    }
}

impl FromStr for MetricsToken {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let sound = text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_graphic());
        sound.then(|| Self(blake3::hash(text.as_bytes()))).ok_or(ConfigError::WeakMetricsToken)
    }
}

pub struct ExternalDatabase {
    /// As `vitrine_app`.
    pub app_url: String,
    /// As the tables' owner, for migrations.
    pub owner_url: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{name}={value} is not {expected}")]
    Invalid { name: &'static str, value: String, expected: &'static str },
    #[error(
        "VITRINE_ENV is development, where /dev/outbox shows links that open accounts; to listen on {0} (VITRINE_LISTEN), \
        which others can reach, set VITRINE_ENV=production"
    )]
    DevelopmentInPublic(SocketAddr),
    #[error(
        "VITRINE_METRICS_TOKEN must have 16 or more characters, all of them letters, digits or signs of ASCII; \
        `openssl rand -hex 32` makes one"
    )]
    WeakMetricsToken,
    #[error("{name} must be set {when}")]
    Missing { name: &'static str, when: &'static str },
    #[error(
        "S3_ENDPOINT={0} would send files and signatures unencrypted; use https://, or where the network between is safe set \
        S3_PLAIN_HTTP=yes"
    )]
    PlainHttp(String),
    #[error(transparent)]
    Mail(#[from] MailerError),
}

fn var(name: &'static str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn parsed<T: FromStr>(name: &'static str, default: T, expected: &'static str) -> Result<T, ConfigError> {
    match var(name) {
        None => Ok(default),
        Some(value) => value.parse().map_err(|_| ConfigError::Invalid { name, value, expected }),
    }
}

impl Config {
    /// # Errors
    /// The first setting that is wrong, by name.
    pub fn from_env() -> Result<Self, ConfigError> {
        let environment = match var("VITRINE_ENV").as_deref() {
            None | Some("development") => Environment::Development,
            Some("production") => Environment::Production,
            Some(other) => {
                let (name, value) = ("VITRINE_ENV", other.to_owned());
                return Err(ConfigError::Invalid { name, value, expected: "development or production" });
            }
        };
        let listen: SocketAddr = parsed(
            "VITRINE_LISTEN",
            SocketAddr::from(([127, 0, 0, 1], 3000)),
            "an address and port like 127.0.0.1:3000",
        )?;
        if environment == Environment::Development && !listen.ip().to_canonical().is_loopback() {
            return Err(ConfigError::DevelopmentInPublic(listen));
        }
        let public_url = var("VITRINE_PUBLIC_URL").unwrap_or_else(|| format!("http://localhost:{}", listen.port()));
        let public_url = public_url.parse().map_err(|_| ConfigError::Invalid {
            name: "VITRINE_PUBLIC_URL",
            value: public_url,
            expected: "an address like https://vitrine.example.com, without a path",
        })?;
        let database = var("DATABASE_URL")
            .map(|app_url| ExternalDatabase { app_url, owner_url: var("VITRINE_OWNER_DATABASE_URL") });
        let mailer = match (var("SMTP_URL"), var("MAIL_FROM")) {
            (Some(url), Some(from)) => Mailer::smtp(&url, &from)?,
            (Some(_), None) => return Err(ConfigError::Missing { name: "MAIL_FROM", when: "with SMTP_URL" }),
            (None, _) if environment == Environment::Production => {
                return Err(ConfigError::Missing {
                    name: "SMTP_URL",
                    when: "in production: people verify addresses by mail",
                });
            }
            (None, _) => Mailer::Outbox,
        };
        let logs = match var("VITRINE_LOGS").as_deref() {
            Some("json") => Logs::Json,
            Some("pretty") => Logs::Pretty,
            None if environment == Environment::Production => Logs::Json,
            None => Logs::Pretty,
            Some(other) => {
                let (name, value) = ("VITRINE_LOGS", other.to_owned());
                return Err(ConfigError::Invalid { name, value, expected: "pretty or json" });
            }
        };
        let data = var("VITRINE_DATA").map_or_else(|| PathBuf::from("data"), PathBuf::from);
        Ok(Self {
            environment,
            listen,
            public_url,
            store: Store::from_env(&data)?,
            data,
            site: var("VITRINE_SITE").map_or_else(|| PathBuf::from("target/site"), PathBuf::from),
            database,
            memory: memory()?,
            workers: parsed("VITRINE_WORKERS", default_workers(), "a number of jobs to run at once")?,
            proxies: parsed("VITRINE_PROXIES", 0, "a number of reverse proxies")?,
            mailer,
            logs,
            metrics_token: var("VITRINE_METRICS_TOKEN").map(|token| token.parse()).transpose()?,
        })
    }
}

/// Half of the machine's memory, or of what the container may take.
fn memory() -> Result<u64, ConfigError> {
    const EXPECTED: &str = "a number of megabytes, 512 or more";
    let default = machine_memory().unwrap_or(2 * product::MEMORY_DEFAULT) / 2;
    let megabytes = parsed("VITRINE_MEMORY_MB", (default >> 20).max(512), EXPECTED)?;
    if megabytes < 512 {
        let value = megabytes.to_string();
        return Err(ConfigError::Invalid { name: "VITRINE_MEMORY_MB", value, expected: EXPECTED });
    }
    Ok(megabytes << 20)
}

/// The smaller of what Linux has (proc(5)) and what the control group allows (cgroup v2, `memory.max`), in bytes.
fn machine_memory() -> Option<u64> {
    let all = std::fs::read_to_string("/proc/meminfo").ok()?;
    let kilobytes = all.lines().find_map(|line| line.strip_prefix("MemTotal:"))?.trim().strip_suffix(" kB")?;
    let all = kilobytes.trim().parse::<u64>().ok()? << 10;
    let allowed = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let allowed = allowed.and_then(|bytes| bytes.trim().parse::<u64>().ok());
    Some(allowed.map_or(all, |allowed| allowed.min(all)))
}

fn default_workers() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}
