//! A paper poster held by two clips on a concrete wall; its lower edge curls a little.

use document::{ContentHash, Fit, Mesh, Placement, Size, Template, geometry::Point};
use render::Image;

use super::{fixed, outline, printed, quad, soft};
use crate::shapes::{clouds, inside, length, mix, noise, photo, polygon, rgb, rounded, scale, shade, smooth};

const WIDTH: u32 = 1600;
const HEIGHT: u32 = 1900;
/// The sheet's corners, before its edges curl.
const SHEET: [[f32; 2]; 4] = [[430.0, 290.0], [1170.0, 290.0], [1170.0, 1400.0], [430.0, 1400.0]];

/// How far the lower edge hangs at a part of its width.
fn curl(s: f32) -> f32 {
    16.0 * libm::sinf(s * std::f32::consts::PI) - 8.0 * libm::sinf(s * 9.0)
}

/// The sheet as it hangs.
fn sheet() -> Vec<[f32; 2]> {
    let [a, b, ..] = SHEET;
    let lower = (0..=24).rev().map(|i| {
        let s = i as f32 / 24.0;
        [430.0 + 740.0 * s, 1400.0 + curl(s)]
    });
    [a, b].into_iter().chain(lower).collect()
}

pub fn template_of(name: &str, image: ContentHash) -> Template {
    let flat = fixed(Mesh::flat(2, 1));
    let mesh = fixed(flat.with_points(|points| {
        // The lowest row of control points follows the curl; a curve passes its inner points at two thirds of their way.
        for (i, point) in points.iter_mut().skip(21).enumerate() {
            *point = Point::new(point.x, 1.0 + f64::from(curl(i as f32 / 6.0)) / 1110.0 * 1.2);
        }
    }));
    let corners = SHEET.map(|[x, y]| [f64::from(x), f64::from(y)]);
    let placement = Placement { mesh: Some(mesh), ..Placement::flat(quad(corners), Fit::Cover) };
    printed(name, image, Size::new(WIDTH, HEIGHT), placement, soft(outline(&sheet())))
}

pub fn photo_of() -> Image {
    let sheet = sheet();
    photo(WIDTH, HEIGHT, |x, y| {
        let pores = smooth(0.78, 0.86, noise(x / 9.0, y / 9.0)) * 0.1;
        let stain = clouds(x / 340.0, y / 300.0) * 0.16 + clouds(x / 30.0, y / 30.0) * 0.05;
        let mut color =
            scale(mix(rgb(0xbdbab5), rgb(0x8f8c88), length(x - 500.0, y - 300.0) / 2100.0), 0.92 + stain - pores);
        color = scale(color, 1.0 - 0.25 * smooth(2.5, 0.0, (y - 1660.0).abs()));
        // The lower edge stands off further, so its shadow is wider.
        let off = 10.0 + 26.0 * smooth(700.0, 1400.0, y);
        color = scale(color, shade(polygon(x - off, y - off * 0.8, &sheet), 18.0 + off, 0.5));
        let edge = polygon(x, y, &sheet);
        let s = (x - 430.0) / 740.0;
        let bend = smooth(1000.0, 1400.0, y) * (curl(s + 0.02) - curl(s - 0.02)) * 0.05;
        let waves = (clouds(x / 300.0, y / 420.0) - 0.5) * 0.06;
        let paper = scale(
            rgb(0xfbfaf8),
            0.965 - 0.05 * smooth(0.0, 1.0, s) + waves - bend + (noise(x / 2.0, y / 2.0) - 0.5) * 0.012,
        );
        color = mix(color, paper, inside(edge));
        for cx in [560.0, 1040.0] {
            let clip = rounded(x, y, (cx, 286.0), (34.0, 40.0), 8.0);
            color = scale(color, shade(rounded(x - 7.0, y - 9.0, (cx, 286.0), (34.0, 40.0), 8.0), 12.0, 0.4));
            let steel = scale(rgb(0x2c2d30), 1.0 + 0.9 * smooth(20.0, 0.0, (x - cx + 12.0).abs()));
            color = mix(color, steel, inside(clip));
        }
        color
    })
}
