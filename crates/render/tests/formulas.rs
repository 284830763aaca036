//! Every pair of 8-bit values through every mode that takes channels by themselves, against the published formulas.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use document::{BlendMode, ContentHash, Layer, LayerContent, LayerId, Size, Template};
use render::{Image, Pyramid, Sources, compose};

/// Backdrop `b` and source `s`, both 0 to 1, as ISO 32000-2 (11.3.5) and Adobe's descriptions define them; `None` for
/// modes that look at all channels together or at chance.
fn published(mode: BlendMode, b: f64, s: f64) -> Option<f64> {
    let burn = |b: f64, s: f64| match (b, s) {
        (1.0, _) => 1.0,
        (_, 0.0) => 0.0,
        _ => 1.0 - ((1.0 - b) / s).min(1.0),
    };
    let dodge = |b: f64, s: f64| match (b, s) {
        (0.0, _) => 0.0,
        (_, 1.0) => 1.0,
        _ => (b / (1.0 - s)).min(1.0),
    };
    let hard = |b: f64, s: f64| if s <= 0.5 { 2.0 * b * s } else { 1.0 - 2.0 * (1.0 - b) * (1.0 - s) };
    Some(match mode {
        BlendMode::Normal => s,
        BlendMode::Darken => b.min(s),
        BlendMode::Multiply => b * s,
        BlendMode::ColorBurn => burn(b, s),
        BlendMode::LinearBurn => b + s - 1.0,
        BlendMode::Lighten => b.max(s),
        BlendMode::Screen => 1.0 - (1.0 - b) * (1.0 - s),
        BlendMode::ColorDodge => dodge(b, s),
        BlendMode::LinearDodge => b + s,
        BlendMode::Overlay => hard(s, b),
        BlendMode::SoftLight if s <= 0.5 => 2.0 * b * s + b * b * (1.0 - 2.0 * s),
        BlendMode::SoftLight => 2.0 * b * (1.0 - s) + b.sqrt() * (2.0 * s - 1.0),
        BlendMode::HardLight => hard(b, s),
        BlendMode::VividLight if s == 0.0 || s == 1.0 => s,
        BlendMode::VividLight if s <= 0.5 => burn(b, 2.0 * s),
        BlendMode::VividLight => dodge(b, 2.0 * s - 1.0),
        BlendMode::LinearLight => b + 2.0 * s - 1.0,
        BlendMode::PinLight if s <= 0.5 => b.min(2.0 * s),
        BlendMode::PinLight => b.max(2.0 * s - 1.0),
        BlendMode::HardMix if ((b + s) * 255.0 - 255.0).abs() < 0.5 => f64::from(b > 0.5),
        BlendMode::HardMix => f64::from(b + s > 1.0),
        BlendMode::Difference => (b - s).abs(),
        BlendMode::Exclusion => b + s - 2.0 * b * s,
        BlendMode::Subtract => b - s,
        BlendMode::Divide if s == 0.0 => f64::from(b > 0.0),
        BlendMode::Divide => b / s,
        BlendMode::Dissolve | BlendMode::DarkerColor | BlendMode::LighterColor => return None,
        BlendMode::Hue | BlendMode::Saturation | BlendMode::Color | BlendMode::Luminosity => return None,
    })
}

#[test]
fn every_pair_of_values_is_blended_to_the_nearest_byte() {
    let size = Size::new(256, 256).unwrap();
    let (below, above) = (ContentHash([1; 32]), ContentHash([2; 32]));
    let grey = |value: u32| [value as u8, value as u8, value as u8, 255];
    let mut sources = Sources::default();
    sources.images.insert(below, Arc::new(Pyramid::of(Image::from_fn(256, 256, |x, _| grey(x)))));
    sources.images.insert(above, Arc::new(Pyramid::of(Image::from_fn(256, 256, |_, y| grey(y)))));
    for mode in BlendMode::ALL {
        let layer = |id, image| Layer::new(LayerId(id), "Grey", LayerContent::Photo { image });
        let layers = vec![layer(1, below), Layer { blend: mode, ..layer(2, above) }];
        let template = Template::new(mode.as_str(), size, layers);
        let picture = compose(&template, &mut sources, size).unwrap().image;
        for (x, y) in (0..256).flat_map(|x| (0..256).map(move |y| (x, y))) {
            let Some(exact) = published(mode, f64::from(x) / 255.0, f64::from(y) / 255.0) else { continue };
            let got = f64::from(picture.pixel(x, y)[0]);
            // Half a step, and what single precision may add to it.
            assert!((got - exact.clamp(0.0, 1.0) * 255.0).abs() < 0.51, "{mode:?} of {x} and {y}: {got}, not {exact}");
        }
    }
}
