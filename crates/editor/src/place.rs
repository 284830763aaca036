//! The placement tool: the design area as a whole and by its four corners.
//!
//! Ready -> Dragging (a corner, or the area) -> Ready.

use document::{geometry::{Point, Quad}, Template};

use crate::{Editor, Event, HandleId, Key, Outcome, Pointer, Step, set_quad};

#[derive(Default)]
pub(crate) enum State {
    #[default]
    Ready,
    Dragging {
        grip: Grip,
        /// The document before the gesture.
        before: Box<Template>,
    },
}

#[derive(Clone, Copy)]
pub(crate) enum Grip {
    /// The corner keeps its distance from where it was taken hold of.
    Corner {
        index: usize,
        offset: (f64, f64),
    },
    Area {
        from: Point,
        quad: Quad,
    },
}

pub(crate) fn handle(editor: &mut Editor, event: Event) -> Outcome {
    let Some(quad) = editor.quad() else { return Outcome::Ignored };
    match event {
        Event::Down(pointer) => take_hold(editor, quad, pointer),
        Event::Move(pointer) => drag(editor, quad, pointer),
        Event::Up(_) => release(editor),
        Event::Cancel | Event::Key(Key::Escape) => {
            editor.cancel_gesture();
            Outcome::Preview
        }
        Event::Key(Key::Arrow { dx, dy }) => nudge(editor, quad, dx, dy),
        Event::Key(Key::Enter | Key::Delete) => Outcome::Ignored,
    }
}

fn take_hold(editor: &mut Editor, quad: Quad, pointer: Pointer) -> Outcome {
    let grip = match nearest(&quad.corners(), pointer) {
        Some(index) => {
            let corner = quad.corners()[index];
            editor.selected = Some(HandleId::Corner(index));
            Grip::Corner { index, offset: (corner.x - pointer.at.x, corner.y - pointer.at.y) }
        }
        None if quad.contains(pointer.at) => {
            editor.selected = None;
            Grip::Area { from: pointer.at, quad }
        }
        None => {
            editor.selected = None;
            return Outcome::Overlay;
        }
    };
    editor.place = State::Dragging { grip, before: Box::new(editor.template.clone()) };
    Outcome::Overlay
}

/// The point nearest to the pointer within its reach.
pub(crate) fn nearest(points: &[Point], pointer: Pointer) -> Option<usize> {
    let distance = |index: &usize| points[*index].distance(pointer.at);
    let near = (0..points.len()).filter(|index| distance(index) <= pointer.reach);
    near.min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

fn drag(editor: &mut Editor, quad: Quad, pointer: Pointer) -> Outcome {
    let State::Dragging { grip, .. } = &editor.place else { return Outcome::Ignored };
    let moved = match *grip {
        Grip::Corner { index, offset } => {
            let to = Point::new(pointer.at.x + offset.0, pointer.at.y + offset.1);
            quad.with_corner(index, to)
        }
        Grip::Area { from, quad } => quad.moved_by(pointer.at.x - from.x, pointer.at.y - from.y),
    };
    match moved {
        Ok(quad) => {
            editor.notice = None;
            editor.adjust(|layer| set_quad(layer, quad));
            Outcome::Preview
        }
        Err(error) => editor.warn(error),
    }
}

fn release(editor: &mut Editor) -> Outcome {
    match std::mem::take(&mut editor.place) {
        State::Ready => Outcome::Ignored,
        State::Dragging { grip, before } => {
            let step = match grip {
                Grip::Corner { .. } => Step::MoveCorner,
                Grip::Area { .. } => Step::MoveArea,
            };
            editor.commit(step, *before)
        }
    }
}

fn nudge(editor: &mut Editor, quad: Quad, dx: f64, dy: f64) -> Outcome {
    match editor.selected {
        Some(HandleId::Corner(index)) => {
            let corner = quad.corners()[index % 4];
            editor.set_corner(index, Point::new(corner.x + dx, corner.y + dy))
        }
        _ => match quad.moved_by(dx, dy) {
            Ok(quad) => editor.change(Step::MoveArea, |layer| set_quad(layer, quad)),
            Err(error) => editor.warn(error),
        },
    }
}
