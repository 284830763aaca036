//! The polygon tool: draws the mask's outline point by point, then moves, adds and deletes points.
//!
//! Ready -> Drawing (points so far) -> Ready; Ready -> Dragging (a point) -> Ready.

use document::{geometry::{GeometryError, OUTLINE_POINTS_MAX, Outline, Point}, Figure, Mask, Template};

use crate::{Editor, Event, HandleId, Key, Outcome, Pointer, Step, place::nearest};

#[derive(Default)]
pub(crate) enum State {
    #[default]
    Ready,
    Drawing {
        points: Vec<Point>,
        /// Where the pointer is, for the line that follows it.
        pointer: Point,
    },
    Dragging {
        index: usize,
        offset: (f64, f64),
        step: Step,
        before: Box<Template>,
    },
}

impl State {
    pub fn take_drag(&mut self) -> Option<Box<Template>> {
        match std::mem::take(self) {
            Self::Dragging { before, .. } => Some(before),
            other => {
                *self = other;
                None
            }
        }
    }

    /// The points set so far and the pointer.
    pub fn draft(&self) -> Vec<Point> {
        match self {
            Self::Drawing { points, pointer } => points.iter().copied().chain([*pointer]).collect(),
            _ => Vec::new(),
        }
    }

    pub fn placed(&self) -> &[Point] {
        match self {
            Self::Drawing { points, .. } => points,
            _ => &[],
        }
    }
}

/// The outline that the tool edits: the mask's first shape.
pub(crate) fn outline(editor: &Editor) -> Option<&Outline> {
    match &editor.mask()?.shapes.first()?.figure {
        Figure::Path { outline, .. } => Some(outline),
        Figure::Stroke(_) | Figure::Raster(_) => None,
    }
}

/// Its points.
fn points(outline: &Outline) -> Vec<Point> {
    outline.points().collect()
}

pub(crate) fn handle(editor: &mut Editor, event: Event) -> Outcome {
    if editor.layer().is_none() {
        return Outcome::Ignored;
    }
    match event {
        Event::Down(pointer) => down(editor, pointer),
        Event::Move(pointer) => moved(editor, pointer),
        Event::Up(_) => release(editor),
        Event::Cancel => {
            editor.cancel_gesture();
            Outcome::Preview
        }
        Event::Key(key) => pressed(editor, key),
    }
}

fn down(editor: &mut Editor, pointer: Pointer) -> Outcome {
    if let State::Drawing { points, .. } = &mut editor.polygon {
        let closes = points.len() >= 3 && points[0].distance(pointer.at) <= pointer.reach;
        if closes {
            return close(editor);
        }
        // A double click sets its second point on the first: it ends the outline instead.
        if points.last().is_some_and(|last| last.distance(pointer.at) < pointer.reach * 0.25) {
            return close(editor);
        }
        if points.len() == OUTLINE_POINTS_MAX {
            return editor.warn(GeometryError::TooManyPoints);
        }
        points.push(pointer.at);
        return Outcome::Overlay;
    }
    let Some(outline) = outline(editor).cloned() else {
        editor.polygon = State::Drawing { points: vec![pointer.at], pointer: pointer.at };
        return Outcome::Overlay;
    };
    if let Some(index) = nearest(&points(&outline), pointer) {
        let at = outline.anchors()[index].at;
        let offset = (at.x - pointer.at.x, at.y - pointer.at.y);
        return begin_drag(editor, index, offset, Step::MovePoint, editor.template.clone());
    }
    let Some((index, at)) = nearest_on_edge(&points(&outline), pointer) else {
        editor.selected = None;
        return Outcome::Overlay;
    };
    let before = editor.template.clone();
    match outline.with_point_inserted(index, at) {
        Ok(outline) => {
            set_outline(editor, outline);
            begin_drag(editor, index, (at.x - pointer.at.x, at.y - pointer.at.y), Step::AddPoint, before);
            Outcome::Preview
        }
        Err(error) => editor.warn(error),
    }
}

fn begin_drag(editor: &mut Editor, index: usize, offset: (f64, f64), step: Step, before: Template) -> Outcome {
    editor.selected = Some(HandleId::Point(index));
    editor.polygon = State::Dragging { index, offset, step, before: Box::new(before) };
    Outcome::Overlay
}

