//! Bends the design area around a cylinder: one handle says how far around it goes, one how far it hangs.

use document::{
    LayerContent, Ranged, Round,
    geometry::{Point, Quad},
};

use super::Behaviour;
use crate::{HandleId, Line, LineKind, Notice, Step, area, core::Core, input::Modifiers};

#[derive(Clone)]
pub(crate) struct Cylinder;

/// The most degrees around.
const HALF_TURN: f64 = 180.0;

fn of(core: &Core) -> Option<(Quad, Option<document::Cylinder>)> {
    core.placement().map(|placement| (placement.quad, placement.cylinder))
}

/// A point of the area's plane in the picture.
fn seen(quad: &Quad, s: f64, t: f64) -> Point {
    quad.perspective().at(Point::new(s, t)).unwrap_or(quad.middle())
}

/// A whole number within a range from one that may be anything.
fn whole<const LOW: i16, const HIGH: i16>(value: f64) -> Ranged<LOW, HIGH> {
    let whole = value.clamp(f64::from(LOW), f64::from(HIGH)).round() as i16;
    Ranged::try_from(whole).unwrap_or_default()
}

impl Behaviour for Cylinder {
    fn handles(&self, core: &Core) -> Vec<(HandleId, Point)> {
        let Some((quad, cylinder)) = of(core) else { return Vec::new() };
        let (arc, bend) = cylinder.map_or((0.0, 0.0), |c| (f64::from(c.arc.get()), f64::from(c.bend.get())));
        // From the middle of the top edge, no way around, to its end, half a turn.
        let around = seen(&quad, 0.5 + 0.5 * arc / HALF_TURN, 0.0);
        vec![(HandleId::Arc, around), (HandleId::Bend, seen(&quad, 0.5, 1.0 + bend / 100.0))]
    }

    fn drag(&mut self, core: &mut Core, id: HandleId, to: Point, _modifiers: Modifiers) -> Result<(), Notice> {
        let Some((quad, cylinder)) = of(core) else { return Err(Notice::NoPlacement) };
        let Some(plane) = quad.perspective().inverse().at(to) else { return Err(Notice::OutOfLimits) };
        let start = cylinder.unwrap_or(document::Cylinder { arc: whole(90.0), bend: whole(0.0) });
        let cylinder = match id {
            HandleId::Arc => document::Cylinder { arc: whole((plane.x - 0.5) * 2.0 * HALF_TURN), ..start },
            _ => document::Cylinder { bend: whole((plane.y - 1.0) * 100.0), ..start },
        };
        core.adjust(|layer| {
            if let LayerContent::Placement(placement) = &mut layer.content {
                placement.cylinder = Some(cylinder);
            }
        });
        Ok(())
    }

    fn step(&self, _id: HandleId) -> Step {
        Step::Cylinder
    }

    fn snaps(&self, _id: HandleId) -> bool {
        false
    }

    fn moves_area(&self) -> bool {
        true
    }

    fn lines(&self, core: &Core) -> Vec<Line> {
        let Some((quad, cylinder)) = of(core) else { return Vec::new() };
        let Some(round) = cylinder.map(Round::from) else { return vec![area::edge(quad)] };
        const STEPS: usize = 32;
        let level = |t: f64| {
            (0..=STEPS).map(move |i| {
                let (s, t) = round.bent(i as f64 / STEPS as f64, t);
                seen(&quad, s, t)
            })
        };
        let edge: Vec<Point> = level(0.0).chain(level(1.0).collect::<Vec<_>>().into_iter().rev()).collect();
        vec![Line::closed(LineKind::Area, edge), Line::open(LineKind::Mesh, level(0.5).collect())]
    }
}
