//! Shapes to draw over the picture, in canvas pixels.

use domain::geometry::{Point, Quad};

use crate::{Editor, Tool, polygon};

/// Something that can be taken hold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HandleId {
    /// A corner of the design area, 0 to 3 clockwise from the top left.
    Corner(usize),
    /// A point of the mask's outline.
    Point(usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handle {
    pub id: HandleId,
    pub at: Point,
    pub selected: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// The design area.
    pub quad: Option<Quad>,
    /// The mask's outline, closed.
    pub outline: Vec<Point>,
    /// The outline being drawn, open, up to the pointer.
    pub draft: Vec<Point>,
    pub handles: Vec<Handle>,
}

pub(crate) fn of(editor: &Editor) -> Overlay {
    let outline: Vec<Point> = polygon::outline(editor).map(|outline| outline.points().collect()).unwrap_or_default();
    let draft = editor.polygon.draft();
    let (ids, at): (fn(usize) -> HandleId, &[Point]) = match (editor.tool, editor.quad()) {
        (Tool::Place, Some(quad)) => (HandleId::Corner, &quad.corners()),
        (Tool::Place, None) => (HandleId::Corner, &[]),
        (Tool::Polygon, _) if draft.is_empty() => (HandleId::Point, &outline),
        (Tool::Polygon, _) => (HandleId::Point, editor.polygon.placed()),
    };
    let handles = at.iter().enumerate().map(|(index, &at)| {
        let id = ids(index);
        Handle { id, at, selected: editor.selected == Some(id) }
    });
    Overlay { quad: editor.quad(), handles: handles.collect(), draft, outline }
}
