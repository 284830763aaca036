//! Moves the four corners of the design area.

use domain::geometry::Point;

use super::{Behaviour, Pressed, area};
use crate::{HandleId, Key, Line, Notice, Outcome, Pointer, Step, core::Core, input::Modifiers, snap};

#[derive(Default)]
pub(crate) struct Corners {
    area: area::AreaDrag,
}

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

    fn press(&mut self, core: &mut Core, pointer: Pointer, on: Option<HandleId>) -> Option<Pressed> {
        if on.is_some() { None } else { self.area.press(core, pointer) }
    }

    fn moved(&mut self, core: &mut Core, pointer: Pointer) -> Outcome {
        self.area.moved(core, pointer)
    }

    fn release(&mut self, core: &mut Core, _pointer: Pointer) -> Outcome {
        self.area.release(core)
    }

    fn key(&mut self, core: &mut Core, key: Key) -> Outcome {
        area::key(core, key)
    }

    fn reset(&mut self) {
        self.area.reset();
    }

    fn lines(&self, core: &Core) -> Vec<Line> {
        core.quad().map(area::edge).into_iter().collect()
    }
}
