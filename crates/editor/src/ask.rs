//! What the editor cannot find out by itself, because it sees no pixels: it asks, and goes on with the answer.

use document::geometry::{Part, Point};
use serde::{Deserialize, Serialize};

/// A question about the picture as it is without designs. Places are canvas pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// What has about the colour that is at a place.
    Wand {
        /// The place that was touched.
        at: Point,
        /// The distance that a colour may have from the one at that place, in steps of 255.
        tolerance: u8,
        /// The parts of the picture that are looked at.
        reach: Reach,
    },
    /// The object that a hint is about.
    Object(Hint),
    /// The way along edges from one place to another.
    Wire {
        /// The place where the way begins.
        from: Point,
        /// The place where it ends.
        to: Point,
    },
}

/// How far the wand goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// The colour as far as it goes on.
    #[default]
    Connected,
    /// The colour wherever in the picture it is.
    Everywhere,
}

/// The hints at where an object is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Hint {
    /// It lies within the upright rectangle between two corners.
    Box(Point, Point),
    /// It lies where a line goes.
    Scribble(Vec<Point>),
}

/// The answers to [`Ask`], in canvas pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// The answer to [`Ask::Wand`] and [`Ask::Object`]: what was found, without parts where that is nothing.
    Parts(Vec<Part>),
    /// The answer to [`Ask::Wire`]: the points of the way, from one end to the other.
    Way(Vec<Point>),
}

/// Which question an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(pub(crate) u32);
