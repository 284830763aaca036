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
/// What several scans may add to before there are pixels: that of 10,000 × 10,000 px with whole chroma.
const COEFFICIENT_BYTES_MAX: usize = 640 << 20;

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
        let memory = COEFFICIENT_BYTES_MAX as _;
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

    /// The bytes that reading takes at most, beside the rows that come out.
    pub fn working_bytes(&self) -> u64 {
        // Rows of blocks of each component, as they are and spread to full size.
        let rows = 64 * 3 * u64::from(self.header.width);
        self.header.coefficients as u64 + rows + (64 << 10)
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
    /// As [`Rows::read`].
    pub fn start(self) -> Result<Rows<'a>, JpegError> {
        // SAFETY: the reader is open, and is started once: this consumes it.
        self.handle.check(unsafe { ffi::vitrine_jpeg_start(self.handle.raw.as_ptr()) })?;
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
