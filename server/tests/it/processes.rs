//! The program as processes that can be killed.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command},
};

use accounts::{Accounts, Password, SignUp, sign_up};
use domain::{
    BatchId,
    render::{BatchCounts, BatchOrder, OutputFormat},
};
use platform::{access::Member, blobs::Blobs, db::Database, mail::Mailer};
use private_postgres::Cluster;
use product::{MEMORY_DEFAULT, Product};
use sqlx::{Connection, PgConnection};
use studio::{
    Studio, designs,
    images::{Received, Upload},
    renders, templates,
};
use test_support::{PASSWORD, browser, picture, until};

/// A running `vitrine`; killed when the test is over.
pub struct Running {
    process: Child,
    address: String,
    /// Where it says what it does.
    log: PathBuf,
}

impl Running {
    pub fn start(data: &Path, subcommand: &str, settings: &[(&str, &str)]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let log = data.join(format!("log-of-{address}"));
        let process = Command::new(env!("CARGO_BIN_EXE_vitrine"))
            .arg(subcommand)
            .env("VITRINE_DATA", data)
            .env("VITRINE_LISTEN", &address)
            .env_remove("DATABASE_URL")
            .envs(settings.iter().copied())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self { process, address, log }
    }

    pub fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until it says of itself that it is ready.
    pub async fn ready(&self) {
        let asked = || {
            let mut stream = TcpStream::connect(&self.address).ok()?;
            stream.write_all(b"GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n").ok()?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).ok()?;
            answer.starts_with("HTTP/1.0 200").then_some(())
        };
        until("the server is ready", async || asked().is_some()).await;
    }

    fn kill(&mut self) {
        // SIGKILL: no destructor, no drain, no goodbye.
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub fn stop(mut self) {
        let pid = nix::unistd::Pid::from_raw(self.process.id() as i32);
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        let ended = self.process.wait().unwrap();
        assert!(ended.success(), "{ended}: {}", self.said());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A data folder whose private PostgreSQL is stopped at the end, whatever happens to the processes.
pub struct Data {
    pub folder: PathBuf,
}

impl Data {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap().keep() }
    }

    async fn product(&self) -> Product {
        let cluster = Cluster::locate(&self.folder).unwrap();
        let migrations = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations")).unwrap().count();
        until("the database is migrated", async || migrated(&cluster.url("vitrine_owner")).await == Some(migrations))
            .await;
        let url = cluster.url("vitrine_app");
        let database = Database::connect(&url, 4).await.unwrap();
        let blobs = Blobs::in_folder(&self.folder.join("blobs")).unwrap();
        Product::new(database, blobs, Mailer::Outbox, "http://localhost", MEMORY_DEFAULT)
    }
}

/// How many migrations the database at this address has been through.
async fn migrated(url: &str) -> Option<usize> {
    let mut owner = PgConnection::connect(url).await.ok()?;
    let done = sqlx::query_scalar::<_, i64>("select count(*) from _sqlx_migrations where success");
    usize::try_from(done.fetch_one(&mut owner).await.ok()?).ok()
}

