//! Where a design lies on the canvas.

use std::ops::Range;

use document::{Fit, Placement, Size, geometry::Point};

use crate::{
    affine::Affine,
    cylinder::Cylinder,
    displacement::{self, Shift},
    homography::Homography,
    mask::scale,
    mesh::{MeshMap, Way, patches},
    region::Region,
    surface::{ALL_SEEN, Seen, Shape, Spots, Surface},
    weigh::RUN,
};

/// A placement at one output size.
pub struct Placed {
    pub surface: Surface,
    /// What shows lies in all of them.
    pub clips: Vec<Clip>,
    pub edge: Edge,
    /// The output pixels that the area can touch.
    pub bounds: Region,
}

/// What an image has beyond its sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Its outermost pixels go on.
    Extended,
    /// It begins again.
    Repeated,
}

/// An upright rectangle, in design pixels or where an affine map takes those.
pub struct Clip {
    pub map: Option<Affine>,
    pub window: Window,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    pub u0: f64,
    pub v0: f64,
    pub u1: f64,
    pub v1: f64,
}

/// How much of a run of output pixels lies in a window.
pub enum Cover {
    Nothing,
    Whole,
    Partly([f32; RUN]),
}

impl Placed {
    /// `within` is the part of the output that will be asked for.
    pub fn new(
        placement: &Placement,
        design: (u32, u32),
        shift: Option<Shift>,
        (canvas, output): (Size, Size),
        within: &Region,
    ) -> Self {
        let corners = corners(placement, canvas, output);
        let cylinder = placement.cylinder.map(Cylinder::new);
        let laid = Laid::new(placement, design, cylinder.as_ref());
        let plane = Homography::onto_unit_square(corners);
        let area = area(placement, canvas, output);
        let bounds = area.within(within);
        let shape = match (&placement.mesh, cylinder) {
            (Some(mesh), cylinder) => {
                let (plane, reach) = (plane.inverse(), reach_of(placement, canvas, output));
                let margin = reach.0.max(reach.1);
                let way = Way {
                    mesh,
                    patches: patches(mesh),
                    cylinder: cylinder.as_ref(),
                    plane,
                    fit: laid.fit,
                    output: output.longest().into(),
                    margin,
                };
                // Whole runs, which then find the same whatever part is asked for.
                let runs = within.in_whole_runs().within(&Region::whole(output));
                Shape::Mesh(MeshMap::of(&way, area.within(&runs)))
            }
            (None, Some(cylinder)) => Shape::Bent { plane, cylinder, fit: laid.fit },
            (None, None) => Shape::Flat(plane.then(laid.fit)),
        };
        let edge = if placement.fit == Fit::Tile { Edge::Repeated } else { Edge::Extended };
        Self { surface: Surface { shape, shift }, clips: laid.clips(placement.fit), edge, bounds }
    }

    /// An image stretched over an upright rectangle of the output: left, top, right, bottom.
    pub fn upright(image: (u32, u32), sides: [f64; 4], within: &Region) -> Self {
        let [left, top, right, bottom] = sides;
        let corners =
            [Point::new(left, top), Point::new(right, top), Point::new(right, bottom), Point::new(left, bottom)];
        let (u1, v1) = (f64::from(image.0), f64::from(image.1));
        let plane = Homography::onto_unit_square(corners);
        let bounds = around(&corners, (0.0, 0.0)).within(within);
        Self {
            surface: Surface { shape: Shape::Flat(plane.then(Affine([u1, 0.0, 0.0, 0.0, v1, 0.0]))), shift: None },
            clips: vec![Clip { map: None, window: Window { u0: 0.0, v0: 0.0, u1, v1 } }],
            edge: Edge::Extended,
            bounds,
        }
    }

    /// The bytes that [`Self::new`] will keep for the whole output, beyond a few.
    pub fn bytes(placement: &Placement, (canvas, output): (Size, Size)) -> u64 {
        let Some(mesh) = &placement.mesh else { return 0 };
        let corners = corners(placement, canvas, output);
        let cylinder = placement.cylinder.map(Cylinder::new);
        let plane = Homography::onto_unit_square(corners).inverse();
        let way = Way {
            mesh,
            patches: patches(mesh),
            cylinder: cylinder.as_ref(),
            plane,
            fit: Affine([0.0; 6]),
            output: output.longest().into(),
            margin: 0.0,
        };
        MeshMap::bytes(&way, &Region::whole(output))
    }
}

/// A design laid into the unit square.
struct Laid {
    /// From the unit square to design pixels.
    fit: Affine,
    design: (f64, f64),
    turned: bool,
}

