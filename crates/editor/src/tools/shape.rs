//! Rectangles and ellipses, dragged from corner to corner.
//!
//! Ready -> Dragging (from, to) -> Ready.

use document::{
    Combine, Figure,
    geometry::{GeometryError, Outline, Point},
};

use super::{Behaviour, Pressed};
use crate::{
    HandleId, Key, Line, LineKind, Notice, Outcome, Pointer, Step, core::Core, input::Modifiers, tools::points,
};

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Form {
    Rectangle,
    Ellipse,
}

#[derive(Clone)]
pub(crate) struct Framed {
    form: Form,
    drag: Option<Drag>,
}

#[derive(Clone)]
struct Drag {
    from: Point,
    /// Opposite corners.
    corners: [Point; 2],
    combine: Combine,
}

impl Form {
    fn between(self, [a, b]: [Point; 2]) -> Result<Outline, GeometryError> {
        match self {
            Self::Rectangle => Outline::rectangle(a, b),
            Self::Ellipse => Outline::ellipse(a, b),
        }
    }
}

impl Framed {
    pub fn of(form: Form) -> Self {
        Self { form, drag: None }
    }
}

/// With Shift as high as wide, with Alt about the place where it began.
fn corners(from: Point, to: Point, modifiers: Modifiers) -> [Point; 2] {
    let (mut dx, mut dy) = (to.x - from.x, to.y - from.y);
    if modifiers.shift {
        let side = dx.abs().max(dy.abs());
        (dx, dy) = (side.copysign(dx), side.copysign(dy));
    }
    match modifiers.alt {
        true => [from.moved_by(-dx, -dy), from.moved_by(dx, dy)],
        false => [from, from.moved_by(dx, dy)],
    }
}

/// Two fifths of the canvas about its middle, for those who use no pointer.
pub(crate) fn in_the_middle(core: &Core, form: Form) -> Option<Figure> {
    let (width, height) = (f64::from(core.template.canvas.width()), f64::from(core.template.canvas.height()));
    let corner = |part: f64| Point::new(width * part, height * part);
    let outline = form.between([corner(0.3), corner(0.7)]).ok()?;
    Some(Figure::Path { outline, holes: Vec::new() })
}

impl Behaviour for Framed {
    fn press(&mut self, core: &mut Core, pointer: Pointer, _on: Option<HandleId>) -> Option<Pressed> {
        if let Some(refusal) = refused(core) {
            return Some(Pressed::Done(core.warn(refusal)));
        }
        let combine = core.manner.combine_with(pointer.modifiers);
        let from = core.snap(pointer.at, pointer.modifiers);
        self.drag = Some(Drag { from, corners: [from; 2], combine });
        Some(Pressed::Held(Outcome::Overlay))
    }

    fn moved(&mut self, core: &mut Core, pointer: Pointer) -> Outcome {
        let Some(drag) = &mut self.drag else { return Outcome::Ignored };
        let to = core.snap(pointer.at, pointer.modifiers);
        drag.corners = corners(drag.from, to, pointer.modifiers);
        Outcome::Overlay
    }

    fn release(&mut self, core: &mut Core, _pointer: Pointer) -> Outcome {
        core.snapped.clear();
        let Some(Drag { corners: [a, b], combine, .. }) = self.drag.take() else { return Outcome::Overlay };
        // A click is no shape.
        let least = core.unit * 2.0;
        if (a.x - b.x).abs() < least || (a.y - b.y).abs() < least {
            return Outcome::Overlay;
        }
        match self.form.between([a, b]) {
            Ok(outline) => core.join(vec![Figure::Path { outline, holes: Vec::new() }], combine, Step::DrawMask),
            Err(error) => core.warn(error.into()),
        }
    }

    fn key(&mut self, core: &mut Core, key: Key) -> Outcome {
        match (key, in_the_middle(core, self.form)) {
            (Key::Enter, Some(figure)) => core.join(vec![figure], core.manner.combine, Step::DrawMask),
            _ => Outcome::Ignored,
        }
    }

    fn is_drawing(&self) -> bool {
        self.drag.is_some()
    }

    fn reset(&mut self) {
        self.drag = None;
    }

    fn lines(&self, core: &Core) -> Vec<Line> {
        let mut lines = points::lines(core);
        if let Some(outline) = self.drag.as_ref().and_then(|drag| self.form.between(drag.corners).ok()) {
            lines.push(Line::closed(LineKind::Draft, outline.flattened(core.unit * 0.3)));
        }
        lines
    }
}

/// Why nothing can be drawn.
pub(crate) fn refused(core: &Core) -> Option<Notice> {
    match core.layer() {
        None => Some(Notice::NoLayer),
        Some(_) if core.is_locked() => Some(Notice::Locked),
        Some(_) => None,
    }
}
