//! A square pillow on a bed, round as it is filled.

use document::{ContentHash, Fit, Mesh, Placement, Size, Template, geometry::Point};
use render::Image;

use super::{fixed, folds, outline, printed, quad, soft};
use crate::shapes::{clouds, hash, inside, length, mix, noise, photo, polygon, rgb, scale, shade, smooth};

const WIDTH: u32 = 1600;
const HEIGHT: u32 = 1500;
const HALF: f32 = 470.0;
const MIDDLE: (f32, f32) = (800.0, 760.0);

/// A filled square: its corners stand out, its sides are drawn in.
fn edge() -> Vec<[f32; 2]> {
    let side = |i: usize| -1.0 + 2.0 * (i % 24) as f32 / 24.0;
    let point = |i: usize| {
        let along = side(i);
        let drawn = 1.0 - 0.07 * (1.0 - along * along);
        let (u, v) = match i / 24 {
            0 => (along, -drawn),
            1 => (drawn, along),
            2 => (-along, drawn),
            _ => (-drawn, -along),
        };
        [MIDDLE.0 + u * HALF, MIDDLE.1 + v * HALF * 0.96]
    };
    (0..96).map(point).collect()
}

pub fn template_of(name: &str, image: ContentHash) -> Template {
    let (x, y, h) = (f64::from(MIDDLE.0), f64::from(MIDDLE.1), f64::from(HALF));
    let corners = [[x - h, y - h * 0.96], [x + h, y - h * 0.96], [x + h, y + h * 0.96], [x - h, y + h * 0.96]];
    // The sides are drawn in as the seam is; the inner points of a curve are passed at three quarters of their way.
    let mesh = fixed(fixed(Mesh::flat(1, 1)).with_points(|points| {
        for point in points.iter_mut() {
            let (u, v) = (point.x * 2.0 - 1.0, point.y * 2.0 - 1.0);
            let drawn = |along: f64, across: f64| across * (1.0 - 0.09 * (1.0 - along * along) * across.abs());
            *point = Point::new((drawn(v, u) + 1.0) / 2.0, (drawn(u, v) + 1.0) / 2.0);
        }
    }));
    let placement = Placement {
        mesh: Some(mesh),
        displacement: Some(folds(image, 7.0)),
        ..Placement::flat(quad(corners), Fit::Cover)
    };
    printed(name, image, Size::new(WIDTH, HEIGHT), placement, soft(outline(&edge())))
}

pub fn photo_of() -> Image {
    let edge = edge();
    photo(WIDTH, HEIGHT, |x, y| {
        let soft_fold = clouds(x / 380.0 + 4.0, y / 300.0)
            + 0.4 * libm::sinf((x + y * 1.4) / 150.0 + 5.0 * clouds(x / 500.0, y / 500.0));
        let mut color = scale(
            mix(rgb(0xd6cbbd), rgb(0xb3a391), soft_fold * 0.6),
            0.95 + (hash((x / 2.4) as i32, (y / 2.4) as i32) - 0.5) * 0.05,
        );
        color = scale(color, shade(polygon(x - 26.0, y - 44.0, &edge), 90.0, 0.6));
        let d = polygon(x, y, &edge);
        let (u, v) = ((x - MIDDLE.0) / HALF, (y - MIDDLE.1) / HALF);
        // Full in the middle, so the light from the upper left falls off towards the lower right.
        let fall = 0.16 * smooth(-0.2, 1.2, (u + v) * 0.5 + length(u, v) * 0.45);
        // Folds run from the corners inwards.
        let corner = length(u.abs() - 1.0, v.abs() - 1.0);
        let angle = libm::atan2f(1.02 - v.abs(), 1.02 - u.abs());
        let fan = libm::sinf(angle * 13.0 + 3.0 * noise(x / 120.0, y / 120.0)) * 0.08 * smooth(0.85, 0.1, corner);
        let waves = (clouds(x / 170.0, y / 190.0) - 0.5) * 0.1;
        let weave = (hash((x / 2.0) as i32, (y / 2.0) as i32) - 0.5) * 0.03;
        let seam = 0.28 * smooth(-22.0, 0.0, d);
        mix(color, scale(rgb(0xf7f4ee), 0.98 - fall + fan + waves + weave - seam), inside(d))
    })
}
