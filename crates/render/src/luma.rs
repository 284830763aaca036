//! How bright a photo is, pixel by pixel.

use crate::{Image, mask::blurred};

/// Brightness at the output's size.
pub struct Luma {
    width: usize,
    height: usize,
    /// 0 (black) to 65,535 (white).
    values: Vec<u16>,
}

const WHITE: f32 = 65_535.0;

/// Of a colour from 0 to 1, with the weights that luminosity has in blending.
#[inline(always)]
pub fn brightness([r, g, b]: [f32; 3]) -> f32 {
    0.3 * r + 0.59 * g + 0.11 * b
}

impl Luma {
    /// Smoothed by a Gaussian of standard deviation `sigma` pixels. What is transparent is black.
    pub fn of(image: &Image, sigma: f32) -> Self {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let value = |p: &[u8]| {
            let bright = brightness([f32::from(p[0]), f32::from(p[1]), f32::from(p[2])]);
            (bright * f32::from(p[3]) * (WHITE / (255.0 * 255.0)) + 0.5).min(WHITE) as u16
        };
        let values = image.pixels().chunks_exact(4).map(value).collect();
        Self { width, height, values: blurred(values, width, sigma) }
    }

    /// 0 to 1; beyond the picture its outermost pixels go on.
    #[inline(always)]
    pub fn at(&self, x: usize, y: usize) -> f64 {
        let index = y.min(self.height - 1) * self.width + x.min(self.width - 1);
        f64::from(self.values[index]) * f64::from(1.0 / WHITE)
    }
}
