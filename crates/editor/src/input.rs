//! What goes in, and what an event did.

use document::geometry::{GeometryError, Point};

/// The keys held down beside what happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    /// Shift: along one axis, in whole steps of an angle, as high as wide or a figure added to the mask, as the tool
    /// has it.
    pub shift: bool,
    /// Alt (Option): about the middle, one handle alone, the brush turned around or a figure cut out of the mask, as
    /// the tool has it.
    pub alt: bool,
    /// Ctrl, or Command: nothing snaps.
    pub command: bool,
}

/// A pointer in canvas pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pointer {
    /// The place that it is at, which may lie outside of the canvas.
    pub at: Point,
    /// How far from a handle still counts as on it, in canvas pixels: larger for fingers and when zoomed out.
    pub reach: f64,
    /// The pressure of a pen, 0 to 1; 1 for what knows none.
    pub pressure: f64,
    /// The keys held down now.
    pub modifiers: Modifiers,
}

impl Pointer {
    /// The pointer at a place with a reach of 12 canvas pixels, full pressure and no key held.
    pub fn at(at: Point) -> Self {
        Self { at, reach: 12.0, pressure: 1.0, modifiers: Modifiers::default() }
    }

    /// The pointer with these keys held.
    pub fn with(self, modifiers: Modifiers) -> Self {
        Self { modifiers, ..self }
    }
}

/// A key the editor understands, with how far arrows go in canvas pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Key {
    /// The arrows.
    Arrow {
        /// The way to the right, in canvas pixels.
        dx: f64,
        /// The way down, in canvas pixels.
        dy: f64,
    },
    /// The key that ends what is drawn, or does without a pointer what the tool does with one.
    Enter,
    /// The key that drops the gesture; where there is none what is half drawn, and then what is selected.
    Escape,
    /// The key that deletes the selected point, or takes back the last part of what is drawn.
    Delete,
}

/// The events that a page passes on, in the order in which they happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// The pointer touches, which begins a gesture; one still under way is dropped.
    Down(Pointer),
    /// The pointer goes on, touching or not.
    Move(Pointer),
    /// The pointer lets go, which ends the gesture.
    Up(Pointer),
    /// The gesture was taken away, by the system or a second finger.
    Cancel,
    /// A key is pressed, or repeats.
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
    /// The corners would leave less than a pixel between them; the last good shape is kept.
    SmallQuad,
    /// An outline needs three points.
    TooFewPoints,
    /// The points are more than a path may have, or the document's masks together.
    TooManyPoints,
    /// A place would be too far from the canvas, or the canvas too large.
    OutOfLimits,
    /// The layer is locked.
    Locked,
    /// The tool needs a layer that a design is placed on.
    NoPlacement,
    /// The tool needs a layer that can have a mask.
    NoLayer,
    /// The document may have no more layers, or groups in groups.
    TooManyLayers,
    /// What was pasted is not layers.
    NotLayers,
    /// Nothing of the picture was found there.
    NothingFound,
    /// The mesh cannot be finer.
    MeshFull,
}

impl From<GeometryError> for Notice {
    fn from(error: GeometryError) -> Self {
        match error {
            GeometryError::FoldedQuad => Self::FoldedQuad,
            GeometryError::SmallQuad => Self::SmallQuad,
            GeometryError::TooFewPoints => Self::TooFewPoints,
            GeometryError::TooManyPoints => Self::TooManyPoints,
            GeometryError::OutOfLimits => Self::OutOfLimits,
        }
    }
}
