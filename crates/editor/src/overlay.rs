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
    /// The number of the shape in the mask.
    pub shape: usize,
    /// The number of the edge: 0 for the outline, from 1 on for its holes.
    pub ring: usize,
    /// The number of the point on that edge.
    pub index: usize,
}

/// Which of a point's two handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The handle that the curve before the point comes from.
    Before,
    /// The handle that the curve after the point heads for.
    After,
}

/// Something that can be taken hold of, and where it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handle {
    /// The name by which an editor knows it.
    pub id: HandleId,
    /// The place of its middle.
    pub at: Point,
    /// Whether keys act on it.
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

/// A line of straight pieces; curves come as many short ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The thing it stands for, which decides how it looks.
    pub kind: LineKind,
    /// The points it goes through.
    pub points: Vec<Point>,
    /// Whether the last point is joined to the first.
    pub closed: bool,
}

impl Line {
    /// The line from the first point to the last.
    pub(crate) fn open(kind: LineKind, points: Vec<Point>) -> Self {
        Self { kind, points, closed: false }
    }

    /// The line that comes back to its first point.
    pub(crate) fn closed(kind: LineKind, points: Vec<Point>) -> Self {
        Self { kind, points, closed: true }
    }
}

/// All that is drawn over the picture at one time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// The lines of the tool, then those that something snaps to.
    pub lines: Vec<Line>,
    /// The last lies on top.
    pub handles: Vec<Handle>,
}
