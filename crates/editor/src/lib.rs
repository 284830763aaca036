//! The mask creator and mockup editor without a screen.
//!
//! Pointer and key events go in, in canvas pixels; changes of the template document and shapes to draw come out.
//! A page feeds it and draws what it says. Each tool is one file with its states spelled out; what a gesture changes
//! is one step of the history, however many moves it took.
//!
//! ```
//! use domain::{ContentHash, geometry::Point, template::{Size, Template}};
//! use editor::{Editor, Event, Pointer, Tool};
//!
//! let template = Template::over_photo("Mug", Size::new(1000, 800)?, ContentHash([0; 32]));
//! let mut editor = Editor::new(template);
//! let corner = editor.quad().unwrap().corners()[0];
//! editor.handle(Event::Down(Pointer::at(corner)));
//! editor.handle(Event::Move(Pointer::at(Point::new(100.0, 120.0))));
//! editor.handle(Event::Up(Pointer::at(Point::new(100.0, 120.0))));
//! assert_eq!(editor.quad().unwrap().corners()[0], Point::new(100.0, 120.0));
//! editor.undo();
//! assert_eq!(editor.quad().unwrap().corners()[0], corner);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod history;
mod overlay;
mod place;
mod polygon;

pub use history::Step;
pub use overlay::{Handle, HandleId, Overlay};

use domain::{
    geometry::{GeometryError, Point, Quad},
    template::{
        BlendMode, Feather, Fit, Layer, LayerContent, LayerId, Mask, Measure, Opacity, Placement, Scale, Template,
    },
};

use history::History;

/// A pointer in canvas pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pointer {
    pub at: Point,
    /// How far from a handle still counts as on it, in canvas pixels: larger for fingers and when zoomed out.
    pub reach: f64,
}

impl Pointer {
    pub fn at(at: Point) -> Self {
        Self { at, reach: 12.0 }
    }
}

/// A key the editor understands, with how far arrows go in canvas pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Key {
    Arrow { dx: f64, dy: f64 },
    Enter,
    Escape,
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    Down(Pointer),
    Move(Pointer),
    Up(Pointer),
    /// The gesture was taken away, by the system or a second finger.
    Cancel,
    Key(Key),
}

/// What an event did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to redraw.
    Ignored,
    /// Only the overlay changed.
    Overlay,
    /// The document changed and may change further within this gesture.
    Preview,
    /// The document changed and the gesture is over: time to save.
    Committed,
}

/// Something the person should be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The corners would fold over each other; the last good shape is kept.
    FoldedQuad,
    /// An outline needs three points.
    TooFewPoints,
    TooManyPoints,
    OutOfLimits,
}

