//! A cylinder seen from the side, over the unit square.

use document::Round;

use crate::homography::Projected;

/// The square's left and right sides are upright lines on it.
pub struct Cylinder(Round);

impl Cylinder {
    pub fn new(cylinder: document::Cylinder) -> Self {
        Self(Round::from(cylinder))
    }

    /// How much longer the way around the area is than it looks.
    pub fn way_around(&self) -> f64 {
        self.0.arc / 2.0 / self.0.sine
    }

    /// From how the square looks to the square laid flat. Beyond the sides it goes on flat, so that a design ends there.
    #[inline(always)]
    pub fn flattened(&self, s: f64, t: f64) -> (f64, f64) {
        let across = 2.0 * s - 1.0;
        let seen = across.clamp(-1.0, 1.0);
        let sine = seen * self.0.sine;
        let depth = (1.0 - sine * sine).max(0.0).sqrt();
        let around = 0.5 + arcsine(sine) / self.0.arc + (across - seen);
        (around, t - self.0.hang(depth))
    }

    /// From the square laid flat to how it looks.
    pub fn bent(&self, s: f64, t: f64) -> (f64, f64) {
        self.0.bent(s, t)
    }

    /// [`Self::flattened`] with its speed.
    #[inline(always)]
    pub fn flattened_from(&self, seen: Projected) -> Projected {
        let (u, v) = self.flattened(seen.u, seen.v);
        let sine = (2.0 * seen.u - 1.0).clamp(-1.0, 1.0) * self.0.sine;
        // At the very side of half a cylinder the design stands edge-on; it is read over a twentieth there.
        let depth = (1.0 - sine * sine).max(0.0).sqrt().max(0.05);
        let per_s = 2.0 * self.0.sine / depth;
        let hang_per_s = -self.0.bend * sine * per_s / (1.0 - self.0.cosine);
        let [sx, sy, tx, ty] = seen.jacobian;
        let around = per_s / self.0.arc;
        Projected { u, v, jacobian: [around * sx, around * sy, tx - hang_per_s * sx, ty - hang_per_s * sy] }
    }
}

/// To 2 · 10⁻⁸, and the same in every build: M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions" (1964), 4.4.46.
#[inline(always)]
fn arcsine(x: f64) -> f64 {
    const TERMS: [f64; 7] = [
        0.006_670_090_1,
        -0.017_088_125_6,
        0.030_891_881_0,
        -0.050_174_304_6,
        0.088_978_987_4,
        -0.214_598_801_6,
        1.570_796_305_0,
    ];
    let size = x.abs();
    let sum = TERMS.iter().fold(-0.001_262_491_1, |sum, term| sum * size + term);
    let angle = std::f64::consts::FRAC_PI_2 - (1.0 - size).max(0.0).sqrt() * sum;
    if x < 0.0 { -angle } else { angle }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cylinder(arc: i16, bend: i16) -> Cylinder {
        Cylinder::new(document::Cylinder { arc: arc.try_into().unwrap(), bend: bend.try_into().unwrap() })
    }

    #[test]
    fn the_arcsine_is_one() {
        for i in -1000..=1000 {
            let x = f64::from(i) / 1000.0;
            assert!((arcsine(x) - libm::asin(x)).abs() < 3e-8, "at {x}");
        }
    }

    #[test]
    fn sides_and_middle_stay_and_between_the_sides_come_nearer() {
        let half = cylinder(180, 0);
        let u = |s: f64| half.flattened(s, 0.5).0;
        assert!(u(0.0).abs() < 1e-7 && (u(0.5) - 0.5).abs() < 1e-7 && (u(1.0) - 1.0).abs() < 1e-7);
        // A quarter of the picture from the middle is a sixth of a turn around.
        assert!((u(0.75) - (0.5 + 1.0 / 6.0)).abs() < 1e-7);
        assert!(u(-0.1) < 0.0 && u(1.1) > 1.0);
    }

    #[test]
    fn the_middle_hangs_and_the_sides_do_not() {
        let mug = cylinder(120, 10);
        let v = |s: f64, t: f64| mug.flattened(s, t).1;
        assert!(v(0.0, 0.0).abs() < 1e-7 && v(0.5, 0.1).abs() < 1e-7 && (v(0.5, 1.1) - 1.0).abs() < 1e-7);
    }

    #[test]
    fn bending_and_flattening_are_each_other_s_way_back() {
        let bottle = cylinder(140, -15);
        for (s, t) in [(0.0, 0.0), (0.2, 0.7), (0.5, 0.5), (0.93, 1.2), (1.0, 1.0)] {
            let (x, y) = bottle.bent(s, t);
            let (s_again, t_again) = bottle.flattened(x, y);
            assert!((s - s_again).abs() < 1e-7 && (t - t_again).abs() < 1e-7, "{s} {t}");
        }
    }

    #[test]
    fn the_speed_is_that_of_the_places() {
        let mug = cylinder(150, -20);
        for (s, t) in [(0.15, 0.2), (0.55, 0.75), (0.9, 0.05)] {
            let speed = mug.flattened_from(Projected { u: s, v: t, jacobian: [1.0, 0.0, 0.0, 1.0] }).jacobian;
            let at = |s: f64, t: f64| mug.flattened(s, t);
            let step = 1e-6;
            let (right, left, below, above) = (at(s + step, t), at(s - step, t), at(s, t + step), at(s, t - step));
            let by = |a: f64, b: f64| (a - b) / (2.0 * step);
            let measured = [by(right.0, left.0), by(below.0, above.0), by(right.1, left.1), by(below.1, above.1)];
            for (a, b) in speed.into_iter().zip(measured) {
                assert!((a - b).abs() < 1e-5, "{speed:?} at {s}, {t}, measured {measured:?}");
            }
        }
    }
}
