//! The `.vitrine` file: a ZIP of `template.json` and the images it refers to, `images/<hash>`.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Seek, SeekFrom, Write},
};

use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{ContentHash, Template, TemplateError};

const DOCUMENT: &str = "template.json";
const IMAGES: &str = "images/";
const DOCUMENT_BYTES_MAX: u64 = 16 << 20;
const IMAGE_BYTES_MAX: u64 = 100 << 20;
/// All images of a file together, unpacked.
const TOTAL_BYTES_MAX: u64 = 400 << 20;
const ENTRIES_MAX: usize = 1_100;
/// The ZIP's directory: a hundred and more bytes for each entry.
const DIRECTORY_BYTES_MAX: u32 = 1 << 20;

/// A template with the bytes of its images, as PNG, JPEG or WebP files.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateArchive {
    /// The document. [`Self::write`] takes it as it is, whether `images` has all that it refers to or not.
    pub template: Template,
    /// The images' files by the names that the document has for them. [`Self::read`] gives those that it refers to and
    /// passes over the file's other entries; that the bytes have the name for a hash is not checked.
    pub images: BTreeMap<ContentHash, Vec<u8>>,
}

/// The reason why a `.vitrine` file is not read, or not written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The bytes are no ZIP, end too early or have more entries than a template needs: what the reader says of them.
    /// Also whatever fails while bytes are read or written.
    #[error("the file is not a .vitrine file or is damaged: {0}")]
    Damaged(String),
    /// The ZIP has no entry of the name `template.json`.
    #[error("the file has no {DOCUMENT}")]
    NoDocument,
    /// An entry that has, or says it has, more bytes unpacked than it may.
    #[error("{name} in the file is larger than {limit} bytes")]
    TooLarge {
        /// The entry's name in the ZIP.
        name: String,
        /// The bytes it may have: for an image the least of what one may have, what is left of what all may have
        /// together, and, while it is unpacked, what it says it has.
        limit: u64,
    },
    /// An image that the document refers to is not in the ZIP, or the document does not refer to the one that is asked
    /// for.
    #[error("the image {0} is missing from the file")]
    MissingImage(ContentHash),
    /// The document cannot be read, or breaks a rule.
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

/// A `.vitrine` file that is read image by image, so that never more than one of them is unpacked.
pub struct ArchiveReader<R> {
    zip: ZipArchive<R>,
    /// The document, read and checked as the file was opened.
    pub template: Template,
    /// What each image says it has, unpacked.
    sizes: BTreeMap<ContentHash, u64>,
}

impl<R: Read + Seek> ArchiveReader<R> {
    /// Reads the document and the images' sizes.
    ///
    /// # Errors
    /// [`ArchiveError`], naming the entry; before any image is unpacked where they say that they grow too large, by themselves or together.
    pub fn open(file: R) -> Result<Self, ArchiveError> {
        Self::open_within(file, TOTAL_BYTES_MAX)
    }

    /// With at most `total` bytes of images.
    fn open_within(file: R, total: u64) -> Result<Self, ArchiveError> {
        let mut file = file;
        check_directory(&mut file)?;
        let mut zip = ZipArchive::new(file)?;
        if zip.len() > ENTRIES_MAX {
            return Err(ArchiveError::Damaged(format!("it has {} entries", zip.len())));
        }
        let document = match zip.by_name(DOCUMENT) {
            Ok(entry) => read_bounded(entry, DOCUMENT, DOCUMENT_BYTES_MAX)?,
            Err(ZipError::FileNotFound) => return Err(ArchiveError::NoDocument),
            Err(error) => return Err(error.into()),
        };
        let template = Template::from_json(&document)?;
        let mut sizes = BTreeMap::new();
        let mut left = total;
        for hash in template.images() {
            let name = image_name(hash);
            let index = zip.index_for_name(&name).ok_or(ArchiveError::MissingImage(hash))?;
            let size = zip.by_index_raw(index)?.size();
            let limit = IMAGE_BYTES_MAX.min(left);
            if size > limit {
                return Err(ArchiveError::TooLarge { name, limit });
            }
            left -= size;
            sizes.insert(hash, size);
        }
        Ok(Self { zip, template, sizes })
    }

    /// The images that the document refers to, with the bytes of each as a file.
    pub fn images(&self) -> impl Iterator<Item = (ContentHash, u64)> {
        self.sizes.iter().map(|(hash, size)| (*hash, *size))
    }

    /// Unpacks an image, to no more than it said it has.
    ///
    /// # Errors
    /// [`ArchiveError`], naming the entry.
    pub fn image(&mut self, hash: ContentHash) -> Result<Vec<u8>, ArchiveError> {
        let mut bytes = Vec::new();
        self.image_into(hash, &mut bytes)?;
        Ok(bytes)
    }

