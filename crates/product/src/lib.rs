//! The product as a whole: what the requests of a running program share, and the jobs and schedules of all areas. A new
//! area is a field, a job or a schedule is a line.

use accounts::Accounts;
use platform::{Process, blobs::Blobs, db::Database, jobs::Registry, mail::Mailer};
use studio::Studio;

/// The memory that heavy work and what is kept for it may take together where nothing else is set, in bytes.
pub const MEMORY_DEFAULT: u64 = 2 << 30;

/// The parts of a running program. A request or job asks the areas that it needs for a face of its own, which leads to
/// one connection at a time.
#[derive(Clone)]
pub struct Product {
    pub process: Process,
    accounts: accounts::Shared,
    studio: studio::Shared,
}

impl Product {
    /// `memory` bounds what heavy work and the images kept for it take together, in bytes.
    pub fn new(database: Database, blobs: Blobs, mailer: Mailer, public_url: &str, memory: u64) -> Self {
        let kept = (memory / 4).min(studio::KEPT_MAX);
        let process = Process::new(database, blobs, mailer, public_url, memory - kept);
        Self { accounts: accounts::Shared::new(&process), studio: studio::Shared::new(&process, kept), process }
    }

    pub fn accounts(&self) -> Accounts {
        self.accounts.accounts()
    }

    pub fn studio(&self) -> Studio {
        self.studio.studio()
    }

    /// What a worker of the program runs.
    pub fn registry(&self) -> Registry {
        let registry = Registry::default().schedule(platform::jobs::Forget(self.process.clone()));
        self.studio.register(self.accounts.register(registry))
    }
}
