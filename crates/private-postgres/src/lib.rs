//! A PostgreSQL of the program's own, for when none is configured: a cluster under the data folder, reached over a
//! unix socket that only this user and the server's may enter, stopped with the program and found again at the next start.

use std::{
    fs::{self, File, Permissions, TryLockError},
    io,
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use nix::unistd::{Gid, Uid, User, chown, geteuid};

/// Enough for a pool, its listeners and a worker process beside it.
const MAX_CONNECTIONS: &str = "60";

/// How long a server that runs may take to let somebody in: it starts up, or recovers from a crash.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    #[error("PostgreSQL is not installed here (Debian: apt-get install postgresql), and DATABASE_URL is not set")]
    NotInstalled,
    #[error("the data folder {0} is in use by another vitrine; stop that one or set VITRINE_DATA to another folder")]
    InUse(PathBuf),
    #[error("PostgreSQL refuses to run as root and there is no user `postgres` to run it as")]
    NoUser,
    #[error(
        "the database in {folder} was made by PostgreSQL {found}, and {installed} is installed; install version {found}"
    )]
    Version { folder: PathBuf, found: String, installed: String },
    #[error(
        "the private PostgreSQL in {folder} runs and let nobody in for {seconds} s; see {folder}/log, and start again \
        once it has recovered"
    )]
    NotReady { folder: PathBuf, seconds: u64 },
    #[error("{program} failed: {output}")]
    Failed { program: &'static str, output: String },
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: io::Error },
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> PostgresError + '_ {
    |error| PostgresError::Io { path: path.to_owned(), error }
}

/// A cluster at its place, running or not.
#[derive(Debug)]
pub struct Cluster {
    /// Holds `data`, the socket and the log.
    folder: PathBuf,
    bin: PathBuf,
    /// Whom to run as, when root.
    user: Option<(Uid, Gid)>,
}

impl Cluster {
    /// The cluster that belongs to a data folder, which is made where it is missing.
    ///
    /// # Errors
    /// [`PostgresError::NotInstalled`], [`PostgresError::NoUser`], [`PostgresError::Io`].
    pub fn locate(data: &Path) -> Result<Self, PostgresError> {
        fs::create_dir_all(data).map_err(at(data))?;
        let data = data.canonicalize().map_err(at(data))?;
        let bin = newest_installation().ok_or(PostgresError::NotInstalled)?;
        let user = if geteuid().is_root() {
            let user = User::from_name("postgres").ok().flatten().ok_or(PostgresError::NoUser)?;
            Some((user.uid, user.gid))
        } else {
            None
        };
        // A unix socket's path has room for 107 bytes, and the server's user must be able to reach the folder, which
        // it cannot inside a private home; then the cluster lives beside the system's other state.
        let beside = data.join("postgres");
        let reachable = user.is_none() || data.ancestors().all(is_open_to_all);
        let folder = if reachable && beside.as_os_str().len() < 80 {
            beside
        } else {
            let name = blake3::hash(data.as_os_str().as_encoded_bytes()).to_hex();
            let state =
                if user.is_some() { PathBuf::from("/var/lib/vitrine") } else { std::env::temp_dir().join("vitrine") };
            state.join(&name[..16])
        };
        Ok(Self { folder, bin, user })
    }

    /// The address for a role, `vitrine_app`, `vitrine_owner` or `postgres`, in the database `vitrine`.
    pub fn url(&self, role: &str) -> String {
        format!("postgres://{role}@localhost/vitrine?host={}", self.folder.display())
    }

