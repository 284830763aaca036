//! Final renders: ordered as a batch, made by jobs, kept as files.

mod job;
mod order;
mod picture;
mod pyramids;
mod queries;
mod zip;

pub(crate) use job::RenderPicture;
pub use order::{cancel, order, retry};
pub(crate) use pyramids::PyramidCache;
pub use queries::{RenderedFile, batch, batches, file, items, preview};
pub use zip::zip;
