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

/// The profile that tells a reader these are sRGB values. Its time of making (ICC.1, 7.2.8) is always the same and not
/// now: equal pictures are equal files.
fn srgb_profile() -> Result<Vec<u8>, EncodeError> {
    let encoded = moxcms::ColorProfile::new_srgb().encode();
    let mut profile = encoded.map_err(|error| EncodeError::Failed(error.to_string()))?;
    if let Some(made) = profile.get_mut(24..36) {
        made.copy_from_slice(&[1994_u16, 1, 1, 0, 0, 0].map(u16::to_be_bytes).concat());
    }
    Ok(profile)
}
