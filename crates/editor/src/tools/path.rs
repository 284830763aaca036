//! The pen and the polygon: draw a mask's paths point by point, and edit those there are.
//!
//! Ready -> Drawing (points so far) -> Ready. While drawing, pressing sets a point; the pen pulls its handles out of it.

use document::{
    Combine, Figure,
    geometry::{Anchor, GeometryError, OUTLINE_POINTS_MAX, Outline, Point},
};

use super::{Behaviour, Pressed, points};
use crate::{
    HandleId, Key, Line, LineKind, Notice, Outcome, PathPoint, Pointer, Step, core::Core, input::Modifiers, snap,
};

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Pieces {
    Straight,
    Curved,
}

#[derive(Clone)]
pub(crate) struct Drawing {
    pieces: Pieces,
    /// What moving the handle at hand is.
    adding: bool,
    state: State,
}

#[derive(Clone, Default)]
enum State {
    #[default]
    Ready,
    Drawing {
        anchors: Vec<Anchor>,
        /// Where the pointer is, for the line that follows it.
        pointer: Point,
        combine: Combine,
    },
}

impl Drawing {
    pub fn of(pieces: Pieces) -> Self {
        Self { pieces, adding: false, state: State::Ready }
    }

    /// Sets another point, or closes the path at its first one.
    fn set(&mut self, core: &mut Core, pointer: Pointer) -> Pressed {
        let State::Drawing { anchors, pointer: follow, .. } = &mut self.state else {
            return Pressed::Done(Outcome::Ignored);
        };
        let closes = anchors.len() >= 3 && anchors[0].at.distance(pointer.at) <= pointer.reach;
        // A double click sets its second point on the first: it ends the path instead.
        let twice = anchors.last().is_some_and(|last| last.at.distance(pointer.at) < pointer.reach * 0.25);
        if closes || twice {
            return Pressed::Done(self.close(core));
        }
        if anchors.len() == OUTLINE_POINTS_MAX {
            return Pressed::Done(core.warn(Notice::TooManyPoints));
        }
        let at = place(core, anchors, pointer);
        anchors.push(Anchor::corner(at));
        *follow = at;
        Pressed::Held(Outcome::Overlay)
    }

    /// Makes the points a path of the mask; with too few, says so and keeps them.
    fn close(&mut self, core: &mut Core) -> Outcome {
        let State::Drawing { anchors, combine, .. } = &self.state else { return Outcome::Ignored };
        match Outline::new(anchors.clone()) {
            Err(error) => core.warn(error.into()),
            Ok(outline) => {
                let combine = *combine;
                self.state = State::Ready;
                core.join(vec![Figure::Path { outline, holes: Vec::new() }], combine, Step::DrawMask)
            }
        }
    }
}

/// Where a point goes: snapped, with Shift at a whole step of the angle from the one before.
fn place(core: &mut Core, anchors: &[Anchor], pointer: Pointer) -> Point {
    match anchors.last() {
        Some(last) if pointer.modifiers.shift => snap::on_angle(last.at, pointer.at),
        _ => core.snap(pointer.at, pointer.modifiers),
    }
}

impl Behaviour for Drawing {
    fn handles(&self, core: &Core) -> Vec<(HandleId, Point)> {
        match &self.state {
            State::Ready => points::handles(core),
            State::Drawing { anchors, .. } => {
                anchors.iter().enumerate().map(|(index, anchor)| (HandleId::Draft(index), anchor.at)).collect()
            }
        }
    }

    fn drag(&mut self, core: &mut Core, id: HandleId, to: Point, modifiers: Modifiers) -> Result<(), Notice> {
        match (&mut self.state, id) {
            (State::Drawing { anchors, .. }, HandleId::Draft(index)) => {
                if let Some(anchor) = anchors.get_mut(index) {
                    if !to.is_within_limits() {
                        return Err(GeometryError::OutOfLimits.into());
                    }
                    let (dx, dy) = (to.x - anchor.at.x, to.y - anchor.at.y);
                    let handles = anchor.handles.map(|both| both.map(|handle| handle.moved_by(dx, dy)));
                    *anchor = Anchor { at: to, handles };
                }
                Ok(())
            }
            _ => points::drag(core, id, to, modifiers),
        }
    }

    fn step(&self, _id: HandleId) -> Step {
        if self.adding { Step::AddPoint } else { Step::MovePoint }
    }