impl Drop for Data {
    fn drop(&mut self) {
        if let Ok(cluster) = Cluster::locate(&self.folder) {
            let _ = cluster.stop();
            let _ = fs::remove_dir_all(cluster.folder());
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn received(folder: &Path, bytes: &[u8]) -> Received {
    let mut upload = Upload::begin(folder, None).unwrap();
    upload.write(bytes).unwrap();
    upload.finish().unwrap()
}

async fn workspace(accounts: &mut Accounts) -> Member {
    let password = Password::new(PASSWORD);
    let form =
        SignUp { workspace: "Alpha".into(), subdomain: "alpha".into(), email: "a@alpha.example".into(), password };
    sign_up(accounts, form, &browser()).await.unwrap().0
}

async fn order_fifty(studio: &mut Studio, actor: &Member, folder: &Path) -> BatchId {
    let photo = picture(1600, 1200, 120, b"photo");
    let template = templates::create(studio, &actor.can().unwrap(), "Mug", received(folder, &photo)).await.unwrap();
    let mut chosen = Vec::new();
    for i in 0..50u8 {
        let file = received(folder, &picture(300, 400, i, &[i, 1, i]));
        chosen.push(designs::add(studio, &actor.can().unwrap(), &format!("Design {i}"), file).await.unwrap().id);
    }
    let order = BatchOrder { template, designs: chosen, side: 1600.try_into().unwrap(), format: OutputFormat::Jpeg };
    renders::order(studio, &actor.can().unwrap(), &order).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_in_the_middle_of_a_batch_loses_no_render_and_repeats_none() {
    let data = Data::new();
    let server = Running::start(&data.folder, "serve", &[("VITRINE_WORKERS", "0")]);
    let product = data.product().await;
    let actor = workspace(&mut product.accounts()).await;
    let batch = order_fifty(&mut product.studio(), &actor, &data.folder).await;
    let counts = async || renders::batch(&mut product.studio(), &actor.can().unwrap(), batch).await.unwrap().counts;

    let mut first = Running::start(&data.folder, "worker", &[("VITRINE_WORKERS", "2")]);
    until("some renders are done", async || counts().await.done >= 5).await;
    first.kill();
    let at_the_kill = counts().await;
    assert!(at_the_kill.done < 50, "the worker was too fast to be killed in the middle");
    let before = renders::items(&mut product.studio(), &actor.can().unwrap(), batch, None).await.unwrap().items;

    let second = Running::start(&data.folder, "worker", &[("VITRINE_WORKERS", "2")]);
    until("all renders are done", async || counts().await.is_settled()).await;
    assert_eq!(counts().await, BatchCounts { done: 50, ..BatchCounts::default() });
    let after = renders::items(&mut product.studio(), &actor.can().unwrap(), batch, None).await.unwrap().items;
    assert_eq!(after.len(), 50);
    for (before, after) in before.iter().zip(&after).filter(|(before, _)| before.output.is_some()) {
        assert_eq!(before, after, "what was done before the kill is as it was");
    }
    for render in &after {
        let file = renders::file(&mut product.studio(), &actor.can().unwrap(), render.id).await.unwrap();
        assert_eq!(file.content.bytes, render.output.unwrap().bytes);
    }
    let files = data.folder.join(format!("blobs/tenant/{}/render", actor.tenant()));
    let names: Vec<_> = fs::read_dir(files).unwrap().map(|file| file.unwrap().file_name()).collect();
    let whole = names.iter().filter(|name| name.len() == 64).count();
    assert_eq!(whole, 50, "exactly fifty files: {names:?}");
    product.process.database.close().await;
    second.stop();
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_survives_a_restart_and_a_second_start_is_refused() {
    let data = Data::new();
    let mut server = Running::start(&data.folder, "serve", &[]);
    server.ready().await;
    let product = data.product().await;
    let actor = workspace(&mut product.accounts()).await;
    let file = received(&data.folder, &picture(30, 30, 1, b"kept"));
    let design = designs::add(&mut product.studio(), &actor.can().unwrap(), "Kept", file).await.unwrap();
    product.process.database.close().await;

    let second = Command::new(env!("CARGO_BIN_EXE_vitrine"))
        .arg("serve")
        .env("VITRINE_DATA", &data.folder)
        .env("VITRINE_LISTEN", "127.0.0.1:0")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(!second.status.success() && said.contains("is in use by another vitrine"), "{said}");

    // Killed: PostgreSQL stays behind and the next start finds it.
    server.kill();
    let server = Running::start(&data.folder, "serve", &[]);
    // The database answers all the while: whether the program has begun to listen for a request to stop, only it can say.
    server.ready().await;
    let product = data.product().await;
    let list = designs::list(&mut product.studio(), &actor.can().unwrap(), None).await.unwrap().items;
    assert_eq!(list[0].id, design.id);
    product.process.database.close().await;
    server.stop();

    // Stopped in order: the cluster was shut down with the program, and comes up again.
    assert!(!Cluster::locate(&data.folder).unwrap().is_running());
    let server = Running::start(&data.folder, "serve", &[]);
    server.ready().await;
    let product = data.product().await;
    assert_eq!(designs::list(&mut product.studio(), &actor.can().unwrap(), None).await.unwrap().items.len(), 1);
    product.process.database.close().await;
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_that_is_killed_is_started_again() {
    let data = Data::new();
    let server = Running::start(&data.folder, "serve", &[]);
    server.ready().await;
    let product = data.product().await;
    let cluster = Cluster::locate(&data.folder).unwrap();
    let postmaster = || {
        let file = fs::read_to_string(cluster.folder().join("data/postmaster.pid")).ok()?;
        file.lines().next()?.parse::<i32>().ok()
    };
    let killed = postmaster().unwrap();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(killed), nix::sys::signal::Signal::SIGKILL).unwrap();
    until("another server runs", async || postmaster().is_some_and(|pid| pid != killed)).await;
    until("the database answers again", async || product.process.db().answers().await).await;
    product.process.database.close().await;
    server.stop();
}

/// A cluster that will run and let nobody in, as one that recovers from a crash: a standby that answers no questions.
struct Recovering(PathBuf);

impl Recovering {
    fn from_the_next_start(cluster: &Cluster) -> Self {
        let data = cluster.folder().join("data");
        fs::write(data.join("standby.signal"), "").unwrap();
        let mut settings = File::options().append(true).open(data.join("postgresql.conf")).unwrap();
        writeln!(settings, "hot_standby = off").unwrap();
        Self(data)
    }

    /// What `pg_ctl promote` does.
    fn end(self) {
        fs::write(self.0.join("promote"), "").unwrap();
        let pid = fs::read_to_string(self.0.join("postmaster.pid")).unwrap().lines().next().unwrap().parse().unwrap();
        let promote = nix::sys::signal::Signal::SIGUSR1;
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), promote).unwrap();
    }
}

/// A data folder with a workspace in it, and nothing running.
async fn stopped() -> (Data, Member) {
    let data = Data::new();
    let server = Running::start(&data.folder, "serve", &[]);
    server.ready().await;
    let product = data.product().await;
    let actor = workspace(&mut product.accounts()).await;
    product.process.database.close().await;
    server.stop();
    (data, actor)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_waits_for_a_database_that_recovers_and_says_so() {
    let (data, actor) = stopped().await;
    let recovering = Recovering::from_the_next_start(&Cluster::locate(&data.folder).unwrap());
    let server = Running::start(&data.folder, "serve", &[]);
    until("it says that it waits", async || server.said().contains("not ready; waiting for it")).await;
    assert!(!server.said().contains("Vitrine is ready"));

    // Killed while it waits: the next one finds a server that runs and does not answer yet.
    drop(server);
    let server = Running::start(&data.folder, "serve", &[]);
    until("it says that it waits", async || server.said().contains("not ready; waiting for it")).await;
    recovering.end();
    server.ready().await;
    let product = data.product().await;
    assert!(designs::list(&mut product.studio(), &actor.can().unwrap(), None).await.unwrap().items.is_empty());
    product.process.database.close().await;
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_waits_for_a_database_of_ones_own_can_be_stopped() {
    let (data, _) = stopped().await;
    let cluster = Cluster::locate(&data.folder).unwrap();
    let recovering = Recovering::from_the_next_start(&cluster);
    cluster.start().unwrap();
    let url = cluster.url("vitrine_app");
    let start = || Running::start(&data.folder, "worker", &[("DATABASE_URL", &url)]);
    let waits = async |worker: &Running| {
        until("it says that it waits", async || worker.said().contains("not ready; waiting for it")).await;
    };

    let worker = start();
    waits(&worker).await;
    worker.stop();

    let worker = start();
    waits(&worker).await;
    recovering.end();
    until("it works", async || worker.said().contains("worker is ready")).await;
    worker.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_ones_own_is_migrated_by_its_owner_and_served_by_the_other_role() {
    let data = Data::new();
    let cluster = Cluster::locate(&data.folder).unwrap();
    let _lock = cluster.lock().unwrap();
    cluster.bring_up().unwrap();
    let (app, owner) = (cluster.url("vitrine_app"), cluster.url("vitrine_owner"));
    let run = |subcommand: &str, settings: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine"));
        command.arg(subcommand).env("VITRINE_DATA", &data.folder).env("VITRINE_LISTEN", "127.0.0.1:0");
        let output = command.envs(settings.iter().copied()).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (done, said) = run("migrate", &[("DATABASE_URL", &app)]);
    assert!(!done && said.contains("could not be brought to this version's form"), "{said}");
    for _ in 0..2 {
        let (done, said) = run("migrate", &[("DATABASE_URL", &app), ("VITRINE_OWNER_DATABASE_URL", &owner)]);
        assert!(done, "{said}");
    }
    let (done, said) = run("serve", &[("DATABASE_URL", &owner)]);
    assert!(!done && said.contains("connect as vitrine_app"), "{said}");

    let server = Running::start(&data.folder, "serve", &[("DATABASE_URL", &app), ("VITRINE_WORKERS", "0")]);
    server.ready().await;
    let worker = Running::start(&data.folder, "worker", &[("DATABASE_URL", &app)]);
    until("it works", async || worker.said().contains("worker is ready")).await;
    worker.stop();
    server.stop();
}

#[test]
fn a_setting_that_is_wrong_is_named() {
    for (name, value, words) in [
        ("VITRINE_LISTEN", "everywhere", "VITRINE_LISTEN=everywhere is not an address"),
        ("VITRINE_LISTEN", "0.0.0.0:0", "VITRINE_ENV is development"),
        ("VITRINE_LISTEN", "[::]:0", "set VITRINE_ENV=production"),
        (
            "VITRINE_PUBLIC_URL",
            "https://vitrine.example/shop",
            "VITRINE_PUBLIC_URL=https://vitrine.example/shop is not an",
        ),
        ("VITRINE_ENV", "staging", "VITRINE_ENV=staging is not development or production"),
        ("SMTP_URL", "smtp://localhost", "MAIL_FROM must be set"),
        ("VITRINE_METRICS_TOKEN", "hunter2", "VITRINE_METRICS_TOKEN must have 16 or more characters"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine"));
        let output = command.arg("serve").env(name, value).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(words), "{said}");
        assert!(!said.contains("hunter2"), "a secret is said: {said}");
    }
}

#[test]
fn a_template_file_is_rendered_without_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let photo = picture(160, 120, 200, b"photo");
    let hash = platform::blobs::content_hash(&photo);
    let canvas = document::Size::new(160, 120).unwrap();
    let template = document::Template::over_photo("Mug", canvas, hash);
    let archive = document::TemplateArchive { template, images: [(hash, photo)].into() };
    fs::write(path("mug.vitrine"), archive.write().unwrap()).unwrap();
    fs::write(path("design.png"), picture(64, 80, 5, b"design")).unwrap();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_vitrine")).current_dir(&folder).arg("render").args(arguments).output().unwrap()
    };
    let output = run(&["--template", "mug.vitrine", "--design", "design.png", "--out", "mockup.png", "--size", "80"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mockup = render::decode::decode(&fs::read(path("mockup.png")).unwrap()).unwrap();
    assert_eq!((mockup.width(), mockup.height()), (80, 60));

    fs::write(path("broken.vitrine"), b"PK not a zip").unwrap();
    let output = run(&["--template", "broken.vitrine", "--out", "x.png"]);
    assert!(!output.status.success());
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .contains("broken.vitrine: the file is not a .vitrine file or is damaged")
    );
}
