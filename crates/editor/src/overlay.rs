//! What to draw over the picture, in canvas pixels.

use document::geometry::Point;

/// Something that can be taken hold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HandleId {
    /// A corner of the design area, 0 to 3 clockwise from the top left.
    Corner(usize),
    /// The middle of a side of the design area, 0 to 3 clockwise from the top.
    Side(usize),
    /// Turns the design area.
    Turn,
    /// How far around its cylinder the design area goes.
    Arc,
    /// How far the design area hangs on its cylinder.
    Bend,
    /// A control point of the mesh.
    Mesh(usize),
    /// A point of a mask's path.
    Point(PathPoint),
    /// A handle of a path's point.
    Curve(PathPoint, Side),
    /// A point of the path that is being drawn.
    Draft(usize),
}

/// A point of a mask's path: which shape, its outline (0) or which of its holes (from 1 on), which point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PathPoint {
    pub shape: usize,
    pub ring: usize,
    pub index: usize,
}

/// Which of a point's two handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Before,
    After,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handle {
    pub id: HandleId,
    pub at: Point,
    pub selected: bool,
}

/// What a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// The design area's edge.
    Area,
    /// The mesh over it.
    Mesh,
    /// A mask's path.
    Mask,
    /// What is being drawn.
    Draft,
    /// From a point to its handle.
    Lever,
    /// What something snaps to.
    Snap,
    /// The brush's rim.
    Brush,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub kind: LineKind,
    pub points: Vec<Point>,
    pub closed: bool,
}

impl Line {
    pub fn open(kind: LineKind, points: Vec<Point>) -> Self {
        Self { kind, points, closed: false }
    }

    pub fn closed(kind: LineKind, points: Vec<Point>) -> Self {
        Self { kind, points, closed: true }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    pub lines: Vec<Line>,
    /// The last lies on top.
    pub handles: Vec<Handle>,
}
