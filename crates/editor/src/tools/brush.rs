//! The brush and the eraser: strokes that add to the mask and cut from it, seen as they are made.
//!
//! Ready -> Painting (the stroke so far) -> Ready.

use document::{Combine, Figure, Mask, Stroke, StrokePoint, geometry::Point};

use super::{Behaviour, Pressed, shape::refused};
use crate::{HandleId, Key, Line, LineKind, Notice, Outcome, Pointer, Step, combine::combined, core::Core};

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum End {
    Brush,
    Eraser,
}

#[derive(Clone)]
pub(crate) struct Painting {
    end: End,
    stroke: Option<(Stroke, Combine)>,
    /// Where the brush is, for its rim.
    pointer: Option<Point>,
    /// Where the last stroke ended: with Shift the next one begins there.
    last: Option<StrokePoint>,
}

/// How far the hand must go for another point, in CSS pixels.
const STEP: f64 = 2.0;
/// The most points of one stroke.
const POINTS_MAX: usize = 5_000;

impl Painting {
    pub fn of(end: End) -> Self {
        Self { end, stroke: None, pointer: None, last: None }
    }

    /// The document with the stroke so far.
    fn show(&self, core: &mut Core) -> Outcome {
        let Some((stroke, combine)) = &self.stroke else { return Outcome::Ignored };
        let before: Option<Mask> = core.layer_before().and_then(|layer| layer.mask.clone());
        let figures = vec![Figure::Stroke(stroke.clone())];
        match combined(before.as_ref(), figures, *combine, core.template.canvas) {
            Ok(mask) => {
                core.adjust(|layer| layer.mask = Some(mask));
                Outcome::Preview
            }
            Err(error) => core.warn(error.into()),
        }
    }
}

fn stroke_point(pointer: Pointer) -> Result<StrokePoint, Notice> {
    // A pen that barely touches still leaves something.
    StrokePoint::new(pointer.at, pointer.pressure.clamp(0.05, 1.0)).map_err(|_| Notice::OutOfLimits)
}

impl Behaviour for Painting {
    fn step(&self, _id: HandleId) -> Step {
        if self.end == End::Brush { Step::Paint } else { Step::Erase }
    }

    fn press(&mut self, core: &mut Core, pointer: Pointer, _on: Option<HandleId>) -> Option<Pressed> {
        if let Some(refusal) = refused(core) {
            return Some(Pressed::Done(core.warn(refusal)));
        }
        let point = match stroke_point(pointer) {
            Ok(point) => point,
            Err(notice) => return Some(Pressed::Done(core.warn(notice))),
        };
        let from = self.last.filter(|_| pointer.modifiers.shift);
        let points = from.into_iter().chain([point]).collect();
        // Alt turns the brush around, as it turns a shape into a cut.
        let adds = (self.end == End::Brush) != pointer.modifiers.alt;
        let combine = if adds { Combine::Add } else { Combine::Subtract };
        let brush = core.manner.brush;
        self.stroke = Some((Stroke { points, size: brush.size, hardness: brush.hardness }, combine));
        core.begin();
        Some(Pressed::Held(self.show(core)))
    }

    fn moved(&mut self, core: &mut Core, pointer: Pointer) -> Outcome {
        self.pointer = Some(pointer.at);
        let Some((stroke, _)) = &mut self.stroke else { return Outcome::Overlay };
        let far = stroke.points.last().is_none_or(|last| last.at().distance(pointer.at) >= STEP * core.unit);
        match stroke_point(pointer) {
            Ok(point) if far && stroke.points.len() < POINTS_MAX => {
                stroke.points.push(point);
                self.show(core)
            }
            _ => Outcome::Overlay,
        }
    }

    fn release(&mut self, core: &mut Core, _pointer: Pointer) -> Outcome {
        let Some((stroke, _)) = self.stroke.take() else { return Outcome::Overlay };
        self.last = stroke.points.last().copied();
        core.commit(if self.end == End::Brush { Step::Paint } else { Step::Erase })
    }

    /// Without a pointer: a dab in the middle of the design area or of the canvas.
    fn key(&mut self, core: &mut Core, key: Key) -> Outcome {
        if key != Key::Enter {
            return Outcome::Ignored;
        }
        let canvas = core.template.canvas;
        let middle = Point::new(f64::from(canvas.width()) / 2.0, f64::from(canvas.height()) / 2.0);
        let at = core.quad().map_or(middle, |quad| quad.middle());
        let pointer = Pointer::at(at);
        match self.press(core, pointer, None) {
            Some(Pressed::Held(_)) => self.release(core, pointer),
            Some(Pressed::Done(outcome)) => outcome,
            _ => Outcome::Ignored,
        }
    }

    fn is_drawing(&self) -> bool {
        self.stroke.is_some()
    }

    fn rest(&mut self) {
        self.pointer = None;
    }

    fn reset(&mut self) {
        self.stroke = None;
    }

    fn lines(&self, core: &Core) -> Vec<Line> {
        let Some(at) = self.pointer else { return Vec::new() };
        const STEPS: usize = 48;
        let radius = f64::from(core.manner.brush.size.get()) / 2.0;
        let rim = (0..STEPS).map(|i| {
            let (sin, cos) = (i as f64 / STEPS as f64 * std::f64::consts::TAU).sin_cos();
            at.moved_by(radius * cos, radius * sin)
        });
        vec![Line::closed(LineKind::Brush, rim.collect())]
    }
}
