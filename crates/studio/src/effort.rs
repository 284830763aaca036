//! How laborious a picture is to draw, in the unit that limits and turns share: a million pixels of one layer, which takes 20 ms of one core.

use document::{Size, Template};
use domain::Problem;
use platform::Result;
use render::{MASK_WORK_MAX, MaskWork, Nanos, mask_work};

/// What a pixel of a layer takes, as the benches of `render` have it of layers that show a design, rounded up.
const PIXEL: Nanos = Nanos(20);
const UNIT: u64 = PIXEL.0 * 1_000_000;

/// The most that one picture may be. The largest canvas with 100 layers, or one of 3,000 by 2,400 px with all that are allowed; some
/// minutes of one core.
pub(crate) const EFFORT_MAX: u64 = 10_000;

/// What drawing a document at a size takes at most.
pub(crate) struct Effort<'a> {
    layers: Nanos,
    masks: MaskWork<'a>,
}

impl<'a> Effort<'a> {
    pub fn of(document: &'a Template, size: Size) -> Self {
        let pixels = u64::from(size.width()) * u64::from(size.height());
        let layers = PIXEL * (pixels * document.walk().count() as u64);
        Self { layers, masks: mask_work(document, size) }
    }

    /// At least 1.
    pub fn units(&self) -> u64 {
        (self.layers + self.masks.all).0.div_ceil(UNIT).max(1)
    }

    /// # Errors
    /// A refusal with this key at this field that names the layer whose mask takes longest, where all masks together take too long for any
    /// picture.
    pub fn check_masks(&self, key: &str, field: &str) -> Result<()> {
        let seconds = |nanos: Nanos| nanos.0.div_ceil(1_000_000_000);
        match self.masks.longest {
            Some(layer) if self.masks.all > MASK_WORK_MAX => {
                let problem = Problem::invalid(key).at(field).with("layer", &layer.name);
                Err(problem.with("seconds", seconds(self.masks.all)).with("limit", seconds(MASK_WORK_MAX)).into())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use document::{Figure, Layer, LayerContent, LayerId, Mask, Stroke, StrokePoint, geometry::Point};

    use super::*;

    fn masked(points: u32) -> Template {
        let at = |i: u32| Point::new(f64::from(i * 37 % 2000), f64::from(i * 53 % 2000));
        let points = (0..points).map(|i| StrokePoint::new(at(i), 1.0).unwrap()).collect();
        let stroke = Stroke { points, size: 5000.0.try_into().unwrap(), hardness: 50.try_into().unwrap() };
        let color = document::Color { r: 1, g: 2, b: 3 };
        let mask = Some(Mask::of(Figure::Stroke(stroke)));
        let layer = Layer { mask, ..Layer::new(LayerId(1), "Glow", LayerContent::Fill { color }) };
        Template::new("Mug", Size::new(2000, 2000).unwrap(), vec![layer])
    }

    #[test]
    fn the_effort_grows_with_what_a_mask_takes() {
        let units = |points, side| {
            let document = masked(points);
            Effort::of(&document, document.canvas.scaled_to(side)).units()
        };
        assert_eq!(units(2, 480), 1);
        let few = units(1_000, 480);
        assert!(few > 10, "{few}");
        assert!((3 * few..5 * few).contains(&units(4_000, 480)), "four times the points");
        assert!((3 * few..5 * few).contains(&units(1_000, 960)), "four times the pixels");
    }

    #[test]
    fn masks_that_take_too_long_are_refused_by_the_layer_s_name() {
        let document = masked(43_000);
        let effort = Effort::of(&document, document.canvas.scaled_to(1600));
        let refused = effort.check_masks("renders-mask-too-laborious", "side").unwrap_err().problem();
        assert_eq!((refused.arguments["layer"].as_str(), refused.arguments["limit"].as_str()), ("Glow", "60"));
        let document = masked(100);
        assert!(Effort::of(&document, document.canvas).check_masks("renders-mask-too-laborious", "side").is_ok());
    }
}
