//! Finds an object in a rectangle that is dragged around it, or under a line that is drawn over it.
//!
//! Ready -> Hinting (the rectangle or line so far) -> Ready.

use document::{Combine, geometry::Point};

use super::{Behaviour, Pressed, points, shape::refused, wand::found};
use crate::{Answer, Ask, HandleId, Hint, Key, Line, LineKind, Outcome, Pointer, core::Core};

#[derive(Clone, Default)]
pub(crate) struct Object {
    /// Where the pointer went: its first and last place are the rectangle's corners.
    line: Vec<Point>,
    /// How what is found joins the mask.
    combine: Combine,
}

/// How far the hand must go for another point, in CSS pixels.
const STEP: f64 = 3.0;

fn rectangle(line: &[Point]) -> Option<[Point; 4]> {
    let (a, b) = (line.first()?, line.last()?);
    Some([*a, Point::new(b.x, a.y), *b, Point::new(a.x, b.y)])
}

impl Behaviour for Object {
    fn press(&mut self, core: &mut Core, pointer: Pointer, _on: Option<HandleId>) -> Option<Pressed> {
        if let Some(refusal) = refused(core) {
            return Some(Pressed::Done(core.warn(refusal)));
        }
        self.combine = core.manner.combine_with(pointer.modifiers);
        self.line = vec![pointer.at];
        Some(Pressed::Held(Outcome::Overlay))
    }

    fn moved(&mut self, core: &mut Core, pointer: Pointer) -> Outcome {
        match self.line.last() {
            Some(last) if last.distance(pointer.at) >= STEP * core.unit => {
                self.line.push(pointer.at);
                Outcome::Overlay
            }
            _ => Outcome::Ignored,
        }
    }

    fn release(&mut self, core: &mut Core, _pointer: Pointer) -> Outcome {
        let line = std::mem::take(&mut self.line);
        let (Some(&first), Some(&last)) = (line.first(), line.last()) else { return Outcome::Overlay };
        let least = core.unit * 6.0;
        let wide = (first.x - last.x).abs() >= least && (first.y - last.y).abs() >= least;
        match core.manner.scribble {
            true => core.ask(Ask::Object(Hint::Scribble(line))),
            false if wide => core.ask(Ask::Object(Hint::Box(first, last))),
            // A click is no rectangle.
            false => {}
        }
        Outcome::Overlay
    }

    /// Without a pointer: around the design area, or nearly all of the canvas.
    fn key(&mut self, core: &mut Core, key: Key) -> Outcome {
        if key != Key::Enter {
            return Outcome::Ignored;
        }
        if let Some(refusal) = refused(core) {
            return core.warn(refusal);
        }
        let (width, height) = (f64::from(core.template.canvas.width()), f64::from(core.template.canvas.height()));
        let corner = |part: f64| Point::new(width * part, height * part);
        self.combine = core.manner.combine;
        core.ask(Ask::Object(Hint::Box(corner(0.04), corner(0.96))));
        Outcome::Overlay
    }

    fn answer(&mut self, core: &mut Core, answer: Answer) -> Outcome {
        found(core, answer, self.combine)
    }

    fn is_drawing(&self) -> bool {
        !self.line.is_empty()
    }

    fn reset(&mut self) {
        self.line.clear();
    }

    fn lines(&self, core: &Core) -> Vec<Line> {
        let mut lines = points::lines(core);
        match core.manner.scribble {
            true if !self.line.is_empty() => lines.push(Line::open(LineKind::Draft, self.line.clone())),
            true => {}
            false => lines.extend(rectangle(&self.line).map(|corners| Line::closed(LineKind::Draft, corners.to_vec()))),
        }
        lines
    }
}
