//! A picture's file.
#![allow(unsafe_code)]

use std::{
    ffi::{c_int, c_void},
    ptr::NonNull,
};

use crate::{JpegError, fault, ffi};

/// How a file is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// 1 to 100.
    pub quality: u8,
    /// Colour at half the fineness along both axes, 4:2:0; else 4:4:4.
    pub halved_chroma: bool,
    pub progressive: bool,
    pub dots_per_inch: u16,
}

/// A file that is being made, row by row from the top.
pub struct Writer {
    raw: NonNull<c_void>,
    stride: usize,
    left: u32,
}

impl Writer {
    /// Begins a file with its header and ICC profile.
    ///
    /// # Errors
    /// The size is more than the format can hold, or a side is zero.
    pub fn begin(width: u32, height: u32, settings: &Settings, profile: &[u8]) -> Result<Self, JpegError> {
        // SAFETY: it takes nothing.
        let raw = NonNull::new(unsafe { ffi::vitrine_jpeg_writer() }).ok_or(JpegError::NoMemory)?;
        let writer = Self { raw, stride: width as usize * 4, left: height };
        let how = ffi::How {
            width,
            height,
            dots_per_inch: settings.dots_per_inch.into(),
            quality: settings.quality.into(),
            halved_chroma: settings.halved_chroma.into(),
            progressive: settings.progressive.into(),
        };
        // SAFETY: both are read within the call only; the settings have the shim's layout.
        let kind = unsafe { ffi::vitrine_jpeg_begin(raw.as_ptr(), &how, profile.as_ptr(), profile.len()) };
        match kind {
            ffi::TOO_LARGE => Err(JpegError::TooLarge { width, height }),
            kind => writer.check(kind).map(|()| writer),
        }
    }

    /// The next row, four bytes a pixel, of which the fourth does not count.
    ///
    /// # Errors
    /// [`JpegError::NoMemory`].
    ///
    /// # Panics
    /// Where the row is not of the picture's width, or there are more than its height.
    pub fn row(&mut self, rgbx: &[u8]) -> Result<(), JpegError> {
        assert!(
            rgbx.len() == self.stride && self.left > 0,
            "a row has four bytes a pixel, and no more than the height"
        );
        self.left -= 1;
        // SAFETY: the file is begun and has a row left; the shim reads `stride` bytes of the row, and writes none.
        self.check(unsafe { ffi::vitrine_jpeg_write(self.raw.as_ptr(), rgbx.as_ptr()) })
    }

    /// The whole file.
    ///
    /// # Errors
    /// Rows are missing; [`JpegError::NoMemory`].
    pub fn finish(self) -> Result<Vec<u8>, JpegError> {
        let (mut file, mut length) = (std::ptr::null(), 0);
        // SAFETY: the file is begun, and this consumes it; libjpeg refuses where rows are missing.
        self.check(unsafe { ffi::vitrine_jpeg_close(self.raw.as_ptr(), &mut file, &mut length) })?;
        // SAFETY: the shim has written that many bytes there, and keeps them until the writer is dropped.
        Ok(unsafe { std::slice::from_raw_parts(file, length) }.to_vec())
    }

    fn check(&self, kind: c_int) -> Result<(), JpegError> {
        match kind {
            ffi::NO_FAULT => Ok(()),
            // SAFETY: the writer is one on which an entry has just returned `kind`.
            kind => Err(unsafe { fault(self.raw.as_ptr(), kind) }),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // SAFETY: the writer was made by the shim, and nothing has it any more.
        unsafe { ffi::vitrine_jpeg_writer_free(self.raw.as_ptr()) }
    }
}
