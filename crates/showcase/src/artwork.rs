//! Four designs.

use render::Image;

use crate::shapes::{Rgb, circle, clouds, drawing, inside, length, mix, over, photo, rgb, rounded, smooth};

/// Draws one picture, the same every time.
pub type Draw = fn() -> Image;

/// Names and how to draw them.
pub const DESIGNS: [(&str, Draw); 4] =
    [("Sunset bands", sunset), ("Mountain lake", mountains), ("Fern", fern), ("Orbit", orbit)];

/// A striped sun over waves, on nothing.
fn sunset() -> Image {
    let (width, height) = (1800, 2000);
    drawing(width, height, |x, y| {
        let (cx, cy, radius) = (900.0, 860.0, 720.0);
        let mut paint = (rgb(0xf2542d), 0.0);
        let bands = ((y - cy) / radius + 0.15).max(0.0) * 0.62;
        let in_gap = {
            let stripe = (y - 760.0) / 112.0;
            let part = stripe - stripe.floor();
            if y < 760.0 { 1.0 } else { inside((part - (1.0 - bands)) * 112.0) }
        };
        let sun = mix(rgb(0xffc857), rgb(0xe4572e), (y - 140.0) / 1400.0);
        paint = over(paint, sun, inside(circle(x, y, cx, cy, radius)) * in_gap);
        for (i, color) in [rgb(0x1b6f8a), rgb(0x145369), rgb(0x0d3b4c)].into_iter().enumerate() {
            let crest = 1560.0 + i as f32 * 118.0 + libm::sinf(x / 118.0 + i as f32 * 1.9) * 36.0;
            let within = inside(rounded(x, y, (900.0, 1500.0), (840.0, 460.0), 180.0));
            paint = over(paint, color, inside(crest - y) * within * inside(y - crest - 74.0));
        }
        paint
    })
}

/// Ridges one behind the other, mirrored in a lake.
fn mountains() -> Image {
    let (width, height) = (1800, 2400);
    photo(width, height, |x, y| {
        let shore = 1560.0;
        let mirrored = y > shore;
        let ripple =
            if mirrored { libm::sinf(y / 9.0 + x / 310.0) * 3.0 * ((y - shore) / 300.0).min(2.0) } else { 0.0 };
        let (px, py) = (x + ripple, if mirrored { 2.0 * shore - y } else { y });
        let mut color = mix(rgb(0xf7d9c4), rgb(0x7fa6c9), 1.0 - py / shore * 1.1);
        color = mix(color, rgb(0xfff1d6), 0.9 * inside(circle(px, py, 1210.0, 520.0, 170.0)));
        let ridges: [(f32, f32, f32, Rgb); 4] = [
            (760.0, 520.0, 3.1, rgb(0x8fa3bd)),
            (980.0, 430.0, 17.7, rgb(0x64809f)),
            (1190.0, 330.0, 31.9, rgb(0x3d5a73)),
            (1390.0, 210.0, 58.3, rgb(0x1f3a4a)),
        ];
        for (base, rise, seed, tone) in ridges {
            let top = base - rise * (clouds(px / 520.0 + seed, seed) - 0.35) * 1.4;
            let haze = mix(tone, rgb(0xe9d7cc), ((py - top) / 900.0).clamp(0.0, 0.35));
            color = mix(color, haze, inside(top - py));
        }
        if mirrored {
            color = mix(color, rgb(0x24485c), 0.28 + 0.22 * ((y - shore) / 840.0));
            color = mix(color, rgb(0xffffff), 0.07 * smooth(0.72, 0.8, clouds(x / 60.0, y / 7.0)));
        }
        let border = rounded(x, y, (900.0, 1200.0), (810.0, 1110.0), 8.0);
        mix(rgb(0xfaf6ef), color, inside(border))
    })
}

