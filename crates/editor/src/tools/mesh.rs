//! Bends the design area freely by the control points of its mesh.

use document::{
    LayerContent, Mesh, Round,
    geometry::{Point, Quad},
};

use super::Behaviour;
use crate::{HandleId, Line, LineKind, Notice, Step, core::Core, input::Modifiers};

#[derive(Clone)]
pub(crate) struct Warp;

/// The area as the active layer has it, and its mesh; where it has none yet, the one that bends nothing.
fn of(core: &Core) -> Option<(Surface, Mesh)> {
    let placement = core.placement()?;
    let mesh = placement.mesh.clone().or_else(|| Mesh::flat(1, 1).ok())?;
    Some((Surface { quad: placement.quad, round: placement.cylinder.map(Round::from) }, mesh))
}

/// What the mesh lies on.
struct Surface {
    quad: Quad,
    round: Option<Round>,
}

impl Surface {
    fn seen(&self, p: Point) -> Point {
        let (s, t) = self.round.map_or((p.x, p.y), |round| round.bent(p.x, p.y));
        self.quad.perspective().at(Point::new(s, t)).unwrap_or(self.quad.middle())
    }

    /// The way back, for a flat surface exactly; a cylinder is left to the eye, which sees where the point goes.
    fn plane(&self, p: Point) -> Option<Point> {
        self.quad.perspective().inverse().at(p)
    }
}

impl Behaviour for Warp {
    fn handles(&self, core: &Core) -> Vec<(HandleId, Point)> {
        let Some((surface, mesh)) = of(core) else { return Vec::new() };
        let width = 3 * mesh.columns() + 1;
        // Points between four patches lie on top of those that only bend.
        let rank = |index: usize| usize::from((index % width).is_multiple_of(3) && (index / width).is_multiple_of(3));
        let mut points: Vec<_> = mesh.points().iter().enumerate().collect();
        points.sort_by_key(|(index, _)| rank(*index));
        points.into_iter().map(|(index, point)| (HandleId::Mesh(index), surface.seen(*point))).collect()
    }

    /// A point between patches takes the points around it along.
    fn drag(&mut self, core: &mut Core, id: HandleId, to: Point, modifiers: Modifiers) -> Result<(), Notice> {
        let (Some((surface, now)), HandleId::Mesh(index)) = (of(core), id) else { return Err(Notice::NoPlacement) };
        let (Some(from), Some(goal)) =
            (now.points().get(index).and_then(|point| surface.plane(surface.seen(*point))), surface.plane(to))
        else {
            return Err(Notice::OutOfLimits);
        };
        let (dx, dy) = (goal.x - from.x, goal.y - from.y);
        let width = 3 * now.columns() + 1;
        let (x, y) = (index % width, index / width);
        let between = x.is_multiple_of(3) && y.is_multiple_of(3);
        let moved = now.with_points(|points| {
            for (other, point) in points.iter_mut().enumerate() {
                let near = (other % width).abs_diff(x) <= 1 && (other / width).abs_diff(y) <= 1;
                if other == index || (between && near && !modifiers.alt) {
                    *point = point.moved_by(dx, dy);
                }
            }
        });
        let mesh = moved.map_err(|_| Notice::OutOfLimits)?;
        core.adjust(|layer| {
            if let LayerContent::Placement(placement) = &mut layer.content {
                placement.mesh = Some(mesh);
            }
        });
        Ok(())
    }

    fn step(&self, _id: HandleId) -> Step {
        Step::Mesh
    }

    fn moves_area(&self) -> bool {
        true
    }

    fn lines(&self, core: &Core) -> Vec<Line> {
        let Some((surface, mesh)) = of(core) else { return Vec::new() };
        const STEPS: usize = 12;
        let (columns, rows) = (mesh.columns(), mesh.rows());
        let along = |patches: usize| (0..=patches * STEPS).map(move |i| i as f64 / (patches * STEPS) as f64);
        let seen = |s: f64, t: f64| surface.seen(mesh.at(s, t));
        let level = (0..=rows).map(|row| {
            let t = row as f64 / rows as f64;
            along(columns).map(|s| seen(s, t)).collect()
        });
        let upright = (0..=columns).map(|column| {
            let s = column as f64 / columns as f64;
            along(rows).map(|t| seen(s, t)).collect()
        });
        level.chain(upright).map(|points| Line::open(LineKind::Mesh, points)).collect()
    }
}
