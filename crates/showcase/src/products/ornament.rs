//! A ceramic ornament on a ribbon before out-of-focus lights.

use document::{ContentHash, Fit, Placement, Size, Template};
use render::Image;

use super::{disc, fixed, lit, photo_layer, soft};
use crate::shapes::{circle, clouds, hash, inside, length, mix, noise, photo, rgb, scale, shade, smooth};

const WIDTH: u32 = 1500;
const HEIGHT: u32 = 1600;
const MIDDLE: (f32, f32) = (750.0, 930.0);
const RADIUS: f32 = 430.0;

pub fn template_of(name: &str, image: ContentHash) -> Template {
    let (area, round) = disc(MIDDLE, RADIUS - 14.0);
    let printed = lit(2, image, Placement::flat(area, Fit::Cover), soft(round), 100);
    let layers = std::iter::once(photo_layer(image)).chain(printed);
    Template::new(name, fixed(Size::new(WIDTH, HEIGHT)), layers.collect())
}

pub fn photo_of() -> Image {
    // Lights: place, size and strength, the same every time.
    let lights: Vec<(f32, f32, f32, f32)> = (0..34)
        .map(|i| (hash(i, 1) * 1500.0, hash(i, 2) * 1600.0, 26.0 + 60.0 * hash(i, 3), 0.25 + 0.5 * hash(i, 4)))
        .collect();
    photo(WIDTH, HEIGHT, |x, y| {
        let mut color = mix(rgb(0x1d3b33), rgb(0x0c1a18), length(x - 500.0, y - 500.0) / 1500.0);
        color = scale(color, 0.8 + 0.5 * clouds(x / 260.0, y / 320.0));
        for (cx, cy, r, strength) in &lights {
            let d = circle(x, y, *cx, *cy, *r);
            if d < 12.0 {
                color = mix(
                    color,
                    rgb(0xffd58a),
                    strength * (1.0 - smooth(-10.0, 12.0, d)) * (0.75 + 0.25 * smooth(-20.0, 0.0, d)),
                );
            }
        }
        // A twig above, needles by the noise of their angle.
        let twig = (y - 210.0 - 50.0 * libm::sinf(x / 330.0)).abs();
        let needles = noise(x / 4.5 + y / 9.0, y / 46.0) * smooth(190.0, 10.0, twig);
        color = mix(color, scale(rgb(0x2f5d41), 0.6 + 0.9 * noise(x / 9.0, y / 40.0)), smooth(0.32, 0.6, needles));
        let sway = 750.0 + 5.0 * libm::sinf(y / 40.0);
        let ribbon = ((x - sway).abs() - 9.0).max(y - 520.0).max(180.0 - y);
        color = mix(color, scale(rgb(0xb3202c), 0.8 + 0.4 * smooth(9.0, -9.0, x - sway)), inside(ribbon));
        let d = circle(x, y, MIDDLE.0, MIDDLE.1, RADIUS);
        color = scale(color, shade(circle(x - 18.0, y - 26.0, MIDDLE.0, MIDDLE.1, RADIUS), 50.0, 0.5));
        let (u, v) = ((x - MIDDLE.0) / RADIUS, (y - MIDDLE.1) / RADIUS);
        let glaze =
            0.9 - 0.16 * smooth(-0.6, 1.1, u * 0.6 + v * 0.8) + 0.13 * smooth(0.34, 0.0, length(u + 0.42, v + 0.5));
        let rim = 0.12 * smooth(-22.0, -12.0, d) - 0.3 * smooth(-10.0, 0.0, d);
        color = mix(
            color,
            scale(rgb(0xf6f3ee), glaze + rim * smooth(1.0, -1.0, u + v) + (noise(x / 3.0, y / 3.0) - 0.5) * 0.012),
            inside(d),
        );
        let hole = circle(x, y, 750.0, 535.0, 15.0);
        color = scale(color, 1.0 - 0.3 * smooth(8.0, 0.0, hole));
        color = mix(color, rgb(0x10201c), inside(hole));
        let knot = ((x - 750.0).abs() - 7.0).max((y - 522.0).abs() - 18.0);
        mix(color, rgb(0x9c1a26), inside(knot))
    })
}
