//! Files in a folder of this machine.

use std::{path::Path as FilePath, sync::Arc, time::Duration};

use domain::TenantId;
use object_store::local::LocalFileSystem;

use crate::Result;

#[derive(Clone)]
pub(super) struct Folder(Arc<FilePath>);

impl Folder {
    /// The folder, which is made where it is missing, and its store.
    ///
    /// # Errors
    /// Where it cannot be made or read.
    pub fn open(path: &FilePath) -> Result<(Self, LocalFileSystem)> {
        std::fs::create_dir_all(path)?;
        let store = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
        Ok((Self(path.into()), store))
    }

    pub fn name(&self) -> String {
        self.0.display().to_string()
    }

    /// As [`super::Blobs::remove_unfinished`]. The store writes into files whose names have `#`, and its lists leave those out.
    pub fn remove_unfinished(&self, tenant: TenantId, before_now: Duration) -> Result<u64> {
        let Ok(kinds) = std::fs::read_dir(self.0.join(format!("tenant/{tenant}"))) else { return Ok(0) };
        let mut removed = 0;
        for kind in kinds {
            for file in std::fs::read_dir(kind?.path())? {
                let file = file?;
                let age = file.metadata()?.modified()?.elapsed().unwrap_or_default();
                if file.file_name().to_string_lossy().contains('#') && age >= before_now {
                    std::fs::remove_file(file.path())?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }
}
