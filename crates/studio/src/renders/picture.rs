//! A picture that is to be made: what it is made of, and what making it takes.

use document::{ContentHash, Size, Template};
use domain::design::StoredImage;
use render::{needed_level, source_bytes};

use crate::images;

pub(super) struct Picture {
    pub document: Template,
    pub design: ContentHash,
    /// What is known of the design and the photos.
    pub images: Vec<StoredImage>,
    /// The longer side in pixels.
    pub side: u32,
}

impl Picture {
    pub fn size(&self) -> Size {
        self.document.canvas.scaled_to(self.side)
    }

    /// A photo, or the design, and the finest level of it that the picture reads; nothing where it is gone.
    pub fn source(&self, photo: Option<ContentHash>) -> Option<(&StoredImage, u32)> {
        let image = self.images.iter().find(|image| image.hash == photo.unwrap_or(self.design))?;
        Some((image, needed_level(&self.document, photo, (image.width, image.height), self.size())))
    }

    /// What making the picture takes at most: the levels that are read, the most laborious of the images as it is
    /// decoded, and the picture with what lies beneath it and its file.
    pub fn needs_bytes(&self) -> u64 {
        let photos = self.document.images().into_iter().map(Some).chain([None]);
        let sources: Vec<_> = photos.filter_map(|photo| Some((photo, self.source(photo)?))).collect();
        let decoding = sources.iter().map(|(_, (image, level))| images::reading_bytes(image, *level));
        let sizes = sources.iter().map(|(photo, (image, _))| (*photo, (image.width, image.height)));
        let size = self.size();
        let picture = u64::from(size.width()) * u64::from(size.height()) * 4;
        source_bytes(&self.document, sizes, size) + decoding.max().unwrap_or(0) + 4 * picture
    }
}
