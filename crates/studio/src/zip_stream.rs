//! Stored files as one ZIP, written while it is sent. No thread waits for whoever receives it, and no more of it is in
//! memory than a few pieces.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use document::ContentHash;
use domain::TenantId;
use futures::{StreamExt, TryStreamExt};
use tokio::sync::mpsc;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::BlobKind;
use crate::downloads::Download;
use platform::{Result, ServiceError, blobs::Blobs};

/// How long a receiver may take nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// A ZIP on its way, and the name to offer it under.
#[derive(Debug)]
pub struct ZipFile {
    pub name: String,
    pub pieces: mpsc::Receiver<io::Result<Bytes>>,
}

/// What a ZIP holds under a name.
pub(crate) enum Entry {
    Bytes(Bytes),
    Stored(BlobKind, ContentHash),
}

/// Begins to write; `download` lasts as long as that goes on.
pub(crate) fn stream(
    blobs: Blobs,
    tenant: TenantId,
    download: Download,
    name: String,
    entries: Vec<(String, Entry)>,
) -> ZipFile {
    let (to, pieces) = mpsc::channel(4);
    tokio::spawn(async move {
        let _under_way = download;
        if let Err(error) = send(&blobs, tenant, entries, &to).await {
            tracing::error!(%error, "a ZIP broke off");
            let _ = to.send_timeout(Err(io::Error::other("a file is missing")), PATIENCE).await;
        }
    });
    ZipFile { name, pieces }
}

/// Writes into memory and hands on what has come together, file by file and piece by piece.
async fn send(
    blobs: &Blobs,
    tenant: TenantId,
    entries: Vec<(String, Entry)>,
    to: &mpsc::Sender<io::Result<Bytes>>,
) -> Result<()> {
    let written = Written::default();
    let mut zip = ZipWriter::new_stream(written.clone());
    // Pictures are compressed already.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, entry) in entries {
        zip.start_file(name, stored).map_err(ServiceError::internal)?;
        let mut reading = match entry {
            Entry::Bytes(bytes) => futures::stream::iter([Ok(bytes)]).boxed(),
            Entry::Stored(kind, hash) => blobs.read(tenant, kind, hash).await?.pieces,
        };
        while let Some(piece) = reading.try_next().await? {
            zip.write_all(&piece)?;
            // The receiver is gone when the download was broken off, and as good as gone when it takes nothing.
            if to.send_timeout(Ok(written.take()), PATIENCE).await.is_err() {
                return Ok(());
            }
        }
    }
    zip.finish().map_err(ServiceError::internal)?;
    let _ = to.send_timeout(Ok(written.take()), PATIENCE).await;
    Ok(())
}

/// What the ZIP's writer has written and nobody has been sent yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.lock()).into()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
