//! Where the database is: the one that is configured, or a private one that lives as long as the program.

use std::{fs::File, time::Duration};

use private_postgres::{Cluster, PostgresError};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::config::Config;

/// Where the database is: one's own, or the private one while this value lives.
pub struct Database {
    pub app_url: String,
    pub owner_url: String,
    private: Option<Supervised>,
}

struct Supervised {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
    /// Held as long as the cluster is ours; the system lets go of it even if we are killed.
    _lock: File,
}

impl Database {
    /// Starts the private cluster where no database is configured.
    ///
    /// # Errors
    /// [`PostgresError::InUse`] where another process holds the data folder.
    pub async fn open(config: &Config) -> Result<Self, PostgresError> {
        match Self::external(config) {
            Some(external) => Ok(external),
            None => {
                let cluster = Cluster::locate(&config.data)?;
                let lock = cluster.lock()?;
                tokio::task::spawn_blocking(move || cluster.bring_up().map(|()| cluster))
                    .await
                    .map_err(|error| PostgresError::Failed { program: "start", output: error.to_string() })?
                    .map(|cluster| Self::supervise(cluster, lock))
            }
        }
    }

    /// As [`Database::open`]; where another vitrine process already runs the cluster, uses that one's.
    pub async fn open_or_join(config: &Config) -> Result<Self, PostgresError> {
        match Self::open(config).await {
            Err(PostgresError::InUse(_)) => {
                let cluster = Cluster::locate(&config.data)?;
                Ok(Self { app_url: cluster.url("vitrine_app"), owner_url: cluster.url("vitrine_owner"), private: None })
            }
            other => other,
        }
    }

    fn external(config: &Config) -> Option<Self> {
        let database = config.database.as_ref()?;
        let owner_url = database.owner_url.clone().unwrap_or_else(|| database.app_url.clone());
        Some(Self { app_url: database.app_url.clone(), owner_url, private: None })
    }

    /// True where the program keeps the database itself and so migrates it when it starts.
    pub fn is_private(&self) -> bool {
        self.private.is_some()
    }

    fn supervise(cluster: Cluster, lock: File) -> Self {
        let (app_url, owner_url) = (cluster.url("vitrine_app"), cluster.url("vitrine_owner"));
        let (stop, mut stopped) = oneshot::channel();
        let task = tokio::task::spawn_blocking(move || {
            while let Err(oneshot::error::TryRecvError::Empty) = stopped.try_recv() {
                std::thread::sleep(Duration::from_millis(500));
                if !cluster.is_running() {
                    tracing::warn!("the private PostgreSQL has gone; starting it again");
                    if let Err(error) = cluster.start() {
                        tracing::error!(%error, "the private PostgreSQL does not start");
                    }
                }
            }
            if let Err(error) = cluster.stop() {
                tracing::error!(%error, "the private PostgreSQL did not stop cleanly");
            }
        });
        Self { app_url, owner_url, private: Some(Supervised { stop, task, _lock: lock }) }
    }

    /// Stops the private cluster; does nothing to a configured one.
    pub async fn close(self) {
        if let Some(private) = self.private {
            let _ = private.stop.send(());
            let _ = private.task.await;
        }
    }
}
