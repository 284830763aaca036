//! What tests stand on: one private PostgreSQL for a test program, a database of its own for each test, and
//! workspaces with people in them.
//!
//! Nothing here tolerates failure: a fixture that cannot be made ends the test.
#![allow(clippy::unwrap_used, clippy::expect_used)]

pub mod s3_server;
#[cfg(feature = "product")]
mod studio;

use std::{
    fs::File,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::{Command, Stdio},
};

use accounts::{Accounts, Browser, Password, SignUp};
use domain::{Cursor, Page, Problem, page::PAGE, tenancy::Role};
use platform::{
    Process, ServiceError,
    access::Member,
    blobs::Blobs,
    db::{Database, migrate},
    mail::Mailer,
};
use private_postgres::Cluster;
use render::{
    Image,
    encode::{PngEffort, png},
};
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use tokio::sync::{Mutex, OnceCell};
use uuid::Uuid;

pub const PASSWORD: &str = "correct horse battery";
const PUBLIC_URL: &str = "http://localhost:3000";

/// The server of this test program, with the migrated database `vitrine` as the pattern for others.
struct Server {
    cluster: Cluster,
    _lock: File,
    /// Copying the pattern wants nobody else connected to it.
    copying: Mutex<()>,
}

static SERVER: OnceCell<Server> = OnceCell::const_new();

async fn server() -> &'static Server {
    SERVER
        .get_or_init(|| async {
            let folder = tempfile::tempdir().unwrap().keep();
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
            let cluster = Cluster::locate(&folder).unwrap();
            let lock = cluster.lock().unwrap();
            clean_up_after_us(&cluster, &folder);
            cluster.bring_up().unwrap();
            migrate(&cluster.url("vitrine_owner")).await.unwrap();
            Server { cluster, _lock: lock, copying: Mutex::new(()) }
        })
        .await
}

/// A shell that outlives this process by as long as it takes to stop the server and remove its files: its standard
/// input ends with us, however we end.
fn clean_up_after_us(cluster: &Cluster, folder: &Path) {
    let script = r#"trap '' INT TERM; read _; cd /; $1 "$2/pg_ctl" -D "$3/data" -m immediate stop; rm -rf "$3" "$4""#;
    let root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    let as_owner = if root { "setpriv --reuid=postgres --regid=postgres --clear-groups" } else { "" };
    let shell = Command::new("sh")
        .args(["-c", script, "clean-up", as_owner])
        .args([cluster.bin(), cluster.folder(), folder])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Keeps our end of its input open until this process is gone.
    std::mem::forget(shell);
}

/// A database with nothing in it, owned by `vitrine_owner`, as it is before the first migration.
pub struct EmptyDatabase(String);

impl EmptyDatabase {
    pub async fn new() -> Self {
        let name = format!("test_{}", Uuid::now_v7().simple());
        let mut connection = PgConnection::connect(&address(server().await, "postgres", "postgres")).await.unwrap();
        let create = format!("create database {name} template template0 owner vitrine_owner");
        connection.execute(sqlx::AssertSqlSafe(create)).await.unwrap();
        Self(name)
    }

    pub async fn connect(&self, role: &str) -> PgConnection {
        PgConnection::connect(&address(server().await, role, &self.0)).await.unwrap()
    }
}

/// A database and a blob folder of a test's own.
pub struct World {
    pub process: Process,
    accounts: accounts::Shared,
    #[cfg(feature = "product")]
    pub product: product::Product,
    pub files: TempDir,
    name: String,
}

impl World {
    pub async fn new() -> Self {
        let server = server().await;
        let name = format!("test_{}", Uuid::now_v7().simple());
        {
            let _alone = server.copying.lock().await;
            let mut connection = PgConnection::connect(&address(server, "postgres", "postgres")).await.unwrap();
            let create = format!("create database {name} template vitrine owner vitrine_owner");
            connection.execute(sqlx::AssertSqlSafe(create)).await.unwrap();
            connection.close().await.unwrap();
        }
        let files = tempfile::tempdir().unwrap();
        let database = Database::connect(&address(server, "vitrine_app", &name), 12).await.unwrap();
        let blobs = Blobs::in_folder(&files.path().join("blobs")).unwrap();
        #[cfg(feature = "product")]
        let product = product::Product::new(database, blobs, Mailer::Outbox, PUBLIC_URL, product::MEMORY_DEFAULT);
        #[cfg(feature = "product")]
        let process = product.process.clone();
        #[cfg(not(feature = "product"))]
        let process = Process::new(database, blobs, Mailer::Outbox, PUBLIC_URL, 1 << 30);
        Self {
            accounts: accounts::Shared::new(&process),
            #[cfg(feature = "product")]
            product,
            process,
            files,
            name,
        }
    }

