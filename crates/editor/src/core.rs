//! What all tools work on: the document, what is chosen in it, and how it came to be.

use document::{
    Combine, Figure, Layer, LayerContent, LayerId, Mask, Measure, Placement, Ranged, Size, StrokePoint, Template,
    geometry::{GeometryError, Perspective, Point, Quad},
};

use crate::{
    Ask, Notice, Outcome, Reach, Step, Ticket,
    combine::combined,
    history::History,
    input::Modifiers,
    overlay::{HandleId, Line},
    snap::Targets,
};

/// The brush and the eraser.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brush {
    /// The diameter in canvas pixels.
    pub size: Measure<1, 5000>,
    /// The part of the radius that covers fully, in per cent.
    pub hardness: Ranged<0, 100>,
}

/// How tools work, beside the document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Manner {
    /// The size and the softness of what the brush and the eraser leave.
    pub brush: Brush,
    /// How a new figure joins the mask unless Shift and Alt say otherwise.
    pub combine: Combine,
    /// How far a colour may be from the one under the wand, in steps of 255.
    pub tolerance: u8,
    /// The parts of the picture that the wand takes.
    pub reach: Reach,
    /// The object tool takes a line over the object instead of a rectangle around it.
    pub scribble: bool,
    /// Whether what is moved snaps to the canvas' edges and middle, to guides and to the corners of other areas.
    pub snap: bool,
    /// How far the crop tool's frame is turned, in degrees clockwise.
    pub straighten: Measure<-45, 45>,
}

impl Manner {
    fn over(template: &Template) -> Self {
        let size = (template.canvas.longest() as f32 / 24.0).round().clamp(1.0, 5000.0);
        let brush = Brush {
            size: Measure::try_from(size).unwrap_or_default(),
            hardness: Ranged::try_from(80).unwrap_or_default(),
        };
        let (combine, reach) = (Combine::Add, Reach::Connected);
        Self { brush, combine, tolerance: 32, reach, scribble: false, snap: true, straighten: Measure::default() }
    }

    /// How a figure that is begun with these keys held joins the mask.
    pub(crate) fn combine_with(&self, modifiers: Modifiers) -> Combine {
        match (modifiers.shift, modifiers.alt) {
            (true, true) => Combine::Intersect,
            (true, false) => Combine::Add,
            (false, true) => Combine::Subtract,
            (false, false) => self.combine,
        }
    }
}

pub(crate) struct Core {
    pub template: Template,
    /// The layer that tools work on.
    pub active: Option<LayerId>,
    /// The chosen layers, with the active one.
    pub chosen: Vec<LayerId>,
    /// The handle that keys act on.
    pub selected: Option<HandleId>,
    pub history: History,
    pub notice: Option<Notice>,
    pub manner: Manner,
    /// Canvas pixels per CSS pixel.
    pub unit: f64,
    /// What the last move snapped to.
    pub snapped: Vec<Line>,
    /// The document before the gesture under way.
    before: Option<Box<Template>>,
    asked: Option<Ask>,
    ticket: u32,
}

impl Core {
    pub fn new(template: Template) -> Self {
        let active = template.first_placement().map(|(id, _)| id).or(template.layers.last().map(|layer| layer.id));
        Self {
            manner: Manner::over(&template),
            template,
            active,
            chosen: active.into_iter().collect(),
            selected: None,
            history: History::default(),
            notice: None,
            unit: 1.0,
            snapped: Vec::new(),
            before: None,
            asked: None,
            ticket: 0,
        }
    }

    pub fn layer(&self) -> Option<&Layer> {
        self.template.layer(self.active?)
    }

    pub fn placement(&self) -> Option<&Placement> {
        placement_of(self.layer()?)
    }

    pub fn quad(&self) -> Option<Quad> {
        self.placement().map(|placement| placement.quad)
    }

    pub fn mask(&self) -> Option<&Mask> {
        self.layer()?.mask.as_ref()
    }

    /// True where the active layer, or a group around it, is locked.
    pub fn is_locked(&self) -> bool {
        self.active.is_some_and(|id| {
            self.template.walk().any(|(layer, _)| layer.locked && self.template.is_within(id, layer.id))
        })
    }

    /// Remembers the document, for a gesture whose end commits or takes back.
    pub fn begin(&mut self) {
        if self.before.is_none() {
            self.before = Some(Box::new(self.template.clone()));
        }
    }

