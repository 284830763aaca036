//! Cloth that lies flat: its weave, and folds that bend the light.

use crate::shapes::{Rgb, clouds, hash, noise, scale};

/// How high the cloth lies, in parts of its height: long folds down from the shoulders, short ones across, and slow waves.
pub fn height(x: f32, y: f32, seed: f32) -> f32 {
    let drift = clouds(x / 330.0 + seed, y / 420.0) - 0.5;
    let long = libm::sinf(x / 74.0 + drift * 7.0 + libm::sinf(y / 260.0 + seed) * 1.3);
    let across = libm::sinf((y + x * 0.35) / 96.0 + drift * 9.0);
    let strength = clouds(x / 210.0 + 3.0 * seed, y / 240.0);
    drift * 1.3 + long * 0.16 * strength + across * 0.1 * (1.0 - strength)
}

/// Cloth of a colour, lit from the upper left.
pub fn cloth(x: f32, y: f32, color: Rgb, seed: f32) -> Rgb {
    const STEP: f32 = 5.0;
    let here = height(x, y, seed);
    let slope = height(x + STEP, y, seed) + height(x, y + STEP, seed) - 2.0 * here;
    let weave = (hash((x / 2.2) as i32, (y / 2.2) as i32) - 0.5) * 0.035 + (noise(x / 2.4, y / 30.0) - 0.5) * 0.02;
    scale(color, 0.92 + here * 0.14 - slope * 2.1 + weave)
}
