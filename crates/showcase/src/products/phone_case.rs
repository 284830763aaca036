//! A phone in its case, lying askew on marble.

use document::{Combine, ContentHash, Figure, Fit, Mask, MaskShape, Placement, Size, Template};
use render::Image;

use super::{fixed, lit, outline, photo_layer, quad, soft};
use crate::shapes::{clouds, inside, length, mix, noise, photo, rgb, rounded, scale, shade, smooth};

const WIDTH: u32 = 1600;
const HEIGHT: u32 = 1600;
const MIDDLE: (f32, f32) = (800.0, 800.0);
/// Half of the case's sides, its corners' radius and its turn.
const HALF: (f32, f32) = (285.0, 590.0);
const RADIUS: f32 = 92.0;
const TURN: f32 = 0.21;

/// From the photo to the upright case about its middle.
fn upright(x: f32, y: f32) -> (f32, f32) {
    let (sin, cos) = (libm::sinf(TURN), libm::cosf(TURN));
    let (dx, dy) = (x - MIDDLE.0, y - MIDDLE.1);
    (dx * cos + dy * sin, dy * cos - dx * sin)
}

fn placed(u: f32, v: f32) -> [f32; 2] {
    let (sin, cos) = (libm::sinf(TURN), libm::cosf(TURN));
    [MIDDLE.0 + u * cos - v * sin, MIDDLE.1 + u * sin + v * cos]
}

/// The outline of a box with round corners on the case.
fn ring((cx, cy): (f32, f32), (half_w, half_h): (f32, f32), radius: f32) -> Vec<[f32; 2]> {
    let corners = [(1.0, -1.0, -90.0), (1.0, 1.0, 0.0), (-1.0, 1.0, 90.0), (-1.0, -1.0, 180.0)];
    let arc = |(sx, sy, from): (f32, f32, f32)| {
        (0..=8).map(move |i| {
            let angle = (from + 90.0 * i as f32 / 8.0).to_radians();
            let (x, y) = (
                sx * (half_w - radius) + radius * libm::cosf(angle),
                sy * (half_h - radius) + radius * libm::sinf(angle),
            );
            placed(cx + x, cy + y)
        })
    };
    corners.into_iter().flat_map(arc).collect()
}

const CAMERA: (f32, f32) = (-125.0, -425.0);

pub fn template_of(name: &str, image: ContentHash) -> Template {
    let (w, h) = HALF;
    let corners = [[-w, -h], [w, -h], [w, h], [-w, h]].map(|[u, v]| placed(u, v).map(f64::from));
    let mut mask: Mask = soft(outline(&ring((0.0, 0.0), (w - 5.0, h - 5.0), RADIUS - 5.0)));
    let camera = Figure::Path { outline: outline(&ring(CAMERA, (112.0, 118.0), 52.0)), holes: Vec::new() };
    mask.shapes.push(MaskShape { figure: camera, combine: Combine::Subtract });
    let printed = lit(2, image, Placement::flat(quad(corners), Fit::Cover), mask, 80);
    let layers = std::iter::once(photo_layer(image)).chain(printed);
    Template::new(name, fixed(Size::new(WIDTH, HEIGHT)), layers.collect())
}

/// How dark a vein of the marble is here, 0 to 1: long ones one way and fine branches across, which come and go. The drift stays
/// gentle beside the waves it bends, or veins would close to rings.
fn vein(x: f32, y: f32) -> f32 {
    let drift = clouds(x / 520.0, y / 460.0) * 3.4 + clouds(x / 120.0, y / 110.0) * 0.5;
    let line = |phase: f32, width: f32| smooth(width, 0.0, libm::sinf(phase).abs());
    let long =
        line(x / 330.0 + y / 190.0 + drift, 0.05) * (0.25 + 0.75 * smooth(0.35, 0.65, clouds(x / 300.0, y / 340.0)));
    let fine = line(x / 160.0 - y / 420.0 + drift * 1.2, 0.035) * smooth(0.45, 0.7, clouds(x / 230.0 + 9.0, y / 260.0));
    (long * 0.8 + fine * 0.5).min(1.0)
}

pub fn photo_of() -> Image {
    photo(WIDTH, HEIGHT, |x, y| {
        let vein = vein(x, y);
        let mut color =
            mix(scale(rgb(0xf1f0ee), 0.93 + 0.06 * clouds(x / 420.0, y / 420.0)), rgb(0xa8a6a4), vein * 0.75);
        color = scale(color, 1.04 - length(x - 400.0, y - 300.0) / 7000.0);
        let (u, v) = upright(x, y);
        let (su, sv) = upright(x - 34.0, y - 46.0);
        color = scale(color, shade(rounded(su, sv, (0.0, 0.0), HALF, RADIUS), 66.0, 0.55));
        let case = rounded(u, v, (0.0, 0.0), HALF, RADIUS);
        // A matt shell: bright along the edge that faces the light, dark along the other, a broad sheen across.
        let rim = smooth(-16.0, -2.0, case) * (0.16 * smooth(300.0, -300.0, u + v * 0.4) - 0.14);
        let sheen = 0.07 * smooth(150.0, 0.0, (u * 0.9 + v * 0.45 + 120.0).abs());
        let shell = scale(rgb(0xe9e7e3), 0.9 + sheen + rim * 1.6 + (noise(x / 1.5, y / 1.5) - 0.5) * 0.014);
        color = mix(color, shell, inside(case));
        let button = rounded(u, v, (HALF.0 + 3.0, -190.0), (7.0, 70.0), 6.0);
        color = mix(color, scale(rgb(0xcfcdc8), 0.85), inside(button));
        let camera = rounded(u, v, (CAMERA.0, CAMERA.1), (108.0, 114.0), 50.0);
        color = scale(color, 1.0 - 0.4 * smooth(9.0, 0.0, camera.abs()));
        color = mix(color, scale(rgb(0x2a2c30), 0.8 + 0.4 * smooth(60.0, -90.0, u + v + 550.0)), inside(camera));
        for (dx, dy) in [(-44.0, -48.0), (44.0, -6.0), (-44.0, 44.0)] {
            let lens = length(u - CAMERA.0 - dx, v - CAMERA.1 - dy);
            let ring = scale(rgb(0x6d7076), 1.1);
            color = mix(color, ring, inside(lens - 38.0));
            let glass = mix(
                rgb(0x0b0d12),
                rgb(0x3a4a78),
                smooth(26.0, 0.0, length(u - CAMERA.0 - dx + 9.0, v - CAMERA.1 - dy + 9.0)) * 0.7,
            );
            color = mix(color, glass, inside(lens - 32.0));
        }
        color
    })
}
