//! What goes in, and what an event did.

use document::geometry::{GeometryError, Point};

/// The keys held down beside what happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    pub shift: bool,
    pub alt: bool,
    /// Ctrl, or Command: nothing snaps.
    pub command: bool,
}

/// A pointer in canvas pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pointer {
    pub at: Point,
    /// How far from a handle still counts as on it, in canvas pixels: larger for fingers and when zoomed out.
    pub reach: f64,
    /// Of a pen, 0 to 1; 1 for what knows none.
    pub pressure: f64,
    pub modifiers: Modifiers,
}

impl Pointer {
    pub fn at(at: Point) -> Self {
        Self { at, reach: 12.0, pressure: 1.0, modifiers: Modifiers::default() }
    }

    pub fn with(self, modifiers: Modifiers) -> Self {
        Self { modifiers, ..self }
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
    /// The corners would leave less than a pixel between them; the last good shape is kept.
    SmallQuad,
    /// An outline needs three points.
    TooFewPoints,
    TooManyPoints,
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
