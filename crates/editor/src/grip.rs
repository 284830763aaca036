//! What the hand holds: the gestures that all tools share.
//!
//! What a gesture has changed until it ends, in the document, the tool and what is selected, is put back where the gesture is dropped.
//! None -> Handle (one of the tool's handles, which follows the pointer) -> None; None -> Area (the design area as a whole) -> None;
//! None -> Tool (a gesture of the tool's own) -> None.

use document::geometry::Point;

use crate::{
    Editor, Event, HandleId, Key, Notice, Outcome, Pointer, Step, area,
    input::Modifiers,
    tools::{Behaviour, Pressed},
};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Grip {
    None,
    /// The handle keeps its distance from where it was taken hold of.
    Handle {
        id: HandleId,
        offset: (f64, f64),
    },
    /// The design area, taken hold of at a place.
    Area {
        from: Point,
    },
    Tool,
}

/// How all was when the pointer went down.
pub(crate) struct Held {
    behaviour: Box<dyn Behaviour>,
    selected: Option<HandleId>,
    /// The gesture changes the document as it goes.
    changes: bool,
}

impl Editor {
    /// Takes an event and says what came of it. The notice goes with the next press or key.
    pub fn handle(&mut self, event: Event) -> Outcome {
        // A notice stays after the hand has let go, until the next thing is tried.
        if matches!(event, Event::Down(_) | Event::Key(_)) {
            self.core.notice = None;
        }
        match event {
            Event::Down(pointer) => {
                self.drop_gesture();
                let (behaviour, selected) = (self.behaviour.copied(), self.core.selected);
                let outcome = self.down(pointer);
                let changes = self.core.has_begun();
                self.held = self.is_dragging().then_some(Held { behaviour, selected, changes });
                outcome
            }
            // What changed the document otherwise has taken the gesture's place.
            Event::Move(_) | Event::Up(_)
                if self.held.as_ref().is_some_and(|held| held.changes && !self.core.has_begun()) =>
            {
                self.drop_gesture();
                Outcome::Overlay
            }
            Event::Move(pointer) => self.moved(pointer),
            Event::Up(pointer) => {
                let outcome = self.up(pointer);
                self.held = None;
                outcome
            }
            Event::Cancel => {
                self.drop_gesture();
                Outcome::Preview
            }
            Event::Key(key) => self.pressed(key),
        }
    }

    fn down(&mut self, pointer: Pointer) -> Outcome {
        let hit = self.hit(pointer);
        if let Some(pressed) = self.behaviour.press(&mut self.core, pointer, hit) {
            return match pressed {
                Pressed::Done(outcome) => outcome,
                Pressed::Held(outcome) => {
                    self.grip = Grip::Tool;
                    outcome
                }
                Pressed::Grab(id) => self.grab(id, pointer, Outcome::Preview),
            };
        }
        match hit {
            Some(_) if self.core.is_locked() => self.core.warn(Notice::Locked),
            Some(id) => {
                self.core.begin();
                self.grab(id, pointer, Outcome::Overlay)
            }
            None => {
                self.core.selected = None;
                if self.behaviour.moves_area() {
                    match area::take(&mut self.core, pointer) {
                        Ok(true) => self.grip = Grip::Area { from: pointer.at },
                        Ok(false) => {}
                        Err(notice) => return self.core.warn(notice),
                    }
                }
                Outcome::Overlay
            }
        }
    }

    fn grab(&mut self, id: HandleId, pointer: Pointer, outcome: Outcome) -> Outcome {
        let at = self.handle_at(id).unwrap_or(pointer.at);
        self.core.selected = Some(id);
        self.grip = Grip::Handle { id, offset: (at.x - pointer.at.x, at.y - pointer.at.y) };
        outcome
    }

    fn moved(&mut self, pointer: Pointer) -> Outcome {
        let (id, offset) = match self.grip {
            Grip::Handle { id, offset } => (id, offset),
            Grip::Area { from } => return area::drag(&mut self.core, from, pointer),
            Grip::None | Grip::Tool => return self.behaviour.moved(&mut self.core, pointer),
        };
        let to = pointer.at.moved_by(offset.0, offset.1);
        let to = if self.behaviour.snaps(id) { self.core.snap(to, pointer.modifiers) } else { to };
        self.drag(id, to, pointer.modifiers)
    }

    fn drag(&mut self, id: HandleId, to: Point, modifiers: Modifiers) -> Outcome {
        match self.behaviour.drag(&mut self.core, id, to, modifiers) {
            Ok(()) => {
                self.core.notice = None;
                Outcome::Preview
            }
            Err(notice) => self.core.warn(notice),
        }
    }

    fn up(&mut self, pointer: Pointer) -> Outcome {
        match std::mem::replace(&mut self.grip, Grip::None) {
            Grip::None => Outcome::Ignored,
            Grip::Handle { id, .. } => {
                let step = self.behaviour.step(id);
                self.core.commit(step)
            }
            Grip::Area { .. } => self.core.commit(Step::MoveArea),
            Grip::Tool => self.behaviour.release(&mut self.core, pointer),
        }
    }

    fn pressed(&mut self, key: Key) -> Outcome {
        match (key, self.core.selected) {
            (Key::Escape, _) if self.drop_gesture() => Outcome::Preview,
            (Key::Escape, _) if self.behaviour.is_drawing() => {
                self.behaviour.reset();
                Outcome::Preview
            }
            (Key::Escape, Some(_)) => self.select(None),
            (Key::Arrow { dx, dy }, Some(id)) => match self.handle_at(id) {
                Some(at) => self.nudge(id, at.moved_by(dx, dy)),
                None => Outcome::Ignored,
            },
            (Key::Arrow { dx, dy }, None) if self.behaviour.moves_area() => area::nudge(&mut self.core, dx, dy),
            _ => self.behaviour.key(&mut self.core, key),
        }
    }

    /// Drops the gesture under way and nothing else. Says whether there was one.
    pub(crate) fn drop_gesture(&mut self) -> bool {
        self.grip = Grip::None;
        self.core.revert();
        let Some(held) = self.held.take() else { return false };
        self.behaviour = held.behaviour;
        self.core.selected = held.selected;
        true
    }

    /// Moves a handle to a place as one step, as arrow keys and number fields do.
    pub fn nudge(&mut self, id: HandleId, to: Point) -> Outcome {
        if self.core.is_locked() {
            return self.core.warn(Notice::Locked);
        }
        self.core.notice = None;
        self.core.begin();
        let outcome = self.drag(id, to, Modifiers::default());
        if outcome != Outcome::Preview {
            self.core.revert();
            return outcome;
        }
        let step = self.behaviour.step(id);
        self.core.commit(step)
    }

    /// The handle nearest to the pointer within its reach; of equally near ones the topmost.
    fn hit(&self, pointer: Pointer) -> Option<HandleId> {
        let handles = self.behaviour.handles(&self.core);
        let near = handles.iter().rev().map(|(id, at)| (*id, at.distance(pointer.at)));
        near.filter(|(_, distance)| *distance <= pointer.reach).min_by(|a, b| a.1.total_cmp(&b.1)).map(|(id, _)| id)
    }

    /// Where a handle is.
    pub fn handle_at(&self, id: HandleId) -> Option<Point> {
        self.behaviour.handles(&self.core).into_iter().find(|(own, _)| *own == id).map(|(_, at)| at)
    }
}