    /// The accounts as one request has them.
    pub fn accounts(&self) -> Accounts {
        self.accounts.accounts()
    }

    /// A connection for looking past the program, as `vitrine_app`, `vitrine_owner` or `postgres`.
    pub async fn connect(&self, role: &str) -> PgConnection {
        PgConnection::connect(&address(server().await, role, &self.name)).await.unwrap()
    }

    /// A new workspace and its owner.
    pub async fn workspace(&self, subdomain: &str) -> Member {
        let form = SignUp {
            workspace: subdomain.to_owned(),
            subdomain: subdomain.to_owned(),
            email: format!("owner@{subdomain}.example"),
            password: Password::new(PASSWORD),
        };
        accounts::sign_up(&mut self.accounts(), form, &browser()).await.expect("a workspace").0
    }

    /// As if the person had opened the link that came to their address.
    pub async fn confirm(&self, person: &Member) {
        let confirm =
            sqlx::query("update accounts set email_verified_at = now() where id = $1").bind(person.account().0);
        confirm.execute(&mut self.connect("vitrine_owner").await).await.unwrap();
    }

    /// Another member of the owner's workspace.
    pub async fn member(&self, owner: &Member, email: &str, role: Role) -> Member {
        self.confirm(owner).await;
        let link = accounts::invite(&mut self.accounts(), &owner.in_person().unwrap(), email, role).await.unwrap();
        let token = link.rsplit('/').next().unwrap();
        let cookie =
            accounts::accept(&mut self.accounts(), token, None, &Password::new(PASSWORD), &browser()).await.unwrap();
        let cookie = cookie.expect("a session");
        let session = accounts::resume(&mut self.accounts(), cookie.value(), None, &browser()).await.unwrap();
        session.expect("a session").member().expect("a member")
    }
}

fn address(server: &Server, role: &str, database: &str) -> String {
    server.cluster.url(role).replace("/vitrine?", &format!("/{database}?"))
}

pub fn browser() -> Browser {
    Browser { user_agent: "test".into(), address: "127.0.0.1".parse().unwrap() }
}

/// A PNG whose pixels depend on `seed`.
pub fn picture(width: u32, height: u32, tone: u8, seed: &[u8]) -> Vec<u8> {
    let seed = seed.iter().fold(7u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)));
    let image = Image::from_fn(width, height, |x, y| {
        let mixed = (x.wrapping_mul(seed) ^ y.wrapping_mul(seed >> 3)) as u8;
        [tone, mixed, (x + y) as u8, 255]
    });
    png(&image, PngEffort::Fast).unwrap()
}

/// A well-formed PNG of `side` × `side` black pixels, one bit each: a small file that would be 32 times `side`² bits of memory.
pub fn png_bomb(side: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut file, side, side);
    encoder.set_color(::png::ColorType::Grayscale);
    encoder.set_depth(::png::BitDepth::One);
    let rows = vec![0; side.div_ceil(8) as usize * side as usize];
    encoder.write_header().unwrap().write_image_data(&rows).unwrap();
    file
}

/// The refusal a call must end with.
pub fn refused<T: std::fmt::Debug>(result: platform::Result<T>) -> Problem {
    match result {
        Err(ServiceError::Refused(problem)) => problem,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

pub fn is_not_found<T>(result: &platform::Result<T>) -> bool {
    matches!(result, Err(ServiceError::NotFound))
}

/// Every row of a list, page by page as a member goes through it.
pub async fn walk<T>(mut ask: impl AsyncFnMut(Option<Cursor>) -> platform::Result<Page<T>>) -> Vec<T> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = ask(after).await.unwrap();
        assert!(page.items.len() == PAGE || page.items.len() < PAGE && page.next.is_none(), "{}", page.items.len());
        all.extend(page.items);
        after = match page.next {
            Some(next) => Some(next),
            None => return all,
        };
    }
}

/// Waits until `done` says so, at most 60 seconds.
pub async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    for _ in 0..600 {
        if done().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("never happened: {what}");
}
