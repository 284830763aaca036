//! Where an image is opaque and where it is empty, in squares.

use std::ops::Range;

use crate::Image;

/// Pixels a side of a square.
const SQUARE: usize = 16;

/// Some pixel is not opaque.
const PARTLY: u8 = 1;
/// Some pixel is there at all.
const THERE: u8 = 2;

/// What a part of an image is known to be, so that it can be read the quickest way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alpha {
    Opaque,
    Empty,
    Mixed,
}

/// Notes on each square of an image.
#[derive(Clone, Debug)]
pub struct AlphaMap {
    /// Squares a row.
    columns: usize,
    notes: Vec<u8>,
    /// Of all squares together.
    all: u8,
}

impl AlphaMap {
    pub fn of(image: &Image) -> Self {
        let columns = (image.width() as usize).div_ceil(SQUARE);
        let mut map = Self { columns, notes: Vec::new(), all: 0 };
        for rows in image.pixels().chunks(SQUARE * image.width() as usize * 4) {
            let mut notes = vec![0; columns];
            for row in rows.chunks_exact(image.width() as usize * 4) {
                notes.iter_mut().zip(row.chunks(SQUARE * 4)).for_each(|(note, pixels)| *note |= noted(pixels));
            }
            map.all = notes.iter().fold(map.all, |all, note| all | note);
            map.notes.extend(notes);
        }
        map
    }

    /// What the image is within the columns and rows, which lie in it, each at least one.
    #[inline]
    pub fn within(&self, columns: Range<usize>, rows: Range<usize>) -> Alpha {
        let across = columns.start / SQUARE..(columns.end - 1) / SQUARE + 1;
        let mut found = 0;
        for row in rows.start / SQUARE..(rows.end - 1) / SQUARE + 1 {
            let notes = &self.notes[row * self.columns..][across.clone()];
            found = notes.iter().fold(found, |found, note| found | note);
        }
        meaning(found)
    }

    pub fn of_all(&self) -> Alpha {
        meaning(self.all)
    }
}

/// What there is to note of some pixels.
fn noted(pixels: &[u8]) -> u8 {
    let (mut all, mut any) = (u32::MAX, 0);
    for pixel in pixels.chunks_exact(4) {
        let pixel = u32::from_le_bytes([pixel[0], pixel[1], pixel[2], pixel[3]]);
        all &= pixel;
        any |= pixel;
    }
    (if all >> 24 == 0xff { 0 } else { PARTLY }) | (if any >> 24 == 0 { 0 } else { THERE })
}

fn meaning(notes: u8) -> Alpha {
    match notes {
        THERE => Alpha::Opaque,
        PARTLY => Alpha::Empty,
        _ => Alpha::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_are_opaque_empty_or_mixed() {
        let map = AlphaMap::of(&Image::from_fn(40, 20, |x, _| [7, 7, 7, if x < 16 { 255 } else { 0 }]));
        assert_eq!(map.within(2..16, 3..20), Alpha::Opaque);
        assert_eq!(map.within(16..40, 0..1), Alpha::Empty);
        assert_eq!(map.within(15..17, 0..1), Alpha::Mixed);
    }
}
