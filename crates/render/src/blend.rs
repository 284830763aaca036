//! How a layer's colour meets what is below it.
//!
//! Formulas on sRGB-encoded values from 0 to 1, as image editors define them: ISO 32000-2 (PDF) 11.3.5 and
//! W3C "Compositing and Blending Level 1" for those they list, Adobe's description of Photoshop's modes for the rest.

use std::ops::Range;

use document::BlendMode;

use crate::row::Row;

/// One layer's row on its way onto the row below.
pub struct Blend<'a> {
    pub mode: BlendMode,
    pub below: &'a mut Row,
    pub layer: &'a Row,
    pub span: Range<usize>,
    /// 0 to 1, times the layer's alpha.
    pub opacity: f32,
    /// 0 to 1; see [`document::Layer::fill_opacity`].
    pub fill: f32,
    /// The row's number, for dissolving.
    pub y: u32,
    /// Changes colours only and leaves the alpha below as it is: for clipped layers and adjustments.
    pub within: bool,
}

/// A formula for straight colours, `b` of the backdrop and `s` of the layer.
trait Mix: Copy {
    fn mix(self, b: [f32; 3], s: [f32; 3]) -> [f32; 3];
}

/// A formula that takes each channel by itself.
#[derive(Clone, Copy)]
struct Channels<F>(F);

impl<F: Fn(f32, f32) -> f32 + Copy> Mix for Channels<F> {
    #[inline(always)]
    fn mix(self, b: [f32; 3], s: [f32; 3]) -> [f32; 3] {
        [self.0(b[0], s[0]), self.0(b[1], s[1]), self.0(b[2], s[2])]
    }
}

impl<F: Fn([f32; 3], [f32; 3]) -> [f32; 3] + Copy> Mix for F {
    #[inline(always)]
    fn mix(self, b: [f32; 3], s: [f32; 3]) -> [f32; 3] {
        self(b, s)
    }
}

/// A formula whose layer is drawn towards the colour that changes nothing.
#[derive(Clone, Copy)]
struct Filled<M> {
    mix: M,
    neutral: f32,
    fill: f32,
}

impl<M: Mix> Mix for Filled<M> {
    #[inline(always)]
    fn mix(self, b: [f32; 3], s: [f32; 3]) -> [f32; 3] {
        self.mix.mix(b, s.map(|s| self.neutral + (s - self.neutral) * self.fill))
    }
}