    /// A gesture is changing the document.
    pub fn has_begun(&self) -> bool {
        self.before.is_some()
    }

    /// The active layer as it was before the gesture.
    pub fn layer_before(&self) -> Option<&Layer> {
        self.before.as_deref().unwrap_or(&self.template).layer(self.active?)
    }

    pub fn quad_before(&self) -> Option<Quad> {
        placement_of(self.layer_before()?).map(|placement| placement.quad)
    }

    /// Ends the gesture: what it changed is one step.
    pub fn commit(&mut self, step: Step) -> Outcome {
        self.snapped.clear();
        let Some(before) = self.before.take() else { return Outcome::Overlay };
        if *before == self.template {
            return Outcome::Overlay;
        }
        if self.template.check().is_err() {
            self.template = *before;
            self.notice = Some(Notice::TooManyPoints);
            return Outcome::Preview;
        }
        self.history.push(step, &before, &self.template);
        Outcome::Committed
    }

    /// Puts back what the gesture under way has changed.
    pub fn revert(&mut self) {
        self.snapped.clear();
        if let Some(before) = self.before.take() {
            self.template = *before;
        }
    }

    /// Changes the document as one step.
    pub fn change(&mut self, step: Step, change: impl FnOnce(&mut Template)) -> Outcome {
        self.revert();
        self.notice = None;
        self.begin();
        change(&mut self.template);
        self.commit(step)
    }

    /// Changes the active layer as one step, unless it is locked.
    pub fn change_layer(&mut self, step: Step, change: impl FnOnce(&mut Layer)) -> Outcome {
        if self.is_locked() {
            return self.warn(Notice::Locked);
        }
        self.revert();
        self.notice = None;
        self.begin();
        self.adjust(change);
        self.commit(step)
    }

    /// Changes the active layer within a gesture.
    pub fn adjust(&mut self, change: impl FnOnce(&mut Layer)) {
        if let Some(layer) = self.active.and_then(|id| self.template.layer_mut(id)) {
            change(layer);
        }
    }

    /// Moves the design area from where it was before the gesture, and what is attached to it.
    ///
    /// # Errors
    /// Those of the new area.
    pub fn move_area(&mut self, to: Result<Quad, GeometryError>) -> Result<(), Notice> {
        let to = to?;
        let attached = self.layer_before().and_then(|layer| layer.mask.clone()).filter(|mask| mask.attached);
        let moved = match (attached, self.quad_before()) {
            (Some(mask), Some(from)) => Some(carried(mask, &from, &to)?),
            _ => None,
        };
        self.adjust(|layer| {
            if let LayerContent::Placement(placement) = &mut layer.content {
                placement.quad = to;
            }
            if moved.is_some() {
                layer.mask = moved;
            }
        });
        Ok(())
    }

    /// Makes a frame of the canvas the canvas: what it holds comes to lie upright. Within a gesture.
    ///
    /// # Errors
    /// For a frame that is larger than a canvas may be, or where something would lie too far away.
    pub fn crop(&mut self, middle: Point, half: (f64, f64), turn: f64) -> Result<(), Notice> {
        let before = self.template.canvas;
        let side = |half: f64| (half * 2.0).round().clamp(1.0, f64::from(u32::MAX)) as u32;
        let canvas = Size::new(side(half.0), side(half.1)).map_err(|_| Notice::OutOfLimits)?;
        let (sin, cos) = turn.sin_cos();
        let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
        let map = |p: Point| {
            let (x, y) = (p.x - middle.x, p.y - middle.y);
            Point::new(x * cos + y * sin + width / 2.0, y * cos - x * sin + height / 2.0)
        };
        let (right, bottom) = (f64::from(before.width()), f64::from(before.height()));
        let whole = Quad::new([[0.0, 0.0], [right, 0.0], [right, bottom], [0.0, bottom]].map(Point::from))?;
        let photos = self.template.photo_area.unwrap_or(whole).mapped(map)?;
        let ids: Vec<LayerId> = self.template.walk().map(|(layer, _)| layer.id).collect();
        for layer in ids {
            let Some(layer) = self.template.layer_mut(layer) else { continue };
            if let LayerContent::Placement(placement) = &mut layer.content {
                placement.quad = placement.quad.mapped(map)?;
            }
            layer.mask = layer.mask.take().map(|mask| mapped(mask, map)).transpose()?;
        }
        let moved = map(Point::new(0.0, 0.0));
        // A turned guide is no guide.
        let guides = std::mem::take(&mut self.template.guides);
        if turn == 0.0 {
            self.template.guides.x = guides.x.iter().map(|x| x + moved.x).collect();
            self.template.guides.y = guides.y.iter().map(|y| y + moved.y).collect();
        }
        self.template.photo_area = Some(photos);
        self.template.canvas = canvas;
        Ok(())
    }

