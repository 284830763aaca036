//! Pictures by formula: what a template needs of a photo, and a design.

use render::Image;

pub const SIZE: (u32, u32) = (400, 320);

fn byte(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

fn shaded(color: [f32; 3], light: f32) -> [u8; 4] {
    let [r, g, b] = color.map(|c| byte(if light <= 1.0 { c * light } else { c + (1.0 - c) * (light - 1.0) }));
    [r, g, b, 255]
}

fn smooth(low: f32, high: f32, value: f32) -> f32 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn photo(light: impl Fn(f32, f32) -> ([f32; 3], f32)) -> Image {
    Image::from_fn(SIZE.0, SIZE.1, |x, y| {
        let (color, light) = light(x as f32 + 0.5, y as f32 + 0.5);
        shaded(color, light)
    })
}

/// How bright the folds of the cloth are.
fn folds(x: f32, y: f32) -> f32 {
    let slow = libm::sinf(x * 0.021 + libm::sinf(y * 0.013) * 1.7);
    let fast = libm::sinf(x * 0.055 - y * 0.031 + 1.3 * libm::sinf(y * 0.021));
    1.0 + 0.11 * slow + 0.07 * fast * smooth(-0.6, 0.9, slow)
}

/// A light cloth in folds.
pub fn cloth() -> Image {
    photo(|x, y| ([0.80, 0.77, 0.72], folds(x, y) - 0.1 * smooth(150.0, 330.0, y)))
}

/// A blue mug on a table.
pub fn mug() -> Image {
    photo(|x, y| {
        let across = (x - 200.0) / 92.0;
        let rim = 14.0 * (1.0 - (across * across).min(1.0)).sqrt();
        let on_body = across.abs() < 1.0 && (58.0 + rim..262.0 + rim).contains(&y);
        let on_top = across.abs() < 1.0 && (y - 58.0).abs() < rim;
        match (on_body, on_top) {
            (true, _) => {
                let depth = (1.0 - across * across).sqrt();
                let shine = smooth(0.75, 1.0, libm::cosf((across + 0.45) * 2.1));
                ([0.27, 0.42, 0.60], 0.55 + 0.5 * depth + 0.35 * shine)
            }
            (_, true) => ([0.12, 0.10, 0.10], 1.0),
            _ if y > 210.0 => ([0.62, 0.50, 0.38], 0.85 + 0.2 * y / 320.0),
            _ => ([0.86, 0.85, 0.82], 1.0 - 0.2 * (x - 120.0).abs() / 280.0),
        }
    })
}

/// A wall in even light, darker towards its corners.
pub fn wall() -> Image {
    photo(|x, y| {
        let (dx, dy) = ((x - 170.0) / 400.0, (y - 120.0) / 320.0);
        ([0.74, 0.76, 0.74], 1.08 - 0.5 * (dx * dx + dy * dy))
    })
}

/// A displacement map: waves around middle grey.
pub fn ripples() -> Image {
    Image::from_fn(SIZE.0, SIZE.1, |x, y| {
        let wave = 0.5 + 0.5 * libm::sinf(y as f32 * 0.11 + libm::sinf(x as f32 * 0.02));
        shaded([1.0; 3], wave)
    })
}

/// A raster mask: bright in the middle, in steps, fading outwards.
pub fn spot() -> Image {
    Image::from_fn(64, 64, |x, y| {
        let (dx, dy) = (x as f32 - 31.5, y as f32 - 31.5);
        let turn = libm::atan2f(dy, dx);
        let edge = 24.0 + 6.0 * libm::sinf(turn * 7.0);
        shaded([1.0; 3], 1.0 - smooth(edge - 7.0, edge, (dx * dx + dy * dy).sqrt()))
    })
}

/// A striped sun over fine lines on paper with round corners; soft, hard and half-transparent parts.
pub fn design() -> Image {
    let (width, height) = (640.0f32, 800.0f32);
    Image::from_fn(width as u32, height as u32, |x, y| {
        let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
        let corner = 60.0;
        let (from_x, from_y) =
            ((width / 2.0 - x).abs() - width / 2.0 + corner, (height / 2.0 - y).abs() - height / 2.0 + corner);
        let outside = (from_x.max(0.0) * from_x.max(0.0) + from_y.max(0.0) * from_y.max(0.0)).sqrt() - corner;
        let paper = (0.5 - outside.max(from_x.max(from_y) - corner)).clamp(0.0, 1.0);
        let (dx, dy) = (x - 320.0, y - 330.0);
        let sun = (0.5 + 220.0 - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0);
        let gap = if dy > 0.0 && (dy as i32 / 14) % 3 == 2 { 0.0 } else { 1.0 };
        let warm = [0.96, 0.62 - 0.4 * (y - 110.0) / 440.0, 0.20 + 0.3 * (y - 110.0) / 440.0];
        let lines = y > 590.0 && y < 740.0 && x > 100.0 && x < 540.0 && (x as i32 / 5 + y as i32 / 9) % 4 == 0;
        let ink = [0.10, 0.16, 0.30];
        let ground = if lines { ink } else { [0.98, 0.95, 0.88] };
        let mixed = [0, 1, 2].map(|c| ground[c] + (warm[c] - ground[c]) * sun * gap);
        [byte(mixed[0]), byte(mixed[1]), byte(mixed[2]), byte(paper * (1.0 - 0.35 * smooth(560.0, 800.0, y)))]
    })
}
