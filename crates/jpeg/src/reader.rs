//! A file's pixels.
#![allow(unsafe_code)]

use std::{
    ffi::{c_int, c_void},
    marker::PhantomData,
    ptr::NonNull,
};

use crate::{JpegError, fault, ffi};

/// The most scans of a file: each costs time by the picture's size, whatever it adds, and no writer makes so many.
pub(crate) const SCANS_MAX: u8 = 100;
/// The most that libjpeg may take: what several scans add to before there are pixels, for 10,000 × 10,000 px with whole chroma.
const MEMORY_MAX: u64 = 640 << 20;
/// What its tables and the file's take.
const TABLE_BYTES: u64 = 256 << 10;

/// Application segments that say more of the picture: ITU T.81 B.2.4.6, and what EXIF 2.32 and ICC.1 annex B.4 put in them.
const APP1: c_int = 0xe1;
const APP2: c_int = 0xe2;
const EXIF: &[u8] = b"Exif\0\0";
const PROFILE: &[u8] = b"ICC_PROFILE\0";

/// A file whose beginning has been read.
pub struct Reader<'a> {
    handle: Handle<'a>,
    header: ffi::Header,
    file: &'a [u8],
}

/// A reader of the shim. It has pointers into the file.
struct Handle<'a> {
    raw: NonNull<c_void>,
    file: PhantomData<&'a [u8]>,
}

impl Handle<'_> {
    fn check(&self, kind: c_int) -> Result<(), JpegError> {
        match kind {
            ffi::NO_FAULT => Ok(()),
            // SAFETY: the handle is a reader on which an entry has just returned `kind`.
            kind => Err(unsafe { fault(self.raw.as_ptr(), kind) }),
        }
    }
}

impl Drop for Handle<'_> {
    fn drop(&mut self) {
        // SAFETY: the reader was made by the shim, and nothing has it any more.
        unsafe { ffi::vitrine_jpeg_reader_free(self.raw.as_ptr()) }
    }
}

impl<'a> Reader<'a> {
    /// Reads up to the first pixel; no memory is taken for any.
    ///
    /// # Errors
    /// What the file is that is not read, or that it is damaged.
    pub fn open(file: &'a [u8]) -> Result<Self, JpegError> {
        // SAFETY: it takes nothing.
        let raw = NonNull::new(unsafe { ffi::vitrine_jpeg_reader() }).ok_or(JpegError::NoMemory)?;
        let handle = Handle { raw, file: PhantomData };
        let mut header = ffi::Header::default();
        let memory = TABLE_BYTES as usize;
        // SAFETY: the handle's lifetime keeps the file where it is for as long as the reader lives; the header has the shim's layout.
        let kind = unsafe {
            ffi::vitrine_jpeg_open(raw.as_ptr(), file.as_ptr(), file.len(), SCANS_MAX.into(), memory, &mut header)
        };
        if kind == ffi::TOO_LARGE {
            return Err(JpegError::TooLarge { width: header.width, height: header.height });
        }
        handle.check(kind)?;
        match header.components {
            _ if header.arithmetic != 0 => Err(JpegError::Arithmetic),
            1 | 3 => Ok(Self { handle, header, file }),
            4 => Err(JpegError::Cmyk),
            other => Err(JpegError::Components(other as u8)),
        }
    }

    pub fn width(&self) -> u32 {
        self.header.width
    }

    pub fn height(&self) -> u32 {
        self.header.height
    }

    pub fn is_grey(&self) -> bool {
        self.header.components == 1
    }

    /// The bytes that reading takes at most, beside the rows that come out. More than that libjpeg is not given.
    pub fn working_bytes(&self) -> u64 {
        // Rows of blocks of each component, as they are and spread to full size, and where each row of blocks is.
        let rows = 64 * 3 * u64::from(self.header.width) + 4 * u64::from(self.header.height);
        self.header.coefficients as u64 + rows + TABLE_BYTES
    }

