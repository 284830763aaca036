//! Pixels to image files: sRGB, and tagged as such, with their density.

#[cfg(not(target_family = "wasm"))]
mod jpeg;
mod png;
#[cfg(not(target_family = "wasm"))]
mod profile;
#[cfg(not(target_family = "wasm"))]
mod webp;

#[cfg(not(target_family = "wasm"))]
pub use jpeg::{Chroma, Jpeg, jpeg};
pub use png::{PngEffort, png, png_bytes_max};
#[cfg(not(target_family = "wasm"))]
pub use webp::{WebpKind, webp};

/// Dots per inch written into every file.
const DPI: u16 = 300;

/// The reason why a picture does not become a file.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The width and height of a picture, of which one is more than the format can count.
    #[error("the picture is {0} × {1} px, more than the file format can hold")]
    TooLarge(u32, u32),
    /// The words of an encoder that failed otherwise.
    #[error("the picture could not be written: {0}")]
    Failed(String),
}
