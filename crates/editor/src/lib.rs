//! The mask creator and mockup editor without a screen.
//!
//! Pointer and key events go in, in canvas pixels; changes of the template document and shapes to draw come out.
//! A page feeds it and draws what it says. Each tool is one file with its states spelled out; what a gesture changes
//! is one step of the history, however many moves it took. What needs pixels is asked for ([`Ask`]).
//!
//! ```
//! use document::{ContentHash, geometry::Point, Size, Template};
//! use editor::{Editor, Event, Pointer, Tool};
//!
//! let template = Template::over_photo("Mug", Size::new(1000, 800)?, ContentHash([0; 32]));
//! let mut editor = Editor::new(template);
//! editor.choose(Tool::Perspective);
//! let corner = editor.quad().unwrap().corners()[0];
//! editor.handle(Event::Down(Pointer::at(corner)));
//! editor.handle(Event::Move(Pointer::at(Point::new(100.0, 120.0))));
//! editor.handle(Event::Up(Pointer::at(Point::new(100.0, 120.0))));
//! assert_eq!(editor.quad().unwrap().corners()[0], Point::new(100.0, 120.0));
//! editor.undo();
//! assert_eq!(editor.quad().unwrap().corners()[0], corner);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![warn(missing_docs)]

mod area;
mod ask;
mod clipboard;
mod combine;
mod core;
mod grip;
mod history;
mod input;
mod layers;
mod looks;
mod overlay;
mod settings;
mod snap;
mod tools;
mod view;

pub use ask::{Answer, Ask, Hint, Reach, Ticket};
pub use core::{Brush, Manner};
pub use document::geometry::Part;
pub use history::Step;
pub use input::{Event, Key, Modifiers, Notice, Outcome, Pointer};
pub use layers::{Choosing, NewLayer, Shift};
pub use looks::Look;
pub use overlay::{Handle, HandleId, Line, LineKind, Overlay, PathPoint, Side};
pub use tools::Tool;
pub use view::{View, ruler_step};

use std::collections::HashMap;

use document::{Layer, Mask, Placement, Size, Template, geometry::Quad};

use core::Core;
use grip::{Grip, Held};
use history::History;
use tools::Behaviour;

/// A template being edited.
pub struct Editor {
    core: Core,
    tool: Tool,
    behaviour: Box<dyn Behaviour>,
    grip: Grip,
    held: Option<Held>,
    /// Tools that were put down with something half drawn, and the frame that it was drawn in.
    aside: HashMap<Tool, (Box<dyn Behaviour>, Frame)>,
}

/// What canvas pixels mean: the canvas, and where the photo lies on it.
type Frame = (Size, Option<Quad>);

fn frame(template: &Template) -> Frame {
    (template.canvas, template.photo_area)
}

impl Editor {
    /// The editor of a document, with the move tool in hand, the first placement active (else the topmost layer) and
    /// nothing to undo.
    pub fn new(template: Template) -> Self {
        Self {
            core: Core::new(template),
            tool: Tool::Move,
            behaviour: Tool::Move.behaviour(),
            grip: Grip::None,
            held: None,
            aside: HashMap::new(),
        }
    }

    /// The document as it is, gestures under way included.
    pub fn template(&self) -> &Template {
        &self.core.template
    }

    /// The tool in hand.
    pub fn tool(&self) -> Tool {
        self.tool
    }

    /// The last thing to be told, until the next press, key or change.
    pub fn notice(&self) -> Option<Notice> {
        self.core.notice
    }

    /// The handle that keys act on.
    pub fn selected(&self) -> Option<HandleId> {
        self.core.selected
    }

    /// The layer that tools work on.
    pub fn layer(&self) -> Option<&Layer> {
        self.core.layer()
    }

    /// The active layer's placement; none where that is no placement.
    pub fn placement(&self) -> Option<&Placement> {
        self.core.placement()
    }

    /// The active placement's corners, in canvas pixels.
    pub fn quad(&self) -> Option<Quad> {
        self.core.quad()
    }

    /// The active layer's mask; none where it shows everywhere.
    pub fn mask(&self) -> Option<&Mask> {
        self.core.mask()
    }

    /// The settings of the tools.
    pub fn manner(&self) -> Manner {
        self.core.manner
    }

    /// Changes the settings of the tools, which is no step of the history.
    pub fn set_manner(&mut self, change: impl FnOnce(&mut Manner)) -> Outcome {
        change(&mut self.core.manner);
        Outcome::Overlay
    }

    /// Tells how many canvas pixels a CSS pixel is.
    pub fn set_unit(&mut self, unit: f64) -> Outcome {
        self.core.unit = unit;
        Outcome::Overlay
    }

