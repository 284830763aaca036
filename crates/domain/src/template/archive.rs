//! The `.vitrine` file: a ZIP of `template.json` and the images it refers to, `images/<hash>`.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
};

use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{Template, TemplateError};
use crate::ContentHash;

const DOCUMENT: &str = "template.json";
const IMAGES: &str = "images/";
const DOCUMENT_BYTES_MAX: u64 = 16 << 20;
const IMAGE_BYTES_MAX: u64 = 100 << 20;
/// All images of a file together, unpacked.
const TOTAL_BYTES_MAX: u64 = 400 << 20;
const ENTRIES_MAX: usize = 1_100;

/// A template with the bytes of its images, as PNG, JPEG or WebP files.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateArchive {
    pub template: Template,
    pub images: BTreeMap<ContentHash, Vec<u8>>,
}

#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("the file is not a .vitrine file or is damaged: {0}")]
    Damaged(String),
    #[error("the file has no {DOCUMENT}")]
    NoDocument,
    #[error("{name} in the file is larger than {limit} bytes")]
    TooLarge { name: String, limit: u64 },
    #[error("the image {0} is missing from the file")]
    MissingImage(ContentHash),
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl From<ZipError> for ArchiveError {
    fn from(error: ZipError) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<std::io::Error> for ArchiveError {
    fn from(error: std::io::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl TemplateArchive {
    /// The most bytes that reading one takes beside the file.
    pub const BYTES_MAX: u64 = TOTAL_BYTES_MAX + 2 * DOCUMENT_BYTES_MAX;

    /// Reads a file's bytes. Sizes are bounded while unpacking, so that a small file cannot grow without limit.
    ///
    /// # Errors
    /// [`ArchiveError`], naming the entry.
    pub fn read(bytes: &[u8]) -> Result<Self, ArchiveError> {
        Self::read_within(bytes, TOTAL_BYTES_MAX)
    }

    /// With at most `total` bytes of images.
    fn read_within(bytes: &[u8], total: u64) -> Result<Self, ArchiveError> {
        let mut zip = ZipArchive::new(Cursor::new(bytes))?;
        if zip.len() > ENTRIES_MAX {
            return Err(ArchiveError::Damaged(format!("it has {} entries", zip.len())));
        }
        let document = match zip.by_name(DOCUMENT) {
            Ok(entry) => read_bounded(entry, DOCUMENT, DOCUMENT_BYTES_MAX)?,
            Err(ZipError::FileNotFound) => return Err(ArchiveError::NoDocument),
            Err(error) => return Err(error.into()),
        };
        let template = Template::from_json(&document)?;
        let mut images = BTreeMap::new();
        let mut left = total;
        for hash in template.images() {
            let name = format!("{IMAGES}{hash}");
            let image = match zip.by_name(&name) {
                Ok(entry) => read_bounded(entry, &name, IMAGE_BYTES_MAX.min(left))?,
                Err(ZipError::FileNotFound) => return Err(ArchiveError::MissingImage(hash)),
                Err(error) => return Err(error.into()),
            };
            left -= image.len() as u64;
            images.insert(hash, image);
        }
        Ok(Self { template, images })
    }

    /// # Errors
    /// [`ArchiveError::Damaged`] where the parts are larger than a ZIP can hold.
    pub fn write(&self) -> Result<Vec<u8>, ArchiveError> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(DOCUMENT, packed)?;
        zip.write_all(self.template.to_json().as_bytes())?;
        for (hash, bytes) in &self.images {
            let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            zip.start_file(format!("{IMAGES}{hash}"), stored)?;
            zip.write_all(bytes)?;
        }
        Ok(zip.finish()?.into_inner())
    }
}

fn read_bounded(entry: impl Read, name: &str, limit: u64) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::new();
    entry.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(ArchiveError::TooLarge { name: name.to_owned(), limit });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{Layer, LayerContent, LayerId, Size};

    fn archive() -> TemplateArchive {
        let photo = ContentHash([3; 32]);
        let template = Template::over_photo("Poster", Size::new(30, 20).unwrap(), photo);
        TemplateArchive { template, images: [(photo, b"photo bytes".to_vec())].into() }
    }

    #[test]
    fn a_file_reads_back_as_it_was_written() {
        let archive = archive();
        assert_eq!(TemplateArchive::read(&archive.write().unwrap()).unwrap(), archive);
    }

    #[test]
    fn a_file_without_its_photo_or_cut_short_is_refused() {
        let mut incomplete = archive();
        incomplete.images.clear();
        let error = TemplateArchive::read(&incomplete.write().unwrap()).unwrap_err();
        assert!(matches!(error, ArchiveError::MissingImage(hash) if hash == ContentHash([3; 32])));

        let whole = archive().write().unwrap();
        for length in [0, 1, whole.len() / 2, whole.len() - 1] {
            assert!(TemplateArchive::read(&whole[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn images_that_grow_too_large_together_are_refused_before_they_are_all_unpacked() {
        let mut several = archive();
        let layers: Vec<_> = (0..3u8)
            .map(|i| {
                let image = ContentHash([i; 32]);
                several.images.insert(image, vec![0; 1000]);
                Layer::new(LayerId(u32::from(i) + 10), "Photo", LayerContent::Photo { image })
            })
            .collect();
        several.template.layers.extend(layers);
        let file = several.write().unwrap();
        assert!(TemplateArchive::read_within(&file, 4000).is_ok());
        assert!(matches!(TemplateArchive::read_within(&file, 2500), Err(ArchiveError::TooLarge { .. })));
    }
}
