//! How a layer's colour meets what is below it.
//!
//! Formulas on sRGB-encoded values from 0 to 1, as image editors define them: ISO 32000-2 (PDF) 11.3.5 and
//! W3C "Compositing and Blending Level 1" for those they list, Adobe's description of Photoshop's modes for the rest.

use domain::template::BlendMode;

use crate::sampler::Premultiplied;

/// The mixed colour of one channel, `b` of the backdrop and `s` of the layer.
#[inline]
fn channel(mode: BlendMode, b: f32, s: f32) -> f32 {
    match mode {
        BlendMode::Normal => s,
        BlendMode::Darken => b.min(s),
        BlendMode::Multiply => b * s,
        BlendMode::ColorBurn if b >= 1.0 => 1.0,
        BlendMode::ColorBurn if s <= 0.0 => 0.0,
        BlendMode::ColorBurn => 1.0 - ((1.0 - b) / s).min(1.0),
        BlendMode::LinearBurn => (b + s - 1.0).max(0.0),
        BlendMode::Lighten => b.max(s),
        BlendMode::Screen => b + s - b * s,
        BlendMode::ColorDodge if b <= 0.0 => 0.0,
        BlendMode::ColorDodge if s >= 1.0 => 1.0,
        BlendMode::ColorDodge => (b / (1.0 - s)).min(1.0),
        BlendMode::LinearDodge => (b + s).min(1.0),
        BlendMode::Overlay => channel(BlendMode::HardLight, s, b),
        BlendMode::SoftLight => soft_light(b, s),
        BlendMode::HardLight if s <= 0.5 => 2.0 * b * s,
        BlendMode::HardLight => 1.0 - 2.0 * (1.0 - b) * (1.0 - s),
        BlendMode::VividLight if s <= 0.5 => channel(BlendMode::ColorBurn, b, 2.0 * s),
        BlendMode::VividLight => channel(BlendMode::ColorDodge, b, 2.0 * s - 1.0),
        BlendMode::LinearLight => (b + 2.0 * s - 1.0).clamp(0.0, 1.0),
        BlendMode::PinLight if s <= 0.5 => b.min(2.0 * s),
        BlendMode::PinLight => b.max(2.0 * s - 1.0),
        BlendMode::Difference => (b - s).abs(),
        BlendMode::Exclusion => b + s - 2.0 * b * s,
        BlendMode::Subtract => (b - s).max(0.0),
        BlendMode::Divide if s <= 0.0 => 1.0,
        BlendMode::Divide => (b / s).min(1.0),
    }
}

/// Photoshop's soft light, which bends the upper half by a square root.
fn soft_light(b: f32, s: f32) -> f32 {
    if s <= 0.5 { 2.0 * b * s + b * b * (1.0 - 2.0 * s) } else { 2.0 * b * (1.0 - s) + b.sqrt() * (2.0 * s - 1.0) }
}

/// Lays a row of a layer over the row below it. Both are premultiplied.
///
/// W3C Compositing 5.1: `co = cs (1 - ab) + cb (1 - as) + as ab B(Cb, Cs)` with premultiplied `cs`, `cb`
/// and straight `Cs`, `Cb`.
pub fn blend_row(mode: BlendMode, below: &mut [Premultiplied], layer: &[Premultiplied]) {
    for (b, s) in below.iter_mut().zip(layer) {
        let (alpha_b, alpha_s) = (b[3], s[3]);
        if alpha_s <= 0.0 {
            continue;
        }
        if mode == BlendMode::Normal || alpha_b <= 0.0 {
            for c in 0..4 {
                b[c] = s[c] + b[c] * (1.0 - alpha_s);
            }
            continue;
        }
        for c in 0..3 {
            let mixed = channel(mode, (b[c] / alpha_b).min(1.0), (s[c] / alpha_s).min(1.0));
            b[c] = s[c] * (1.0 - alpha_b) + b[c] * (1.0 - alpha_s) + alpha_s * alpha_b * mixed;
        }
        b[3] = alpha_s + alpha_b * (1.0 - alpha_s);
    }
}

/// A finished pixel as bytes, rounded to the nearest.
#[inline]
pub fn to_straight([r, g, b, a]: Premultiplied) -> [u8; 4] {
    if a <= 0.0 {
        return [0; 4];
    }
    let byte = |value: f32| (value * 255.0 + 0.5) as u8;
    [byte(r / a), byte(g / a), byte(b / a), byte(a)]
}

/// Bytes as a pixel to blend.
#[inline]
pub fn to_premultiplied([r, g, b, a]: [u8; 4]) -> Premultiplied {
    let alpha = f32::from(a) * (1.0 / 255.0);
    let color = |c: u8| f32::from(c) * (1.0 / 255.0) * alpha;
    [color(r), color(g), color(b), alpha]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn over(mode: BlendMode, below: [u8; 4], layer: [u8; 4]) -> [u8; 4] {
        let mut row = [to_premultiplied(below)];
        blend_row(mode, &mut row, &[to_premultiplied(layer)]);
        to_straight(row[0])
    }

    #[test]
    fn every_byte_survives_the_way_there_and_back() {
        for value in 0..=255 {
            assert_eq!(to_straight(to_premultiplied([value, 0, 255, 255])), [value, 0, 255, 255]);
        }
    }

    #[test]
    fn modes_give_their_known_values() {
        let (half, light, dark) = ([128, 128, 128, 255], [204, 204, 204, 255], [51, 51, 51, 255]);
        for (mode, below, layer, expected) in [
            (BlendMode::Multiply, light, half, 102),
            (BlendMode::Screen, light, half, 230),
            (BlendMode::Overlay, dark, light, 82),
            (BlendMode::HardLight, dark, light, 173),
            (BlendMode::Difference, dark, light, 153),
            (BlendMode::LinearBurn, light, half, 77),
            (BlendMode::ColorDodge, dark, light, 255),
            (BlendMode::Divide, dark, light, 64),
            (BlendMode::SoftLight, dark, light, 89),
        ] {
            let got = over(mode, below, layer)[0];
            assert!(got.abs_diff(expected) <= 1, "{mode:?}: {got}, expected {expected}");
        }
    }

    proptest! {
        #[test]
        fn a_transparent_layer_changes_nothing(below: [u8; 3], color: [u8; 3], mode in 0..BlendMode::ALL.len()) {
            let [r, g, b] = color;
            let below = [below[0], below[1], below[2], 255];
            prop_assert_eq!(over(BlendMode::ALL[mode], below, [r, g, b, 0]), below);
        }

        #[test]
        fn a_blend_stays_within_range(below: [u8; 4], layer: [u8; 4], mode in 0..BlendMode::ALL.len()) {
            let mut row = [to_premultiplied(below)];
            blend_row(BlendMode::ALL[mode], &mut row, &[to_premultiplied(layer)]);
            let [r, g, b, a] = row[0];
            prop_assert!((0.0..=1.000_001).contains(&a));
            for c in [r, g, b] {
                prop_assert!((-1e-6..=a + 1e-5).contains(&c), "{c} of {a}");
            }
        }
    }
}
