//! A file's colours to sRGB, row by row.

use std::sync::Arc;

use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace, Layout,
    MatrixCoefficients, ToneReprCurve, TransferCharacteristics, Transform8BitExecutor, Transform16BitExecutor,
    TransformOptions,
};

/// What a picture's samples are, beside alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    Grey,
    Rgb,
}

/// Bits of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    Eight,
    Sixteen,
}

/// The way from a file's colours to sRGB, with room for a row.
pub struct ToSrgb {
    way: Way,
    eight: Vec<u8>,
    sixteen: Vec<u16>,
}

enum Way {
    Keep,
    /// For each level of grey its colour.
    Levels(Vec<[u8; 3]>),
    Eight(Arc<Transform8BitExecutor>),
    Sixteen(Arc<Transform16BitExecutor>),
}

impl ToSrgb {
    /// By a profile, if there is one that can be followed; a profile of another model is passed over, as browsers do.
    pub fn new(profile: Option<&ColorProfile>, model: Model, depth: Depth) -> Self {
        let way = profile.and_then(|profile| match (model, profile.color_space) {
            (Model::Grey, DataColorSpace::Gray) => grey_levels(profile, depth).map(Way::Levels),
            (Model::Grey, DataColorSpace::Rgb) => levels(&pixels_way(profile, depth)?, depth).map(Way::Levels),
            (Model::Rgb, DataColorSpace::Rgb) => pixels_way(profile, depth).filter(|way| !changes_nothing(way)),
            _ => None,
        });
        Self { way: way.unwrap_or(Way::Keep), eight: Vec::new(), sixteen: Vec::new() }
    }

    /// A row of RGBA in place; grey ones have their level in all three.
    pub fn eight(&mut self, row: &mut [u8]) {
        match &self.way {
            Way::Levels(levels) => {
                for pixel in row.chunks_exact_mut(4) {
                    let color = levels[usize::from(pixel[0])];
                    pixel[..3].copy_from_slice(&color);
                }
            }
            Way::Eight(transform) => {
                self.eight.clear();
                self.eight.extend_from_slice(row);
                // It fails on lengths that differ only; the row is then as it was.
                let _ = transform.transform(&self.eight, row);
            }
            Way::Keep | Way::Sixteen(_) => {}
        }
    }

    /// A row of RGBA of 16 bits to one of 8, rounded after the conversion.
    pub fn sixteen(&mut self, row: &[u16], out: &mut [u8]) {
        let pixels = row.chunks_exact(4).zip(out.chunks_exact_mut(4));
        match &self.way {
            Way::Levels(levels) => {
                for (pixel, out) in pixels {
                    out[..3].copy_from_slice(&levels[usize::from(pixel[0])]);
                    out[3] = rounded(pixel[3]);
                }
            }
            Way::Sixteen(transform) => {
                self.sixteen.clear();
                self.sixteen.resize(row.len(), 0);
                let _ = transform.transform(row, &mut self.sixteen);
                self.sixteen.iter().zip(out).for_each(|(value, out)| *out = rounded(*value));
            }
            Way::Keep | Way::Eight(_) => row.iter().zip(out).for_each(|(value, out)| *out = rounded(*value)),
        }
    }
}

/// The nearest eight-bit value.
pub fn rounded(sixteen: u16) -> u8 {
    ((u32::from(sixteen) + 128) / 257) as u8
}

/// An embedded profile. One that is damaged is passed over, as browsers do.
pub fn embedded(icc: &[u8]) -> Option<ColorProfile> {
    ColorProfile::new_from_slice(icc).ok()
}

/// Colours by code points: ITU-T H.273, as a PNG's cICP has them.
pub fn of_code_points(primaries: u8, transfer: u8) -> Option<ColorProfile> {
    let code_points = CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
        transfer_characteristics: TransferCharacteristics::try_from(transfer).ok()?,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    };
    let mut profile = ColorProfile::new_from_cicp(code_points);
    match code_points.transfer_characteristics {
        TransferCharacteristics::Smpte2084 => set_curve(&mut profile, table(pq)),
        TransferCharacteristics::Hlg => set_curve(&mut profile, table(hlg)),
        _ => {}
    }
    profile.cicp = None;
    profile.is_matrix_shaper().then_some(profile)
}

