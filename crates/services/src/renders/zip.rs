//! All finished pictures of a batch as one ZIP, written while it is sent. No thread waits for whoever receives it.

use std::{
    collections::HashMap,
    io::{self, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use domain::{BatchId, ContentHash, TenantId};
use futures::TryStreamExt;
use tokio::sync::mpsc;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::queries::pictures;
use crate::{
    Result, ServiceError, Services,
    access::{Can, LibraryRead},
    blobs::{BlobKind, Blobs},
};

/// How long a receiver may take nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// A ZIP on its way.
#[derive(Debug)]
pub struct BatchZip {
    pub name: String,
    pub pieces: mpsc::Receiver<io::Result<Bytes>>,
}

/// # Errors
/// [`ServiceError::NotFound`] where the batch is not there or nothing of it is done.
pub async fn zip(services: &Services, can: &Can<LibraryRead>, batch: BatchId) -> Result<BatchZip> {
    // Asked first: who has too many under way costs nothing more.
    let download = services.downloads.begin(can.tenant())?;
    let mut names = UniqueNames::default();
    let done: Vec<_> = pictures(services, can, batch)
        .await?
        .into_iter()
        .filter_map(|(render, hash)| Some((render.file_name(), hash?)))
        .map(|(name, hash)| (names.unique(name), hash))
        .collect();
    let template = super::batch(services, can, batch).await?.template_name;
    if done.is_empty() {
        return Err(ServiceError::NotFound);
    }
    let (pieces, sent) = mpsc::channel(4);
    let (blobs, tenant) = (services.blobs.clone(), can.tenant());
    tokio::spawn(async move {
        let _under_way = download;
        if let Err(error) = send(&blobs, tenant, done, &pieces).await {
            tracing::error!(%error, "a ZIP broke off");
            let _ = pieces.send_timeout(Err(io::Error::other("a picture is missing")), PATIENCE).await;
        }
    });
    Ok(BatchZip { name: format!("{template}.zip"), pieces: sent })
}

/// Writes into memory and hands on what has come together, picture by picture and piece by piece.
async fn send(
    blobs: &Blobs,
    tenant: TenantId,
    pictures: Vec<(String, ContentHash)>,
    to: &mpsc::Sender<io::Result<Bytes>>,
) -> Result<()> {
    let written = Written::default();
    let mut zip = ZipWriter::new_stream(written.clone());
    // Pictures are compressed already.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, hash) in pictures {
        zip.start_file(name, stored).map_err(ServiceError::internal)?;
        let mut reading = blobs.read(tenant, BlobKind::Render, hash).await?.pieces;
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

/// Gives equal names a number.
#[derive(Default)]
struct UniqueNames(HashMap<String, u32>);

impl UniqueNames {
    fn unique(&mut self, name: String) -> String {
        let count = self.0.entry(name.to_lowercase()).or_default();
        *count += 1;
        match (*count, name.rsplit_once('.')) {
            (1, _) | (_, None) => name,
            (number, Some((stem, ending))) => format!("{stem} ({number}).{ending}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_get_numbers() {
        let mut names = UniqueNames::default();
        let named: Vec<_> = ["a.jpg", "A.jpg", "b.jpg", "a.jpg"].map(|name| names.unique(name.into())).into();
        assert_eq!(named, ["a.jpg", "A (2).jpg", "b.jpg", "a (3).jpg"]);
    }
}
