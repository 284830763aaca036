//! The points of the paths that a mask has: where they are, moving, adding, deleting and converting them.

use document::{
    Figure, Mask,
    geometry::{Anchor, Outline, Point},
};

use crate::{
    HandleId, Line, LineKind, Notice, Outcome, PathPoint, Pointer, Side, Step, core::Core, input::Modifiers,
    tools::Pressed,
};

/// Each path of the active layer's mask with where it is found.
fn rings(mask: &Mask) -> impl Iterator<Item = (usize, usize, &Outline)> {
    mask.shapes.iter().enumerate().flat_map(|(shape, own)| {
        let outlines = match &own.figure {
            Figure::Path { outline, holes } => std::iter::once(outline).chain(holes).collect(),
            Figure::Stroke(_) | Figure::Raster(_) => Vec::new(),
        };
        outlines.into_iter().enumerate().map(move |(ring, outline)| (shape, ring, outline))
    })
}

fn outline_at(mask: &Mask, shape: usize, ring: usize) -> Option<&Outline> {
    rings(mask).find(|(own_shape, own_ring, _)| (*own_shape, *own_ring) == (shape, ring)).map(|(.., outline)| outline)
}

fn anchor_at(mask: &Mask, point: PathPoint) -> Option<Anchor> {
    outline_at(mask, point.shape, point.ring)?.anchors().get(point.index).copied()
}

fn replace(core: &mut Core, shape: usize, ring: usize, outline: Outline) {
    core.adjust(|layer| {
        let own = layer.mask.as_mut().and_then(|mask| mask.shapes.get_mut(shape));
        if let Some(Figure::Path { outline: first, holes }) = own.map(|shape| &mut shape.figure) {
            match ring {
                0 => *first = outline,
                _ => {
                    if let Some(hole) = holes.get_mut(ring - 1) {
                        *hole = outline;
                    }
                }
            }
        }
    });
}

/// All points; and the handles of the selected one, above them.
pub(crate) fn handles(core: &Core) -> Vec<(HandleId, Point)> {
    let Some(mask) = core.mask() else { return Vec::new() };
    let points = rings(mask).flat_map(|(shape, ring, outline)| {
        outline.points().enumerate().map(move |(index, at)| (HandleId::Point(PathPoint { shape, ring, index }), at))
    });
    let curve = selected(core).and_then(|point| Some((point, anchor_at(mask, point)?.handles?)));
    let curve = curve.into_iter().flat_map(|(point, [before, after])| {
        [(HandleId::Curve(point, Side::Before), before), (HandleId::Curve(point, Side::After), after)]
    });
    points.chain(curve).collect()
}

/// The point that is selected, itself or by one of its handles.
fn selected(core: &Core) -> Option<PathPoint> {
    match core.selected? {
        HandleId::Point(point) | HandleId::Curve(point, _) => Some(point),
        _ => None,
    }
}

pub(crate) fn lines(core: &Core) -> Vec<Line> {
    let Some(mask) = core.mask() else { return Vec::new() };
    let tolerance = core.unit * 0.3;
    let outlines = rings(mask).map(|(.., outline)| Line::closed(LineKind::Mask, outline.flattened(tolerance)));
    let anchor = selected(core).and_then(|point| anchor_at(mask, point));
    let levers = anchor.and_then(|anchor| anchor.handles.map(|both| (anchor.at, both)));
    let levers = levers.into_iter().flat_map(|(at, both)| both.map(|end| Line::open(LineKind::Lever, vec![at, end])));
    outlines.chain(levers).collect()
}

pub(crate) fn drag(core: &mut Core, id: HandleId, to: Point, modifiers: Modifiers) -> Result<(), Notice> {
    let (HandleId::Point(point) | HandleId::Curve(point, _)) = id else { return Ok(()) };
    let Some(outline) = core.mask().and_then(|mask| outline_at(mask, point.shape, point.ring)) else { return Ok(()) };
    let moved = match (id, outline.anchors().get(point.index)) {
        (HandleId::Point(_), _) => outline.with_point(point.index, to)?,
        (HandleId::Curve(_, side), Some(&anchor)) => {
            outline.with_anchor(point.index, bent(anchor, side, to, modifiers))?
        }
        _ => return Ok(()),
    };
    replace(core, point.shape, point.ring, moved);
    Ok(())
}

