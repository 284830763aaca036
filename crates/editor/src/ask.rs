//! What the editor cannot find out by itself, because it sees no pixels: it asks, and goes on with the answer.

use document::geometry::{Part, Point};
use serde::{Deserialize, Serialize};

/// A question about the picture as it is without designs. Places are canvas pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// What has about the colour that is at a place.
    Wand { at: Point, tolerance: u8, reach: Reach },
    /// The object that a hint is about.
    Object(Hint),
    /// The way along edges from one place to another.
    Wire { from: Point, to: Point },
}

/// How far the wand goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// As far as the colour goes on.
    #[default]
    Connected,
    /// Wherever in the picture the colour is.
    Everywhere,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Hint {
    /// It lies within the upright rectangle between two corners.
    Box(Point, Point),
    /// It lies where a line goes.
    Scribble(Vec<Point>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Ask::Wand`] and [`Ask::Object`]; none where nothing was found.
    Parts(Vec<Part>),
    /// To [`Ask::Wire`].
    Way(Vec<Point>),
}

/// Which question an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(pub(crate) u32);
