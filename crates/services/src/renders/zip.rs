//! All finished pictures of a batch as one ZIP, written while it is sent.

use std::{collections::HashMap, io::Write};

use bytes::Bytes;
use domain::BatchId;
use tokio::sync::mpsc;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::queries::files;
use crate::{
    Result, ServiceError, Services,
    access::{Can, LibraryRead},
    blobs::BlobKind,
};

/// A ZIP on its way.
#[derive(Debug)]
pub struct BatchZip {
    pub name: String,
    pub pieces: mpsc::Receiver<std::io::Result<Bytes>>,
}

/// # Errors
/// [`ServiceError::NotFound`] where the batch is not there or nothing of it is done.
pub async fn zip(services: &Services, can: &Can<LibraryRead>, batch: BatchId) -> Result<BatchZip> {
    let done: Vec<_> = files(services, can, batch)
        .await?
        .into_iter()
        .filter_map(|(render, hash)| Some((render.file_name(), hash?)))
        .collect();
    let template = super::batch(services, can, batch).await?.template_name;
    if done.is_empty() {
        return Err(ServiceError::NotFound);
    }
    let (sender, pieces) = mpsc::channel(4);
    let (contents, mut arriving) = mpsc::channel::<(String, Bytes)>(1);
    let (blobs, tenant) = (services.blobs.clone(), can.tenant());
    let broken = sender.clone();
    tokio::spawn(async move {
        let mut names = UniqueNames::default();
        for (name, hash) in done {
            match blobs.get(tenant, BlobKind::Render, hash).await {
                Ok(bytes) => {
                    // The receiver is gone when the download was broken off.
                    if contents.send((names.unique(name), bytes)).await.is_err() {
                        return;
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "a picture of a ZIP is missing");
                    let _ = broken.send(Err(std::io::Error::other("a picture is missing"))).await;
                    return;
                }
            }
        }
    });
    tokio::task::spawn_blocking(move || {
        let mut zip = ZipWriter::new_stream(Pieces { sender: sender.clone(), held: Vec::new() });
        // Pictures are compressed already.
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let written = (|| {
            while let Some((name, bytes)) = arriving.blocking_recv() {
                zip.start_file(name, stored)?;
                zip.write_all(&bytes)?;
            }
            zip.finish()?.into_inner().flush()
        })();
        if let Err(error) = written {
            let _ = sender.blocking_send(Err(error));
        }
    });
    Ok(BatchZip { name: format!("{template}.zip"), pieces })
}

/// Hands bytes on in pieces of a useful size.
struct Pieces {
    sender: mpsc::Sender<std::io::Result<Bytes>>,
    held: Vec<u8>,
}

const PIECE: usize = 256 << 10;

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.held));
        let gone = |_| std::io::Error::new(std::io::ErrorKind::BrokenPipe, "the download was broken off");
        self.sender.blocking_send(Ok(piece)).map_err(gone)
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
