//! JPEG, by libjpeg-turbo.

use jpeg::{JpegError, Reader};

use super::{
    DecodeError, File, Unsupported,
    color::{self, Depth, Model, ToSrgb},
    damaged, exif,
    upright::Orientation,
};
use crate::Image;

pub struct Jpeg<'a>(Reader<'a>);

impl<'a> Jpeg<'a> {
    pub fn open(file: &'a [u8]) -> Result<Self, DecodeError> {
        Ok(Self(Reader::open(file)?))
    }
}

impl File for Jpeg<'_> {
    fn size(&self) -> (u32, u32) {
        (self.0.width(), self.0.height())
    }

    fn working_bytes(&self) -> u64 {
        self.0.working_bytes() + Orientation::working_bytes(self.0.width())
    }

    fn picture(self: Box<Self>) -> Result<Image, DecodeError> {
        let Self(reader) = *self;
        let size = (reader.width(), reader.height());
        let orientation = reader.exif().find_map(exif::orientation).unwrap_or(Orientation::AS_STORED);
        let profile = reader.profile().and_then(|icc| color::embedded(&icc));
        let model = if reader.is_grey() { Model::Grey } else { Model::Rgb };
        let mut colors = ToSrgb::new(profile.as_ref(), model, Depth::Eight);
        let mut rows = reader.start()?;
        let picture = orientation.by_rows(size, |row| {
            rows.read(row)?;
            colors.eight(row);
            Ok(())
        })?;
        rows.finish()?;
        Ok(picture)
    }
}

impl From<JpegError> for DecodeError {
    fn from(error: JpegError) -> Self {
        let unsupported = match error {
            JpegError::TooLarge { width, height } => return Self::TooManyPixels { width, height },
            JpegError::Cmyk => return Self::Cmyk,
            JpegError::Arithmetic => Unsupported::Arithmetic,
            JpegError::Lossless => Unsupported::Lossless,
            JpegError::Hierarchical => Unsupported::Hierarchical,
            JpegError::Precision(bits) => Unsupported::Precision(bits),
            JpegError::Components(count) => Unsupported::Components(count),
            JpegError::NoHeight => Unsupported::NoHeight,
            JpegError::TooManyScans => Unsupported::TooManyScans,
            JpegError::NoMemory => return Self::OutOfMemory,
            JpegError::EndMissing | JpegError::ScanMissing | JpegError::Damaged(_) => return damaged(error),
        };
        Self::Unsupported(unsupported)
    }
}