impl Blend<'_> {
    /// Lays the layer over what is below.
    pub fn run(self) {
        let fill = self.fill;
        match self.mode {
            BlendMode::Normal => self.plain(Channels(|_, s| s)),
            BlendMode::Dissolve => self.dissolve(),
            BlendMode::Darken => self.plain(Channels(f32::min)),
            BlendMode::Multiply => self.plain(Channels(|b, s| b * s)),
            BlendMode::ColorBurn => self.filled(1.0, Channels(color_burn)),
            BlendMode::LinearBurn => self.filled(1.0, Channels(|b: f32, s: f32| (b + s - 1.0).max(0.0))),
            BlendMode::DarkerColor => self.plain(|b, s| if luminosity(s) < luminosity(b) { s } else { b }),
            BlendMode::Lighten => self.plain(Channels(f32::max)),
            BlendMode::Screen => self.plain(Channels(|b, s| b + s - b * s)),
            BlendMode::ColorDodge => self.filled(0.0, Channels(color_dodge)),
            BlendMode::LinearDodge => self.filled(0.0, Channels(|b: f32, s: f32| (b + s).min(1.0))),
            BlendMode::LighterColor => self.plain(|b, s| if luminosity(s) > luminosity(b) { s } else { b }),
            BlendMode::Overlay => self.plain(Channels(|b, s| hard_light(s, b))),
            BlendMode::SoftLight => self.plain(Channels(soft_light)),
            BlendMode::HardLight => self.plain(Channels(hard_light)),
            BlendMode::VividLight => self.filled(0.5, Channels(vivid_light)),
            BlendMode::LinearLight => self.filled(0.5, Channels(|b: f32, s: f32| (b + 2.0 * s - 1.0).clamp(0.0, 1.0))),
            BlendMode::PinLight => self.plain(Channels(pin_light)),
            // Its steps are softened by the fill itself.
            BlendMode::HardMix => self.with(Channels(move |b, s| hard_mix(b, s, fill)), 1.0),
            BlendMode::Difference => self.filled(0.0, Channels(|b: f32, s: f32| (b - s).abs())),
            BlendMode::Exclusion => self.plain(Channels(|b, s| b + s - 2.0 * b * s)),
            BlendMode::Subtract => self.plain(Channels(|b: f32, s: f32| (b - s).max(0.0))),
            BlendMode::Divide => self.plain(Channels(divide)),
            BlendMode::Hue => self.plain(|b, s| with_luminosity(with_saturation(s, saturation(b)), luminosity(b))),
            BlendMode::Saturation => {
                self.plain(|b, s| with_luminosity(with_saturation(b, saturation(s)), luminosity(b)))
            }
            BlendMode::Color => self.plain(|b, s| with_luminosity(s, luminosity(b))),
            BlendMode::Luminosity => self.plain(|b, s| with_luminosity(b, luminosity(s))),
        }
    }

    /// Where the fill is an opacity like the other.
    fn plain(self, mix: impl Mix) {
        let fill = self.fill;
        self.with(mix, fill);
    }

    /// Where the fill weakens the layer's colour.
    fn filled(self, neutral: f32, mix: impl Mix) {
        match self.fill {
            1.0 => self.with(mix, 1.0),
            fill => self.with(Filled { mix, neutral, fill }, 1.0),
        }
    }

    fn with(self, mix: impl Mix, fill: f32) {
        match self.within {
            false => self.over::<false>(mix, fill),
            true => self.over::<true>(mix, fill),
        }
    }

    /// W3C Compositing 5.1 for straight colours: `co = cb + ((1 - αb) Cs + αb B(cb, Cs) - cb) αs / αo`. An opaque backdrop
    /// needs no case of its own: there the terms are exact.
    #[inline(always)]
    fn over<const WITHIN: bool>(self, mix: impl Mix, fill: f32) {
        let Self { below, layer, span, .. } = self;
        let opacity = self.opacity * fill;
        let (br, bg) = (&mut below.r[span.clone()], &mut below.g[span.clone()]);
        let (bb, ba) = (&mut below.b[span.clone()], &mut below.a[span.clone()]);
        let (sr, sg) = (&layer.r[span.clone()], &layer.g[span.clone()]);
        let (sb, sa) = (&layer.b[span.clone()], &layer.a[span.clone()]);
        let n = span.len();
        let (br, bg, bb, ba) = (&mut br[..n], &mut bg[..n], &mut bb[..n], &mut ba[..n]);
        let (sr, sg, sb, sa) = (&sr[..n], &sg[..n], &sb[..n], &sa[..n]);
        for i in 0..n {
            let (b, s) = ([br[i], bg[i], bb[i]], [sr[i], sg[i], sb[i]]);
            let (under, alpha) = (ba[i], sa[i] * opacity);
            let mixed = mix.mix(b, s);
            let (share, weight) = if WITHIN {
                (if under > 0.0 { alpha } else { 0.0 }, 1.0)
            } else {
                let whole = under + alpha * (1.0 - under);
                ba[i] = whole;
                (if whole > 0.0 { alpha / whole } else { 0.0 }, under)
            };
            let color = |c: usize| b[c] + ((1.0 - weight) * s[c] + weight * mixed[c] - b[c]) * share;
            (br[i], bg[i], bb[i]) = (color(0), color(1), color(2));
        }
    }

    /// Each pixel is the layer's or the backdrop's, by a chance that is the same every time.
    fn dissolve(self) {
        let Self { below, layer, span, y, .. } = self;
        for x in span {
            let chance = layer.a[x] * self.opacity * self.fill;
            let there = chance > 0.0 && threshold(x as u32, y) < chance && (!self.within || below.a[x] > 0.0);
            if there {
                (below.r[x], below.g[x], below.b[x]) = (layer.r[x], layer.g[x], layer.b[x]);
                below.a[x] = if self.within { below.a[x] } else { 1.0 };
            }
        }
    }
}

/// From 0 to just below 1, without a pattern the eye could find.
fn threshold(x: u32, y: u32) -> f32 {
    let mut bits = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2c1b_3c6d);
    bits = (bits ^ (bits >> 12)).wrapping_mul(0x297a_2d39);
    ((bits ^ (bits >> 15)) >> 8) as f32 * (1.0 / 16_777_216.0)
}

#[inline(always)]
fn color_burn(b: f32, s: f32) -> f32 {
    // The quotient without bound where s is 0; white stays white even there.
    let burnt = (1.0 - ((1.0 - b) / s)).max(0.0);
    if b >= 1.0 {
        1.0
    } else if s <= 0.0 {
        0.0
    } else {
        burnt
    }
}

#[inline(always)]
fn color_dodge(b: f32, s: f32) -> f32 {
    let dodged = (b / (1.0 - s)).min(1.0);
    if b <= 0.0 {
        0.0
    } else if s >= 1.0 {
        1.0
    } else {
        dodged
    }
}

