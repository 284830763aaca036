//! Snapping: to the canvas' edges and middle, guides, corners of design areas, and whole steps of an angle.

use document::{LayerContent, LayerId, Template, geometry::Point};

use crate::overlay::{Line, LineKind};

/// What points snap to: upright lines by their x, level lines by their y.
pub(crate) struct Targets {
    x: Vec<f64>,
    y: Vec<f64>,
    /// Lines are drawn across it.
    canvas: (f64, f64),
}

impl Targets {
    /// Those of a document, without the corners of the layer that moves.
    pub fn of(template: &Template, moving: Option<LayerId>) -> Self {
        let (width, height) = (f64::from(template.canvas.width()), f64::from(template.canvas.height()));
        let mut x = vec![0.0, width / 2.0, width];
        let mut y = vec![0.0, height / 2.0, height];
        x.extend(&template.guides.x);
        y.extend(&template.guides.y);
        for (layer, _) in template.walk().filter(|(layer, _)| layer.visible && Some(layer.id) != moving) {
            if let LayerContent::Placement(placement) = &layer.content {
                x.extend(placement.quad.corners().map(|corner| corner.x));
                y.extend(placement.quad.corners().map(|corner| corner.y));
            }
        }
        Self { x, y, canvas: (width, height) }
    }

    /// How far to move so that one of the places lies on a target, each axis for itself, where one is within reach; and the lines
    /// to show.
    pub fn shift(&self, places: &[Point], reach: f64) -> ((f64, f64), Vec<Line>) {
        let nearest = |targets: &[f64], of: fn(&Point) -> f64| {
            let pairs = places.iter().flat_map(|place| targets.iter().map(move |target| (target - of(place), *target)));
            pairs.filter(|(by, _)| by.abs() <= reach).min_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))
        };
        let (across, down) = (nearest(&self.x, |p| p.x), nearest(&self.y, |p| p.y));
        let (width, height) = self.canvas;
        let upright = across.map(|(_, x)| vec![Point::new(x, 0.0), Point::new(x, height)]);
        let level = down.map(|(_, y)| vec![Point::new(0.0, y), Point::new(width, y)]);
        let lines = upright.into_iter().chain(level).map(|points| Line::open(LineKind::Snap, points)).collect();
        ((across.map_or(0.0, |(by, _)| by), down.map_or(0.0, |(by, _)| by)), lines)
    }
}

/// The step that angles snap to, in degrees.
const ANGLE_STEP: f64 = 15.0;

/// The nearest whole step of an angle in radians.
pub(crate) fn angle(angle: f64) -> f64 {
    let step = ANGLE_STEP.to_radians();
    (angle / step).round() * step
}

/// The end of the line from `from` at a whole step of its angle that is nearest to `to`.
pub(crate) fn on_angle(from: Point, to: Point) -> Point {
    let length = from.distance(to);
    let angle = angle((to.y - from.y).atan2(to.x - from.x));
    Point::new(from.x + length * angle.cos(), from.y + length * angle.sin())
}

#[cfg(test)]
mod tests {
    use super::*;
    use document::{ContentHash, Size};

    #[test]
    fn a_place_near_the_middle_or_a_guide_moves_onto_it() {
        let mut template = Template::over_photo("Mug", Size::new(1000, 800).unwrap(), ContentHash([0; 32]));
        template.guides.y.push(120.0);
        let targets = Targets::of(&template, template.first_placement().map(|(id, _)| id));
        let (by, lines) = targets.shift(&[Point::new(495.0, 123.0)], 6.0);
        assert_eq!((by, lines.len()), ((5.0, -3.0), 2));
        let (by, lines) = targets.shift(&[Point::new(470.0, 140.0)], 6.0);
        assert_eq!((by, lines.len()), ((0.0, 0.0), 0));
        // The other layers' corners count: the area's begin at 300 and 240.
        let others = Targets::of(&template, None);
        assert_eq!(others.shift(&[Point::new(303.0, 600.0)], 6.0).0, (-3.0, 0.0));
    }

    #[test]
    fn a_line_turns_to_the_nearest_fifteen_degrees() {
        let to = on_angle(Point::new(0.0, 0.0), Point::new(100.0, 4.0));
        assert!((to.y).abs() < 1e-9 && (to.x - 100.08).abs() < 0.01);
    }
}
