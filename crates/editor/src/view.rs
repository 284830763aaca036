//! How the canvas lies in the window: zoomed, turned, moved.

use document::{Size, geometry::Point};

/// Canvas points to points of the stage, in CSS pixels from its top left corner: turned, then zoomed, then moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// CSS pixels per canvas pixel.
    zoom: f64,
    /// Clockwise, in radians.
    turn: f64,
    /// Where the canvas' top left corner lies.
    origin: Point,
}

/// The least and the most CSS pixels per canvas pixel.
const ZOOM: std::ops::RangeInclusive<f64> = 0.01..=64.0;
/// What is left free around a canvas that is fitted into the stage, in CSS pixels.
const MARGIN: f64 = 24.0;

impl View {
    /// The whole canvas in the middle of a stage of this many CSS pixels; never larger than its own size.
    pub fn fitted(canvas: Size, stage: (f64, f64)) -> Self {
        let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
        let room = |side: f64| (side - 2.0 * MARGIN).max(side * 0.5).max(1.0);
        let zoom = (room(stage.0) / width).min(room(stage.1) / height).min(1.0).clamp(*ZOOM.start(), *ZOOM.end());
        let origin = Point::new((stage.0 - width * zoom) / 2.0, (stage.1 - height * zoom) / 2.0);
        Self { zoom, turn: 0.0, origin }
    }

    /// The CSS pixels per canvas pixel, 0.01 to 64.
    pub fn zoom(&self) -> f64 {
        self.zoom
    }

    /// The turn of the canvas, in degrees clockwise.
    pub fn turn_degrees(&self) -> f64 {
        self.turn.to_degrees()
    }

    /// The place of the canvas' top left corner on the stage, in CSS pixels.
    pub fn origin(&self) -> Point {
        self.origin
    }

    /// The point of the stage, in CSS pixels, where a canvas point lies.
    pub fn to_stage(&self, canvas: Point) -> Point {
        let (sin, cos) = self.turn.sin_cos();
        let (x, y) = (canvas.x * self.zoom, canvas.y * self.zoom);
        Point::new(self.origin.x + x * cos - y * sin, self.origin.y + x * sin + y * cos)
    }

    /// The canvas point that lies at a point of the stage.
    pub fn to_canvas(&self, stage: Point) -> Point {
        let (sin, cos) = self.turn.sin_cos();
        let (x, y) = (stage.x - self.origin.x, stage.y - self.origin.y);
        Point::new((x * cos + y * sin) / self.zoom, (y * cos - x * sin) / self.zoom)
    }

    /// The view moved by this many CSS pixels to the right and down.
    pub fn moved_by(self, dx: f64, dy: f64) -> Self {
        Self { origin: self.origin.moved_by(dx, dy), ..self }
    }

    /// Zoomed so that what is under `stage` stays there.
    pub fn zoomed_at(self, stage: Point, factor: f64) -> Self {
        self.zoomed_to(stage, self.zoom * factor)
    }

    /// The view with this many CSS pixels per canvas pixel (0.01 to 64; clamped); what is under `stage` stays there.
    pub fn zoomed_to(self, stage: Point, zoom: f64) -> Self {
        let under = self.to_canvas(stage);
        Self { zoom: zoom.clamp(*ZOOM.start(), *ZOOM.end()), ..self }.with(under, stage)
    }

    /// Turned by this many degrees about a point of the stage.
    pub fn turned_at(self, stage: Point, degrees: f64) -> Self {
        let under = self.to_canvas(stage);
        Self { turn: self.turn + degrees.to_radians(), ..self }.with(under, stage)
    }

    /// Upright again.
    pub fn upright(self, stage: Point) -> Self {
        let under = self.to_canvas(stage);
        Self { turn: 0.0, ..self }.with(under, stage)
    }

    /// What two fingers do that went from the first pair of places to the second. Small turns do not turn, so that a pinch
    /// leaves an upright canvas upright.
    pub fn pinched(self, from: [Point; 2], to: [Point; 2]) -> Self {
        let middle = |pair: [Point; 2]| pair[0].towards(pair[1], 0.5);
        let angle = |pair: [Point; 2]| (pair[1].y - pair[0].y).atan2(pair[1].x - pair[0].x).to_degrees();
        let factor = to[0].distance(to[1]) / from[0].distance(from[1]).max(1.0);
        let by = (angle(to) - angle(from) + 540.0).rem_euclid(360.0) - 180.0;
        let (start, end) = (middle(from), middle(to));
        let zoomed = self.moved_by(end.x - start.x, end.y - start.y).zoomed_at(end, factor);
        const STILL: f64 = 12.0;
        if by.abs() <= STILL && self.turn == 0.0 { zoomed } else { zoomed.turned_at(end, by) }
    }