/// Colours by a gamma (of encoding, 1 / 2.2 for most) and by primaries (white, red, green, blue), each sRGB's where it is not said.
pub fn of_gamma(gamma: Option<f64>, primaries: Option<[(f64, f64); 4]>) -> Option<ColorProfile> {
    let mut profile = ColorProfile::new_srgb();
    if let Some(primaries) = primaries {
        let inside = |(x, y): &(f64, f64)| *x >= 0.0 && *y > 0.0 && x + y <= 1.0;
        if !primaries[..1].iter().all(inside) || primaries.iter().any(|(_, y)| *y <= 0.0) {
            return None;
        }
        let [white, red, green, blue] = primaries.map(|(x, y)| Chromaticity { x: x as f32, y: y as f32 });
        profile.update_rgb_colorimetry(white.to_xyyb(), ColorPrimaries { red, green, blue });
    }
    profile.cicp = None;
    // What is written for sRGB itself, in a tolerance that libpng has too: the curve is then sRGB's and not a power.
    let gamma = gamma.filter(|gamma| (0.1..=10.0).contains(gamma) && (gamma * 2.2 - 1.0).abs() > 0.05);
    if let Some(gamma) = gamma {
        set_curve(&mut profile, ToneReprCurve::Parametric(vec![(1.0 / gamma) as f32]));
    }
    let colorants = [profile.red_colorant, profile.green_colorant, profile.blue_colorant];
    let finite = colorants.iter().all(|color| (color.x + color.y + color.z).is_finite());
    (finite && profile.is_matrix_shaper()).then_some(profile)
}

fn set_curve(profile: &mut ColorProfile, curve: ToneReprCurve) {
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
}

/// A curve of the light that is shown by a sample, 1 for white.
fn table(light: fn(f64) -> f64) -> ToneReprCurve {
    const STEPS: u32 = 4096;
    let value = |step: u32| (light(f64::from(step) / f64::from(STEPS - 1)).clamp(0.0, 1.0) * 65535.0).round() as u16;
    ToneReprCurve::Lut((0..STEPS).map(value).collect())
}

/// What counts as white in pictures of a high range: ITU-R BT.2408, 203 cd/m².
const WHITE_NITS: f64 = 203.0;

/// ITU-R BT.2100, table 4.
fn pq(sample: f64) -> f64 {
    const M1: f64 = 2610.0 / 16384.0;
    const M2: f64 = 2523.0 / 32.0;
    const C1: f64 = 3424.0 / 4096.0;
    const C2: f64 = 2413.0 / 128.0;
    const C3: f64 = 2392.0 / 128.0;
    let root = libm::pow(sample, 1.0 / M2);
    let light = libm::pow((root - C1).max(0.0) / (C2 - C3 * root), 1.0 / M1);
    light * 10_000.0 / WHITE_NITS
}

/// ITU-R BT.2100, table 5, on a display of 1000 cd/m².
fn hlg(sample: f64) -> f64 {
    const A: f64 = 0.178_832_77;
    const B: f64 = 0.284_668_92;
    const C: f64 = 0.559_910_73;
    let scene = if sample <= 0.5 { sample * sample / 3.0 } else { (libm::exp((sample - C) / A) + B) / 12.0 };
    libm::pow(scene, 1.2) * 1000.0 / WHITE_NITS
}

/// sRGB's encoding of light from 0 to 1: IEC 61966-2-1.
fn encoded(light: f32) -> u8 {
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * libm::powf(light, 1.0 / 2.4) - 0.055 };
    (value * 255.0 + 0.5) as u8
}

