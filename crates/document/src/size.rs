//! The size of a canvas or a picture.

use serde::{Deserialize, Serialize};

use crate::{SIDE_MAX, TemplateError};

/// Width and height in pixels, each 1 to [`SIDE_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawSize", into = "RawSize")]
pub struct Size {
    width: u32,
    height: u32,
}

#[derive(Serialize, Deserialize)]
struct RawSize {
    width: u32,
    height: u32,
}

impl TryFrom<RawSize> for Size {
    type Error = TemplateError;
    fn try_from(raw: RawSize) -> Result<Self, TemplateError> {
        Size::new(raw.width, raw.height)
    }
}

impl From<Size> for RawSize {
    fn from(size: Size) -> Self {
        RawSize { width: size.width, height: size.height }
    }
}

impl Size {
    /// The size of this many pixels across and down.
    ///
    /// # Errors
    /// [`TemplateError::CanvasSize`] for a zero or too long side.
    pub fn new(width: u32, height: u32) -> Result<Self, TemplateError> {
        let allowed = 1..=SIDE_MAX;
        if allowed.contains(&width) && allowed.contains(&height) {
            Ok(Self { width, height })
        } else {
            Err(TemplateError::CanvasSize { width, height })
        }
    }

    /// The pixels across, 1 to [`SIDE_MAX`].
    pub fn width(self) -> u32 {
        self.width
    }

    /// The pixels down, 1 to [`SIDE_MAX`].
    pub fn height(self) -> u32 {
        self.height
    }

    /// The longer side, in pixels.
    pub fn longest(self) -> u32 {
        self.width.max(self.height)
    }

    /// The size whose longest side is `longest` pixels (1 to [`SIDE_MAX`]; clamped), in the same proportions.
    pub fn scaled_to(self, longest: u32) -> Self {
        let longest = longest.clamp(1, SIDE_MAX);
        let side = |side: u32| {
            let (wanted, have) = (u64::from(longest) * u64::from(side), u64::from(self.longest()));
            ((wanted + have / 2) / have).max(1) as u32
        };
        Self { width: side(self.width), height: side(self.height) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_keeps_its_proportions() {
        let size = Size::new(3000, 2400).unwrap();
        assert_eq!(size.scaled_to(1200), Size::new(1200, 960).unwrap());
        assert_eq!(Size::new(10_000, 1).unwrap().scaled_to(100), Size::new(100, 1).unwrap());
    }
}
