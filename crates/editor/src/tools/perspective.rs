//! Moves the four corners of the design area.

use document::geometry::Point;

use super::Behaviour;
use crate::{HandleId, Line, Notice, Step, area, core::Core, input::Modifiers, snap};

#[derive(Clone)]
pub(crate) struct Corners;

impl Behaviour for Corners {
    fn handles(&self, core: &Core) -> Vec<(HandleId, Point)> {
        let corners = core.quad().map(|quad| quad.corners()).into_iter().flatten();
        corners.enumerate().map(|(index, at)| (HandleId::Corner(index), at)).collect()
    }

    /// With Shift the side to the next corner keeps to whole steps of its angle.
    fn drag(&mut self, core: &mut Core, id: HandleId, to: Point, modifiers: Modifiers) -> Result<(), Notice> {
        let (Some(quad), HandleId::Corner(index)) = (core.quad_before(), id) else { return Err(Notice::NoPlacement) };
        let next = quad.corners()[(index + 1) % 4];
        let to = if modifiers.shift { snap::on_angle(next, to) } else { to };
        core.move_area(quad.with_corner(index, to))
    }

    fn step(&self, _id: HandleId) -> Step {
        Step::MoveCorner
    }

    fn moves_area(&self) -> bool {
        true
    }

    fn lines(&self, core: &Core) -> Vec<Line> {
        core.quad().map(area::edge).into_iter().collect()
    }
}
