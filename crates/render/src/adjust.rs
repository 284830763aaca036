//! Adjustments as tables and formulas, made once for a picture.

use std::ops::Range;

use document::{Adjustment, Levels};

use crate::{
    light::{channels, relative_light},
    luma::brightness,
    row::Row,
};

/// A channel's output for each of 256 inputs, both 0 to 1; between them it is straight.
type Table = [f32; 256];

/// An adjustment ready for rows.
pub enum Adjuster {
    /// Red, green and blue by themselves.
    Tables(Box<[Table; 3]>),
    /// Turned around the colour circle (in sixths), saturation's factor, and lightness from -1 to 1.
    HueSaturation { turn: f32, factor: f32, lightness: f32 },
    /// What had this brightness gets this colour.
    Recolor { brightness: f32, color: [f32; 3] },
}

impl Adjuster {
    pub fn new(adjustment: &Adjustment) -> Self {
        let both =
            |all: Table, own: [Table; 3]| Self::Tables(Box::new(own.map(|own| own.map(|value| look_up(&all, value)))));
        match adjustment {
            Adjustment::Levels { all, red, green, blue } => {
                both(levels(all), [levels(red), levels(green), levels(blue)])
            }
            Adjustment::Curves { all, red, green, blue } => {
                both(all.table(), [red.table(), green.table(), blue.table()])
            }
            Adjustment::BrightnessContrast { brightness, contrast } => {
                let table = brightness_contrast(f32::from(brightness.get()) / 255.0, f32::from(contrast.get()) / 100.0);
                Self::Tables(Box::new([table; 3]))
            }
            Adjustment::Invert => Self::Tables(Box::new([from_inputs(|value| 1.0 - value); 3])),
            Adjustment::Recolor { from, to, .. } => {
                Self::Recolor { brightness: brightness(channels(*from)), color: channels(*to) }
            }
            Adjustment::HueSaturation { hue, saturation, lightness } => {
                let saturation = f32::from(saturation.get()) / 100.0;
                Self::HueSaturation {
                    turn: f32::from(hue.get()) / 60.0,
                    // Halving at -50 is matched by doubling at 50; 100 leaves no grey in a colour.
                    factor: if saturation <= 0.0 {
                        1.0 + saturation
                    } else {
                        1.0 / (1.0 - saturation).max(1.0 / 256.0)
                    },
                    lightness: f32::from(lightness.get()) / 100.0,
                }
            }
        }
    }

    /// Changes the colours of a row within `span`; alpha stays.
    pub fn apply(&self, row: &mut Row, span: Range<usize>) {
        match self {
            Self::Tables(tables) => {
                let [red, green, blue] = &**tables;
                for (table, plane) in [(red, &mut row.r), (green, &mut row.g), (blue, &mut row.b)] {
                    plane[span.clone()].iter_mut().for_each(|value| *value = look_up(table, *value));
                }
            }
            &Self::HueSaturation { turn, factor, lightness } => {
                for x in span {
                    let color = hue_saturation([row.r[x], row.g[x], row.b[x]], turn, factor, lightness);
                    [row.r[x], row.g[x], row.b[x]] = color;
                }
            }
            &Self::Recolor { brightness: base, color } => {
                for x in span {
                    let light = relative_light(brightness([row.r[x], row.g[x], row.b[x]]), base);
                    [row.r[x], row.g[x], row.b[x]] = light.on(color, 1.0, 1.0);
                }
            }
        }
    }
}

fn from_inputs(value: impl Fn(f32) -> f32) -> Table {
    std::array::from_fn(|i| value(i as f32 / 255.0).clamp(0.0, 1.0))
}

fn look_up(table: &Table, value: f32) -> f32 {
    let position = value.clamp(0.0, 1.0) * 255.0;
    let index = (position as usize).min(254);
    let past = position - index as f32;
    table[index] + (table[index + 1] - table[index]) * past
}

fn levels(levels: &Levels) -> Table {
    let (black, white) = (f32::from(levels.black()) / 255.0, f32::from(levels.white()) / 255.0);
    let [low, high] = levels.output().map(|value| f32::from(value) / 255.0);
    from_inputs(|value| {
        let within = ((value - black) / (white - black)).clamp(0.0, 1.0);
        low + (high - low) * libm::powf(within, 1.0 / levels.gamma())
    })
}

/// Brightness is added; contrast turns the line about middle grey, to level at -1 and to a step at 1.
fn brightness_contrast(brightness: f32, contrast: f32) -> Table {
    let slope = if contrast <= 0.0 { 1.0 + contrast } else { 1.0 / (1.0 - contrast).max(1.0 / 256.0) };
    from_inputs(|value| (value + brightness - 0.5) * slope + 0.5)
}