impl Laid {
    fn new(placement: &Placement, design: (u32, u32), cylinder: Option<&Cylinder>) -> Self {
        let (width, height) = (f64::from(design.0), f64::from(design.1));
        let (seen_width, area_height) = placement.quad.mean_size();
        let area_width = seen_width * cylinder.map_or(1.0, Cylinder::way_around);
        let (per_x, per_y) = (area_width / width, area_height / height);
        let (zoom_x, zoom_y) = match placement.fit {
            Fit::Contain | Fit::Tile => (per_x.min(per_y), per_x.min(per_y)),
            Fit::Cover => (per_x.max(per_y), per_x.max(per_y)),
            Fit::Stretch => (per_x, per_y),
        };
        let (zoom_x, zoom_y) = (zoom_x * placement.scale.factor(), zoom_y * placement.scale.factor());
        let angle = f64::from(placement.rotation.get()).to_radians();
        let turned = !placement.rotation.is_zero();
        let (sine, cosine) = if turned { (libm::sin(angle), libm::cos(angle)) } else { (0.0, 1.0) };
        // The area's sides in design pixels, turned back by the design's own turn.
        let (across, across_down) = (cosine * area_width / zoom_x, -sine * area_width / zoom_y);
        let (down_across, down) = (sine * area_height / zoom_x, cosine * area_height / zoom_y);
        let [x, y] = placement.offset.map(|offset| 0.5 + f64::from(offset.get()) / 100.0);
        let fit = Affine([
            across,
            down_across,
            width / 2.0 - (across * x + down_across * y),
            across_down,
            down,
            height / 2.0 - (across_down * x + down * y),
        ]);
        Self { fit, design: (width, height), turned }
    }

    fn clips(&self, fit: Fit) -> Vec<Clip> {
        let (width, height) = self.design;
        let whole = Window { u0: 0.0, v0: 0.0, u1: width, v1: height };
        let Affine([across, _, left, _, down, top]) = self.fit;
        let area = Window { u0: left, v0: top, u1: left + across, v1: top + down };
        let in_area = || {
            let window = Window { u0: 0.0, v0: 0.0, u1: 1.0, v1: 1.0 };
            Clip { map: self.fit.inverse(), window }
        };
        match (self.turned, fit) {
            (false, Fit::Tile) => vec![Clip { map: None, window: area }],
            (false, _) => vec![Clip { map: None, window: area.within(whole) }],
            (true, Fit::Tile) => vec![in_area()],
            (true, _) => vec![Clip { map: None, window: whole }, in_area()],
        }
    }
}

impl Window {
    fn within(self, other: Self) -> Self {
        Self {
            u0: self.u0.max(other.u0),
            v0: self.v0.max(other.v0),
            u1: self.u1.min(other.u1),
            v1: self.v1.min(other.v1),
        }
    }
}

/// The smallest and the largest.
#[inline(always)]
fn reach(of: &[f64; RUN]) -> (f64, f64) {
    let lower = |a: f64, b: f64| if a < b { a } else { b };
    let higher = |a: f64, b: f64| if a > b { a } else { b };
    let extreme = |pick: fn(f64, f64) -> f64| {
        let mut lanes: [f64; 4] = std::array::from_fn(|i| of[i]);
        for four in of[4..].chunks_exact(4) {
            lanes = std::array::from_fn(|i| pick(lanes[i], four[i]));
        }
        pick(pick(lanes[0], lanes[2]), pick(lanes[1], lanes[3]))
    };
    (extreme(lower), extreme(higher))
}

/// What one output pixel spans along each axis of the image.
#[inline(always)]
pub fn extent([ux, uy, vx, vy]: [f64; 4]) -> (f64, f64) {
    ((ux * ux + uy * uy).sqrt(), (vx * vx + vy * vy).sqrt())
}

impl Clip {
    /// `spans` is what one output pixel spans along each axis of the design.
    #[inline(always)]
    pub fn cover(&self, spots: &Spots, spans: (f64, f64)) -> Cover {
        match self.map {
            None => self.window.cover(&spots.u, &spots.v, spans, spots.seen),
            Some(map) => {
                let (mut s, mut t) = ([0.0; RUN], [0.0; RUN]);
                for k in 0..RUN {
                    (s[k], t[k]) = map.apply(spots.u[k], spots.v[k]);
                }
                self.window.cover(&s, &t, extent(map.apply_to_jacobian(spots.jacobian)), spots.seen)
            }
        }
    }
}

