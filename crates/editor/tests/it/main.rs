//! Scripted gestures, as a hand would make them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod dropping;
mod layers;
mod masks;
mod placing;

use document::{
    ContentHash, Figure, Size, Template,
    geometry::{Outline, Point},
};
use editor::{Editor, Event, Key, Modifiers, Outcome, Pointer, Tool};

const SHIFT: Modifiers = Modifiers { shift: true, alt: false, command: false };
const ALT: Modifiers = Modifiers { shift: false, alt: true, command: false };

/// A canvas of 1000 x 800 with an area from (300, 240) to (700, 560); nothing snaps.
fn editor_with(tool: Tool) -> Editor {
    let mut editor = Editor::new(Template::over_photo("Mug", Size::new(1000, 800).unwrap(), ContentHash([0; 32])));
    editor.set_manner(|manner| manner.snap = false);
    editor.choose(tool);
    editor
}

fn pointer(x: f64, y: f64) -> Pointer {
    Pointer::at(Point::new(x, y))
}

fn down(x: f64, y: f64) -> Event {
    Event::Down(pointer(x, y))
}

fn to(x: f64, y: f64) -> Event {
    Event::Move(pointer(x, y))
}

fn up(x: f64, y: f64) -> Event {
    Event::Up(pointer(x, y))
}

/// The same event with keys held.
fn held(modifiers: Modifiers, event: Event) -> Event {
    match event {
        Event::Down(pointer) => Event::Down(pointer.with(modifiers)),
        Event::Move(pointer) => Event::Move(pointer.with(modifiers)),
        Event::Up(pointer) => Event::Up(pointer.with(modifiers)),
        other => other,
    }
}

fn play(editor: &mut Editor, events: impl IntoIterator<Item = Event>) -> Outcome {
    events.into_iter().fold(Outcome::Ignored, |_, event| editor.handle(event))
}

fn drag(editor: &mut Editor, modifiers: Modifiers, from: (f64, f64), goal: (f64, f64)) -> Outcome {
    let middle = ((from.0 + goal.0) / 2.0, (from.1 + goal.1) / 2.0);
    let events = [down(from.0, from.1), to(middle.0, middle.1), to(goal.0, goal.1), up(goal.0, goal.1)];
    play(editor, events.map(|event| held(modifiers, event)))
}

fn pull(editor: &mut Editor, from: (f64, f64), goal: (f64, f64)) -> Outcome {
    drag(editor, Modifiers::default(), from, goal)
}

fn click(editor: &mut Editor, x: f64, y: f64) -> Outcome {
    play(editor, [down(x, y), to(x, y), up(x, y)])
}

fn key(editor: &mut Editor, key: Key) -> Outcome {
    editor.handle(Event::Key(key))
}

fn outlines(editor: &Editor) -> Vec<Outline> {
    let shapes = editor.mask().map(|mask| mask.shapes.clone()).unwrap_or_default();
    let paths = shapes.into_iter().filter_map(|shape| match shape.figure {
        Figure::Path { outline, .. } => Some(outline),
        _ => None,
    });
    paths.collect()
}

fn points(outline: &Outline) -> Vec<[f64; 2]> {
    outline.points().map(|p| [p.x, p.y]).collect()
}