    /// The EXIF segments, without their prefix.
    pub fn exif(&self) -> impl Iterator<Item = &'a [u8]> {
        self.segments(APP1).filter_map(|segment| segment.strip_prefix(EXIF))
    }

    /// The ICC profile, put together from its parts in their stated order. One with a part missing is none.
    pub fn profile(&self) -> Option<Vec<u8>> {
        let parts = self.segments(APP2).filter_map(|segment| match segment.strip_prefix(PROFILE)? {
            [number, count, data @ ..] => Some((*number, *count, data)),
            _ => None,
        });
        let mut parts: Vec<_> = parts.collect();
        parts.sort_by_key(|(number, ..)| *number);
        let complete = parts
            .iter()
            .enumerate()
            .all(|(i, (number, count, _))| usize::from(*number) == i + 1 && usize::from(*count) == parts.len());
        (complete && !parts.is_empty()).then(|| parts.iter().flat_map(|(.., data)| *data).copied().collect())
    }

    fn segments(&self, marker: c_int) -> impl Iterator<Item = &'a [u8]> {
        // SAFETY: the shim has noted that many, and notes no more once this reader is started, which consumes it.
        let noted: &[ffi::Segment] = unsafe {
            std::slice::from_raw_parts(
                ffi::vitrine_jpeg_segments(self.handle.raw.as_ptr()),
                usize::try_from(self.header.segments).unwrap_or(0),
            )
        };
        let of_kind = noted.iter().filter(move |segment| segment.marker == marker);
        let found: Vec<_> = of_kind.filter_map(|segment| self.file.get(segment.at..)?.get(..segment.length)).collect();
        found.into_iter()
    }

    /// Begins with the pixels. What comes in several scans is read whole here.
    ///
    /// # Errors
    /// As [`Rows::read`]; [`JpegError::ScanMissing`]; [`JpegError::NoMemory`].
    pub fn start(self) -> Result<Rows<'a>, JpegError> {
        let memory = self.working_bytes().min(MEMORY_MAX);
        self.start_within(memory)
    }

    fn start_within(self, memory: u64) -> Result<Rows<'a>, JpegError> {
        let memory = usize::try_from(memory).unwrap_or(usize::MAX);
        // SAFETY: the reader is open, and is started once: this consumes it.
        self.handle.check(unsafe { ffi::vitrine_jpeg_start(self.handle.raw.as_ptr(), memory) })?;
        Ok(Rows { left: self.header.height, stride: self.header.width as usize * 4, handle: self.handle })
    }
}

/// A file's pixels, row by row from the top.
pub struct Rows<'a> {
    handle: Handle<'a>,
    stride: usize,
    left: u32,
}

impl Rows<'_> {
    /// The next row, as RGBA without transparency.
    ///
    /// # Errors
    /// The picture is damaged or ends here; nothing more can be read.
    ///
    /// # Panics
    /// Where the row is not of the picture's width.
    pub fn read(&mut self, rgba: &mut [u8]) -> Result<(), JpegError> {
        assert_eq!(rgba.len(), self.stride, "a row has four bytes a pixel");
        self.left = self.left.checked_sub(1).ok_or(JpegError::EndMissing)?;
        // SAFETY: the reader is started and has a row left, and the shim writes `stride` bytes.
        let kind = unsafe { ffi::vitrine_jpeg_read(self.handle.raw.as_ptr(), rgba.as_mut_ptr()) };
        self.handle.check(kind).inspect_err(|_| self.left = 0)
    }

    /// Reads what is behind the last row up to the end marker; what comes after that does not matter.
    ///
    /// # Errors
    /// [`JpegError::EndMissing`], also where rows are left; [`JpegError::Damaged`].
    pub fn finish(self) -> Result<(), JpegError> {
        if self.left > 0 {
            return Err(JpegError::EndMissing);
        }
        // SAFETY: the reader is started, and this consumes it.
        self.handle.check(unsafe { ffi::vitrine_jpeg_end(self.handle.raw.as_ptr()) })
    }
}

// SAFETY: a reader's state is its own, without globals or thread locals, and is only reached through `&mut` or by value.
unsafe impl Send for Handle<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Settings, Writer};

    #[test]
    fn a_picture_that_takes_more_memory_than_it_may_is_not_called_damaged() {
        for progressive in [false, true] {
            let settings = Settings { quality: 90, halved_chroma: false, progressive, dots_per_inch: 300 };
            let mut writer = Writer::begin(4000, 100, &settings, b"a profile").unwrap();
            (0..100).for_each(|_| writer.row(&[200; 4000 * 4]).unwrap());
            let file = writer.finish().unwrap();

            let open = || Reader::open(&file).unwrap();
            let (said, coefficients) = (open().working_bytes(), u64::from(progressive) * 4000 * 100 * 6);
            assert!((coefficients..coefficients + (2 << 20)).contains(&said), "{said}");
            assert!(open().start_within(said).is_ok());
            for memory in [0, 50_000, coefficients] {
                let refused = open().start_within(memory).err();
                assert_eq!(refused, Some(JpegError::NoMemory), "{memory} bytes, progressive: {progressive}");
            }
        }
    }
}
