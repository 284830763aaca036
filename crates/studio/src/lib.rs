//! Images, designs, templates and batches of renders: what is drawn and kept. Each function asks for a proof of the
//! permission it needs; no HTTP and no page.

mod clean_up;
pub mod demo;
pub mod designs;
mod downloads;
mod effort;
pub mod files;
pub mod images;
mod kinds;
pub mod renders;
pub mod templates;
mod zip_stream;

pub use clean_up::clean_up;
pub use kinds::BlobKind;
pub use zip_stream::ZipFile;

use domain::name;
use platform::{Process, Result, blobs::Blobs, db::Db, heavy::Heavy, jobs::Registry};

/// The most characters of a design's or a template's name.
const NAME_CHARS_MAX: usize = 120;

/// A name as it is kept.
///
/// # Errors
/// A refusal at the field `name`.
fn checked_name(text: &str) -> Result<&str> {
    Ok(name::checked(text, NAME_CHARS_MAX, "name", "name-length")?)
}

/// The most bytes of decoded images that are worth keeping for the next job of a batch.
pub const KEPT_MAX: u64 = 600 << 20;

/// What the area keeps for as long as the program runs.
#[derive(Clone)]
pub struct Shared {
    process: Process,
    pyramids: renders::PyramidCache,
    downloads: downloads::Downloads,
}

/// The area's face for one request or job, with its own way to the database.
pub struct Studio {
    db: Db,
    blobs: Blobs,
    heavy: Heavy,
    pyramids: renders::PyramidCache,
    downloads: downloads::Downloads,
}

impl Shared {
    /// `kept` is how many bytes of decoded images are kept for the next job.
    pub fn new(process: &Process, kept: u64) -> Self {
        let pyramids = renders::PyramidCache::new(kept);
        Self { process: process.clone(), pyramids, downloads: downloads::Downloads::default() }
    }

    pub fn studio(&self) -> Studio {
        Studio {
            db: self.process.db(),
            blobs: self.process.blobs.clone(),
            heavy: self.process.heavy.clone(),
            pyramids: self.pyramids.clone(),
            downloads: self.downloads.clone(),
        }
    }

    /// What of it workers do.
    pub fn register(&self, registry: Registry) -> Registry {
        registry
            .job::<renders::RenderPicture>(self)
            .job::<demo::FillWithDemo>(self)
            .job::<files::Reconcile>(self)
            .schedule(clean_up::CleanUp(self.clone()))
    }
}
