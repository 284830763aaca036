//! A hoodie on a hanger before a plain wall.

use document::{ContentHash, Fit, Placement, Size, Template};
use render::Image;

use super::{fixed, folds, garment, lit, outline, photo_layer, quad, soft};
use crate::shapes::{clouds, inside, length, mix, photo, polygon, rgb, rounded, scale, shade, smooth};

const WIDTH: u32 = 1800;
const HEIGHT: u32 = 1700;
const BODY: [[f32; 2]; 16] = [
    [700.0, 420.0],
    [900.0, 470.0],
    [1100.0, 420.0],
    [1250.0, 470.0],
    [1345.0, 640.0],
    [1420.0, 1010.0],
    [1440.0, 1370.0],
    [1310.0, 1385.0],
    [1262.0, 1050.0],
    [1240.0, 820.0],
    [1250.0, 1480.0],
    [550.0, 1480.0],
    [560.0, 820.0],
    [538.0, 1050.0],
    [490.0, 1385.0],
    [360.0, 1370.0],
];
const LEFT_ARM: [[f32; 2]; 3] = [[380.0, 1010.0], [455.0, 640.0], [550.0, 470.0]];

/// The body with its left arm.
fn body() -> Vec<[f32; 2]> {
    BODY.into_iter().chain(LEFT_ARM).collect()
}

pub fn template_of(name: &str, image: ContentHash) -> Template {
    let area = quad([[715.0, 715.0], [1085.0, 715.0], [1088.0, 1065.0], [712.0, 1065.0]]);
    let placement = Placement { displacement: Some(folds(image, 8.0)), ..Placement::flat(area, Fit::Contain) };
    let printed = lit(2, image, placement, soft(outline(&body())), 50);
    let layers = std::iter::once(photo_layer(image)).chain(printed);
    Template::new(name, fixed(Size::new(WIDTH, HEIGHT)), layers.collect())
}

pub fn photo_of() -> Image {
    let body = body();
    photo(WIDTH, HEIGHT, |x, y| {
        let wall = mix(rgb(0xe4ded6), rgb(0xb9b0a4), length(x - 600.0, y - 350.0) / 1900.0);
        let mut color = scale(wall, 0.97 + 0.05 * clouds(x / 60.0, y / 60.0));
        let hood = length((x - 900.0) / 1.08, y - 400.0) - 215.0;
        let outer = |x: f32, y: f32| polygon(x, y, &body).min(length((x - 900.0) / 1.08, y - 400.0) - 215.0);
        color = scale(color, shade(outer(x - 40.0, y - 34.0), 80.0, 0.45));
        // The hanger's hook.
        let hook = (length(x - 915.0, y - 120.0) - 46.0).abs() - 7.0;
        let bar = rounded(x, y, (900.0, 200.0), (7.0, 60.0), 7.0);
        color = mix(
            color,
            scale(rgb(0x9a9da1), 0.8 + 0.3 * smooth(930.0, 880.0, x)),
            inside(if y < 150.0 { hook } else { bar }),
        );
        let edge = polygon(x, y, &body);
        let ink = rgb(0x5f7f8c);
        let cloth = scale(garment::cloth(x, y, ink, 4.1), 1.0 - 0.32 * smooth(-34.0, 0.0, edge));
        let seam = |d: f32| 1.0 - 0.3 * smooth(3.5, 0.0, d.abs());
        let pocket = polygon(x, y, &[[690.0, 1090.0], [1110.0, 1090.0], [1205.0, 1400.0], [595.0, 1400.0]]);
        let cuffs = if y > 1400.0 || (y > 1310.0 && (x - 900.0).abs() > 330.0) {
            0.9 + 0.07 * libm::sinf(x / 3.2)
        } else {
            1.0
        };
        let arms = seam((x - 900.0).abs() - 318.0 - (y - 900.0) * 0.03);
        color = mix(color, scale(cloth, seam(pocket) * cuffs * arms), inside(edge));
        // The hood: its outside, the opening, and the cords.
        let hood_cloth = scale(
            garment::cloth(x, y, ink, 9.3),
            0.92 + 0.2 * smooth(120.0, -120.0, x - 850.0) - 0.3 * smooth(-40.0, 0.0, hood),
        );
        color = mix(color, hood_cloth, inside(hood) * (1.0 - smooth(560.0, 600.0, y)));
        let opening = length((x - 900.0) / 0.82, y - 425.0) - 158.0;
        let deep = scale(ink, 0.35 + 0.25 * smooth(260.0, 560.0, y));
        color = mix(color, deep, inside(opening));
        color = scale(color, 1.0 - 0.25 * smooth(6.0, 0.0, opening.abs()));
        let cord = |side: f32| {
            let sway = 900.0 + side * (92.0 + 10.0 * libm::sinf(y / 60.0));
            ((x - sway).abs() - 6.5).max(530.0 - y).max(y - 690.0)
        };
        let cords = cord(1.0).min(cord(-1.0));
        color = scale(color, shade(cord(1.0).min(cord(-1.0)) - 4.0, 10.0, 0.25));
        mix(color, rgb(0xe9e6e0), inside(cords))
    })
}
