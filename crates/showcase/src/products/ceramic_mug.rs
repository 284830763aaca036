//! A white mug on a table.

use document::ContentHash;
use document::{BlendMode, Cylinder, Fit, Ranged, Size, Template};
use render::Image;

use super::{Print, fixed, template};
use crate::shapes::{inside, length, mix, noise, photo, rgb, scale, smooth};

const WIDTH: u32 = 2400;
const HEIGHT: u32 = 2000;

pub fn template_of(name: &str, photo: ContentHash) -> Template {
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
    template(name, photo, Size::new(WIDTH, HEIGHT), Print { corners, outline, blend, opacity: 0.95, fit, cylinder })
}

pub fn photo_of() -> Image {
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
