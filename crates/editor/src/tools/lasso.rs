//! The lasso: what a line drawn by hand encloses.
//!
//! Ready -> Drawing (the line so far) -> Ready.

use document::{
    Combine, Figure,
    geometry::{Outline, Point},
};

use super::{Behaviour, Pressed, points, shape::refused, simplify::simplified};
use crate::{HandleId, Line, LineKind, Outcome, Pointer, Step, core::Core};

#[derive(Clone, Default)]
pub(crate) struct Lasso {
    line: Option<(Vec<Point>, Combine)>,
}

/// How far the kept line may be from the hand's, in CSS pixels.
const TOLERANCE: f64 = 0.7;
/// How far the hand must go for another point, in CSS pixels.
const STEP: f64 = 1.5;

impl Behaviour for Lasso {
    fn press(&mut self, core: &mut Core, pointer: Pointer, _on: Option<HandleId>) -> Option<Pressed> {
        if let Some(refusal) = refused(core) {
            return Some(Pressed::Done(core.warn(refusal)));
        }
        self.line = Some((vec![pointer.at], core.manner.combine_with(pointer.modifiers)));
        Some(Pressed::Held(Outcome::Overlay))
    }

    fn moved(&mut self, core: &mut Core, pointer: Pointer) -> Outcome {
        let Some((line, _)) = &mut self.line else { return Outcome::Ignored };
        if line.last().is_none_or(|last| last.distance(pointer.at) >= STEP * core.unit) {
            line.push(pointer.at);
        }
        Outcome::Overlay
    }

    fn release(&mut self, core: &mut Core, _pointer: Pointer) -> Outcome {
        let Some((line, combine)) = self.line.take() else { return Outcome::Overlay };
        let points = simplified(&line, TOLERANCE * core.unit);
        // A click encloses nothing.
        if points.len() < 3 {
            return Outcome::Overlay;
        }
        match Outline::polygon(points) {
            Ok(outline) => core.join(vec![Figure::Path { outline, holes: Vec::new() }], combine, Step::DrawMask),
            Err(error) => core.warn(error.into()),
        }
    }

    fn is_drawing(&self) -> bool {
        self.line.is_some()
    }

    fn reset(&mut self) {
        self.line = None;
    }

    fn lines(&self, core: &Core) -> Vec<Line> {
        let draft = self.line.iter().map(|(line, _)| Line::open(LineKind::Draft, line.clone()));
        points::lines(core).into_iter().chain(draft).collect()
    }
}