fn grey_levels(profile: &ColorProfile, depth: Depth) -> Option<Vec<[u8; 3]>> {
    let curve = profile.gray_trc.as_ref()?.make_linear_evaluator().ok()?;
    let last = depth.last();
    let light = |level: u32| {
        let value = curve.evaluate_value(level as f32 / last as f32);
        match profile.pcs {
            // The curve is then of lightness: ICC.1, 10.6.
            DataColorSpace::Lab => of_lightness(value),
            _ => value,
        }
    };
    Some((0..=last).map(|level| [encoded(light(level)); 3]).collect())
}

/// CIE 15, 8.2.1: the luminance of a lightness, both from 0 to 1.
fn of_lightness(lightness: f32) -> f32 {
    let f = (lightness * 100.0 + 16.0) / 116.0;
    if f > 6.0 / 29.0 { f * f * f } else { 3.0 * (6.0_f32 / 29.0) * (6.0 / 29.0) * (f - 4.0 / 29.0) }
}

impl Depth {
    fn last(self) -> u32 {
        match self {
            Self::Eight => 255,
            Self::Sixteen => 65_535,
        }
    }
}

fn pixels_way(profile: &ColorProfile, depth: Depth) -> Option<Way> {
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    match depth {
        Depth::Eight => profile.create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgba, options).ok().map(Way::Eight),
        // Fixed-point steps of 13 bits would be seen in what is dark.
        Depth::Sixteen => {
            let options = TransformOptions { prefer_fixed_point: false, ..options };
            profile.create_transform_16bit(Layout::Rgba, &srgb, Layout::Rgba, options).ok().map(Way::Sixteen)
        }
    }
}

/// What a way makes of every level of grey.
fn levels(way: &Way, depth: Depth) -> Option<Vec<[u8; 3]>> {
    let greys = (0..=depth.last() as u16).map(|level| [level; 3]);
    colors(way, greys, depth)
}

/// What a way makes of some colours.
fn colors(way: &Way, colors: impl Iterator<Item = [u16; 3]>, depth: Depth) -> Option<Vec<[u8; 3]>> {
    let opaque = depth.last() as u16;
    let samples: Vec<u16> = colors.flat_map(|[r, g, b]| [r, g, b, opaque]).collect();
    let bytes: Vec<u8> = match way {
        Way::Eight(transform) => {
            let samples: Vec<u8> = samples.iter().map(|sample| *sample as u8).collect();
            let mut out = vec![0; samples.len()];
            transform.transform(&samples, &mut out).ok()?;
            out
        }
        Way::Sixteen(transform) => {
            let mut out = vec![0; samples.len()];
            transform.transform(&samples, &mut out).ok()?;
            out.into_iter().map(rounded).collect()
        }
        Way::Keep | Way::Levels(_) => return None,
    };
    Some(bytes.chunks_exact(4).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect())
}

/// Nearly every photo has a profile, and nearly every one is some maker's sRGB: converting by it costs as much as half of decoding
/// and moves no sample by more than its own rounding, which a lattice of colours and the axes show.
fn changes_nothing(way: &Way) -> bool {
    let (depth, step) = match way {
        Way::Eight(_) => (Depth::Eight, 1),
        _ => (Depth::Sixteen, 257),
    };
    let lattice = (0..9 * 9 * 9u16).map(|i| [i % 9, i / 9 % 9, i / 81].map(|place| (place * 32).min(255)));
    let axes = (0..=255).flat_map(|v| [[v; 3], [v, 0, 0], [0, v, 0], [0, 0, v]]);
    let tried: Vec<[u16; 3]> = lattice.chain(axes).collect();
    let Some(made) = colors(way, tried.iter().map(|color| color.map(|value| value * step)), depth) else { return true };
    let near = |(was, is): (&[u16; 3], &[u8; 3])| was.iter().zip(is).all(|(was, is)| was.abs_diff((*is).into()) <= 1);
    tried.iter().zip(&made).all(near)
}
