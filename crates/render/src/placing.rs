//! Where a design lies on the canvas.

use std::ops::Range;

use domain::{
    geometry::Point,
    template::{Cylinder, Fit, Placement, Size},
};

use crate::{
    homography::Homography,
    mask::scale,
    sampler::Window,
    surface::{self, Surface},
};

/// A placement at one output size.
pub struct Placed {
    /// From output pixels to design pixels.
    pub surface: Surface,
    /// The part of the design that shows.
    pub window: Window,
    /// Around all that shows, in output pixels.
    outline: Vec<Point>,
}

impl Placed {
    pub fn new(placement: &Placement, design: (u32, u32), canvas: Size, output: Size) -> Self {
        let (scale_x, scale_y) = scale(canvas, output);
        let corners = placement.quad.corners().map(|p| Point::new(p.x * scale_x, p.y * scale_y));
        let (width, height) = (f64::from(design.0), f64::from(design.1));
        let (seen_width, area_height) = placement.quad.mean_size();
        let area_width = seen_width * placement.cylinder.map_or(1.0, surface::way_around);
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
        let surface = Surface::new(corners, size, start, placement.cylinder);
        Self { surface, window, outline: outline(corners, placement.cylinder) }
    }

    /// The columns and rows of the output that the area can touch.
    pub fn bounds(&self, output: Size) -> (Range<usize>, Range<usize>) {
        let range = |at: fn(&Point) -> f64, side: u32| {
            let low = self.outline.iter().map(at).fold(f64::INFINITY, f64::min);
            let high = self.outline.iter().map(at).fold(f64::NEG_INFINITY, f64::max);
            let limit = |value: f64| value.clamp(0.0, f64::from(side)) as usize;
            limit((low - 1.0).floor())..limit((high + 1.0).ceil())
        };
        (range(|p| p.x, output.width()), range(|p| p.y, output.height()))
    }
}

/// The area's corners, and those of the area as far as a cylinder makes it hang.
fn outline(corners: [Point; 4], cylinder: Option<Cylinder>) -> Vec<Point> {
    let Some(cylinder) = cylinder else { return corners.to_vec() };
    let bend = f64::from(cylinder.bend.get()) / 100.0;
    let back = Homography::onto_unit_square(corners).inverse();
    let hung =
        [(0.0, bend), (1.0, bend), (1.0, 1.0 + bend), (0.0, 1.0 + bend)].map(|(s, t)| match back.project(s, t) {
            Some(at) => Point::new(at.u, at.v),
            // Beyond the horizon: it may show anywhere.
            None => Point::new(f64::INFINITY, f64::INFINITY),
        });
    let everywhere = hung.iter().any(|point| point.x.is_infinite());
    let far = [Point::new(f64::NEG_INFINITY, f64::NEG_INFINITY)].into_iter().filter(|_| everywhere);
    corners.into_iter().chain(hung).chain(far).collect()
}
