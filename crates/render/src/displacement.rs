//! Folds: a picture whose brightness moves the design along its surface.

use std::sync::Arc;

use document::{Displacement, Size};

use crate::{luma::Luma, mask::scale, surface::Spots, weigh::RUN};

/// A displacement at one output size.
pub struct Shift {
    luma: Arc<Luma>,
    /// Output pixels for white, against middle grey.
    by: (f64, f64),
    neutral: f64,
}

impl Shift {
    pub fn new(displacement: &Displacement, luma: Arc<Luma>, canvas: Size, output: Size) -> Self {
        Self { luma, by: by(displacement, canvas, output), neutral: f64::from(displacement.neutral) / 255.0 }
    }

    /// The spots of the pixels from (`x`, `y`) to the right, each moved along the surface as it lies there.
    #[inline(always)]
    pub fn shifted(&self, mut spots: Spots, x: usize, y: usize) -> Spots {
        let [ux, uy, vx, vy] = spots.jacobian;
        // What the design is moved to the right, it is read further left.
        let amounts: [f64; RUN] = std::array::from_fn(|k| 2.0 * (self.luma.at(x + k, y) - self.neutral));
        for (k, amount) in amounts.into_iter().enumerate() {
            let (dx, dy) = (amount * self.by.0, amount * self.by.1);
            spots.u[k] -= ux * dx + uy * dy;
            spots.v[k] -= vx * dx + vy * dy;
        }
        // Where the shift grows from pixel to pixel, so does what each of them spans.
        let across = (amounts[RUN - 1] - amounts[0]) / (RUN - 1) as f64;
        let middle = x + RUN / 2;
        let down = self.luma.at(middle, y + 1) - self.luma.at(middle, y.saturating_sub(1));
        let (xx, xy) = (1.0 - across * self.by.0, -down * self.by.0);
        let (yx, yy) = (-across * self.by.1, 1.0 - down * self.by.1);
        spots.jacobian = [ux * xx + uy * yx, ux * xy + uy * yy, vx * xx + vy * yx, vx * xy + vy * yy];
        spots
    }
}

/// Output pixels for white, against middle grey.
fn by(displacement: &Displacement, canvas: Size, output: Size) -> (f64, f64) {
    let (scale_x, scale_y) = scale(canvas, output);
    (f64::from(displacement.x.get()) * scale_x, f64::from(displacement.y.get()) * scale_y)
}

/// The furthest that anything is moved, in output pixels.
pub fn reach(displacement: &Displacement, canvas: Size, output: Size) -> (f64, f64) {
    let neutral = f64::from(displacement.neutral) / 255.0;
    let most = 2.0 * neutral.max(1.0 - neutral);
    let (x, y) = by(displacement, canvas, output);
    (x.abs() * most, y.abs() * most)
}
