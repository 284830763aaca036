//! `serve` and `worker`: starting, and stopping in order.

use std::time::Duration;

use platform::{
    blobs::{Blobs, StoreProblem},
    db::{self, migrate},
    events::Hub,
    jobs::{Worker, WorkerSettings},
};
use product::Product;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use crate::{
    config::{Config, Store},
    database::Database,
    failure::Failure,
    http,
    serve::{self, Pace},
};

/// How long running requests and jobs may take to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// Connects everything below HTTP.
pub async fn connect(config: &Config, database: &Database) -> Result<Product, Failure> {
    let blobs = open_store(&config.store).await?;
    if database.is_private() {
        migrate(&database.owner_url).await?;
    }
    let database = db::Database::connect(&database.app_url, 16).await?;
    Ok(Product::new(database, blobs, config.mailer.clone(), config.public_url.as_str(), config.memory))
}

/// The store of files. One that only does not answer now is waited for as in any other outage: jobs stand still and
/// `/health/ready` says so.
///
/// # Errors
/// A folder that cannot be made; a bucket that is not there, refuses the key or is in another region.
async fn open_store(store: &Store) -> Result<Blobs, Failure> {
    let blobs = match store {
        Store::Folder(folder) => {
            Blobs::in_folder(folder).map_err(|error| format!("cannot keep files in {}: {error}", folder.display()))?
        }
        Store::Bucket(settings) => Blobs::in_bucket(settings.clone())?,
    };
    match blobs.check().await {
        Ok(()) => {}
        Err(problem @ StoreProblem::Away { .. }) => {
            tracing::warn!(problem = Store::explain(&problem), "the file store is away; starting without it");
        }
        Err(problem) => return Err(Store::explain(&problem).into()),
    }
    Ok(blobs)
}

/// The product's parts, unless the program is asked to stop while it waits for the database.
async fn connect_unless_stopped(
    config: &Config,
    database: &Database,
    stop_request: &mut StopRequest,
) -> Result<Option<Product>, Failure> {
    tokio::select! {
        connected = connect(config, database) => connected.map(Some),
        () = stop_request.wait() => Ok(None),
    }
}

fn start_worker(product: &Product, slots: usize) -> Worker {
    Worker::start(&product.process, &product.registry(), WorkerSettings { slots, ..WorkerSettings::default() })
}

pub async fn serve(config: Config) -> Result<(), Failure> {
    let mut stop_request = StopRequest::listen()?;
    // The port first: a second start is refused before it touches the data.
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| format!("cannot listen on {} (VITRINE_LISTEN): {error}", config.listen))?;
    let database = Database::open(&config).await?;
    let served = serve_on(&config, &database, listener, &mut stop_request).await;
    database.close().await;
    served
}

async fn serve_on(
    config: &Config,
    database: &Database,
    listener: TcpListener,
    stop_request: &mut StopRequest,
) -> Result<(), Failure> {
    let Some(product) = connect_unless_stopped(config, database, stop_request).await? else { return Ok(()) };
    let hub = Hub::start(&product.process.database);
    let worker = (config.workers > 0).then(|| start_worker(&product, config.workers));
    let (stop, stopped) = watch::channel(false);
    let router = http::router(config, product.clone(), hub, stopped.clone())?;
    let mut server = tokio::spawn(serve::serve(listener, router, Pace::default(), stopped));
    tracing::info!(address = %config.public_url, "Vitrine is ready");
    tokio::select! {
        () = stop_request.wait() => {}
        ended = &mut server => return Ok(ended?),
    }
    tracing::info!("stopping");
    stop.send_replace(true);
    if let Some(worker) = worker {
        worker.drain(PATIENCE).await;
    }
    if tokio::time::timeout(PATIENCE, &mut server).await.is_err() {
        tracing::warn!("requests still open at the end; closing them");
        server.abort();
    }
    product.process.database.close().await;
    Ok(())
}

pub async fn work(config: Config) -> Result<(), Failure> {
    let mut stop_request = StopRequest::listen()?;
    let database = Database::open_or_join(&config).await?;
    let worked = async {
        let Some(product) = connect_unless_stopped(&config, &database, &mut stop_request).await? else {
            return Ok(());
        };
        let slots = config.workers.max(1);
        let worker = start_worker(&product, slots);
        tracing::info!(slots, "worker is ready");
        stop_request.wait().await;
        tracing::info!("stopping");
        worker.drain(PATIENCE).await;
        product.process.database.close().await;
        Ok(())
    }
    .await;
    database.close().await;
    worked
}

/// The system's request to stop. It is listened for from the first moment, so that one that comes while the program
/// still starts is kept, and PostgreSQL is stopped with the program all the same.
struct StopRequest {
    terminate: Signal,
    interrupt: Signal,
}

impl StopRequest {
    fn listen() -> Result<Self, Failure> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