    /// Changes something as one step, or leaves all as it was and says why not.
    pub fn attempt(&mut self, step: Step, change: impl FnOnce(&mut Self) -> Result<(), Notice>) -> Outcome {
        self.begin();
        match change(self) {
            Ok(()) => self.commit(step),
            Err(notice) => {
                self.revert();
                self.warn(notice)
            }
        }
    }

    /// Joins figures to the active layer's mask as one step.
    pub fn join(&mut self, figures: Vec<Figure>, how: Combine, step: Step) -> Outcome {
        if self.layer().is_none() {
            return self.warn(Notice::NoLayer);
        }
        match combined(self.mask(), figures, how, self.template.canvas) {
            Ok(mask) => self.change_layer(step, |layer| layer.mask = Some(mask)),
            Err(error) => self.warn(error.into()),
        }
    }

    pub fn warn(&mut self, notice: Notice) -> Outcome {
        self.notice = Some(notice);
        Outcome::Overlay
    }

    /// Asks, instead of what was asked before.
    pub fn ask(&mut self, ask: Ask) {
        self.ticket = self.ticket.wrapping_add(1);
        self.asked = Some(ask);
    }

    pub fn take_ask(&mut self) -> Option<(Ticket, Ask)> {
        Some((Ticket(self.ticket), self.asked.take()?))
    }

    pub fn is_current(&self, ticket: Ticket) -> bool {
        ticket.0 == self.ticket
    }

    /// A place moved onto what it snaps to; remembers the lines.
    pub fn snap(&mut self, at: Point, modifiers: Modifiers) -> Point {
        let by = self.snap_by(&[at], modifiers);
        at.moved_by(by.0, by.1)
    }

    /// How far to move so that one of the places snaps.
    pub fn snap_by(&mut self, places: &[Point], modifiers: Modifiers) -> (f64, f64) {
        /// In CSS pixels.
        const REACH: f64 = 6.0;
        self.snapped.clear();
        if !self.manner.snap || modifiers.command {
            return (0.0, 0.0);
        }
        let (by, lines) = Targets::of(&self.template, self.active).shift(places, REACH * self.unit);
        self.snapped = lines;
        by
    }
}

fn placement_of(layer: &Layer) -> Option<&Placement> {
    match &layer.content {
        LayerContent::Placement(placement) => Some(placement),
        _ => None,
    }
}

/// A mask that goes with an area from one place to another.
fn carried(mask: Mask, from: &Quad, to: &Quad) -> Result<Mask, Notice> {
    let (back, forth): (Perspective, Perspective) = (from.perspective().inverse(), to.perspective());
    mapped(mask, |p| back.at(p).and_then(|square| forth.at(square)).unwrap_or(p))
}

/// A mask whose figures go where `map` takes them.
fn mapped(mut mask: Mask, map: impl Fn(Point) -> Point) -> Result<Mask, Notice> {
    for shape in &mut mask.shapes {
        match &mut shape.figure {
            Figure::Path { outline, holes } => {
                *outline = outline.mapped(&map)?;
                for hole in holes {
                    *hole = hole.mapped(&map)?;
                }
            }
            Figure::Stroke(stroke) => {
                for point in &mut stroke.points {
                    *point = StrokePoint::new(map(point.at()), point.pressure()).map_err(|_| Notice::OutOfLimits)?;
                }
            }
            // A picture stays upright: it goes along, but does not turn.
            Figure::Raster(raster) => {
                if let Some(area) = raster.area {
                    let [left, top, right, bottom] = area.sides();
                    let (low, high) = (map(Point::new(left, top)), map(Point::new(right, bottom)));
                    let sides = [low.x, low.y, high.x - low.x, high.y - low.y];
                    raster.area = Some(sides.try_into().map_err(|_| Notice::OutOfLimits)?);
                }
            }
        }
    }
    Ok(mask)
}