fn moved(editor: &mut Editor, pointer: Pointer) -> Outcome {
    match &mut editor.polygon {
        State::Ready => Outcome::Ignored,
        State::Drawing { pointer: follow, .. } => {
            *follow = pointer.at;
            Outcome::Overlay
        }
        State::Dragging { index, offset, .. } => {
            let (index, to) = (*index, Point::new(pointer.at.x + offset.0, pointer.at.y + offset.1));
            match outline(editor).map(|outline| outline.with_point(index, to)) {
                Some(Ok(outline)) => {
                    editor.notice = None;
                    set_outline(editor, outline);
                    Outcome::Preview
                }
                Some(Err(error)) => editor.warn(error),
                None => Outcome::Ignored,
            }
        }
    }
}

fn release(editor: &mut Editor) -> Outcome {
    let State::Dragging { step, .. } = editor.polygon else { return Outcome::Ignored };
    match editor.polygon.take_drag() {
        Some(before) => editor.commit(step, *before),
        None => Outcome::Ignored,
    }
}

fn pressed(editor: &mut Editor, key: Key) -> Outcome {
    match (key, editor.selected) {
        (Key::Enter, _) => close(editor),
        (Key::Escape, _) => {
            editor.cancel_gesture();
            editor.polygon = State::Ready;
            Outcome::Preview
        }
        (Key::Delete, _) if matches!(editor.polygon, State::Drawing { .. }) => {
            step_back(editor);
            Outcome::Overlay
        }
        (Key::Delete, Some(HandleId::Point(index))) => {
            edit(editor, Step::DeletePoint, |outline| outline.without_point(index))
        }
        (Key::Arrow { dx, dy }, Some(HandleId::Point(index))) => edit(editor, Step::MovePoint, |outline| {
            let anchors = outline.anchors();
            let at = anchors.get(index).unwrap_or(&anchors[0]).at;
            outline.with_point(index, Point::new(at.x + dx, at.y + dy))
        }),
        (Key::Delete | Key::Arrow { .. }, _) => Outcome::Ignored,
    }
}

fn edit(editor: &mut Editor, step: Step, edit: impl FnOnce(&Outline) -> Result<Outline, GeometryError>) -> Outcome {
    match outline(editor).map(edit) {
        None => Outcome::Ignored,
        Some(Err(error)) => editor.warn(error),
        Some(Ok(outline)) => {
            let before = editor.template.clone();
            if let Some(HandleId::Point(index)) = editor.selected
                && index >= outline.anchors().len()
            {
                editor.selected = Some(HandleId::Point(outline.anchors().len() - 1));
            }
            set_outline(editor, outline);
            editor.commit(step, before)
        }
    }
}

/// Takes back the last point of the outline being drawn.
fn step_back(editor: &mut Editor) {
    if let State::Drawing { points, .. } = &mut editor.polygon {
        points.pop();
        if points.is_empty() {
            editor.polygon = State::Ready;
        }
    }
}

/// Makes the drawn points the mask; with fewer than three, says so and keeps them.
fn close(editor: &mut Editor) -> Outcome {
    let State::Drawing { points, .. } = &editor.polygon else { return Outcome::Ignored };
    match Outline::polygon(points.iter().copied()) {
        Err(error) => editor.warn(error),
        Ok(outline) => {
            editor.polygon = State::Ready;
            let before = editor.template.clone();
            set_outline(editor, outline);
            editor.commit(Step::DrawMask, before)
        }
    }
}

fn set_outline(editor: &mut Editor, outline: Outline) {
    editor.adjust(|layer| match &mut layer.mask {
        Some(mask) => match mask.shapes.first_mut().map(|shape| &mut shape.figure) {
            Some(Figure::Path { outline: drawn, .. }) => *drawn = outline,
            // Beneath what other tools made.
            _ => mask.shapes.splice(..0, Mask::outlined(outline).shapes).for_each(drop),
        },
        None => layer.mask = Some(Mask::outlined(outline)),
    });
}

/// Where on the outline the pointer is, within its reach: the index a new point there would take, and the place.
fn nearest_on_edge(points: &[Point], pointer: Pointer) -> Option<(usize, Point)> {
    let on_edge = |index: usize| {
        let (a, b) = (points[index], points[(index + 1) % points.len()]);
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = (dx * dx + dy * dy).max(f64::MIN_POSITIVE);
        let along = (((pointer.at.x - a.x) * dx + (pointer.at.y - a.y) * dy) / length).clamp(0.0, 1.0);
        (index + 1, Point::new(a.x + dx * along, a.y + dy * along))
    };
    let near = (0..points.len()).map(on_edge).filter(|(_, at)| at.distance(pointer.at) <= pointer.reach);
    near.min_by(|(_, a), (_, b)| a.distance(pointer.at).total_cmp(&b.distance(pointer.at)))
}
