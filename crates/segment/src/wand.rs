//! The magic wand: what has about the same colour.

use crate::{Matte, Picture};

/// How far the wand goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// As far as the colour goes on.
    Connected,
    /// Wherever the colour is.
    Everywhere,
}

/// The pixels none of whose channels differs by more than `tolerance` from the mean colour around `at`. A place outside of the picture
/// counts as the nearest one in it.
pub fn wand(picture: &Picture, at: (usize, usize), tolerance: u8, spread: Spread) -> Matte {
    let (width, height) = (picture.width(), picture.height());
    let (x, y) = (at.0.min(width - 1), at.1.min(height - 1));
    let middle = mean_around(picture, x, y);
    let alike = |i: usize| {
        let color = picture.colors()[i];
        (0..3).all(|c| color[c].abs_diff(middle[c]) <= tolerance)
    };
    if spread == Spread::Everywhere {
        return Matte::of(width, height, alike);
    }
    let mut found = vec![false; width * height];
    // The pixel itself belongs to what is touched, even where it is a speck in another colour.
    let mut waiting = vec![y * width + x];
    found[y * width + x] = true;
    while let Some(i) = waiting.pop() {
        let (x, y) = (i % width, i / width);
        let neighbours = [
            (x > 0).then(|| i - 1),
            (x + 1 < width).then(|| i + 1),
            (y > 0).then(|| i - width),
            (y + 1 < height).then(|| i + width),
        ];
        for next in neighbours.into_iter().flatten() {
            if !found[next] && alike(next) {
                found[next] = true;
                waiting.push(next);
            }
        }
    }
    Matte::of(width, height, |i| found[i])
}

/// Of nine pixels, so that the grain of a photo does not decide.
fn mean_around(picture: &Picture, x: usize, y: usize) -> [u8; 3] {
    let columns = x.saturating_sub(1)..=(x + 1).min(picture.width() - 1);
    let rows = y.saturating_sub(1)..=(y + 1).min(picture.height() - 1);
    let near: Vec<[u8; 3]> =
        rows.flat_map(|y| columns.clone().map(move |x| (x, y))).map(|(x, y)| picture.at(x, y)).collect();
    let count = near.len() as u32;
    std::array::from_fn(|c| {
        let sum: u32 = near.iter().map(|color| u32::from(color[c])).sum();
        ((sum + count / 2) / count) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two grey squares on white.
    fn squares() -> Picture {
        let inside = |x: usize, y: usize| (2..8).contains(&y) && ((2..8).contains(&x) || (12..18).contains(&x));
        let pixels = (0..20 * 10).flat_map(|i| {
            let value = if inside(i % 20, i / 20) { 120 + (i % 3) as u8 } else { 255 };
            [value, value, value, 255]
        });
        Picture::new(20, 10, pixels.collect()).unwrap()
    }

    fn count(matte: &Matte) -> usize {
        matte.values().iter().filter(|value| **value == 255).count()
    }

    #[test]
    fn the_wand_stays_in_its_square_or_finds_both() {
        let picture = squares();
        assert_eq!(count(&wand(&picture, (4, 4), 8, Spread::Connected)), 36);
        assert_eq!(count(&wand(&picture, (4, 4), 8, Spread::Everywhere)), 72);
        assert_eq!(count(&wand(&picture, (99, 99), 8, Spread::Connected)), 200 - 72);
        assert_eq!(count(&wand(&picture, (4, 4), 255, Spread::Connected)), 200);
    }
}
