//! A folded card standing on a desk, its envelope beside it.

use document::{ContentHash, Fit, Placement, Size, Template};
use render::Image;

use super::{outline, printed, quad, soft};
use crate::shapes::{clouds, inside, length, mix, noise, photo, polygon, rgb, scale, shade, smooth};

const WIDTH: u32 = 1800;
const HEIGHT: u32 = 1500;
const FRONT: [[f32; 2]; 4] = [[640.0, 330.0], [1180.0, 285.0], [1195.0, 1135.0], [650.0, 1090.0]];
/// The back leaf, which stands open behind the front.
const BACK: [[f32; 2]; 4] = [[640.0, 330.0], [980.0, 262.0], [990.0, 980.0], [650.0, 1090.0]];
const ENVELOPE: [[f32; 2]; 4] = [[1060.0, 1130.0], [1660.0, 1060.0], [1740.0, 1330.0], [1120.0, 1430.0]];

pub fn template_of(name: &str, image: ContentHash) -> Template {
    let corners = FRONT.map(|[x, y]| [f64::from(x), f64::from(y)]);
    printed(name, image, Size::new(WIDTH, HEIGHT), Placement::flat(quad(corners), Fit::Cover), soft(outline(&FRONT)))
}

pub fn photo_of() -> Image {
    photo(WIDTH, HEIGHT, |x, y| {
        let wall = mix(rgb(0xf0dfd5), rgb(0xcdb2a3), length(x - 500.0, y - 100.0) / 2000.0);
        let grain = noise(x / 380.0, y / 8.0) * 0.6 + noise(x / 90.0, y / 3.0) * 0.3;
        let desk = scale(mix(rgb(0xe3d3bd), rgb(0xc9b394), grain), 0.95 + 0.08 * smooth(1500.0, 900.0, y));
        let mut color = mix(wall, desk, smooth(852.0, 868.0, y));
        color = scale(color, 1.0 - 0.1 * smooth(70.0, 0.0, (y - 860.0).abs()));
        // Standing things cast their shadow along the desk to the right.
        let cast = polygon(x, y, &[[650.0, 1090.0], [1195.0, 1135.0], [1640.0, 985.0], [1180.0, 930.0]]);
        color = scale(color, shade(cast, 90.0, if y > 860.0 { 0.42 } else { 0.0 }));
        color = scale(color, shade(polygon(x - 8.0, y - 12.0, &ENVELOPE), 26.0, 0.4));
        let kraft = scale(rgb(0xc49a6c), 0.92 + (clouds(x / 5.0, y / 5.0) - 0.5) * 0.1);
        let envelope = polygon(x, y, &ENVELOPE);
        let flap = polygon(x, y, &[[1060.0, 1130.0], [1660.0, 1060.0], [1395.0, 1265.0]]);
        let flap_line = 1.0 - 0.3 * smooth(5.0, 0.0, flap.abs()) + if flap < 0.0 { 0.05 } else { 0.0 };
        color = mix(color, scale(kraft, flap_line), inside(envelope));
        let back = polygon(x, y, &BACK);
        color = mix(color, scale(rgb(0xf4f1eb), 0.7 + 0.06 * clouds(x / 60.0, y / 60.0)), inside(back));
        let front = polygon(x, y, &FRONT);
        let paper = scale(
            rgb(0xfcfaf6),
            0.975 - 0.06 * smooth(640.0, 1190.0, x) + (noise(x / 2.2, y / 2.2) - 0.5) * 0.02
                - 0.08 * smooth(-5.0, 0.0, front),
        );
        mix(color, paper, inside(front))
    })
}
