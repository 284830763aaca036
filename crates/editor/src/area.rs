//! The design area as a whole, which every tool that places designs can move.

use document::{
    LayerContent,
    geometry::{Point, Quad},
};

use crate::{Line, LineKind, Notice, Outcome, Pointer, Step, core::Core};

/// Takes hold of the area under the pointer: the active layer's, else the topmost there is, which becomes the active one.
/// False where there is none.
pub(crate) fn take(core: &mut Core, pointer: Pointer) -> Result<bool, Notice> {
    if !core.quad().is_some_and(|quad| quad.contains(pointer.at)) {
        let under = core.template.walk().filter(|(layer, _)| layer.visible && !layer.locked);
        let under = under.filter(|(layer, _)| match &layer.content {
            LayerContent::Placement(placement) => placement.quad.contains(pointer.at),
            _ => false,
        });
        let Some(id) = under.last().map(|(layer, _)| layer.id) else { return Ok(false) };
        core.activate(id);
    }
    if core.is_locked() {
        return Err(Notice::Locked);
    }
    core.selected = None;
    core.begin();
    Ok(true)
}

/// The area follows the pointer that took hold of it at `from`; with Shift along one axis.
pub(crate) fn drag(core: &mut Core, from: Point, pointer: Pointer) -> Outcome {
    let Some(quad) = core.quad_before() else { return Outcome::Ignored };
    let (mut dx, mut dy) = (pointer.at.x - from.x, pointer.at.y - from.y);
    if pointer.modifiers.shift {
        // Along the axis that the hand goes.
        if dx.abs() > dy.abs() { dy = 0.0 } else { dx = 0.0 }
    }
    let places: Vec<Point> =
        quad.corners().into_iter().chain([quad.middle()]).map(|corner| corner.moved_by(dx, dy)).collect();
    let by = core.snap_by(&places, pointer.modifiers);
    // What is held to one axis does not leave it to snap.
    let (dx, dy) = (if dx == 0.0 { 0.0 } else { dx + by.0 }, if dy == 0.0 { 0.0 } else { dy + by.1 });
    match core.move_area(quad.moved_by(dx, dy)) {
        Ok(()) => {
            core.notice = None;
            Outcome::Preview
        }
        Err(notice) => core.warn(notice),
    }
}

/// Moves the area as one step, as arrow keys do.
pub(crate) fn nudge(core: &mut Core, dx: f64, dy: f64) -> Outcome {
    let Some(quad) = core.quad() else { return Outcome::Ignored };
    if core.is_locked() {
        return core.warn(Notice::Locked);
    }
    core.attempt(Step::MoveArea, |core| core.move_area(quad.moved_by(dx, dy)))
}

/// The area's edge.
pub(crate) fn edge(quad: Quad) -> Line {
    Line::closed(LineKind::Area, quad.corners().to_vec())
}
