//! The tools, a file each.

mod brush;
mod crop;
mod cylinder;
mod lasso;
mod magnetic;
mod mesh;
mod object;
mod path;
mod perspective;
mod points;
mod shape;
mod simplify;
mod transform;
mod wand;

use document::geometry::Point;

use crate::{Answer, HandleId, Key, Line, Notice, Outcome, Pointer, Step, core::Core, input::Modifiers};

/// The tools, of which one is in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// Moves, scales and turns the design area.
    Move,
    /// Moves the corners of the design area.
    Perspective,
    /// Bends the design area around a cylinder.
    Cylinder,
    /// Bends the design area freely.
    Mesh,
    /// Draws curved paths, and edits those there are.
    Pen,
    /// Draws straight paths, and edits those there are.
    Polygon,
    /// Draws an upright rectangle from corner to corner.
    Rectangle,
    /// Draws an ellipse from corner to corner of the rectangle around it.
    Ellipse,
    /// Draws a line by hand and takes what it encloses.
    Lasso,
    /// A lasso that follows edges.
    Magnetic,
    /// Paints where the layer shows.
    Brush,
    /// Paints where it no longer does.
    Eraser,
    /// Takes what has about the colour at the place that is touched.
    Wand,
    /// Takes the object that a rectangle or a line points at.
    Object,
    /// Crops and straightens the picture.
    Crop,
}

impl Tool {
    /// The tools in the order of the palette: those of the design area, those of masks, and the one of the whole
    /// picture.
    pub const ALL: [Tool; 15] = [
        Self::Move,
        Self::Perspective,
        Self::Cylinder,
        Self::Mesh,
        Self::Pen,
        Self::Polygon,
        Self::Rectangle,
        Self::Ellipse,
        Self::Lasso,
        Self::Magnetic,
        Self::Brush,
        Self::Eraser,
        Self::Wand,
        Self::Object,
        Self::Crop,
    ];

    /// The name in the translation files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Perspective => "perspective",
            Self::Cylinder => "cylinder",
            Self::Mesh => "mesh",
            Self::Pen => "pen",
            Self::Polygon => "polygon",
            Self::Rectangle => "rectangle",
            Self::Ellipse => "ellipse",
            Self::Lasso => "lasso",
            Self::Magnetic => "magnetic",
            Self::Brush => "brush",
            Self::Eraser => "eraser",
            Self::Wand => "wand",
            Self::Object => "object",
            Self::Crop => "crop",
        }
    }

    /// Works on the design area, not on a mask.
    pub fn is_placing(self) -> bool {
        matches!(self, Self::Move | Self::Perspective | Self::Cylinder | Self::Mesh)
    }

    pub(crate) fn behaviour(self) -> Box<dyn Behaviour> {
        match self {
            Self::Move => Box::new(transform::Transform),
            Self::Perspective => Box::new(perspective::Corners),
            Self::Cylinder => Box::new(cylinder::Cylinder),
            Self::Mesh => Box::new(mesh::Warp),
            Self::Pen => Box::new(path::Drawing::of(path::Pieces::Curved)),
            Self::Polygon => Box::new(path::Drawing::of(path::Pieces::Straight)),
            Self::Rectangle => Box::new(shape::Framed::of(shape::Form::Rectangle)),
            Self::Ellipse => Box::new(shape::Framed::of(shape::Form::Ellipse)),
            Self::Lasso => Box::new(lasso::Lasso::default()),
            Self::Magnetic => Box::new(magnetic::Magnetic::default()),
            Self::Brush => Box::new(brush::Painting::of(brush::End::Brush)),
            Self::Eraser => Box::new(brush::Painting::of(brush::End::Eraser)),
            Self::Wand => Box::new(wand::Wand::default()),
            Self::Object => Box::new(object::Object::default()),
            Self::Crop => Box::new(crop::Crop::default()),
        }
    }
}

/// What pressing has begun.
pub(crate) enum Pressed {
    /// Nothing that goes on.
    Done(Outcome),
    /// A gesture of the tool's own, until the pointer is released.
    Held(Outcome),
    /// The handle follows the pointer; the gesture has begun already.
    Grab(HandleId),
}

/// A tool's state can be put aside and taken up again.
pub(crate) trait Copied {
    fn copied(&self) -> Box<dyn Behaviour>;
}

impl<T: Behaviour + Clone + 'static> Copied for T {
    fn copied(&self) -> Box<dyn Behaviour> {
        Box::new(self.clone())
    }
}

/// What a tool does. Handles follow the pointer by themselves; a tool says where they are and what moving one means.
pub(crate) trait Behaviour: Copied + Send + Sync {
    /// What can be taken hold of, the topmost last.
    fn handles(&self, _core: &Core) -> Vec<(HandleId, Point)> {
        Vec::new()
    }

    /// Moves a handle; the document before the gesture is where it starts from.
    fn drag(&mut self, _core: &mut Core, _id: HandleId, _to: Point, _modifiers: Modifiers) -> Result<(), Notice> {
        Ok(())
    }

    /// What moving a handle is called.
    fn step(&self, _id: HandleId) -> Step {
        Step::MoveArea
    }

    /// True for handles that snap to edges and guides.
    fn snaps(&self, _id: HandleId) -> bool {
        true
    }

    /// True for tools that place designs: what lies beside their handles moves the design area.
    fn moves_area(&self) -> bool {
        false
    }

    /// The pointer goes down, on a handle perhaps. `None`: the handle is taken hold of, or nothing is.
    fn press(&mut self, _core: &mut Core, _pointer: Pointer, _on: Option<HandleId>) -> Option<Pressed> {
        None
    }

    /// The pointer moves, whether the tool's gesture is under way or not.
    fn moved(&mut self, _core: &mut Core, _pointer: Pointer) -> Outcome {
        Outcome::Ignored
    }

    /// The tool's gesture ends.
    fn release(&mut self, _core: &mut Core, _pointer: Pointer) -> Outcome {
        Outcome::Overlay
    }

    /// A key that no handle has taken.
    fn key(&mut self, _core: &mut Core, _key: Key) -> Outcome {
        Outcome::Ignored
    }

    fn answer(&mut self, _core: &mut Core, _answer: Answer) -> Outcome {
        Outcome::Ignored
    }

    /// Something is half drawn.
    fn is_drawing(&self) -> bool {
        false
    }

    /// What taking back the last part of what is half drawn is called; none where nothing is.
    fn half_drawn(&self) -> Option<Step> {
        None
    }

    /// Takes back the last part of what is half drawn; false where nothing is.
    fn step_back(&mut self, _core: &mut Core) -> bool {
        false
    }

    /// The tool is put down: what is half drawn stays, what follows the pointer goes.
    fn rest(&mut self) {}

    /// Drops what is half drawn.
    fn reset(&mut self) {}

    fn lines(&self, core: &Core) -> Vec<Line>;
}
