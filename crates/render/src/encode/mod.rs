//! Pixels to image files: sRGB, and tagged as such, with their density.

mod jpeg;
mod png;
#[cfg(not(target_arch = "wasm32"))]
mod webp;

pub use jpeg::{Chroma, Jpeg, jpeg};
pub use png::{PngEffort, png};
#[cfg(not(target_arch = "wasm32"))]
pub use webp::{WebpKind, webp};

/// Dots per inch written into every file.
const DPI: u16 = 300;

#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    #[error("the picture is {0} × {1} px, more than the file format can hold")]
    TooLarge(u32, u32),
    #[error("the picture could not be written: {0}")]
    Failed(String),
}

/// The profile that tells a reader these are sRGB values.
fn srgb_profile() -> Result<Vec<u8>, EncodeError> {
    moxcms::ColorProfile::new_srgb().encode().map_err(|error| EncodeError::Failed(error.to_string()))
}
