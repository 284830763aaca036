//! Three product photos and the templates over them.

use domain::{
    ContentHash,
    geometry::{Outline, Point, Quad},
    template::{
        BlendMode, Cylinder, Feather, Fit, Layer, LayerContent, LayerId, Mask, Opacity, Placement, Ranged, Size,
        Template,
    },
};
use render::Image;

use crate::shapes::{Rgb, clouds, hash, inside, length, mix, noise, photo, rgb, rounded, scale, smooth};

/// A photo and the template over it.
#[derive(Clone, Copy)]
pub struct Product {
    pub photo: crate::Draw,
    /// From the template's name and the photo file's hash.
    pub template: fn(&str, ContentHash) -> Template,
}

pub const PRODUCTS: [(&str, Product); 3] = [
    ("Framed print", Product { photo: frame_photo, template: frame_template }),
    ("Tote bag", Product { photo: tote_photo, template: tote_template }),
    ("Ceramic mug", Product { photo: mug_photo, template: mug_template }),
];

const WIDTH: u32 = 2400;
const HEIGHT: u32 = 2000;

/// How a placement is laid on.
struct Print {
    corners: [[f64; 2]; 4],
    outline: Vec<[f64; 2]>,
    blend: BlendMode,
    opacity: f32,
    fit: Fit,
    cylinder: Option<Cylinder>,
}

fn template(name: &str, photo: ContentHash, print: Print) -> Template {
    let canvas = fixed(Size::new(WIDTH, HEIGHT));
    let mut template = Template::over_photo(name, canvas, photo);
    let quad = fixed(Quad::new(print.corners.map(Point::from)));
    let outline = fixed(Outline::polygon(print.outline.into_iter().map(Point::from)));
    let mask = Mask { feather: fixed(Feather::try_from(0.8)), ..Mask::outlined(outline) };
    let content = LayerContent::Placement(Placement { cylinder: print.cylinder, ..Placement::flat(quad, print.fit) });
    let layer = Layer {
        blend: print.blend,
        opacity: fixed(Opacity::new(print.opacity)),
        mask: Some(mask),
        ..Layer::new(LayerId(2), "Design", content)
    };
    template.layers[1] = layer;
    template
}

/// The numbers of this file are within every range; the tests make each template.
fn fixed<T, E: std::fmt::Display>(value: Result<T, E>) -> T {
    match value {
        Ok(value) => value,
        Err(error) => unreachable!("{error}"),
    }
}

// A framed print on a sunlit wall, seen a little from the left.

const FRAME: [[f32; 2]; 4] = [[720.0, 250.0], [1690.0, 300.0], [1690.0, 1560.0], [720.0, 1640.0]];

