//! A file on its way in: written to a temporary file as it arrives, counted and hashed, so that neither
//! memory nor disk takes more than the limit whatever the client announces.

use std::{
    io::{Read, Write},
    path::Path,
};

use bytes::Bytes;
use domain::{ContentHash, Problem, ProblemKind, design::UPLOAD_BYTES_MAX};
use tempfile::NamedTempFile;

use crate::{Result, ServiceError};

pub struct Upload {
    file: NamedTempFile,
    hasher: blake3::Hasher,
    bytes: u64,
}

/// A whole file, not yet looked into.
pub struct Received {
    file: NamedTempFile,
    pub(crate) hash: ContentHash,
}

/// The refusal of a file with more bytes than allowed.
pub fn too_large() -> ServiceError {
    let problem = Problem::new(ProblemKind::TooLarge, "upload-too-large").at("file");
    problem.with("limit", UPLOAD_BYTES_MAX >> 20).into()
}

impl Upload {
    /// `announced` is what the client says the file will have, where it does.
    ///
    /// # Errors
    /// A refusal before the first byte is taken where too many are announced; [`ServiceError::StorageFull`].
    pub fn begin(folder: &Path, announced: Option<u64>) -> Result<Self> {
        if announced.is_some_and(|bytes| bytes > UPLOAD_BYTES_MAX) {
            return Err(too_large());
        }
        Ok(Self { file: NamedTempFile::new_in(folder)?, hasher: blake3::Hasher::new(), bytes: 0 })
    }

    /// Takes the next piece (some kilobytes: short enough to write where requests are answered).
    ///
    /// # Errors
    /// A refusal once there are too many; [`ServiceError::StorageFull`]. The temporary file goes with `self`.
    pub fn write(&mut self, piece: &[u8]) -> Result<()> {
        self.bytes += piece.len() as u64;
        if self.bytes > UPLOAD_BYTES_MAX {
            return Err(too_large());
        }
        self.hasher.update(piece);
        Ok(self.file.write_all(piece)?)
    }

    pub fn finish(mut self) -> Result<Received> {
        self.file.flush()?;
        Ok(Received { file: self.file, hash: ContentHash(*self.hasher.finalize().as_bytes()) })
    }
}

impl Received {
    /// The whole file, if its beginning is as asked.
    pub(crate) async fn if_starts_with(&self, is: fn(&[u8]) -> bool) -> Result<Option<Bytes>> {
        let path = self.file.path().to_owned();
        let read = move || -> std::io::Result<Option<Bytes>> {
            let mut head = Vec::new();
            std::fs::File::open(&path)?.take(16).read_to_end(&mut head)?;
            if is(&head) { Ok(Some(std::fs::read(&path)?.into())) } else { Ok(None) }
        };
        Ok(tokio::task::spawn_blocking(read).await??)
    }

    pub(super) async fn read(self) -> Result<Bytes> {
        Ok(tokio::task::spawn_blocking(move || std::fs::read(self.file.path())).await??.into())
    }
}
