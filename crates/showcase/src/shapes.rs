//! Signed distances (negative inside, in pixels), noise and colours.

use rayon::prelude::*;
use render::Image;

pub type Rgb = [f32; 3];

/// A colour from its usual notation.
pub const fn rgb(hex: u32) -> Rgb {
    [((hex >> 16) & 255) as f32 / 255.0, ((hex >> 8) & 255) as f32 / 255.0, (hex & 255) as f32 / 255.0]
}

pub fn mix(a: Rgb, b: Rgb, t: f32) -> Rgb {
    let t = t.clamp(0.0, 1.0);
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

pub fn scale(c: Rgb, by: f32) -> Rgb {
    c.map(|v| v * by)
}

/// How much of a pixel lies inside a shape whose edge is `distance` away.
pub fn inside(distance: f32) -> f32 {
    (0.5 - distance).clamp(0.0, 1.0)
}

pub fn smooth(from: f32, to: f32, value: f32) -> f32 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

pub fn circle(x: f32, y: f32, cx: f32, cy: f32, radius: f32) -> f32 {
    length(x - cx, y - cy) - radius
}

pub fn length(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

/// An upright box around (`cx`, `cy`) with half sides and rounded corners.
pub fn rounded(x: f32, y: f32, (cx, cy): (f32, f32), (half_w, half_h): (f32, f32), radius: f32) -> f32 {
    let (dx, dy) = ((x - cx).abs() - half_w + radius, (y - cy).abs() - half_h + radius);
    length(dx.max(0.0), dy.max(0.0)) + dx.max(dy).min(0.0) - radius
}

/// A closed polygon of any form, by its corners.
pub fn polygon(x: f32, y: f32, corners: &[[f32; 2]]) -> f32 {
    let (mut nearest, mut inside) = (f32::MAX, false);
    for (i, [ax, ay]) in corners.iter().enumerate() {
        let [bx, by] = corners[(i + 1) % corners.len()];
        let (ex, ey, px, py) = (bx - ax, by - ay, x - ax, y - ay);
        let along = ((px * ex + py * ey) / (ex * ex + ey * ey)).clamp(0.0, 1.0);
        let (dx, dy) = (px - ex * along, py - ey * along);
        nearest = nearest.min(dx * dx + dy * dy);
        if (*ay > y) != (by > y) && x < ex * (y - ay) / ey + ax {
            inside = !inside;
        }
    }
    if inside { -nearest.sqrt() } else { nearest.sqrt() }
}

/// How much light is left in the shadow of something whose edge is `distance` away.
pub fn shade(distance: f32, reach: f32, depth: f32) -> f32 {
    1.0 - depth * (1.0 - smooth(-reach * 0.6, reach, distance))
}

/// Random but the same every time: a value from 0 to 1 for whole coordinates.
pub fn hash(x: i32, y: i32) -> f32 {
    let mut h = (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77);
    h ^= h >> 15;
    h = h.wrapping_mul(0x2c1b_3c6d);
    h ^= h >> 12;
    h = h.wrapping_mul(0x297a_2d39);
    h ^= h >> 15;
    (h >> 8) as f32 / 16_777_215.0
}

/// Smooth noise, 0 to 1, with features about one unit wide.
pub fn noise(x: f32, y: f32) -> f32 {
    let (ix, iy) = (x.floor(), y.floor());
    let (fx, fy) = (smooth(0.0, 1.0, x - ix), smooth(0.0, 1.0, y - iy));
    let (ix, iy) = (ix as i32, iy as i32);
    let top = hash(ix, iy) + (hash(ix + 1, iy) - hash(ix, iy)) * fx;
    let bottom = hash(ix, iy + 1) + (hash(ix + 1, iy + 1) - hash(ix, iy + 1)) * fx;
    top + (bottom - top) * fy
}

/// Several octaves of noise, 0 to 1.
pub fn clouds(x: f32, y: f32) -> f32 {
    noise(x, y) * 0.55 + noise(x * 2.1 + 7.3, y * 2.1) * 0.28 + noise(x * 4.3, y * 4.3 + 3.1) * 0.17
}

/// An opaque picture with a little grain, as a sensor gives.
pub fn photo(width: u32, height: u32, color: impl Fn(f32, f32) -> Rgb + Sync) -> Image {
    let row = |y: u32| {
        let color = &color;
        (0..width).flat_map(move |x| {
            let grain = (hash(x as i32, y as i32 + 90_001) - 0.5) * 0.012;
            let [r, g, b] = color(x as f32 + 0.5, y as f32 + 0.5).map(|c| byte(c + grain));
            [r, g, b, 255]
        })
    };
    let pixels = (0..height).into_par_iter().flat_map_iter(row).collect();
    match Image::new(width, height, pixels) {
        Ok(image) => image,
        Err(error) => unreachable!("every row was drawn: {error}"),
    }
}

/// A picture of layers with transparency: colour and alpha of each, bottom first.
pub fn drawing(width: u32, height: u32, paint: impl Fn(f32, f32) -> (Rgb, f32)) -> Image {
    Image::from_fn(width, height, |x, y| {
        let (color, alpha) = paint(x as f32 + 0.5, y as f32 + 0.5);
        let [r, g, b] = color.map(byte);
        [r, g, b, byte(alpha)]
    })
}

fn byte(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

/// Lays a colour of some coverage over what is there.
pub fn over(below: (Rgb, f32), color: Rgb, coverage: f32) -> (Rgb, f32) {
    let alpha = coverage + below.1 * (1.0 - coverage);
    if alpha <= 0.0 {
        return (color, 0.0);
    }
    (mix(below.0, color, coverage / alpha), alpha)
}