    fn press(&mut self, core: &mut Core, pointer: Pointer, on: Option<HandleId>) -> Option<Pressed> {
        self.adding = false;
        if core.layer().is_none() {
            return Some(Pressed::Done(core.warn(Notice::NoLayer)));
        }
        if matches!(self.state, State::Drawing { .. }) {
            return Some(self.set(core, pointer));
        }
        match on {
            Some(HandleId::Point(point)) if pointer.modifiers.alt => Some(Pressed::Done(points::convert(core, point))),
            Some(_) => None,
            None => {
                if let Some(pressed) = points::press_edge(core, pointer) {
                    self.adding = true;
                    return Some(pressed);
                }
                if core.is_locked() {
                    return Some(Pressed::Done(core.warn(Notice::Locked)));
                }
                let combine = core.manner.combine_with(pointer.modifiers);
                core.selected = None;
                let at = core.snap(pointer.at, pointer.modifiers);
                self.state = State::Drawing { anchors: vec![Anchor::corner(at)], pointer: at, combine };
                Some(Pressed::Held(Outcome::Overlay))
            }
        }
    }

    fn moved(&mut self, core: &mut Core, pointer: Pointer) -> Outcome {
        let State::Drawing { anchors, pointer: follow, .. } = &mut self.state else { return Outcome::Ignored };
        *follow = place(core, anchors, pointer);
        Outcome::Overlay
    }

    fn release(&mut self, core: &mut Core, pointer: Pointer) -> Outcome {
        core.snapped.clear();
        let State::Drawing { anchors, .. } = &mut self.state else { return Outcome::Overlay };
        // Pulled further than a hand trembles, the point just set gets handles.
        if let (Pieces::Curved, Some(last)) = (self.pieces, anchors.last_mut())
            && last.at.distance(pointer.at) > pointer.reach * 0.5
        {
            last.handles = Some([last.at.towards(pointer.at, -1.0), pointer.at]);
        }
        Outcome::Overlay
    }

    fn key(&mut self, core: &mut Core, key: Key) -> Outcome {
        match key {
            Key::Enter if self.is_drawing() => self.close(core),
            // Without a pointer: a path to begin with, whose points can then be moved.
            Key::Enter if core.layer().is_some() && core.mask().is_none() => {
                let figure = super::shape::in_the_middle(core, super::shape::Form::Rectangle);
                let outcome = figure.map(|figure| core.join(vec![figure], core.manner.combine, Step::DrawMask));
                core.selected = Some(HandleId::Point(PathPoint { shape: 0, ring: 0, index: 0 }));
                outcome.unwrap_or(Outcome::Ignored)
            }
            Key::Enter => match core.selected {
                Some(HandleId::Point(point)) => points::convert(core, point),
                _ => Outcome::Ignored,
            },
            Key::Delete if self.step_back(core) => Outcome::Overlay,
            Key::Delete => points::delete_selected(core),
            Key::Arrow { .. } | Key::Escape => Outcome::Ignored,
        }
    }

    fn is_drawing(&self) -> bool {
        matches!(self.state, State::Drawing { .. })
    }

    fn half_drawn(&self) -> Option<Step> {
        self.is_drawing().then_some(Step::AddPoint)
    }

    fn step_back(&mut self, _core: &mut Core) -> bool {
        let State::Drawing { anchors, .. } = &mut self.state else { return false };
        anchors.pop();
        if anchors.is_empty() {
            self.state = State::Ready;
        }
        true
    }

    fn rest(&mut self) {
        if let State::Drawing { anchors, pointer, .. } = &mut self.state
            && let Some(last) = anchors.last()
        {
            *pointer = last.at;
        }
    }

    fn reset(&mut self) {
        self.state = State::Ready;
    }

    fn lines(&self, core: &Core) -> Vec<Line> {
        let mut lines = points::lines(core);
        if let State::Drawing { anchors, pointer, .. } = &self.state {
            lines.push(Line::open(LineKind::Draft, so_far(anchors, *pointer, core.unit * 0.3)));
        }
        lines
    }
}

/// The path so far, to the pointer.
fn so_far(anchors: &[Anchor], pointer: Point, tolerance: f64) -> Vec<Point> {
    let with_pointer: Vec<Anchor> = anchors.iter().copied().chain([Anchor::corner(pointer)]).collect();
    let Ok(outline) = Outline::new(with_pointer) else {
        return anchors.iter().map(|anchor| anchor.at).chain([pointer]).collect();
    };
    // An outline is closed: what leads from the pointer back to the first point is left out.
    let closing = outline.flattened(tolerance);
    let end = closing.iter().rposition(|p| *p == pointer).map_or(closing.len(), |last| last + 1);
    closing[..end].to_vec()
}
