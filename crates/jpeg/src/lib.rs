//! JPEG by libjpeg-turbo: rows of a file in, rows of a picture out. Every kind of file that is not read has a word of its own, and
//! a picture with damaged pixels is never handed out as if it were whole.
//!
//! ```
//! use jpeg::{Reader, Settings, Writer};
//!
//! let settings = Settings { quality: 90, halved_chroma: false, progressive: false, dots_per_inch: 300 };
//! let mut writer = Writer::begin(8, 1, &settings, b"a profile")?;
//! writer.row(&[200; 8 * 4])?;
//! let file = writer.finish()?;
//!
//! let reader = Reader::open(&file)?;
//! assert_eq!((reader.width(), reader.height(), reader.profile().as_deref()), (8, 1, Some(&b"a profile"[..])));
//! let mut rows = reader.start()?;
//! let mut row = [0; 8 * 4];
//! rows.read(&mut row)?;
//! rows.finish()?;
//! assert_eq!(row[..4], [200, 200, 200, 255]);
//! # Ok::<(), jpeg::JpegError>(())
//! ```

mod ffi;
mod reader;
mod writer;

use std::ffi::{CStr, c_int, c_void};

pub use reader::{Reader, Rows};
pub use writer::{Settings, Writer};

/// Why a file is not read, or not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JpegError {
    #[error("the end of the picture is missing")]
    EndMissing,
    #[error("scans of the picture are missing")]
    ScanMissing,
    #[error("{0}")]
    Damaged(String),
    #[error("it uses arithmetic coding")]
    Arithmetic,
    #[error("it uses lossless coding")]
    Lossless,
    #[error("it uses hierarchical coding")]
    Hierarchical,
    #[error("it has {0} bits per sample")]
    Precision(u8),
    #[error("its colours are CMYK")]
    Cmyk,
    #[error("it has {0} colour components")]
    Components(u8),
    #[error("its size is not stated at its beginning (DNL)")]
    NoHeight,
    #[error("it is {width} × {height} px")]
    TooLarge { width: u32, height: u32 },
    #[error("it takes more than {} scans", reader::SCANS_MAX)]
    TooManyScans,
    #[error("it takes more memory than there is")]
    NoMemory,
}

/// The fault of a reader or writer that has just returned `kind`.
///
/// # Safety
/// `either` is a reader or writer of the shim, on which an entry has been called.
#[allow(unsafe_code)]
unsafe fn fault(either: *const c_void, kind: c_int) -> JpegError {
    let mut detail = 0;
    // SAFETY: by this function's own condition; the words are a terminated text inside what `either` points to.
    let words = unsafe { CStr::from_ptr(ffi::vitrine_jpeg_fault(either, &mut detail)) }.to_string_lossy().into_owned();
    match kind {
        ffi::END_MISSING => JpegError::EndMissing,
        // ITU T.81, table B.1: the start-of-frame markers that libjpeg does not know.
        ffi::PROCESS => match detail {
            0xc3 | 0xc7 => JpegError::Lossless,
            0xcb | 0xcd..=0xcf => JpegError::Arithmetic,
            _ => JpegError::Hierarchical,
        },
        ffi::PRECISION => JpegError::Precision(detail as u8),
        ffi::NO_HEIGHT => JpegError::NoHeight,
        ffi::NO_MEMORY => JpegError::NoMemory,
        ffi::SCAN_MISSING => JpegError::ScanMissing,
        ffi::TOO_MANY_SCANS => JpegError::TooManyScans,
        _ => JpegError::Damaged(words),
    }
}
