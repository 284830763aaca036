//! A framed print on a sunlit wall, seen a little from the left.

use document::ContentHash;
use document::{BlendMode, Fit, Size, Template};
use render::Image;

use super::{Print, template};
use crate::shapes::{clouds, inside, length, mix, noise, photo, rgb, scale, smooth};

const WIDTH: u32 = 2400;
const HEIGHT: u32 = 2000;

const FRAME: [[f32; 2]; 4] = [[720.0, 250.0], [1690.0, 300.0], [1690.0, 1560.0], [720.0, 1640.0]];

pub fn template_of(name: &str, photo: ContentHash) -> Template {
    let paper = frame_quad(0.105, 0.083);
    let corners = paper.map(|[x, y]| [f64::from(x), f64::from(y)]);
    let outline = corners.to_vec();
    template(
        name,
        photo,
        Size::new(WIDTH, HEIGHT),
        Print { corners, outline, blend: BlendMode::Multiply, opacity: 1.0, fit: Fit::Cover, cylinder: None },
    )
}

/// The frame's plane at unit coordinates, by bilinear steps: the perspective is weak enough for frame and paper to agree.
fn frame_point(u: f32, v: f32) -> [f32; 2] {
    let [a, b, c, d] = FRAME;
    let lerp = |p: [f32; 2], q: [f32; 2], t: f32| [p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t];
    lerp(lerp(a, b, u), lerp(d, c, u), v)
}

fn frame_quad(inset_u: f32, inset_v: f32) -> [[f32; 2]; 4] {
    let (u, v) = (inset_u, inset_v);
    [frame_point(u, v), frame_point(1.0 - u, v), frame_point(1.0 - u, 1.0 - v), frame_point(u, 1.0 - v)]
}

/// Distance to a convex quad (clockwise), negative inside.
fn quad_distance(x: f32, y: f32, quad: [[f32; 2]; 4]) -> f32 {
    (0..4)
        .map(|i| {
            let ([ax, ay], [bx, by]) = (quad[i], quad[(i + 1) % 4]);
            ((by - ay) * (x - ax) - (bx - ax) * (y - ay)) / length(bx - ax, by - ay)
        })
        .fold(f32::MIN, f32::max)
}

pub fn photo_of() -> Image {
    let (outer, mat, paper) = (frame_quad(0.0, 0.0), frame_quad(0.036, 0.029), frame_quad(0.105, 0.083));
    photo(WIDTH, HEIGHT, |x, y| {
        let plaster = 0.975 + 0.025 * clouds(x / 34.0, y / 34.0) + 0.02 * clouds(x / 420.0, y / 300.0);
        let mut color = scale(mix(rgb(0xd8cfc2), rgb(0xb9ad9e), length(x - 500.0, y - 300.0) / 2600.0), plaster);
        // Light through a window falls slantwise.
        let slant = x * 0.55 + y;
        let beam = smooth(900.0, 1010.0, slant) * (1.0 - smooth(1560.0, 1700.0, slant))
            + smooth(1790.0, 1900.0, slant) * (1.0 - smooth(2440.0, 2600.0, slant));
        let lit = 1.0 + 0.13 * beam;
        color = scale(color, lit);
        let floor = 1790.0;
        if y > floor {
            let grain = noise(x / 260.0, (y - floor) / 7.0) * 0.5 + noise(x / 90.0, y / 3.0) * 0.2;
            let plank = if ((y - floor) / 74.0).fract() < 0.04 { 0.82 } else { 1.0 };
            color = scale(mix(rgb(0xa67c52), rgb(0x7a5534), grain), plank * (0.9 + 0.1 * beam));
        } else if y > floor - 60.0 {
            color = scale(rgb(0xeee8df), 0.93 + 0.04 * beam - 0.1 * smooth(floor - 8.0, floor, y));
        }
        let shadow = quad_distance(x - 46.0, y - 58.0, outer);
        color = scale(color, 1.0 - 0.42 * (1.0 - smooth(-30.0, 90.0, shadow)));
        let wood = {
            let grain = noise(x / 9.0, y / 220.0) * 0.6 + noise(x / 3.0, y / 90.0) * 0.4;
            let bevel = quad_distance(x, y, outer);
            let edge = 0.86 + 0.22 * smooth(-26.0, -4.0, bevel);
            scale(mix(rgb(0x4a3424), rgb(0x2e2018), grain), edge * lit)
        };
        color = mix(color, wood, inside(quad_distance(x, y, outer)));
        let inner = quad_distance(x, y, mat);
        let board = scale(rgb(0xf6f3ec), (0.985 + 0.015 * clouds(x / 8.0, y / 8.0)) * (0.9 + 0.1 * beam));
        let board = scale(board, 1.0 - 0.3 * smooth(-34.0, 0.0, inner));
        color = mix(color, board, inside(inner));
        let cut = quad_distance(x, y, paper);
        color = mix(color, rgb(0xffffff), inside(cut.abs() - 2.2));
        let sheet = scale(rgb(0xfcfbf8), (0.99 + 0.01 * noise(x / 3.0, y / 3.0)) * (0.91 + 0.09 * beam));
        let sheet = scale(sheet, 1.0 - 0.16 * smooth(-26.0, 0.0, cut));
        mix(color, sheet, inside(cut + 2.0))
    })
}
