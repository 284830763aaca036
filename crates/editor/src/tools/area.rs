//! The design area as a whole: what the tools that place designs share.

use domain::{
    geometry::{Point, Quad},
    template::LayerContent,
};

use crate::{Key, Line, LineKind, Notice, Outcome, Pointer, Step, core::Core, tools::Pressed};

/// The area follows the pointer.
#[derive(Default)]
pub(crate) struct AreaDrag {
    /// Where the pointer went down.
    from: Option<Point>,
}

impl AreaDrag {
    /// Takes hold of the area under the pointer: the active layer's, else the topmost there is, which becomes the active one.
    pub fn press(&mut self, core: &mut Core, pointer: Pointer) -> Option<Pressed> {
        if !core.quad().is_some_and(|quad| quad.contains(pointer.at)) {
            let under = core.template.walk().filter(|(layer, _)| layer.visible && !layer.locked);
            let under = under.filter(|(layer, _)| match &layer.content {
                LayerContent::Placement(placement) => placement.quad.contains(pointer.at),
                _ => false,
            });
            let id = under.last().map(|(layer, _)| layer.id)?;
            core.activate(id);
        }
        if core.is_locked() {
            return Some(Pressed::Done(core.warn(Notice::Locked)));
        }
        core.selected = None;
        core.begin();
        self.from = Some(pointer.at);
        Some(Pressed::Held(Outcome::Overlay))
    }

    pub fn moved(&mut self, core: &mut Core, pointer: Pointer) -> Outcome {
        let (Some(from), Some(quad)) = (self.from, core.quad_before()) else { return Outcome::Ignored };
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

    pub fn release(&mut self, core: &mut Core) -> Outcome {
        self.from = None;
        core.commit(Step::MoveArea)
    }

    pub fn reset(&mut self) {
        self.from = None;
    }
}

/// Arrow keys move the area while no handle is chosen.
pub(crate) fn key(core: &mut Core, key: Key) -> Outcome {
    let (Key::Arrow { dx, dy }, Some(quad)) = (key, core.quad()) else { return Outcome::Ignored };
    if core.is_locked() {
        return core.warn(Notice::Locked);
    }
    core.begin();
    match core.move_area(quad.moved_by(dx, dy)) {
        Ok(()) => core.commit(Step::MoveArea),
        Err(notice) => {
            core.revert();
            core.warn(notice)
        }
    }
}

/// The area's edge.
pub(crate) fn edge(quad: Quad) -> Line {
    Line::closed(LineKind::Area, quad.corners().to_vec())
}