fn frame_template(name: &str, photo: ContentHash) -> Template {
    let paper = frame_quad(0.105, 0.083);
    let corners = paper.map(|[x, y]| [f64::from(x), f64::from(y)]);
    let outline = corners.to_vec();
    template(
        name,
        photo,
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

fn frame_photo() -> Image {
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

// A canvas bag hanging on a peg.

fn tote_template(name: &str, photo: ContentHash) -> Template {
    template(
        name,
        photo,
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

fn tote_photo() -> Image {
    photo(WIDTH, HEIGHT, |x, y| {
        let vignette = length(x - 1100.0, y - 800.0) / 2300.0;
        let mut color = mix(rgb(0xc7d3cf), rgb(0x93a6a3), vignette + 0.05 * clouds(x / 300.0, y / 300.0));
        let sway = (x - 1200.0) * 0.026 * ((y - 700.0) / 1050.0);
        let bag = |dx: f32, dy: f32| rounded(x - dx - sway, y - dy, (1200.0, 1250.0), (470.0, 540.0), 34.0);
        let strap = |dx: f32, dy: f32| {
            let (px, py) = ((x - dx - 1200.0).abs() / 262.0, (720.0 - y + dy) / 560.0);
            let arch = (1.0 - (py - 0.05).clamp(0.0, 1.0)).max(0.0).sqrt();
            if (-0.02..=1.0).contains(&py) { (px - arch).abs() * 262.0 * (0.35 + 0.65 * arch) - 25.0 } else { 900.0 }
        };
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

// A white mug on a table.

fn mug_template(name: &str, photo: ContentHash) -> Template {
    // The rim and the foot are ellipses; the print follows them with its outline and by its own bend.
    let curve = |t: f64| 46.0 * (1.0 - t * t).max(0.0).sqrt();
    let arc = |y: f64, reverse: bool| {
        let steps = (0..=16).map(move |i| if reverse { 16 - i } else { i });
        steps.map(move |i| {
            let t = f64::from(i) / 8.0 - 1.0;
            [1120.0 + t * 392.0, y + curve(t)]
        })
    };
    let outline = arc(600.0, false).chain(arc(1418.0, true)).collect();
    let corners = [[800.0, 690.0], [1440.0, 690.0], [1440.0, 1390.0], [800.0, 1390.0]];
    // Three quarters of the mug's width are 96 degrees of its way around.
    let cylinder = Some(Cylinder { arc: fixed(Ranged::try_from(96)), bend: fixed(Ranged::try_from(3)) });
    let (blend, fit) = (BlendMode::Multiply, Fit::Contain);
    template(name, photo, Print { corners, outline, blend, opacity: 0.95, fit, cylinder })
}

fn mug_photo() -> Image {
    photo(WIDTH, HEIGHT, |x, y| {
        let horizon = 1180.0;
        let wall = mix(rgb(0xe9e2d8), rgb(0xc4b7a7), length(x - 700.0, y - 200.0) / 2400.0);
        let grain = noise(x / 420.0, y / 9.0) * 0.55 + noise(x / 120.0, y / 3.0) * 0.25;
        let table = scale(mix(rgb(0xc99d6b), rgb(0x9c7044), grain), 0.92 + 0.14 * smooth(2000.0, 1200.0, y));
        let mut color = mix(wall, table, smooth(horizon - 5.0, horizon + 5.0, y));
        color = scale(color, 1.0 - 0.12 * smooth(60.0, 0.0, (y - horizon).abs()));
        let (cx, half, top, foot) = (1120.0, 430.0, 470.0, 1560.0);
        // The body is a cylinder seen from a little above: straight sides, elliptic rim and foot.
        let t = ((x - cx) / half).clamp(-1.0, 1.0);
        let bow = 62.0 * (1.0 - t * t).max(0.0).sqrt();
        let body = ((x - cx).abs() - half).max(top - y).max(y - foot - bow);
        let ground = length((x - cx - 210.0) / 1.9, (y - foot - 34.0) * 2.6) - 330.0;
        color = scale(color, 1.0 - 0.5 * (1.0 - smooth(-140.0, 150.0, ground)));
        let handle = {
            let d = length((x - 1545.0) * 1.12, y - 960.0) - 262.0;
            d.abs() - 52.0
        };
        let handle_light =
            0.8 + 0.17 * smooth(60.0, -40.0, (length((x - 1545.0) * 1.12, y - 960.0) - 262.0) + (y - 960.0) * 0.22);
        if x > cx + half - 60.0 {
            color = mix(color, scale(rgb(0xf7f6f3), handle_light), inside(handle));
        }
        let across = 0.74 + 0.3 * smooth(-1.05, -0.35, t) - 0.3 * smooth(0.05, 1.05, t);
        let gloss = 0.1 * smooth(0.1, 0.0, (t + 0.56).abs()) + 0.05 * smooth(0.06, 0.0, (t - 0.62).abs());
        let low = 1.0 - 0.1 * smooth(1250.0, 1640.0, y);
        let glaze = scale(rgb(0xfbfaf7), across * low + gloss);
        let glaze = mix(glaze, rgb(0xc99d6b), 0.1 * smooth(1380.0, 1640.0, y));
        color = mix(color, glaze, inside(body));
        let rim = length((x - cx) / half, (y - top) / 66.0);
        let lip = (rim - 1.0) * 66.0;
        color = mix(color, scale(rgb(0xffffff), 0.97 - 0.06 * t), inside(lip));
        let inner = length((x - cx) / (half - 22.0), (y - top - 3.0) / 54.0);
        let depth = scale(rgb(0xe9e6e0), 0.62 + 0.26 * smooth(-1.0, 1.0, t) + 0.18 * smooth(top - 60.0, top + 60.0, y));
        mix(color, depth, inside((inner - 1.0) * 54.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_product_has_a_template_of_its_photo_s_size() {
        for (name, product) in PRODUCTS {
            let template = (product.template)(name, ContentHash([1; 32]));
            assert_eq!(template.check(), Ok(()), "{name}");
            let photo = (product.photo)();
            assert_eq!((photo.width(), photo.height()), (template.canvas.width(), template.canvas.height()), "{name}");
        }
    }
}
