//! A round sticker on a notebook, one edge lifted.

use document::{ContentHash, Fit, Placement, Size, Template};
use render::Image;

use super::{disc, printed, soft};
use crate::shapes::{circle, clouds, hash, inside, length, mix, noise, photo, rgb, rounded, scale, shade, smooth};

const WIDTH: u32 = 1600;
const HEIGHT: u32 = 1500;
const MIDDLE: (f32, f32) = (840.0, 760.0);
const RADIUS: f32 = 330.0;

pub fn template_of(name: &str, image: ContentHash) -> Template {
    let (area, round) = disc(MIDDLE, RADIUS - 18.0);
    printed(name, image, Size::new(WIDTH, HEIGHT), Placement::flat(area, Fit::Cover), soft(round))
}

pub fn photo_of() -> Image {
    photo(WIDTH, HEIGHT, |x, y| {
        let grain = noise(x / 7.0, y / 280.0) * 0.6 + noise(x / 2.4, y / 80.0) * 0.3;
        let mut color = mix(rgb(0x6b5140), rgb(0x4c382b), grain);
        let book = rounded(x, y, (800.0, 760.0), (610.0, 660.0), 34.0);
        color = scale(color, shade(rounded(x - 22.0, y - 30.0, (800.0, 760.0), (610.0, 660.0), 34.0), 50.0, 0.6));
        let fibres = (clouds(x / 7.0, y / 5.0) - 0.5) * 0.12 + (hash((x / 2.0) as i32, (y / 2.0) as i32) - 0.5) * 0.05;
        let cover = scale(
            rgb(0xb98d5e),
            0.98 + fibres - 0.12 * length(x - 500.0, y - 300.0) / 1200.0 - 0.2 * smooth(-14.0, 0.0, book),
        );
        let spine = 1.0 - 0.35 * smooth(7.0, 0.0, (x - 286.0).abs());
        color = mix(color, scale(cover, spine), inside(book));
        let band = rounded(x, y, (1270.0, 760.0), (16.0, 662.0), 2.0);
        color = scale(color, shade(band - 3.0, 8.0, 0.3));
        color = mix(color, scale(rgb(0x2b2b2d), 0.9 + 0.3 * noise(x / 3.0, y / 9.0)), inside(band));
        // The lower right edge is lifted: its shadow is further away there.
        let lift = smooth(0.2, 1.0, ((x - MIDDLE.0) + (y - MIDDLE.1)) / RADIUS / 1.42);
        let away = 4.0 + 22.0 * lift;
        color =
            scale(color, shade(circle(x - away * 0.7, y - away, MIDDLE.0, MIDDLE.1, RADIUS), 7.0 + 26.0 * lift, 0.5));
        let edge = circle(x, y, MIDDLE.0, MIDDLE.1, RADIUS);
        let gloss = 0.05 * smooth(80.0, 0.0, (x * 0.8 + y * 0.6 - 970.0).abs());
        let vinyl = scale(
            rgb(0xf8f8f7),
            0.93 + gloss + 0.05 * lift - 0.1 * smooth(0.75, 1.0, lift) - 0.12 * smooth(-4.0, 0.0, edge),
        );
        mix(color, vinyl, inside(edge))
    })
}
