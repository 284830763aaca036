//! The surface a design lies on: a plane in perspective, perhaps bent around a cylinder.

use domain::{geometry::Point, template::Cylinder};

use crate::homography::{Homography, Projected};

/// How much longer the way around a cylinder's area is than it looks.
pub fn way_around(cylinder: Cylinder) -> f64 {
    let half = f64::from(cylinder.arc.get()).to_radians() / 2.0;
    half / libm::sin(half)
}

/// From output pixels to design pixels.
pub struct Surface {
    /// Onto the design, or onto the unit square where the surface is bent.
    plane: Homography,
    bent: Option<Bent>,
}

/// A cylinder over the unit square: its left and right sides are upright lines on it.
///
/// Seen from the side, the point at angle φ from the middle stands `sin φ / sin(arc / 2)` of the way to a side, and a level
/// circle hangs by what its depth, `cos φ`, is before that of the sides.
struct Bent {
    /// The way around, in radians, and the sine and cosine of half of it.
    arc: f64,
    sine: f64,
    cosine: f64,
    /// In parts of the area's height.
    bend: f64,
    /// From the unit square to design pixels.
    size: (f64, f64),
    start: (f64, f64),
}

impl Surface {
    /// The area between `corners`, clockwise from top left, shows the design from `start` on, `size` pixels of it.
    pub fn new(corners: [Point; 4], size: (f64, f64), start: (f64, f64), cylinder: Option<Cylinder>) -> Self {
        let unit = Homography::onto_unit_square(corners);
        match cylinder {
            None => Self { plane: unit.then_scaled(size, start), bent: None },
            Some(cylinder) => {
                let arc = f64::from(cylinder.arc.get()).to_radians();
                let (sine, cosine) = (libm::sin(arc / 2.0), libm::cos(arc / 2.0));
                let bend = f64::from(cylinder.bend.get()) / 100.0;
                Self { plane: unit, bent: Some(Bent { arc, sine, cosine, bend, size, start }) }
            }
        }
    }

    /// `None` on or beyond the horizon, where nothing of the surface is seen.
    #[inline(always)]
    pub fn project(&self, x: f64, y: f64) -> Option<Projected> {
        let flat = self.plane.project(x, y)?;
        Some(match &self.bent {
            None => flat,
            Some(bent) => bent.project(flat),
        })
    }

    /// Where the run of pixels from (`x`, `y`) to the right lies, and whether all of it is before the horizon.
    #[inline(always)]
    pub fn project_run<const N: usize>(&self, x: f64, y: f64) -> ([f64; N], [f64; N], bool) {
        let (mut u, mut v, in_front) = self.plane.project_run::<N>(x, y);
        if let Some(bent) = &self.bent {
            for (u, v) in u.iter_mut().zip(&mut v) {
                (*u, *v) = bent.place(*u, *v);
            }
        }
        (u, v, in_front)
    }
}

impl Bent {
    /// From the unit square to design pixels. Beyond the sides the design goes on flat, so that it ends there.
    fn place(&self, s: f64, t: f64) -> (f64, f64) {
        let across = 2.0 * s - 1.0;
        let seen = across.clamp(-1.0, 1.0);
        let sine = seen * self.sine;
        let depth = (1.0 - sine * sine).max(0.0).sqrt();
        let around = 0.5 + libm::asin(sine) / self.arc + (across - seen);
        let hang = self.bend * (depth - self.cosine) / (1.0 - self.cosine);
        (around * self.size.0 + self.start.0, (t - hang) * self.size.1 + self.start.1)
    }

    fn project(&self, flat: Projected) -> Projected {
        let (u, v) = self.place(flat.u, flat.v);
        let sine = (2.0 * flat.u - 1.0).clamp(-1.0, 1.0) * self.sine;
        // At the very side of half a cylinder the design stands edge-on; it is read over a twentieth there.
        let depth = (1.0 - sine * sine).max(0.0).sqrt().max(0.05);
        let per_s = 2.0 * self.sine / depth;
        let hang_per_s = -self.bend * sine * per_s / (1.0 - self.cosine);
        let [sx, sy, tx, ty] = flat.jacobian;
        let (width, height) = self.size;
        let around = per_s / self.arc * width;
        let jacobian = [around * sx, around * sy, (tx - hang_per_s * sx) * height, (ty - hang_per_s * sy) * height];
        Projected { u, v, jacobian }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surface(arc: i16, bend: i16) -> Surface {
        let corners = [[100.0, 50.0], [300.0, 50.0], [300.0, 250.0], [100.0, 250.0]].map(Point::from);
        let cylinder = Cylinder { arc: arc.try_into().unwrap(), bend: bend.try_into().unwrap() };
        Surface::new(corners, (400.0, 300.0), (0.0, 0.0), Some(cylinder))
    }

    #[test]
    fn sides_and_middle_stay_and_between_the_sides_come_nearer() {
        let half = surface(180, 0);
        let u = |x: f64| half.project(x, 150.0).unwrap().u;
        assert!((u(100.0) - 0.0).abs() < 1e-9 && (u(200.0) - 200.0).abs() < 1e-9 && (u(300.0) - 400.0).abs() < 1e-9);
        // A quarter of the picture from the middle is a sixth of a turn around.
        assert!((u(250.0) - (200.0 + 400.0 / 6.0)).abs() < 1e-9);
        assert!(u(90.0) < 0.0 && u(310.0) > 400.0);
    }

    #[test]
    fn the_middle_hangs_and_the_sides_do_not() {
        let mug = surface(120, 10);
        let v = |x: f64, y: f64| mug.project(x, y).unwrap().v;
        assert!((v(100.0, 50.0)).abs() < 1e-9 && (v(200.0, 70.0)).abs() < 1e-9);
        assert!((v(200.0, 270.0) - 300.0).abs() < 1e-9);
    }

    #[test]
    fn the_speed_is_that_of_the_places() {
        let mug = surface(150, -20);
        for (x, y) in [(130.0, 90.0), (210.0, 200.0), (280.0, 60.0)] {
            let at = |x: f64, y: f64| mug.project(x, y).unwrap();
            let (here, step) = (at(x, y).jacobian, 1e-4);
            let (right, left) = (at(x + step, y), at(x - step, y));
            let (below, above) = (at(x, y + step), at(x, y - step));
            let by = |a: f64, b: f64| (a - b) / (2.0 * step);
            let measured = [by(right.u, left.u), by(below.u, above.u), by(right.v, left.v), by(below.v, above.v)];
            for (a, b) in here.into_iter().zip(measured) {
                assert!((a - b).abs() < 1e-5, "{here:?} at {x}, {y}, measured {measured:?}");
            }
        }
    }
}
