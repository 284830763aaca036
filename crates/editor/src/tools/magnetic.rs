//! The magnetic lasso: from click to click the line follows the edges of the picture.
//!
//! Ready -> Drawing (the line so far, and the way to the pointer) -> Ready.

use document::{
    Combine, Figure,
    geometry::{Outline, Point},
};

use super::{Behaviour, Pressed, points, shape::refused, simplify::simplified};
use crate::{Answer, Ask, HandleId, Key, Line, LineKind, Outcome, Pointer, Step, core::Core};

#[derive(Clone, Default)]
pub(crate) struct Magnetic {
    draft: Option<Draft>,
}

#[derive(Clone)]
struct Draft {
    /// The way up to each click, with the click at its end.
    ways: Vec<Vec<Point>>,
    /// From the last click to the pointer, as far as it is known.
    wire: Vec<Point>,
    combine: Combine,
    /// The way back to the first click is awaited; then it is done.
    closing: bool,
}

/// How far the kept line may be from the edge's pixels, in CSS pixels.
const TOLERANCE: f64 = 0.7;

impl Draft {
    fn first(&self) -> Option<Point> {
        self.ways.first()?.last().copied()
    }

    fn last(&self) -> Option<Point> {
        self.ways.last()?.last().copied()
    }
}

impl Magnetic {
    fn close(&mut self, core: &mut Core) -> Outcome {
        let Some(draft) = &mut self.draft else { return Outcome::Ignored };
        if let (Some(from), Some(to)) = (draft.last(), draft.first()) {
            draft.closing = true;
            core.ask(Ask::Wire { from, to });
        }
        Outcome::Overlay
    }
}

impl Behaviour for Magnetic {
    fn press(&mut self, core: &mut Core, pointer: Pointer, _on: Option<HandleId>) -> Option<Pressed> {
        let Some(draft) = &mut self.draft else {
            if let Some(refusal) = refused(core) {
                return Some(Pressed::Done(core.warn(refusal)));
            }
            let combine = core.manner.combine_with(pointer.modifiers);
            self.draft = Some(Draft { ways: vec![vec![pointer.at]], wire: Vec::new(), combine, closing: false });
            return Some(Pressed::Held(Outcome::Overlay));
        };
        let near = |to: Option<Point>, reach: f64| to.is_some_and(|to| to.distance(pointer.at) <= reach);
        let enough = draft.ways.len() > 2;
        if (enough && near(draft.first(), pointer.reach)) || near(draft.last(), pointer.reach * 0.25) {
            return Some(Pressed::Done(self.close(core)));
        }
        // The way that is shown becomes part of the line. A click that outruns the answer goes straight.
        let mut way = std::mem::take(&mut draft.wire);
        if way.last().is_none_or(|end| end.distance(pointer.at) > pointer.reach) {
            way.push(pointer.at);
        }
        draft.ways.push(way);
        Some(Pressed::Held(Outcome::Overlay))
    }

    fn moved(&mut self, core: &mut Core, pointer: Pointer) -> Outcome {
        match &self.draft {
            Some(draft) if !draft.closing => {
                if let Some(from) = draft.last() {
                    core.ask(Ask::Wire { from, to: pointer.at });
                }
                Outcome::Overlay
            }
            _ => Outcome::Ignored,
        }
    }

    fn answer(&mut self, core: &mut Core, answer: Answer) -> Outcome {
        let (Some(draft), Answer::Way(way)) = (&mut self.draft, answer) else { return Outcome::Ignored };
        draft.wire = way;
        if !draft.closing {
            return Outcome::Overlay;
        }
        let Some(Draft { ways, wire, combine, .. }) = self.draft.take() else { return Outcome::Ignored };
        let line: Vec<Point> = ways.into_iter().flatten().chain(wire).collect();
        match Outline::polygon(simplified(&line, TOLERANCE * core.unit)) {
            Ok(outline) => core.join(vec![Figure::Path { outline, holes: Vec::new() }], combine, Step::DrawMask),
            Err(error) => core.warn(error.into()),
        }
    }

    fn key(&mut self, core: &mut Core, key: Key) -> Outcome {
        match key {
            Key::Enter => self.close(core),
            Key::Delete if self.step_back(core) => Outcome::Overlay,
            _ => Outcome::Ignored,
        }
    }

    fn is_drawing(&self) -> bool {
        self.draft.is_some()
    }

    fn half_drawn(&self) -> Option<Step> {
        self.is_drawing().then_some(Step::AddPoint)
    }

    fn step_back(&mut self, _core: &mut Core) -> bool {
        let Some(draft) = &mut self.draft else { return false };
        draft.ways.pop();
        draft.wire.clear();
        draft.closing = false;
        if draft.ways.is_empty() {
            self.draft = None;
        }
        true
    }

    /// An answer that comes while the tool is put down finds nobody.
    fn rest(&mut self) {
        if let Some(draft) = &mut self.draft {
            draft.wire.clear();
            draft.closing = false;
        }
    }

    fn reset(&mut self) {
        self.draft = None;
    }

    fn lines(&self, core: &Core) -> Vec<Line> {
        let mut lines = points::lines(core);
        if let Some(draft) = &self.draft {
            let line = draft.ways.iter().flatten().chain(&draft.wire).copied().collect();
            lines.push(Line::open(LineKind::Draft, line));
        }
        lines
    }
}