    /// Takes up a tool, with what was half drawn when it was put down.
    pub fn choose(&mut self, tool: Tool) -> Outcome {
        self.drop_gesture();
        if tool != self.tool {
            let now = frame(&self.core.template);
            let kept = self.aside.remove(&tool).filter(|(_, then)| *then == now);
            let next = kept.map_or_else(|| tool.behaviour(), |(behaviour, _)| behaviour);
            let mut last = std::mem::replace(&mut self.behaviour, next);
            if last.is_drawing() {
                last.rest();
                self.aside.insert(self.tool, (last, now));
            }
            self.tool = tool;
        }
        self.core.selected = None;
        self.core.notice = None;
        Outcome::Preview
    }

    /// Drops what the tool in hand has half drawn.
    pub fn start_over(&mut self) -> Outcome {
        self.drop_gesture();
        self.behaviour.reset();
        Outcome::Overlay
    }

    /// Makes a handle the one that keys act on, as focus does.
    pub fn select(&mut self, handle: Option<HandleId>) -> Outcome {
        self.core.selected = handle;
        Outcome::Overlay
    }

    /// A gesture is under way.
    pub fn is_dragging(&self) -> bool {
        self.grip != Grip::None
    }

    /// What to draw over the picture.
    pub fn overlay(&self) -> Overlay {
        let mut overlay = Overlay { lines: self.behaviour.lines(&self.core), handles: Vec::new() };
        overlay.lines.extend(self.core.snapped.iter().cloned());
        let handles = self.behaviour.handles(&self.core).into_iter();
        overlay.handles.extend(handles.map(|(id, at)| Handle { id, at, selected: self.core.selected == Some(id) }));
        overlay
    }

    /// A question that has come up, once.
    pub fn take_ask(&mut self) -> Option<(Ticket, Ask)> {
        self.core.take_ask()
    }

    /// Goes on with an answer; one to an earlier question changes nothing.
    pub fn answer(&mut self, ticket: Ticket, answer: Answer) -> Outcome {
        match self.core.is_current(ticket) {
            true => self.behaviour.answer(&mut self.core, answer),
            false => Outcome::Ignored,
        }
    }

    /// Takes back the gesture under way; else, while something is drawn, its last part; else the last step.
    pub fn undo(&mut self) -> Outcome {
        if self.drop_gesture() {
            return Outcome::Preview;
        }
        match self.behaviour.step_back(&mut self.core) {
            true => Outcome::Overlay,
            false => self.travel(History::undo),
        }
    }

    /// Takes up again what undo took back last. While a gesture is under way it drops that instead.
    pub fn redo(&mut self) -> Outcome {
        if self.drop_gesture() {
            return Outcome::Preview;
        }
        self.travel(History::redo)
    }

    /// Goes to where `done` steps of [`Editor::steps`] are done.
    pub fn go_to(&mut self, done: usize) -> Outcome {
        let mut outcome = Outcome::Ignored;
        loop {
            let now = self.core.history.steps().1;
            let next = match now.cmp(&done) {
                std::cmp::Ordering::Equal => return outcome,
                std::cmp::Ordering::Greater => self.travel(History::undo),
                std::cmp::Ordering::Less => self.travel(History::redo),
            };
            if next == Outcome::Ignored {
                return outcome;
            }
            outcome = next;
        }
    }

    /// A hand has let go of a slider or a key: what follows is a step of its own.
    pub fn settle(&mut self) {
        self.core.history.settle();
    }

    /// What undo would take back.
    pub fn undoable(&self) -> Option<Step> {
        self.behaviour.half_drawn().or(self.core.history.undoable())
    }

    /// The step that redo would take up again.
    pub fn redoable(&self) -> Option<Step> {
        self.core.history.redoable()
    }

    /// All steps in order, and how many of them are done.
    pub fn steps(&self) -> (Vec<Step>, usize) {
        self.core.history.steps()
    }

    /// What was half drawn on another canvas would lie elsewhere on this one.
    fn keep_in_frame(&mut self, before: Frame) {
        if frame(&self.core.template) != before {
            self.behaviour.reset();
        }
    }

    fn travel(&mut self, way: fn(&mut History, &mut Template) -> bool) -> Outcome {
        self.drop_gesture();
        self.core.selected = None;
        self.core.notice = None;
        let before = frame(&self.core.template);
        let moved = way(&mut self.core.history, &mut self.core.template);
        self.core.forget_missing_layers();
        self.keep_in_frame(before);
        if moved { Outcome::Committed } else { Outcome::Ignored }
    }
}
