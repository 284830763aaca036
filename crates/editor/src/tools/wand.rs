//! The magic wand: what has about the colour under the pointer becomes part of the mask.

use document::{Combine, Figure, geometry::Point};

use super::{Behaviour, Pressed, points, shape::refused};
use crate::{Answer, Ask, HandleId, Key, Line, Notice, Outcome, Part, Pointer, Step, core::Core};

#[derive(Clone, Default)]
pub(crate) struct Wand {
    /// How what is found joins the mask.
    combine: Combine,
}

impl Wand {
    fn touch(&mut self, core: &mut Core, at: Point) {
        let (tolerance, reach) = (core.manner.tolerance, core.manner.reach);
        core.ask(Ask::Wand { at, tolerance, reach });
    }
}

impl Behaviour for Wand {
    fn press(&mut self, core: &mut Core, pointer: Pointer, _on: Option<HandleId>) -> Option<Pressed> {
        if let Some(refusal) = refused(core) {
            return Some(Pressed::Done(core.warn(refusal)));
        }
        self.combine = core.manner.combine_with(pointer.modifiers);
        self.touch(core, pointer.at);
        Some(Pressed::Done(Outcome::Overlay))
    }

    fn key(&mut self, core: &mut Core, key: Key) -> Outcome {
        let canvas = core.template.canvas;
        match (key, refused(core)) {
            (Key::Enter, None) => {
                let middle = Point::new(f64::from(canvas.width()) / 2.0, f64::from(canvas.height()) / 2.0);
                let at = core.quad().map_or(middle, |quad| quad.middle());
                self.combine = core.manner.combine;
                self.touch(core, at);
                Outcome::Overlay
            }
            (Key::Enter, Some(refusal)) => core.warn(refusal),
            _ => Outcome::Ignored,
        }
    }

    fn answer(&mut self, core: &mut Core, answer: Answer) -> Outcome {
        found(core, answer, self.combine)
    }

    fn lines(&self, core: &Core) -> Vec<Line> {
        points::lines(core)
    }
}

/// Joins the parts that were found to the mask.
pub(crate) fn found(core: &mut Core, answer: Answer, combine: Combine) -> Outcome {
    let Answer::Parts(parts) = answer else { return Outcome::Ignored };
    if parts.is_empty() {
        return core.warn(Notice::NothingFound);
    }
    let figures = parts.into_iter().map(|Part { outline, holes }| Figure::Path { outline, holes });
    core.join(figures.collect(), combine, Step::DrawMask)
}
