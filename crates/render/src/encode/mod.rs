//! Pixels to image files: sRGB, and tagged as such, with their density.

mod jpeg;
mod png;
#[cfg(not(target_arch = "wasm32"))]
mod webp;

pub use jpeg::{Chroma, Jpeg, jpeg};
pub use png::{PngEffort, png};
#[cfg(not(target_arch = "wasm32"))]
pub use webp::{WebpKind, webp};

use moxcms::{ColorDateTime, ColorProfile};

/// Dots per inch written into every file.
const DPI: u16 = 300;

#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    #[error("the picture is {0} × {1} px, more than the file format can hold")]
    TooLarge(u32, u32),
    #[error("the picture could not be written: {0}")]
    Failed(String),
}

/// The profile that tells a reader these are sRGB values. Its time of making is always the same: equal pictures are equal files.
fn srgb_profile() -> Result<Vec<u8>, EncodeError> {
    let made = ColorDateTime { year: 2000, month: 1, day_of_the_month: 1, hours: 0, minutes: 0, seconds: 0 };
    let mut profile = ColorProfile::new_srgb();
    profile.creation_date_time = made;
    profile.encode().map_err(|error| EncodeError::Failed(error.to_string()))
}