impl Window {
    /// Exact where the window is parallel to the pixels.
    #[inline(always)]
    fn cover(&self, u: &[f64; RUN], v: &[f64; RUN], (extent_u, extent_v): (f64, f64), seen: Seen) -> Cover {
        let (half_u, half_v) = (extent_u * 0.5, extent_v * 0.5);
        let ((u_low, u_high), (v_low, v_high)) = (reach(u), reach(v));
        let inside = u_low - half_u >= self.u0
            && u_high + half_u <= self.u1
            && v_low - half_v >= self.v0
            && v_high + half_v <= self.v1;
        if inside && seen == ALL_SEEN {
            return Cover::Whole;
        }
        let outside = u_high + half_u <= self.u0
            || u_low - half_u >= self.u1
            || v_high + half_v <= self.v0
            || v_low - half_v >= self.v1;
        if outside {
            return Cover::Nothing;
        }
        self.overlaps(u, v, (extent_u, extent_v), seen)
    }

    #[cold]
    #[inline(never)]
    fn overlaps(&self, u: &[f64; RUN], v: &[f64; RUN], (extent_u, extent_v): (f64, f64), seen: Seen) -> Cover {
        let overlap = |low: f64, high: f64, center: f64, extent: f64| {
            let (from, to) = ((center - extent * 0.5).max(low), (center + extent * 0.5).min(high));
            ((to - from) / extent).clamp(0.0, 1.0)
        };
        Cover::Partly(std::array::from_fn(|k| {
            let there = f64::from(seen >> k & 1);
            (there * overlap(self.u0, self.u1, u[k], extent_u) * overlap(self.v0, self.v1, v[k], extent_v)) as f32
        }))
    }
}

/// A placement's corners in output pixels.
fn corners(placement: &Placement, canvas: Size, output: Size) -> [Point; 4] {
    let (scale_x, scale_y) = scale(canvas, output);
    placement.quad.corners().map(|p| Point::new(p.x * scale_x, p.y * scale_y))
}

/// How far its folds move a placement's design, in output pixels.
fn reach_of(placement: &Placement, canvas: Size, output: Size) -> (f64, f64) {
    placement.displacement.as_ref().map_or((0.0, 0.0), |by| displacement::reach(by, canvas, output))
}

/// The output's pixels, and some beyond it, that a placement can touch.
pub fn area(placement: &Placement, canvas: Size, output: Size) -> Region {
    let corners = corners(placement, canvas, output);
    let plane = Homography::onto_unit_square(corners).inverse();
    let reach = reach_of(placement, canvas, output);
    // Around the square as the mesh and the cylinder bend it: a curve stays within its control points' hull.
    let (mut low, mut high) = (Point::new(0.0, 0.0), Point::new(1.0, 1.0));
    for point in placement.mesh.iter().flat_map(|mesh| mesh.points()) {
        low = Point::new(low.x.min(point.x), low.y.min(point.y));
        high = Point::new(high.x.max(point.x), high.y.max(point.y));
    }
    if let Some(cylinder) = placement.cylinder {
        let bend = f64::from(cylinder.bend.get()) / 100.0;
        // Beyond its sides the cylinder goes on at half the pace, and hangs no further than its middle.
        low.y += bend.min(0.0);
        high.y += bend.max(0.0);
    }
    let flat = placement.mesh.is_none() && placement.cylinder.is_none();
    let around_square = [(low.x, low.y), (high.x, low.y), (high.x, high.y), (low.x, high.y)];
    let seen = around_square.map(|(s, t)| plane.project(s, t).map(|at| Point::new(at.u, at.v)));
    match seen {
        _ if flat => around(&corners, reach),
        [Some(a), Some(b), Some(c), Some(d)] => around(&[a, b, c, d], reach),
        // Part of it lies beyond the horizon: it may show anywhere.
        _ => Region { columns: 0..usize::MAX, rows: 0..usize::MAX },
    }
}

/// The pixels around points, with one to spare.
fn around(points: &[Point], reach: (f64, f64)) -> Region {
    let range = |at: fn(&Point) -> f64, reach: f64| -> Range<usize> {
        let low = points.iter().map(at).fold(f64::INFINITY, f64::min);
        let high = points.iter().map(at).fold(f64::NEG_INFINITY, f64::max);
        // A float beyond what an index holds becomes the nearest index.
        ((low - reach - 1.0).floor() as usize)..((high + reach + 1.0).ceil() as usize)
    };
    Region { columns: range(|p| p.x, reach.0), rows: range(|p| p.y, reach.1) }
}
