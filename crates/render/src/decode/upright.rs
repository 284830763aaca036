//! Rows as they are stored to the picture as it is shown.

use super::DecodeError;
use crate::Image;

/// How the stored picture is to be shown: EXIF 2.32, 4.6.4, the tag's eight values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Orientation {
    /// Rows become columns; the others are of the result.
    transposed: bool,
    from_right: bool,
    from_bottom: bool,
}

/// Rows that are turned at a time: one of a cache's lines is filled with a column of them.
const BAND: usize = 16;

impl Orientation {
    pub const AS_STORED: Self = Self { transposed: false, from_right: false, from_bottom: false };

    pub fn from_exif(value: u32) -> Option<Self> {
        let (transposed, from_right, from_bottom) = match value {
            1 => (false, false, false),
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, true, false),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => return None,
        };
        Some(Self { transposed, from_right, from_bottom })
    }

    /// The bytes it takes to turn rows of that width.
    pub fn working_bytes(width: u32) -> u64 {
        BAND as u64 * 4 * u64::from(width)
    }

    /// The picture of a stored one of that size, whose rows are asked for one after the other.
    pub fn by_rows(
        self,
        (width, height): (u32, u32),
        mut row: impl FnMut(&mut [u8]) -> Result<(), DecodeError>,
    ) -> Result<Image, DecodeError> {
        let (columns, rows) = (width as usize, height as usize);
        let mut pixels = vec![0; columns * rows * 4];
        if self == Self::AS_STORED {
            pixels.chunks_exact_mut(columns * 4).try_for_each(row)?;
            return image(width, height, pixels);
        }
        let mut band = vec![0; columns * BAND * 4];
        for top in (0..rows).step_by(BAND) {
            let band = &mut band[..columns * 4 * BAND.min(rows - top)];
            band.chunks_exact_mut(columns * 4).try_for_each(&mut row)?;
            self.place(&mut pixels, (columns, rows), band, top);
        }
        self.image((width, height), pixels)
    }

    /// The picture of a stored one of that size, whose pixels are where they are shown.
    pub fn image(self, (width, height): (u32, u32), pixels: Vec<u8>) -> Result<Image, DecodeError> {
        let (width, height) = if self.transposed { (height, width) } else { (width, height) };
        image(width, height, pixels)
    }

    /// Where in the picture a pixel is shown that is stored at a place of so many columns and rows.
    pub fn target(self, (x, y): (usize, usize), (columns, rows): (usize, usize)) -> usize {
        let (line, lines) = if self.transposed { (rows, columns) } else { (columns, rows) };
        let (x, y) = if self.transposed { (y, x) } else { (x, y) };
        let x = if self.from_right { line - 1 - x } else { x };
        let y = if self.from_bottom { lines - 1 - y } else { y };
        (y * line + x) * 4
    }

    /// The picture of a stored one that is there as a whole.
    #[cfg(not(target_family = "wasm"))]
    pub fn of_whole(self, (width, height): (u32, u32), stored: Vec<u8>) -> Result<Image, DecodeError> {
        if self == Self::AS_STORED {
            return image(width, height, stored);
        }
        let mut rows = stored.chunks_exact(width as usize * 4);
        self.by_rows((width, height), |row| {
            row.copy_from_slice(rows.next().unwrap_or_default());
            Ok(())
        })
    }

    /// Puts some stored rows where they are shown.
    fn place(self, pixels: &mut [u8], (columns, rows): (usize, usize), band: &[u8], top: usize) {
        let mut put = |x: usize, y: usize| {
            let to = self.target((x, top + y), (columns, rows));
            let from = (y * columns + x) * 4;
            pixels[to..to + 4].copy_from_slice(&band[from..from + 4]);
        };
        let height = band.len() / 4 / columns;
        if self.transposed {
            (0..columns).for_each(|x| (0..height).for_each(|y| put(x, y)));
        } else {
            (0..height).for_each(|y| (0..columns).for_each(|x| put(x, y)));
        }
    }
}

fn image(width: u32, height: u32, pixels: Vec<u8>) -> Result<Image, DecodeError> {
    Image::new(width, height, pixels).map_err(super::damaged)
}