#[inline(always)]
fn hard_light(b: f32, s: f32) -> f32 {
    if s <= 0.5 { 2.0 * b * s } else { 1.0 - 2.0 * (1.0 - b) * (1.0 - s) }
}

/// Photoshop's soft light, which bends the upper half by a square root.
#[inline(always)]
fn soft_light(b: f32, s: f32) -> f32 {
    if s <= 0.5 { 2.0 * b * s + b * b * (1.0 - 2.0 * s) } else { 2.0 * b * (1.0 - s) + b.sqrt() * (2.0 * s - 1.0) }
}

/// Burns or dodges; black and white layers are black and white even where those would keep white and black.
#[inline(always)]
fn vivid_light(b: f32, s: f32) -> f32 {
    let (burn, dodge) = (color_burn(b, 2.0 * s), color_dodge(b, 2.0 * s - 1.0));
    let mixed = if s <= 0.5 { burn } else { dodge };
    if s <= 0.0 {
        0.0
    } else if s >= 1.0 {
        1.0
    } else {
        mixed
    }
}

#[inline(always)]
fn pin_light(b: f32, s: f32) -> f32 {
    if s <= 0.5 { b.min(2.0 * s) } else { b.max(2.0 * s - 1.0) }
}

/// All or nothing at full fill; below it a steep ramp. Where both add up to white, by less than half a step of 1/255, the backdrop's side
/// of middle grey decides, as in Photoshop, which counts in such steps.
#[inline(always)]
fn hard_mix(b: f32, s: f32, fill: f32) -> f32 {
    let past = b + s * fill - fill;
    if fill < 1.0 {
        return (past / (1.0 - fill)).clamp(0.0, 1.0);
    }
    let side = if past.abs() < 0.5 / 255.0 { b - 0.5 } else { past };
    if side > 0.0 { 1.0 } else { 0.0 }
}

#[inline(always)]
fn divide(b: f32, s: f32) -> f32 {
    let quotient = (b / s).min(1.0);
    if s <= 0.0 { if b <= 0.0 { 0.0 } else { 1.0 } } else { quotient }
}

/// W3C Compositing 10.2, with its weights.
#[inline(always)]
fn luminosity([r, g, b]: [f32; 3]) -> f32 {
    0.3 * r + 0.59 * g + 0.11 * b
}

#[inline(always)]
fn extremes([r, g, b]: [f32; 3]) -> (f32, f32) {
    (r.min(g).min(b), r.max(g).max(b))
}

#[inline(always)]
fn saturation(color: [f32; 3]) -> f32 {
    let (low, high) = extremes(color);
    high - low
}

/// The colour at another luminosity, drawn together where that leaves the range. A grey has nothing to draw together: it may leave the range
/// only by what single precision adds, and dividing by its saturation of nothing would give no number.
#[inline(always)]
fn with_luminosity(color: [f32; 3], wanted: f32) -> [f32; 3] {
    let shift = wanted - luminosity(color);
    let color = color.map(|c| c + shift);
    let middle = luminosity(color);
    let (low, high) = extremes(color);
    let color =
        if low < 0.0 && low < middle { color.map(|c| middle + (c - middle) * middle / (middle - low)) } else { color };
    let color = if high > 1.0 && high > middle {
        color.map(|c| middle + (c - middle) * (1.0 - middle) / (high - middle))
    } else {
        color
    };
    color.map(|c| c.clamp(0.0, 1.0))
}