/// A fern frond, on nothing.
fn fern() -> Image {
    let (width, height) = (1600, 2200);
    drawing(width, height, |x, y| {
        let stem_x = |t: f32| 800.0 + libm::sinf(t * 2.2) * 130.0 - 60.0;
        let stem_y = |t: f32| 2100.0 - t * 1940.0;
        let t = ((2100.0 - y) / 1940.0).clamp(0.0, 1.0);
        let stem = (x - stem_x(t)).abs() - 11.0 * (1.0 - t * 0.8);
        let mut paint = (rgb(0x2f6b4f), 0.0);
        let on_stem = if (120.0..2100.0).contains(&y) { inside(stem) } else { 0.0 };
        for i in 0..26 {
            let at = 0.07 + i as f32 * 0.0355;
            let side = if i % 2 == 0 { 1.0 } else { -1.0 };
            let reach = 560.0 * libm::sinf((1.0 - at) * 2.4 + 0.45).max(0.08) * (1.06 - at * at);
            let (ox, oy) = (stem_x(at), stem_y(at));
            // The leaflet's own frame: along it and across, bent upwards.
            let (dx, dy) = ((x - ox) * side, oy - y);
            let (cos, sin) = (0.86, 0.51);
            let (along, across) = (dx * cos + dy * sin, -dx * sin + dy * cos);
            let part = along / reach;
            if !(0.0..=1.0).contains(&part) {
                continue;
            }
            let bend = part * part * reach * 0.16;
            let half = 58.0 * (1.04 - at * 0.6) * libm::powf(part, 0.45) * (1.0 - part) * 2.1;
            let distance = (across - bend).abs() - half;
            let vein = (across - bend).abs();
            let tone = mix(rgb(0x3f8f63), rgb(0x1f5a41), at * 0.5 + 0.35 * (across - bend).signum().max(0.0));
            let leaf = mix(rgb(0x9ccf9f), tone, smooth(0.0, 5.0, vein));
            paint = over(paint, leaf, inside(distance));
        }
        over(paint, rgb(0x234d38), on_stem)
    })
}

/// Rings and planets on midnight blue: a square badge.
fn orbit() -> Image {
    drawing(1800, 1800, |x, y| {
        let (dx, dy) = (x - 900.0, y - 900.0);
        let r = length(dx, dy);
        let mut paint = over((rgb(0x0f1b3d), 0.0), mix(rgb(0x23346b), rgb(0x0b1430), r / 860.0), inside(r - 860.0));
        for (radius, thickness, color) in
            [(820.0, 10.0, rgb(0xf4c95d)), (620.0, 3.0, rgb(0x8fa8e8)), (430.0, 3.0, rgb(0x8fa8e8))]
        {
            paint = over(paint, color, inside((r - radius).abs() - thickness));
        }
        for (angle, radius, size, color) in
            [(0.6f32, 620.0, 74.0, rgb(0xe76f51)), (2.9, 620.0, 40.0, rgb(0x9ad1d4)), (4.4, 430.0, 56.0, rgb(0xf4a261))]
        {
            let (px, py) = (900.0 + libm::cosf(angle) * radius, 900.0 + libm::sinf(angle) * radius);
            let shade = mix(color, scale_dark(color), smooth(-size, size, (x - px) * 0.7 + (y - py) * 0.7));
            paint = over(paint, shade, inside(circle(x, y, px, py, size)));
        }
        let glow = (1.0 - r / 330.0).max(0.0);
        paint = over(paint, rgb(0xf4c95d), 0.35 * glow * inside(r - 860.0));
        let sun = mix(rgb(0xffe8a3), rgb(0xf4a927), r / 200.0);
        paint = over(paint, sun, inside(r - 190.0));
        let (cell_x, cell_y) = ((x / 60.0).floor(), (y / 60.0).floor());
        let star = crate::shapes::hash(cell_x as i32, cell_y as i32);
        let (sx, sy) = ((cell_x + 0.5) * 60.0, (cell_y + 0.5) * 60.0);
        if star > 0.86 && r > 250.0 && r < 790.0 {
            paint = over(paint, rgb(0xffffff), inside(circle(x, y, sx, sy, 1.0 + star * 2.6)) * 0.9);
        }
        paint
    })
}

fn scale_dark(color: Rgb) -> Rgb {
    crate::shapes::scale(color, 0.55)
}