/// One handle of an anchor moved. The other one stays opposite while it was; with Alt, or once broken, it stays where it is.
pub(crate) fn bent(anchor: Anchor, side: Side, to: Point, modifiers: Modifiers) -> Anchor {
    let [before, after] = anchor.handles.unwrap_or([anchor.at; 2]);
    let (own, other) = match side {
        Side::Before => (before, after),
        Side::After => (after, before),
    };
    let (own_length, other_length) = (own.distance(anchor.at), other.distance(anchor.at));
    let together = (own.x - anchor.at.x) * (other.x - anchor.at.x) + (own.y - anchor.at.y) * (other.y - anchor.at.y);
    // Opposite to a fiftieth of a right angle or so.
    let smooth = together < -0.9995 * own_length * other_length && own_length > 0.0 && other_length > 0.0;
    let length = to.distance(anchor.at);
    let other = match smooth && !modifiers.alt && length > 0.0 {
        true => anchor.at.towards(to, -other_length / length),
        false => other,
    };
    let handles = match side {
        Side::Before => [to, other],
        Side::After => [other, to],
    };
    Anchor { handles: Some(handles), ..anchor }
}

/// A corner becomes smooth, along the line between its neighbours; a smooth point becomes a corner.
fn converted(outline: &Outline, index: usize) -> Option<Anchor> {
    let anchors = outline.anchors();
    let anchor = *anchors.get(index)?;
    if anchor.handles.is_some() {
        return Some(Anchor::corner(anchor.at));
    }
    let count = anchors.len();
    let (last, next) = (anchors[(index + count - 1) % count].at, anchors[(index + 1) % count].at);
    let span = last.distance(next).max(f64::MIN_POSITIVE);
    let (x, y) = ((next.x - last.x) / span, (next.y - last.y) / span);
    // A third of the way to each neighbour makes the roundest curve.
    let (back, forth) = (anchor.at.distance(last) / 3.0, anchor.at.distance(next) / 3.0);
    let handles = [anchor.at.moved_by(-x * back, -y * back), anchor.at.moved_by(x * forth, y * forth)];
    Some(Anchor { handles: Some(handles), ..anchor })
}

/// Converts the point, as one step.
pub(crate) fn convert(core: &mut Core, point: PathPoint) -> Outcome {
    let outline = core.mask().and_then(|mask| outline_at(mask, point.shape, point.ring));
    let Some((outline, anchor)) = outline.and_then(|outline| Some((outline, converted(outline, point.index)?))) else {
        return Outcome::Ignored;
    };
    match outline.with_anchor(point.index, anchor) {
        Err(error) => core.warn(error.into()),
        Ok(outline) => {
            core.begin();
            replace(core, point.shape, point.ring, outline);
            core.selected = Some(HandleId::Point(point));
            core.commit(Step::ConvertPoint)
        }
    }
}

/// Pressing on an edge adds a point there, which then follows the pointer.
pub(crate) fn press_edge(core: &mut Core, pointer: Pointer) -> Option<Pressed> {
    let mask = core.mask()?;
    let places = rings(mask).map(|(shape, ring, outline)| (shape, ring, outline, outline.nearest(pointer.at)));
    let near = places.filter(|(.., place)| place.at.distance(pointer.at) <= pointer.reach * 0.6);
    let (shape, ring, outline, place) =
        near.min_by(|a, b| a.3.at.distance(pointer.at).total_cmp(&b.3.at.distance(pointer.at)))?;
    if core.is_locked() {
        return Some(Pressed::Done(core.warn(Notice::Locked)));
    }
    match outline.split(place) {
        Err(error) => Some(Pressed::Done(core.warn(error.into()))),
        Ok(outline) => {
            core.begin();
            replace(core, shape, ring, outline);
            Some(Pressed::Grab(HandleId::Point(PathPoint { shape, ring, index: place.piece + 1 })))
        }
    }
}

/// Deletes the selected point; with too few left, its whole path.
pub(crate) fn delete_selected(core: &mut Core) -> Outcome {
    let Some(point) = selected(core) else { return Outcome::Ignored };
    if core.is_locked() {
        return core.warn(Notice::Locked);
    }
    let Some(outline) = core.mask().and_then(|mask| outline_at(mask, point.shape, point.ring)).cloned() else {
        return Outcome::Ignored;
    };
    match outline.without_point(point.index) {
        Ok(less) => {
            let index = point.index.min(less.anchors().len() - 1);
            core.begin();
            replace(core, point.shape, point.ring, less);
            core.selected = Some(HandleId::Point(PathPoint { index, ..point }));
            core.commit(Step::DeletePoint)
        }
        Err(_) => {
            core.selected = None;
            core.change_layer(Step::DeletePoint, |layer| {
                let Some(mask) = &mut layer.mask else { return };
                match mask.shapes.get_mut(point.shape).map(|shape| &mut shape.figure) {
                    Some(Figure::Path { holes, .. }) if point.ring > 0 => drop(holes.remove(point.ring - 1)),
                    Some(_) => drop(mask.shapes.remove(point.shape)),
                    None => {}
                }
                if mask.shapes.is_empty() {
                    layer.mask = None;
                }
            })
        }
    }
}
