//! The surface a design lies on: a plane in perspective, bent around a cylinder or by a mesh, perhaps in folds.

use crate::{
    affine::Affine,
    cylinder::Cylinder,
    displacement::Shift,
    homography::{Homography, Projected},
    mesh::MeshMap,
    weigh::RUN,
};

/// From output pixels to design pixels.
pub struct Surface {
    pub shape: Shape,
    pub shift: Option<Shift>,
}

pub enum Shape {
    /// Straight to design pixels.
    Flat(Homography),
    /// Onto the unit square, flattened there, then to design pixels.
    Bent {
        plane: Homography,
        cylinder: Cylinder,
        fit: Affine,
    },
    Mesh(MeshMap),
}

/// Where neighbouring output pixels of a row lie on the design.
pub struct Spots {
    pub u: [f64; RUN],
    pub v: [f64; RUN],
    /// `[∂u/∂x, ∂u/∂y, ∂v/∂x, ∂v/∂y]` in their middle.
    pub jacobian: [f64; 4],
    /// Which of them see something of the surface, the first in the lowest bit.
    pub seen: Seen,
}

/// A bit for each pixel of a run.
pub type Seen = u16;

pub const ALL_SEEN: Seen = Seen::MAX;

impl Surface {
    /// That of the run from (`x`, `y`) to the right, as [`Self::spots`] finds it; `None` where nothing of the surface is seen. A mesh and folds are
    /// known by their spots only: of the one there is none, and the other is left out.
    pub fn jacobian(&self, x: usize, y: usize) -> Option<[f64; 4]> {
        let (middle_x, middle_y) = middle(x, y);
        match &self.shape {
            Shape::Flat(plane) => Some(plane.project(middle_x, middle_y)?.jacobian),
            Shape::Bent { plane, cylinder, fit } => {
                Some(bent_jacobian(plane.project(middle_x, middle_y)?, cylinder, *fit))
            }
            Shape::Mesh(_) => None,
        }
    }

    /// The run from (`x`, `y`) to the right, `None` where nothing of the surface is seen.
    #[inline(always)]
    pub fn spots(&self, x: usize, y: usize) -> Option<Spots> {
        let spots = match &self.shape {
            Shape::Flat(plane) => flat(plane, x, y),
            Shape::Bent { plane, cylinder, fit } => {
                flat(plane, x, y).map(|flat| bent(flat, x, y, plane, cylinder, *fit))
            }
            Shape::Mesh(map) => map.spots(x, y),
        };
        match &self.shift {
            None => spots,
            Some(shift) => spots.map(|spots| shift.shifted(spots, x, y)),
        }
    }
}

#[inline(always)]
fn middle(x: usize, y: usize) -> (f64, f64) {
    (x as f64 + RUN as f64 * 0.5, y as f64 + 0.5)
}

#[inline(always)]
fn flat(plane: &Homography, x: usize, y: usize) -> Option<Spots> {
    let (middle_x, middle_y) = middle(x, y);
    let jacobian = plane.project(middle_x, middle_y)?.jacobian;
    let (u, v, seen) = plane.project_run(x as f64 + 0.5, middle_y);
    Some(Spots { u, v, jacobian, seen })
}

#[inline(always)]
fn bent(flat: Spots, x: usize, y: usize, plane: &Homography, cylinder: &Cylinder, fit: Affine) -> Spots {
    let (mut u, mut v) = (flat.u, flat.v);
    for (u, v) in u.iter_mut().zip(&mut v) {
        let (s, t) = cylinder.flattened(*u, *v);
        (*u, *v) = fit.apply(s, t);
    }
    let (middle_x, middle_y) = middle(x, y);
    let nothing = Projected { u: 0.0, v: 0.0, jacobian: flat.jacobian };
    let seen = plane.project(middle_x, middle_y).unwrap_or(nothing);
    Spots { u, v, jacobian: bent_jacobian(seen, cylinder, fit), seen: flat.seen }
}

#[inline(always)]
fn bent_jacobian(seen: Projected, cylinder: &Cylinder, fit: Affine) -> [f64; 4] {
    fit.apply_to(cylinder.flattened_from(seen)).jacobian
}
