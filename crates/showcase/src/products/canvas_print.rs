//! A canvas on a stretcher over a sofa, seen from the right, so that its side shows.

use document::{ContentHash, Fit, Placement, Size, Template};
use render::Image;

use super::{outline, printed, quad, soft};
use crate::shapes::{clouds, hash, inside, length, mix, noise, photo, polygon, rgb, rounded, scale, shade, smooth};

const WIDTH: u32 = 1800;
const HEIGHT: u32 = 1500;
const FACE: [[f32; 2]; 4] = [[470.0, 190.0], [1290.0, 235.0], [1290.0, 885.0], [470.0, 930.0]];
const SIDE: [[f32; 2]; 4] = [[1290.0, 235.0], [1322.0, 228.0], [1322.0, 876.0], [1290.0, 885.0]];

pub fn template_of(name: &str, image: ContentHash) -> Template {
    let corners = FACE.map(|[x, y]| [f64::from(x), f64::from(y)]);
    printed(name, image, Size::new(WIDTH, HEIGHT), Placement::flat(quad(corners), Fit::Cover), soft(outline(&FACE)))
}

pub fn photo_of() -> Image {
    photo(WIDTH, HEIGHT, |x, y| {
        let wall = mix(rgb(0xd9dfd6), rgb(0xa9b3a7), length(x - 500.0, y - 200.0) / 2000.0);
        let mut color = scale(wall, 0.97 + 0.04 * clouds(x / 26.0, y / 26.0));
        color = scale(color, shade(polygon(x - 34.0, y - 44.0, &FACE), 60.0, 0.5));
        let linen = (hash((x / 2.6) as i32, (y / 2.6) as i32) - 0.5) * 0.05 + (noise(x / 1.8, y / 24.0) - 0.5) * 0.03;
        let light = 0.98 - 0.07 * smooth(470.0, 1290.0, x);
        color = mix(color, scale(rgb(0xd8d5ce), 0.62 + linen), inside(polygon(x, y, &SIDE)));
        let face = polygon(x, y, &FACE);
        color = mix(color, scale(rgb(0xfaf8f3), light + linen * 0.6 - 0.1 * smooth(-9.0, 0.0, face)), inside(face));
        // The sofa's back, cushions and seat.
        let back = rounded(x, y, (900.0, 1330.0), (780.0, 250.0), 90.0);
        color = scale(color, shade(rounded(x - 10.0, y + 14.0, (900.0, 1330.0), (780.0, 250.0), 90.0), 60.0, 0.35));
        let felt = (hash((x / 3.0) as i32, (y / 3.0) as i32) - 0.5) * 0.05 + (clouds(x / 90.0, y / 70.0) - 0.5) * 0.12;
        let crease = 1.0 - 0.45 * smooth(16.0, 0.0, (x - 900.0).abs()) - 0.3 * smooth(40.0, 0.0, (y - 1400.0).abs());
        let round = 1.0 - 0.35 * smooth(-90.0, 0.0, back) + 0.12 * smooth(1190.0, 1080.0, y);
        mix(color, scale(rgb(0x466a68), (0.9 + felt) * crease * round), inside(back))
    })
}