/// The colour spread to another saturation, from 0.
#[inline(always)]
fn with_saturation(color: [f32; 3], wanted: f32) -> [f32; 3] {
    let (low, high) = extremes(color);
    if high > low { color.map(|c| (c - low) * wanted / (high - low)) } else { [0.0; 3] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::straight;
    use proptest::prelude::*;

    fn blended(mode: BlendMode, below: [u8; 4], layer: [u8; 4], fill: f32) -> [f32; 4] {
        let (mut backdrop, mut own) = (Row::new(1), Row::new(1));
        backdrop.fill(0..1, straight(below));
        own.fill(0..1, straight(layer));
        let below = &mut backdrop;
        Blend { mode, below, layer: &own, span: 0..1, opacity: 1.0, fill, y: 3, within: false }.run();
        [backdrop.r[0], backdrop.g[0], backdrop.b[0], backdrop.a[0]]
    }

    fn over(mode: BlendMode, below: [u8; 4], layer: [u8; 4]) -> [u8; 4] {
        blended(mode, below, layer, 1.0).map(|c| (c * 255.0 + 0.5) as u8)
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
            (BlendMode::HardMix, dark, light, 0),
            (BlendMode::HardMix, light, dark, 255),
            (BlendMode::HardMix, half, light, 255),
            (BlendMode::HardMix, dark, half, 0),
        ] {
            let got = over(mode, below, layer)[0];
            assert!(got.abs_diff(expected) <= 1, "{mode:?}: {got}, expected {expected}");
        }
    }

    #[test]
    fn where_both_add_up_to_white_hard_mix_is_white_over_the_brighter_half_only() {
        for b in 0..=255u8 {
            let expected = if b > 127 { 255 } else { 0 };
            assert_eq!(over(BlendMode::HardMix, [b, b, b, 255], [255 - b, 255 - b, 255 - b, 255])[0], expected, "{b}");
            if let Some(brighter) = (255 - b).checked_add(1) {
                let layer = [brighter, brighter, brighter, 255];
                assert_eq!(over(BlendMode::HardMix, [b, b, b, 255], layer)[0], 255, "{b}");
            }
        }
    }

    #[test]
    fn a_transparent_layer_changes_no_grey() {
        for mode in BlendMode::ALL {
            for below in (0..=255u8).map(|v| [v, v, v, 255]) {
                for layer in [[0; 4], [255, 255, 255, 0], [below[0], below[1], below[2], 0]] {
                    assert_eq!(over(mode, below, layer), below, "{mode:?}, {layer:?}");
                }
            }
        }
    }

    #[test]
    fn a_grey_over_a_grey_is_a_colour_in_every_mode() {
        for mode in BlendMode::ALL {
            for (b, s) in (0..=255u8).flat_map(|b| (0..=255u8).map(move |s| (b, s))) {
                let mixed = blended(mode, [b, b, b, 255], [s, s, s, 255], 1.0);
                assert!(mixed.iter().all(|c| (-1e-5..=1.000_01).contains(c)), "{mode:?} of {b} and {s}: {mixed:?}");
            }
        }
    }

    #[test]
    fn components_are_taken_from_one_and_the_other() {
        let (red, blue) = ([200, 40, 40, 255], [30, 60, 180, 255]);
        let luminosity_of = |[r, g, b, _]: [u8; 4]| 0.3 * f32::from(r) + 0.59 * f32::from(g) + 0.11 * f32::from(b);
        for mode in [BlendMode::Hue, BlendMode::Saturation, BlendMode::Color] {
            assert!((luminosity_of(over(mode, red, blue)) - luminosity_of(red)).abs() < 1.0, "{mode:?}");
        }
        assert!((luminosity_of(over(BlendMode::Luminosity, red, blue)) - luminosity_of(blue)).abs() < 1.0);
        let [r, g, b, _] = over(BlendMode::Color, red, blue);
        assert!(b > g && g > r, "blue with red's lightness, not {r} {g} {b}");
        assert_eq!(over(BlendMode::DarkerColor, red, blue), blue);
        assert_eq!(over(BlendMode::LighterColor, red, blue), red);
    }

    #[test]
    fn dissolving_keeps_the_share_and_makes_no_new_colours() {
        let (mut below, mut layer) = (Row::new(4000), Row::new(4000));
        below.fill(0..4000, [0.0, 0.0, 0.0, 1.0]);
        layer.fill(0..4000, [1.0, 1.0, 1.0, 0.3]);
        let (mode, span) = (BlendMode::Dissolve, 0..4000);
        Blend { mode, below: &mut below, layer: &layer, span, opacity: 1.0, fill: 1.0, y: 1, within: false }.run();
        assert!(below.r.iter().all(|&r| r == 0.0 || r == 1.0));
        let share = below.r.iter().sum::<f32>() / 4000.0;
        assert!((share - 0.3).abs() < 0.03, "{share}");
    }

    proptest! {
        #[test]
        fn a_transparent_layer_changes_nothing(below: [u8; 3], color: [u8; 3], mode in 0..BlendMode::ALL.len()) {
            let [r, g, b] = color;
            let below = [below[0], below[1], below[2], 255];
            prop_assert_eq!(over(BlendMode::ALL[mode], below, [r, g, b, 0]), below);
        }

        #[test]
        fn without_fill_a_layer_changes_nothing(below: [u8; 3], color: [u8; 3], mode in 0..BlendMode::ALL.len()) {
            let [r, g, b] = color;
            let below = [below[0], below[1], below[2], 255];
            let got = blended(BlendMode::ALL[mode], below, [r, g, b, 255], 0.0).map(|c| (c * 255.0 + 0.5) as u8);
            prop_assert_eq!(got, below);
        }

        #[test]
        fn a_blend_stays_within_range(below: [u8; 4], layer: [u8; 4], mode in 0..BlendMode::ALL.len(), fill in 0.0..=1.0f32) {
            for c in blended(BlendMode::ALL[mode], below, layer, fill) {
                prop_assert!((-1e-5..=1.000_01).contains(&c), "{c}");
            }
        }
    }
}
