//! A canvas bag hanging on a peg.

use document::ContentHash;
use document::{BlendMode, Fit, Size, Template};
use render::Image;

use super::{Print, template};
use crate::shapes::{Rgb, clouds, hash, inside, length, mix, noise, photo, rgb, rounded, scale, smooth};

const WIDTH: u32 = 2400;
const HEIGHT: u32 = 2000;

pub fn template_of(name: &str, photo: ContentHash) -> Template {
    template(
        name,
        photo,
        Size::new(WIDTH, HEIGHT),
        Print {
            corners: [[880.0, 900.0], [1520.0, 900.0], [1512.0, 1610.0], [888.0, 1610.0]],
            outline: vec![[760.0, 760.0], [1640.0, 760.0], [1664.0, 1750.0], [736.0, 1750.0]],
            blend: BlendMode::Multiply,
            opacity: 0.94,
            fit: Fit::Contain,
            cylinder: None,
        },
    )
}

fn folds(x: f32, y: f32) -> f32 {
    let hang = ((y - 700.0) / 1100.0).clamp(0.0, 1.0);
    let soft = clouds(x / 260.0 + 5.0, y / 620.0) - 0.5;
    let pull =
        libm::sinf((x - 1200.0) / 128.0 + soft * 5.0) * 0.5 * (1.0 - hang) + libm::sinf(x / 210.0 + y / 330.0) * 0.3;
    soft * 0.22 + pull * 0.055
}

/// How far a point is from the middle of the handle: over the peg, and taut down to the bag on both sides.
fn handle(x: f32, y: f32) -> f32 {
    const PEG: (f32, f32) = (1200.0, 176.0);
    const TURN: f32 = 46.0;
    const FOOT: (f32, f32) = (236.0, 760.0);
    let (aside, below) = ((x - PEG.0).abs(), y - PEG.1);
    let (run, drop) = (FOOT.0 - TURN, FOOT.1 - PEG.1);
    let along = (((aside - TURN) * run + below * drop) / (run * run + drop * drop)).clamp(0.0, 1.0);
    let taut = length(aside - TURN - along * run, below - along * drop);
    if below < 0.0 { taut.min((length(aside, below) - TURN).abs()) } else { taut }
}

pub fn photo_of() -> Image {
    photo(WIDTH, HEIGHT, |x, y| {
        let vignette = length(x - 1100.0, y - 800.0) / 2300.0;
        let mut color = mix(rgb(0xc7d3cf), rgb(0x93a6a3), vignette + 0.05 * clouds(x / 300.0, y / 300.0));
        let sway = (x - 1200.0) * 0.026 * ((y - 700.0) / 1050.0);
        let bag = |dx: f32, dy: f32| rounded(x - dx - sway, y - dy, (1200.0, 1250.0), (470.0, 540.0), 34.0);
        let strap = |dx: f32, dy: f32| handle(x - dx, y - dy) - 25.0;
        let shade = bag(56.0, 48.0).min(strap(56.0, 48.0));
        color = scale(color, 1.0 - 0.36 * (1.0 - smooth(-40.0, 110.0, shade)));
        let weave = {
            let (wx, wy) = ((x / 3.1).floor() as i32, (y / 3.1).floor() as i32);
            let over_under = if (wx + wy) % 2 == 0 { 0.03 } else { -0.03 };
            over_under + (hash(wx, wy) - 0.5) * 0.05 + (noise(x / 40.0, y / 2.2) - 0.5) * 0.03
        };
        let cloth = |light: f32| scale(rgb(0xf3ecdd), (0.9 + weave) * light);
        color = mix(color, cloth(0.86 + 0.1 * libm::sinf(y / 60.0) * 0.2), inside(strap(0.0, 0.0)));
        let edge = bag(0.0, 0.0);
        let slope = folds(x + 6.0, y + 3.0) - folds(x - 6.0, y - 3.0);
        let light = 0.97 + folds(x, y) * 0.55
            - slope * 2.6
            - 0.14 * smooth(-70.0, 0.0, edge)
            - 0.1 * smooth(0.2, 1.0, (x - 800.0) / 1000.0);
        let mut front = cloth(light);
        let hem = (y - 776.0).abs();
        if edge < -6.0 && hem < 2.4 && (x / 13.0).fract() < 0.62 {
            front = scale(front, 0.8);
        }
        color = mix(color, front, inside(edge));
        let peg = length(x - 1200.0, y - 176.0);
        let turned: Rgb = mix(rgb(0xb98a5a), rgb(0x6f4a2a), (peg / 46.0 + (x - 1200.0) / 120.0).clamp(0.0, 1.0));
        mix(color, turned, inside(peg - 44.0))
    })
}