    /// As [`ArchiveReader::image`], piece by piece to where it is kept.
    ///
    /// # Errors
    /// [`ArchiveError`], naming the entry.
    pub fn image_into(&mut self, hash: ContentHash, to: &mut impl Write) -> Result<(), ArchiveError> {
        let limit = *self.sizes.get(&hash).ok_or(ArchiveError::MissingImage(hash))?;
        let name = image_name(hash);
        let unpacked = std::io::copy(&mut self.zip.by_name(&name)?.take(limit + 1), to)?;
        if unpacked > limit { Err(ArchiveError::TooLarge { name, limit }) } else { Ok(()) }
    }
}

/// Looks at how large the ZIP's directory is, which the reader takes into memory whole before it can be counted. The end
/// of the directory is within a comment's length of the file's end (APPNOTE.TXT 4.3.16).
fn check_directory(file: &mut (impl Read + Seek)) -> Result<(), ArchiveError> {
    const END: usize = 22;
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(END as u64 + u64::from(u16::MAX))))?;
    let mut tail = Vec::new();
    file.take(END as u64 + u64::from(u16::MAX)).read_to_end(&mut tail)?;
    file.rewind()?;
    if tail.windows(4).any(|bytes| bytes == b"PK\x06\x07") {
        return Err(ArchiveError::Damaged("it is a ZIP64 file, which no template needs".into()));
    }
    for end in tail.windows(END).filter(|bytes| bytes.starts_with(b"PK\x05\x06")) {
        let entries = u16::from_le_bytes([end[10], end[11]]);
        let directory = u32::from_le_bytes([end[12], end[13], end[14], end[15]]);
        if usize::from(entries) > ENTRIES_MAX || directory > DIRECTORY_BYTES_MAX {
            return Err(ArchiveError::Damaged(format!("it has {entries} entries")));
        }
    }
    Ok(())
}

fn image_name(hash: ContentHash) -> String {
    format!("{IMAGES}{hash}")
}

impl TemplateArchive {
    /// The name of the document in the file.
    pub const DOCUMENT: &'static str = DOCUMENT;

    /// The name of an image in the file.
    pub fn image_name(hash: ContentHash) -> String {
        image_name(hash)
    }

    /// All of a file. Sizes are bounded before and while unpacking, so that a small file cannot grow without limit.
    ///
    /// # Errors
    /// [`ArchiveError`], naming the entry.
    pub fn read(bytes: &[u8]) -> Result<Self, ArchiveError> {
        let mut file = ArchiveReader::open(Cursor::new(bytes))?;
        let hashes: Vec<ContentHash> = file.sizes.keys().copied().collect();
        let images =
            hashes.into_iter().map(|hash| Ok((hash, file.image(hash)?))).collect::<Result<_, ArchiveError>>()?;
        Ok(Self { template: file.template, images })
    }

    /// The file: the document pressed, the images, which are pressed already, as they are.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`] where the parts are larger than a ZIP can hold.
    pub fn write(&self) -> Result<Vec<u8>, ArchiveError> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(DOCUMENT, packed)?;
        zip.write_all(self.template.to_json().as_bytes())?;
        for (hash, bytes) in &self.images {
            let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            zip.start_file(image_name(*hash), stored)?;
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
    use crate::{Layer, LayerContent, LayerId, Size};

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
    fn a_file_with_a_giant_directory_is_refused_before_that_is_read() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for entry in 0..2_000 {
            zip.start_file(format!("{entry}"), SimpleFileOptions::default()).unwrap();
        }
        let file = zip.finish().unwrap().into_inner();
        let error = check_directory(&mut Cursor::new(&file)).unwrap_err();
        assert_eq!(error.to_string(), "the file is not a .vitrine file or is damaged: it has 2000 entries");
        assert!(check_directory(&mut Cursor::new(archive().write().unwrap())).is_ok());
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
        assert!(ArchiveReader::open_within(Cursor::new(&file), 4000).is_ok());
        assert!(matches!(ArchiveReader::open_within(Cursor::new(&file), 2500), Err(ArchiveError::TooLarge { .. })));
    }

    #[test]
    fn an_image_is_unpacked_to_no_more_than_it_says_it_has() {
        let mut file = archive().write().unwrap();
        // Both places that say so (APPNOTE.TXT 4.3.7, 4.3.12) say less.
        let (told, less) = (11u32.to_le_bytes(), 5u32.to_le_bytes());
        for (signature, at) in [(b"PK\x03\x04", 22), (b"PK\x01\x02", 24)] {
            let header = (0..file.len() - 4).rfind(|&i| file[i..].starts_with(signature)).unwrap();
            assert_eq!(file[header + at..header + at + 4], told);
            file[header + at..header + at + 4].copy_from_slice(&less);
        }
        let mut reader = ArchiveReader::open(Cursor::new(&file)).unwrap();
        let (hash, size) = reader.images().next().unwrap();
        assert_eq!(size, 5);
        assert!(reader.image(hash).is_err());
    }
}
