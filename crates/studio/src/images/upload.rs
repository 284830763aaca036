//! A file on its way in: written to a temporary file as it arrives, counted and hashed, so that neither
//! memory nor disk takes more than the limit whatever the client announces.

use std::{
    fs::File,
    io::{self, ErrorKind, Seek, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use document::ContentHash;
use domain::{Problem, ProblemKind, design::UPLOAD_BYTES_MAX};

use platform::{Result, ServiceError};

pub struct Upload {
    /// Without a name: it is gone with the process, however that ends.
    file: File,
    folder: PathBuf,
    hasher: blake3::Hasher,
    bytes: u64,
}

/// A whole file, not yet looked into.
pub struct Received {
    file: File,
    folder: PathBuf,
    bytes: u64,
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
        Ok(Self {
            file: tempfile::tempfile_in(folder)?,
            folder: folder.to_owned(),
            hasher: blake3::Hasher::new(),
            bytes: 0,
        })
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
        Ok(Received {
            file: self.file,
            folder: self.folder,
            bytes: self.bytes,
            hash: ContentHash(*self.hasher.finalize().as_bytes()),
        })
    }
}

impl Write for Upload {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        Self::write(self, piece).map_err(io::Error::other)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Received {
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where files are received.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file at its beginning.
    pub(crate) fn into_file(mut self) -> Result<File> {
        self.file.rewind()?;
        Ok(self.file)
    }

    /// The first `length` bytes, or all where there are fewer. Blocks.
    pub(crate) fn head(&self, length: u64) -> Result<Bytes> {
        let mut head = vec![0; length.min(self.bytes) as usize];
        let mut read = 0;
        while read < head.len() {
            match self.file.read_at(&mut head[read..], read as u64) {
                Ok(0) => break,
                Ok(more) => read += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        head.truncate(read);
        Ok(head.into())
    }

    /// The whole file. Blocks.
    pub(crate) fn read(&self) -> Result<Bytes> {
        self.head(self.bytes)
    }
}
