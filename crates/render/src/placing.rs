//! Where a design lies on the canvas.

use std::ops::Range;

use domain::{
    geometry::Point,
    template::{Fit, Placement, Size},
};

use crate::{homography::Homography, sampler::Window};

/// A placement at one output size.
pub struct Placed {
    /// From output pixels to design pixels.
    pub map: Homography,
    /// The part of the design that shows.
    pub window: Window,
    corners: [Point; 4],
}

impl Placed {
    pub fn new(placement: &Placement, design: (u32, u32), canvas: Size, output: Size) -> Self {
        let scale_x = f64::from(output.width()) / f64::from(canvas.width());
        let scale_y = f64::from(output.height()) / f64::from(canvas.height());
        let corners = placement.quad.corners().map(|p| Point::new(p.x * scale_x, p.y * scale_y));
        let (width, height) = (f64::from(design.0), f64::from(design.1));
        let (area_width, area_height) = placement.quad.mean_size();
        let (per_x, per_y) = (area_width / width, area_height / height);
        let (zoom_x, zoom_y) = match placement.fit {
            Fit::Contain => (per_x.min(per_y), per_x.min(per_y)),
            Fit::Cover => (per_x.max(per_y), per_x.max(per_y)),
            Fit::Stretch => (per_x, per_y),
        };
        // The area in design pixels: its size, and where it begins when the design is centred in it.
        let size = (area_width / zoom_x, area_height / zoom_y);
        let start = ((width - size.0) / 2.0, (height - size.1) / 2.0);
        let window = Window {
            u0: start.0.max(0.0),
            v0: start.1.max(0.0),
            u1: (start.0 + size.0).min(width),
            v1: (start.1 + size.1).min(height),
        };
        Self { map: Homography::onto_unit_square(corners).then_scaled(size, start), window, corners }
    }

    /// The columns and rows of the output that the area can touch.
    pub fn bounds(&self, output: Size) -> (Range<usize>, Range<usize>) {
        let range = |at: fn(&Point) -> f64, side: u32| {
            let low = self.corners.iter().map(at).fold(f64::INFINITY, f64::min);
            let high = self.corners.iter().map(at).fold(f64::NEG_INFINITY, f64::max);
            let limit = |value: f64| value.clamp(0.0, f64::from(side)) as usize;
            limit((low - 1.0).floor())..limit((high + 1.0).ceil())
        };
        (range(|p| p.x, output.width()), range(|p| p.y, output.height()))
    }
}
