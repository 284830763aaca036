//! Moves, scales and turns the design area: corners scale it, sides stretch it, the handle above turns it.

use document::geometry::{Point, Quad};

use super::Behaviour;
use crate::{HandleId, Line, LineKind, Notice, Step, area, core::Core, input::Modifiers, snap};

#[derive(Clone)]
pub(crate) struct Transform;

/// How far above the area its handle to turn it stands, in CSS pixels.
const STALK: f64 = 30.0;
/// The least factor that one gesture scales by.
const SCALE_MIN: f64 = 0.01;

/// The middle of side `index`, clockwise from the top.
fn side(quad: &Quad, index: usize) -> Point {
    let corners = quad.corners();
    corners[index % 4].towards(corners[(index + 1) % 4], 0.5)
}

/// Above the middle of the top side, away from the area.
fn stalk(quad: &Quad, unit: f64) -> Point {
    let (top, middle) = (side(quad, 0), quad.middle());
    let length = middle.distance(top).max(f64::MIN_POSITIVE);
    top.towards(middle, -STALK * unit / length)
}

/// `p` scaled about `about`.
fn scaled(p: Point, about: Point, factor: f64) -> Point {
    about.towards(p, factor)
}

/// How far along the way from `about` to `from` the point `to` is.
fn along(about: Point, from: Point, to: Point) -> f64 {
    let (x, y) = (from.x - about.x, from.y - about.y);
    ((to.x - about.x) * x + (to.y - about.y) * y) / (x * x + y * y).max(f64::MIN_POSITIVE)
}

/// Corner `index` at `to`: in the area's proportions, or freely along its two sides.
fn scale(quad: &Quad, index: usize, to: Point, modifiers: Modifiers) -> Result<Quad, Notice> {
    let corners = quad.corners();
    let (corner, opposite) = (corners[index % 4], corners[(index + 2) % 4]);
    let about = if modifiers.alt { quad.middle() } else { opposite };
    if !modifiers.shift {
        let factor = along(about, corner, to).max(SCALE_MIN);
        return Ok(quad.mapped(|p| scaled(p, about, factor))?);
    }
    // Freely: the corner's way along the two sides that meet opposite of it.
    let (u, v) = (corners[(index + 1) % 4], corners[(index + 3) % 4]);
    let (ux, uy, vx, vy) = (u.x - opposite.x, u.y - opposite.y, v.x - opposite.x, v.y - opposite.y);
    let determinant = ux * vy - uy * vx;
    let parts = |p: Point| {
        let (x, y) = (p.x - about.x, p.y - about.y);
        ((x * vy - y * vx) / determinant, (ux * y - uy * x) / determinant)
    };
    let (from, to) = (parts(corner), parts(to));
    let factor = |to: f64, from: f64| (to / from).max(SCALE_MIN);
    let (across, down) = (factor(to.0, from.0), factor(to.1, from.1));
    Ok(quad.mapped(|p| {
        let (s, t) = parts(p);
        Point::new(about.x + s * across * ux + t * down * vx, about.y + s * across * uy + t * down * vy)
    })?)
}

/// Side `index` moved towards `to`, across itself; the opposite one stays, or with Alt mirrors it.
fn stretch(quad: &Quad, index: usize, to: Point, modifiers: Modifiers) -> Result<Quad, Notice> {
    let (from, opposite) = (side(quad, index), side(quad, index + 2));
    let moved = along(opposite, from, to) - 1.0;
    let (dx, dy) = ((from.x - opposite.x) * moved, (from.y - opposite.y) * moved);
    let mut corners = quad.corners();
    for corner in [index % 4, (index + 1) % 4] {
        corners[corner] = corners[corner].moved_by(dx, dy);
    }
    if modifiers.alt {
        for corner in [(index + 2) % 4, (index + 3) % 4] {
            corners[corner] = corners[corner].moved_by(-dx, -dy);
        }
    }
    Ok(Quad::new(corners)?)
}

/// The top side's direction, in radians.
fn lean(quad: &Quad) -> f64 {
    let [left, right, ..] = quad.corners();
    (right.y - left.y).atan2(right.x - left.x)
}

fn turn(quad: &Quad, handle: Point, to: Point, modifiers: Modifiers) -> Result<Quad, Notice> {
    let middle = quad.middle();
    let angle = |p: Point| (p.y - middle.y).atan2(p.x - middle.x);
    let by = angle(to) - angle(handle);
    let by = if modifiers.shift { snap::angle(lean(quad) + by) - lean(quad) } else { by };
    let (sin, cos) = by.sin_cos();
    Ok(quad.mapped(|p| {
        let (x, y) = (p.x - middle.x, p.y - middle.y);
        Point::new(middle.x + x * cos - y * sin, middle.y + x * sin + y * cos)
    })?)
}

impl Behaviour for Transform {
    fn handles(&self, core: &Core) -> Vec<(HandleId, Point)> {
        let Some(quad) = core.quad() else { return Vec::new() };
        let sides = (0..4).map(|index| (HandleId::Side(index), side(&quad, index)));
        let corners = quad.corners().into_iter().enumerate().map(|(index, at)| (HandleId::Corner(index), at));
        sides.chain(corners).chain([(HandleId::Turn, stalk(&quad, core.unit))]).collect()
    }

    fn drag(&mut self, core: &mut Core, id: HandleId, to: Point, modifiers: Modifiers) -> Result<(), Notice> {
        let Some(quad) = core.quad_before() else { return Err(Notice::NoPlacement) };
        let moved = match id {
            HandleId::Corner(index) => scale(&quad, index, to, modifiers)?,
            HandleId::Side(index) => stretch(&quad, index, to, modifiers)?,
            HandleId::Turn => turn(&quad, stalk(&quad, core.unit), to, modifiers)?,
            _ => return Ok(()),
        };
        core.move_area(Ok(moved))
    }

    fn step(&self, id: HandleId) -> Step {
        if id == HandleId::Turn { Step::TurnArea } else { Step::ScaleArea }
    }

    fn snaps(&self, id: HandleId) -> bool {
        id != HandleId::Turn
    }

    fn moves_area(&self) -> bool {
        true
    }

    fn lines(&self, core: &Core) -> Vec<Line> {
        let Some(quad) = core.quad() else { return Vec::new() };
        let lever = vec![side(&quad, 0), stalk(&quad, core.unit)];
        vec![area::edge(quad), Line::open(LineKind::Lever, lever)]
    }
}
