//! Crops and straightens: a frame is laid over the picture, and what it holds becomes the canvas.
//!
//! The frame is at first the whole canvas. Its handles move its sides; the manner's angle turns it about its middle. Enter makes it
//! the canvas. Photos keep all their pixels: they are only laid elsewhere.

use document::geometry::Point;

use super::Behaviour;
use crate::{HandleId, Key, Line, LineKind, Notice, Outcome, Step, core::Core, input::Modifiers};

/// The frame: its middle and half of its sides, in canvas pixels.
#[derive(Clone, Copy, Default)]
pub(crate) struct Crop(Option<Frame>);

#[derive(Clone, Copy)]
struct Frame {
    middle: Point,
    half: (f64, f64),
}

/// The least side of a frame, in canvas pixels.
const SIDE_MIN: f64 = 16.0;

fn radians(core: &Core) -> f64 {
    f64::from(core.manner.straighten.get()).to_radians()
}

fn turned(x: f64, y: f64, angle: f64) -> (f64, f64) {
    let (sin, cos) = angle.sin_cos();
    (x * cos - y * sin, x * sin + y * cos)
}

/// Which way each handle lies from the middle: corners clockwise from the top left, then sides clockwise from the top.
const WAYS: [(HandleId, (f64, f64)); 8] = [
    (HandleId::Side(0), (0.0, -1.0)),
    (HandleId::Side(1), (1.0, 0.0)),
    (HandleId::Side(2), (0.0, 1.0)),
    (HandleId::Side(3), (-1.0, 0.0)),
    (HandleId::Corner(0), (-1.0, -1.0)),
    (HandleId::Corner(1), (1.0, -1.0)),
    (HandleId::Corner(2), (1.0, 1.0)),
    (HandleId::Corner(3), (-1.0, 1.0)),
];

impl Crop {
    fn frame(&self, core: &Core) -> Frame {
        let canvas = core.template.canvas;
        let half = (f64::from(canvas.width()) / 2.0, f64::from(canvas.height()) / 2.0);
        self.0.unwrap_or(Frame { middle: Point::new(half.0, half.1), half })
    }

    fn place(&self, core: &Core, (x, y): (f64, f64)) -> Point {
        let frame = self.frame(core);
        let (dx, dy) = turned(x * frame.half.0, y * frame.half.1, radians(core));
        frame.middle.moved_by(dx, dy)
    }

    fn apply(&mut self, core: &mut Core) -> Outcome {
        let (frame, angle) = (self.frame(core), radians(core));
        *self = Self::default();
        core.manner.straighten = Default::default();
        core.attempt(Step::Crop, |core| core.crop(frame.middle, frame.half, angle))
    }
}

impl Behaviour for Crop {
    fn handles(&self, core: &Core) -> Vec<(HandleId, Point)> {
        WAYS.iter().map(|(id, way)| (*id, self.place(core, *way))).collect()
    }

    fn drag(&mut self, core: &mut Core, id: HandleId, to: Point, _modifiers: Modifiers) -> Result<(), Notice> {
        let Some((_, (wx, wy))) = WAYS.iter().find(|(own, _)| *own == id) else { return Ok(()) };
        let (frame, angle) = (self.frame(core), radians(core));
        // In the frame's own directions the opposite side stays.
        let (x, y) = turned(to.x - frame.middle.x, to.y - frame.middle.y, -angle);
        let span = |way: f64, half: f64, at: f64| match way {
            0.0 => (0.0, half),
            way => {
                let side = (at * way + half).max(SIDE_MIN);
                (way * (side / 2.0 - half), side / 2.0)
            }
        };
        let ((mx, half_w), (my, half_h)) = (span(*wx, frame.half.0, x), span(*wy, frame.half.1, y));
        let (dx, dy) = turned(mx, my, angle);
        self.0 = Some(Frame { middle: frame.middle.moved_by(dx, dy), half: (half_w, half_h) });
        Ok(())
    }

    fn step(&self, _id: HandleId) -> Step {
        Step::Crop
    }

    fn key(&mut self, core: &mut Core, key: Key) -> Outcome {
        match key {
            Key::Enter => self.apply(core),
            _ => Outcome::Ignored,
        }
    }

    fn is_drawing(&self) -> bool {
        self.0.is_some()
    }

    fn reset(&mut self) {
        self.0 = None;
    }

    fn lines(&self, core: &Core) -> Vec<Line> {
        let corners = WAYS[4..].iter().map(|(_, way)| self.place(core, *way)).collect();
        let thirds = [-1.0 / 3.0, 1.0 / 3.0].into_iter().flat_map(|part| {
            [[(part, -1.0), (part, 1.0)], [(-1.0, part), (1.0, part)]].map(|ends| ends.map(|way| self.place(core, way)))
        });
        let thirds = thirds.map(|ends| Line::open(LineKind::Mesh, ends.to_vec()));
        std::iter::once(Line::closed(LineKind::Area, corners)).chain(thirds).collect()
    }
}
