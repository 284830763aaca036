//! The one pixel buffer: 8-bit sRGB with straight alpha.

/// `width × height` pixels, four bytes each (red, green, blue, alpha), rows from the top.
/// Colour is sRGB-encoded and not multiplied by alpha.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

/// The bytes are not as many as the pixels need, or a side is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes are not {width} × {height} pixels of four bytes")]
pub struct WrongLength {
    width: u32,
    height: u32,
    bytes: usize,
}

impl Image {
    /// The image of these bytes, in the order that [`Image::pixels`] has them.
    ///
    /// # Errors
    /// When `pixels` is not exactly `width * height * 4` bytes, or a side is zero.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, WrongLength> {
        if width > 0 && height > 0 && pixels.len() == width as usize * height as usize * 4 {
            Ok(Self { width, height, pixels })
        } else {
            Err(WrongLength { width, height, bytes: pixels.len() })
        }
    }

    /// Every pixel from a function of its column and row. Both sides are at least 1.
    pub fn from_fn(width: u32, height: u32, mut color: impl FnMut(u32, u32) -> [u8; 4]) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let rows = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let pixels = rows.flat_map(|(x, y)| color(x, y)).collect();
        Self { width, height, pixels }
    }

    /// The pixels across, 1 at least.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The pixels down, 1 at least.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The bytes, rows from the top, four a pixel: red, green, blue and alpha.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The bytes that [`Image::pixels`] shows, without a copy.
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }

    /// The pixel at a position inside the image.
    #[inline]
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let at = (y as usize * self.width as usize + x as usize) * 4;
        [self.pixels[at], self.pixels[at + 1], self.pixels[at + 2], self.pixels[at + 3]]
    }

    /// Some pixel is not fully opaque.
    pub fn has_alpha(&self) -> bool {
        // Some thousand pixels at a time, which adds up faster than looking at each ends early.
        self.pixels.chunks(1 << 14).any(|part| part.chunks_exact(4).fold(0xff, |all, pixel| all & pixel[3]) != 0xff)
    }
}

impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Image({} × {})", self.width, self.height)
    }
}