impl From<GeometryError> for Notice {
    fn from(error: GeometryError) -> Self {
        match error {
            GeometryError::FoldedQuad => Self::FoldedQuad,
            GeometryError::TooFewPoints => Self::TooFewPoints,
            GeometryError::TooManyPoints => Self::TooManyPoints,
            GeometryError::OutOfLimits => Self::OutOfLimits,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Moves the design area and its corners.
    Place,
    /// Draws the mask's outline and moves its points.
    Polygon,
}

/// A template being edited. The layer that is edited is its first placement.
pub struct Editor {
    template: Template,
    placement: Option<LayerId>,
    tool: Tool,
    place: place::State,
    polygon: polygon::State,
    /// The handle that keys act on.
    selected: Option<HandleId>,
    history: History,
    notice: Option<Notice>,
}

impl Editor {
    pub fn new(template: Template) -> Self {
        let placement = template.first_placement().map(|(id, _)| id);
        Self {
            template,
            placement,
            tool: Tool::Place,
            place: place::State::Ready,
            polygon: polygon::State::Ready,
            selected: None,
            history: History::default(),
            notice: None,
        }
    }

    pub fn template(&self) -> &Template {
        &self.template
    }

    pub fn tool(&self) -> Tool {
        self.tool
    }

    pub fn notice(&self) -> Option<Notice> {
        self.notice
    }

    pub fn selected(&self) -> Option<HandleId> {
        self.selected
    }

    /// The placement's layer.
    pub fn layer(&self) -> Option<&Layer> {
        self.placement.and_then(|id| self.template.layer(id))
    }

    pub fn placement(&self) -> Option<&Placement> {
        match &self.layer()?.content {
            LayerContent::Placement(placement) => Some(placement),
            _ => None,
        }
    }

    pub fn quad(&self) -> Option<Quad> {
        self.placement().map(|placement| placement.quad)
    }

    pub fn mask(&self) -> Option<&Mask> {
        self.layer()?.mask.as_ref()
    }

    /// Takes up another tool; an unfinished outline is dropped.
    pub fn choose(&mut self, tool: Tool) {
        self.cancel_gesture();
        self.tool = tool;
        self.polygon = polygon::State::Ready;
        self.selected = None;
        self.notice = None;
    }

    /// Makes a handle the one that keys act on, as focus does.
    pub fn select(&mut self, handle: Option<HandleId>) {
        self.selected = handle;
    }

    pub fn handle(&mut self, event: Event) -> Outcome {
        // A notice stays after the hand has let go, until the next thing is tried.
        if matches!(event, Event::Down(_) | Event::Key(_)) {
            self.notice = None;
        }
        match self.tool {
            Tool::Place => place::handle(self, event),
            Tool::Polygon => polygon::handle(self, event),
        }
    }

    /// What to draw over the picture.
    pub fn overlay(&self) -> Overlay {
        overlay::of(self)
    }

    pub fn set_blend(&mut self, blend: BlendMode) -> Outcome {
        self.change(Step::Blend, |layer| layer.blend = blend)
    }

    pub fn set_opacity(&mut self, opacity: Opacity) -> Outcome {
        self.change(Step::Opacity, |layer| layer.opacity = opacity)
    }

    pub fn set_fit(&mut self, fit: Fit) -> Outcome {
        self.lay(Step::Fit, |placement| placement.fit = fit)
    }

    /// How large the design is in its area.
    pub fn set_scale(&mut self, scale: Scale) -> Outcome {
        self.lay(Step::Scale, |placement| placement.scale = scale)
    }

    /// How the design is turned in its area, in degrees clockwise.
    pub fn set_rotation(&mut self, rotation: Measure<-180, 180>) -> Outcome {
        self.lay(Step::Rotate, |placement| placement.rotation = rotation)
    }

    /// How far the mask's edge moves outwards.
    pub fn set_grow(&mut self, grow: Measure<-100, 100>) -> Outcome {
        self.change(Step::Grow, |layer| {
            if let Some(mask) = &mut layer.mask {
                mask.grow = grow;
            }
        })
    }

    pub fn set_feather(&mut self, feather: Feather) -> Outcome {
        self.change(Step::Feather, |layer| {
            if let Some(mask) = &mut layer.mask {
                mask.feather = feather;
            }
        })
    }

    pub fn set_inverted(&mut self, inverted: bool) -> Outcome {
        self.change(Step::InvertMask, |layer| {
            if let Some(mask) = &mut layer.mask {
                mask.inverted = inverted;
            }
        })
    }

    pub fn remove_mask(&mut self) -> Outcome {
        self.selected = None;
        self.polygon = polygon::State::Ready;
        self.change(Step::RemoveMask, |layer| layer.mask = None)
    }

    /// The template's name is part of the document.
    pub fn rename(&mut self, name: &str) -> Outcome {
        let before = self.template.clone();
        name.clone_into(&mut self.template.name);
        self.commit(Step::Rename, before)
    }

    /// Moves one corner to where numbers say.
    pub fn set_corner(&mut self, index: usize, to: Point) -> Outcome {
        let Some(quad) = self.quad() else { return Outcome::Ignored };
        self.notice = None;
        match quad.with_corner(index, to) {
            Ok(quad) => self.change(Step::MoveCorner, |layer| set_quad(layer, quad)),
            Err(error) => self.warn(error),
        }
    }

    pub fn undo(&mut self) -> Outcome {
        self.travel(History::undo)
    }

    pub fn redo(&mut self) -> Outcome {
        self.travel(History::redo)
    }

    /// The step that undo would take back.
    pub fn undoable(&self) -> Option<Step> {
        self.history.undoable()
    }

    pub fn redoable(&self) -> Option<Step> {
        self.history.redoable()
    }

    fn travel(&mut self, way: fn(&mut History, &mut Template) -> bool) -> Outcome {
        self.cancel_gesture();
        self.polygon = polygon::State::Ready;
        self.selected = None;
        self.notice = None;
        if way(&mut self.history, &mut self.template) { Outcome::Committed } else { Outcome::Ignored }
    }

    /// Changes how the design lies in its area as one step.
    fn lay(&mut self, step: Step, change: impl FnOnce(&mut Placement)) -> Outcome {
        self.change(step, |layer| {
            if let LayerContent::Placement(placement) = &mut layer.content {
                change(placement);
            }
        })
    }

    /// Changes the placement's layer as one step.
    fn change(&mut self, step: Step, change: impl FnOnce(&mut Layer)) -> Outcome {
        let before = self.template.clone();
        self.adjust(change);
        self.commit(step, before)
    }

    /// Changes the placement's layer within a gesture, whose end commits.
    fn adjust(&mut self, change: impl FnOnce(&mut Layer)) {
        if let Some(layer) = self.placement.and_then(|id| self.template.layer_mut(id)) {
            change(layer);
        }
    }

    fn commit(&mut self, step: Step, before: Template) -> Outcome {
        if before == self.template {
            return Outcome::Overlay;
        }
        self.history.push(step, before);
        Outcome::Committed
    }

    fn warn(&mut self, error: GeometryError) -> Outcome {
        self.notice = Some(error.into());
        Outcome::Overlay
    }

    /// Puts back what a gesture that is under way has changed.
    fn cancel_gesture(&mut self) {
        let before = match (std::mem::take(&mut self.place), self.polygon.take_drag()) {
            (place::State::Dragging { before, .. }, _) | (_, Some(before)) => before,
            _ => return,
        };
        self.template = *before;
    }
}

fn set_quad(layer: &mut Layer, quad: Quad) {
    if let LayerContent::Placement(placement) = &mut layer.content {
        placement.quad = quad;
    }
}