    /// Where everything of the cluster is: data, socket, log.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of PostgreSQL's programs.
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Holds the cluster for this process; the system lets go of it even if the process is killed.
    ///
    /// # Errors
    /// [`PostgresError::InUse`] where another process holds it.
    pub fn lock(&self) -> Result<File, PostgresError> {
        fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        if let Some((uid, gid)) = self.user {
            chown(&self.folder, Some(uid), Some(gid)).map_err(|error| at(&self.folder)(error.into()))?;
        }
        fs::set_permissions(&self.folder, Permissions::from_mode(0o700)).map_err(at(&self.folder))?;
        let path = self.folder.join("lock");
        let lock = File::create(&path).map_err(at(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => Err(PostgresError::InUse(self.folder.clone())),
            Err(TryLockError::Error(error)) => Err(at(&path)(error)),
        }
    }

    /// Makes the cluster where there is none, starts it where it is not running, and makes roles and database.
    ///
    /// # Errors
    /// Whatever PostgreSQL's own programs say.
    pub fn bring_up(&self) -> Result<(), PostgresError> {
        if !self.data().join("PG_VERSION").exists() {
            self.init()?;
        }
        self.check_version()?;
        self.wait_until_open(PATIENCE)?;
        self.ensure_database()
    }

    /// Whether the server lets somebody in now. One that runs may still be starting up, where a program that was
    /// killed had started it, or be recovering from a crash.
    fn is_open(&self) -> bool {
        let mut ask = self.command("pg_isready");
        ask.arg("-h").arg(&self.folder).args(["-d", "postgres", "-q"]);
        run("pg_isready", ask).is_ok()
    }

    fn wait_until_open(&self, patience: Duration) -> Result<(), PostgresError> {
        let end = Instant::now() + patience;
        let mut said = false;
        loop {
            // One that was on its way down when we looked before has ended meanwhile.
            if !self.is_running() {
                self.start()?;
            }
            if self.is_open() {
                return Ok(());
            }
            if Instant::now() >= end {
                return Err(PostgresError::NotReady { folder: self.folder.clone(), seconds: patience.as_secs() });
            }
            if !said {
                tracing::warn!(seconds = patience.as_secs(), "the private PostgreSQL is not ready; waiting for it");
                said = true;
            }
            sleep(Duration::from_millis(100));
        }
    }

    fn init(&self) -> Result<(), PostgresError> {
        // What an interrupted first start has left is not a cluster.
        if self.data().exists() {
            fs::remove_dir_all(self.data()).map_err(at(&self.data()))?;
        }
        let mut initdb = self.command("initdb");
        initdb.arg("-D").arg(self.data()).args([
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]);
        run("initdb", initdb)?;
        Ok(())
    }

    fn check_version(&self) -> Result<(), PostgresError> {
        let path = self.data().join("PG_VERSION");
        let found = fs::read_to_string(&path).map_err(at(&path))?.trim().to_owned();
        let installed = run("postgres", {
            let mut c = self.command("postgres");
            c.arg("--version");
            c
        })?;
        let installed = String::from_utf8_lossy(&installed.stdout).trim().to_owned();
        let major = installed.split_whitespace().find_map(|word| word.split('.').next()?.parse::<u32>().ok());
        if major.is_some_and(|major| major.to_string() == found) {
            return Ok(());
        }
        Err(PostgresError::Version { folder: self.folder.clone(), found, installed })
    }

    /// Whether the server runs, whoever started it.
    pub fn is_running(&self) -> bool {
        let mut status = self.command("pg_ctl");
        status.arg("-D").arg(self.data()).arg("status");
        run("pg_ctl status", status).is_ok()
    }

    /// # Errors
    /// What `pg_ctl start` says.
    pub fn start(&self) -> Result<(), PostgresError> {
        // What each statement costs, for whoever looks for the slow ones; Debian's package brings it along.
        let statistics = match self.bin.join("../lib/pg_stat_statements.so").exists() {
            true => " -c shared_preload_libraries=pg_stat_statements",
            false => "",
        };
        let settings = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c unix_socket_permissions=0700 -c max_connections={MAX_CONNECTIONS}{statistics}",
            self.folder.display()
        );
        let mut start = self.command("pg_ctl");
        start
            .arg("-D")
            .arg(self.data())
            .arg("-l")
            .arg(self.folder.join("log"))
            .arg("-o")
            .arg(settings)
            .args(["-w", "start"]);
        // A signal meant for the program must not reach the server: it is stopped in order, last.
        start.process_group(0);
        run("pg_ctl start", start)?;
        Ok(())
    }

    /// Stops the server in order, ending what is connected.
    ///
    /// # Errors
    /// What `pg_ctl stop` says.
    pub fn stop(&self) -> Result<(), PostgresError> {
        let mut stop = self.command("pg_ctl");
        stop.arg("-D").arg(self.data()).args(["-m", "fast", "-w", "stop"]);
        run("pg_ctl stop", stop)?;
        Ok(())
    }

    fn ensure_database(&self) -> Result<(), PostgresError> {
        for statement in [
            "create role vitrine_owner login",
            "create role vitrine_app login",
            "create database vitrine owner vitrine_owner",
            "grant all on schema public to vitrine_owner",
        ] {
            let database = if statement.starts_with("grant") { "vitrine" } else { "postgres" };
            let mut psql = self.command("psql");
            psql.arg("-h").arg(&self.folder).args(["-U", "postgres", "-d", database, "-qc", statement]);
            match run("psql", psql) {
                Err(PostgresError::Failed { output, .. }) if output.contains("already exists") => {}
                other => drop(other?),
            }
        }
        Ok(())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.current_dir("/").stdin(Stdio::null()).env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8");
        if let Some((uid, gid)) = self.user {
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
        command
    }
}

fn run(program: &'static str, mut command: Command) -> Result<Output, PostgresError> {
    // Output goes through files' ends, not pipes, where a server stays behind that would keep a pipe open.
    let keeps_running = program == "pg_ctl start";
    if keeps_running {
        command.stdout(Stdio::null()).stderr(Stdio::null());
    }
    let failed = |output: String| PostgresError::Failed { program, output };
    let output = command.output().map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(output);
    }
    let said = [output.stdout, output.stderr].concat();
    Err(failed(String::from_utf8_lossy(&said).trim().to_owned()))
}

fn is_open_to_all(folder: &Path) -> bool {
    folder.metadata().is_ok_and(|metadata| metadata.mode() & 0o001 != 0)
}

fn newest_installation() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let installed =
        versions.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.join("bin/initdb").exists());
    installed.max_by_key(version).map(|path| path.join("bin"))
}