    /// With a canvas point at a point of the stage.
    fn with(self, canvas: Point, stage: Point) -> Self {
        let at = self.to_stage(canvas);
        self.moved_by(stage.x - at.x, stage.y - at.y)
    }

    /// The canvas points that the stage shows, as an upright rectangle within the canvas; `None` where it shows none.
    pub fn shown(&self, canvas: Size, stage: (f64, f64)) -> Option<[Point; 2]> {
        let corners =
            [(0.0, 0.0), (stage.0, 0.0), stage, (0.0, stage.1)].map(|(x, y)| self.to_canvas(Point::new(x, y)));
        let span = |of: fn(&Point) -> f64, side: u32| {
            let low = corners.iter().map(of).fold(f64::INFINITY, f64::min).max(0.0);
            let high = corners.iter().map(of).fold(f64::NEG_INFINITY, f64::max).min(f64::from(side));
            (low < high).then_some((low, high))
        };
        let ((left, right), (top, bottom)) = (span(|p| p.x, canvas.width())?, span(|p| p.y, canvas.height())?);
        Some([Point::new(left, top), Point::new(right, bottom)])
    }
}

/// The canvas pixels between two strokes of a ruler that are about `room` CSS pixels apart: 1, 2 or 5 times a power of ten.
pub fn ruler_step(zoom: f64, room: f64) -> f64 {
    let least = room / zoom;
    let power = 10f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|step| *step >= least * (1.0 - 1e-9));
    step.unwrap_or(10.0 * power).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canvas() -> Size {
        Size::new(3000, 2000).unwrap()
    }

    #[test]
    fn a_canvas_is_fitted_in_the_middle() {
        let view = View::fitted(canvas(), (648.0, 648.0));
        assert_eq!((view.zoom(), view.origin()), (0.2, Point::new(24.0, 124.0)));
        assert_eq!(View::fitted(Size::new(10, 10).unwrap(), (500.0, 500.0)).zoom(), 1.0);
    }

    #[test]
    fn zooming_and_turning_keep_what_is_under_the_pointer() {
        let view = View::fitted(canvas(), (800.0, 600.0));
        let (pointer, under) = (Point::new(300.0, 250.0), view.to_canvas(Point::new(300.0, 250.0)));
        let changed = view.zoomed_at(pointer, 7.3).turned_at(pointer, 31.0);
        assert!(changed.to_canvas(pointer).distance(under) < 1e-9);
        assert!(changed.to_stage(changed.to_canvas(Point::new(5.0, 9.0))).distance(Point::new(5.0, 9.0)) < 1e-9);
        assert!(changed.upright(pointer).to_canvas(pointer).distance(under) < 1e-9);
        assert_eq!(view.zoomed_at(pointer, 1e9).zoom(), 64.0);
    }

    #[test]
    fn fingers_take_the_picture_with_them() {
        let view = View::fitted(canvas(), (800.0, 600.0));
        let from = [Point::new(300.0, 300.0), Point::new(400.0, 300.0)];
        let wide = [Point::new(250.0, 320.0), Point::new(450.0, 325.0)];
        let pinched = view.pinched(from, wide);
        assert_eq!(pinched.turn_degrees(), 0.0);
        assert!((pinched.zoom() / view.zoom() - 2.0).abs() < 0.01);
        let turned = view.pinched(from, [Point::new(350.0, 250.0), Point::new(350.0, 350.0)]);
        assert!((turned.turn_degrees() - 90.0).abs() < 1e-9);
        let under = view.to_canvas(from[0]);
        assert!(turned.to_stage(under).distance(Point::new(350.0, 250.0)) < 1e-9);
    }

    #[test]
    fn only_what_the_stage_shows_is_shown() {
        let view = View::fitted(canvas(), (800.0, 600.0)).zoomed_to(Point::new(0.0, 0.0), 1.0);
        let [low, high] = view.shown(canvas(), (800.0, 600.0)).unwrap();
        assert!((high.x - low.x).min(high.y - low.y) <= 800.0 && high.x <= 800.0);
        assert_eq!(view.moved_by(9000.0, 0.0).shown(canvas(), (800.0, 600.0)), None);
    }

    #[test]
    fn a_ruler_s_steps_are_round() {
        assert_eq!([ruler_step(1.0, 60.0), ruler_step(0.2, 60.0), ruler_step(40.0, 60.0)], [100.0, 500.0, 2.0]);
        assert_eq!(ruler_step(64.0, 30.0), 1.0);
    }
}