/// In the double cone of hue, saturation and lightness (A. R. Smith, "Color Gamut Transform Pairs", 1978).
fn hue_saturation([r, g, b]: [f32; 3], turn: f32, factor: f32, lightness: f32) -> [f32; 3] {
    let (low, high) = (r.min(g).min(b), r.max(g).max(b));
    let (middle, spread) = ((low + high) * 0.5, high - low);
    let room = 1.0 - (2.0 * middle - 1.0).abs();
    let color = if spread > 0.0 && room > 0.0 {
        let sixths = match () {
            () if high == r => (g - b) / spread + 6.0,
            () if high == g => (b - r) / spread + 2.0,
            () => (r - g) / spread + 4.0,
        };
        let half = (spread / room * factor).min(1.0) * room * 0.5;
        // How far each channel lies from the hue, three sixths at most, decides its place between low and high.
        let channel = |own: f32| {
            let around = sixths + turn - own + 12.0;
            let apart = around - (around * (1.0 / 6.0)).floor() * 6.0;
            let near = apart.min(6.0 - apart);
            middle + half * (2.0 * (2.0 - near).clamp(0.0, 1.0) - 1.0)
        };
        [channel(0.0), channel(2.0), channel(4.0)]
    } else {
        [r, g, b]
    };
    let towards = if lightness > 0.0 { 1.0 } else { 0.0 };
    color.map(|c| (c + (towards - c) * lightness.abs()).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn adjusted(json: &str, color: [u8; 3]) -> [u8; 3] {
        let adjuster = Adjuster::new(&serde_json::from_str(json).unwrap());
        let mut row = Row::new(1);
        let [r, g, b] = color.map(|c| f32::from(c) / 255.0);
        row.fill(0..1, [r, g, b, 1.0]);
        adjuster.apply(&mut row, 0..1);
        [row.r[0], row.g[0], row.b[0]].map(|c| (c * 255.0 + 0.5) as u8)
    }

    #[test]
    fn levels_and_curves_give_their_known_values() {
        let levels = r#"{"kind":"levels","all":{"black":50,"white":200},"blue":{"output":[20,235]}}"#;
        assert_eq!(adjusted(levels, [50, 200, 255]), [0, 255, 255]);
        assert_eq!(adjusted(levels, [126, 40, 0])[..2], [129, 0]);
        // 0.5 to the power of 1 / 2.
        assert_eq!(adjusted(r#"{"kind":"levels","red":{"gamma":2}}"#, [128, 128, 128]), [181, 128, 128]);
        let curve = r#"{"kind":"curves","all":[[0,0],[64,32],[192,224],[255,255]]}"#;
        assert_eq!(adjusted(curve, [64, 192, 0]), [32, 224, 0]);
        // Symmetric points bend a symmetric curve.
        assert_eq!(adjusted(r#"{"kind":"curves","all":[[0,0],[127,127],[254,254]]}"#, [90, 200, 255]), [90, 200, 254]);
    }

    #[test]
    fn the_rest_gives_its_known_values() {
        assert_eq!(adjusted(r#"{"kind":"invert"}"#, [0, 100, 255]), [255, 155, 0]);
        assert_eq!(adjusted(r#"{"kind":"brightness-contrast","brightness":20}"#, [100, 0, 250]), [120, 20, 255]);
        assert_eq!(adjusted(r#"{"kind":"brightness-contrast","contrast":50}"#, [128, 64, 192]), [129, 1, 255]);
        assert_eq!(adjusted(r#"{"kind":"hue-saturation","hue":120}"#, [255, 0, 0]), [0, 255, 0]);
        assert_eq!(adjusted(r#"{"kind":"hue-saturation","hue":-120}"#, [200, 100, 100]), [100, 100, 200]);
        assert_eq!(adjusted(r#"{"kind":"hue-saturation","saturation":-100}"#, [255, 0, 0]), [128, 128, 128]);
        assert_eq!(adjusted(r#"{"kind":"hue-saturation","lightness":-50}"#, [200, 100, 50]), [100, 50, 25]);
    }

    proptest! {
        #[test]
        fn what_adjusts_nothing_changes_nothing(color: [u8; 3]) {
            for kind in ["levels", "curves", "hue-saturation", "brightness-contrast"] {
                prop_assert_eq!(adjusted(&format!(r#"{{"kind":"{kind}"}}"#), color), color, "{}", kind);
            }
        }
    }
}
