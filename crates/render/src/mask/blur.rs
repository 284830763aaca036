//! Softening by a true Gaussian.

use super::cost::Nanos;
use crate::region::Region;

const FULL: f32 = 65_535.0;

/// A pixel turned, halved and doubled; and one weighed three times; of both there are some more at a row's sides. Measured as `mask::cost` says.
const TURNED: Nanos = Nanos(12);
const WEIGHED: Nanos = Nanos(1);

/// Where the Gaussian is cut.
pub fn radius(sigma: f32) -> usize {
    if is_sharp(sigma) { 0 } else { (sigma * 3.0).ceil() as usize }
}

/// So narrow that no value changes.
fn is_sharp(sigma: f32) -> bool {
    sigma <= 0.05
}

/// From this standard deviation on, a picture is blurred at half its size: its Gaussian is so smooth that nothing is lost.
const HALVED_FROM: f32 = 12.0;

/// A picture of `width` pixels a row, convolved with a Gaussian of standard deviation `sigma` pixels.
pub fn blurred(values: Vec<u16>, width: usize, sigma: f32) -> Vec<u16> {
    if is_sharp(sigma) || values.len() < 2 {
        return values;
    }
    let height = values.len() / width;
    if sigma >= HALVED_FROM {
        // Means of two pixels, and lines drawn between them again, are a variance of 1/4 and 3/4 by themselves.
        let rest = ((sigma * sigma - 1.0) * 0.25).sqrt();
        let small = blurred(halved(&values, width), width.div_ceil(2), rest);
        return doubled(&small, width, height);
    }
    let upright = transposed(&blur_rows(&transposed(&values, width), height, sigma), height);
    blur_rows(&upright, width, sigma)
}

/// What [`blurred`] takes at most.
pub fn work(region: &Region, sigma: f32) -> Nanos {
    if is_sharp(sigma) || region.is_empty() {
        return Nanos(0);
    }
    let (columns, rows) = (region.columns.len() as u64, region.rows.len() as u64);
    if sigma >= HALVED_FROM {
        let half = Region { columns: 0..region.columns.len().div_ceil(2), rows: 0..region.rows.len().div_ceil(2) };
        return TURNED * (columns * rows) + work(&half, ((sigma * sigma - 1.0) * 0.25).sqrt());
    }
    let radius = radius(sigma) as u64;
    let padded = columns * (rows + 2 * radius) + rows * (columns + 2 * radius);
    TURNED * padded + WEIGHED * ((2 * radius + 1) * columns * rows * 2 / 3)
}

/// Means of two by two pixels; an odd last column or row stands for itself twice.
fn halved(values: &[u16], width: usize) -> Vec<u16> {
    let height = values.len() / width;
    let at = |x: usize, y: usize| u32::from(values[y.min(height - 1) * width + x.min(width - 1)]);
    let mean = |x: usize, y: usize| (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1) + 2) / 4;
    let rows = (0..height).step_by(2);
    rows.flat_map(|y| (0..width).step_by(2).map(move |x| mean(x, y) as u16)).collect()
}

/// Back at twice the size: a quarter of the way from each pixel's middle to the next.
fn doubled(values: &[u16], width: usize, height: usize) -> Vec<u16> {
    let small_width = width.div_ceil(2);
    let small_height = values.len() / small_width;
    // The nearer and the further of the two that a pixel lies between.
    let pair = |i: usize, side: usize| {
        let near = i / 2;
        let far = if i.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(side - 1) };
        (near, far)
    };
    let at = |x: usize, y: usize| u32::from(values[y * small_width + x]);
    let between = |x: usize, y: usize| {
        let ((near_x, far_x), (near_y, far_y)) = (pair(x, small_width), pair(y, small_height));
        let line = |y: usize| 3 * at(near_x, y) + at(far_x, y);
        (3 * line(near_y) + line(far_y) + 8) / 16
    };
    (0..height).flat_map(|y| (0..width).map(move |x| between(x, y) as u16)).collect()
}

/// Columns as rows, in squares that stay in the nearest cache.
fn transposed(values: &[u16], width: usize) -> Vec<u16> {
    const SQUARE: usize = 32;
    let height = values.len() / width;
    let mut turned = vec![0; values.len()];
    for top in (0..height).step_by(SQUARE) {
        for left in (0..width).step_by(SQUARE) {
            for x in left..(left + SQUARE).min(width) {
                let line = &mut turned[x * height..][..height];
                for (y, value) in line.iter_mut().enumerate().take(top + SQUARE).skip(top) {
                    *value = values[y * width + x];
                }
            }
        }
    }
    turned
}

/// Every row convolved with a Gaussian of standard deviation `sigma` pixels, cut at three of them. Beyond the
/// picture's sides the outermost value goes on.
fn blur_rows(values: &[u16], width: usize, sigma: f32) -> Vec<u16> {
    let radius = radius(sigma);
    let weight = |distance: usize| {
        let t = distance as f32 / sigma;
        libm::expf(-0.5 * t * t)
    };
    let half: Vec<f32> = (0..=radius).map(weight).collect();
    let total = half[0] + 2.0 * half[1..].iter().sum::<f32>();
    let mut padded = vec![0.0f32; width + 2 * radius];
    let mut sums = vec![0.0f32; width];
    let mut blurred = Vec::with_capacity(values.len());
    for row in values.chunks_exact(width) {
        for (i, cell) in padded.iter_mut().enumerate() {
            *cell = f32::from(row[i.saturating_sub(radius).min(width - 1)]);
        }
        sums.fill(0.0);
        for offset in 0..=2 * radius {
            let weight = half[offset.abs_diff(radius)] / total;
            for (sum, &cell) in sums.iter_mut().zip(&padded[offset..]) {
                *sum += cell * weight;
            }
        }
        blurred.extend(sums.iter().map(|&sum| (sum + 0.5).min(FULL) as u16));
    }
    blurred
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_blur_of_an_edge_is_the_gaussian_s_integral() {
        let (width, height) = (601, 64);
        let edge = (0..width * height).map(|i| if i % width < 300 { 0 } else { u16::MAX }).collect::<Vec<_>>();
        for sigma in [11.9f32, 12.1, 25.0, 60.0] {
            let soft = blurred(edge.clone(), width, sigma);
            for x in (60..540).step_by(7) {
                let past = (x as f64 + 0.5 - 300.0) / f64::from(sigma);
                let exact = 0.5 * (1.0 + libm::erf(past / std::f64::consts::SQRT_2));
                let got = f64::from(soft[32 * width + x]) / 65_535.0;
                assert!((got - exact).abs() < 0.003, "{got} at {x} with {sigma}, exact {exact}");
            }
        }
    }

    #[test]
    fn a_blur_far_wider_than_the_picture_ends() {
        let picture = (0..35u16).map(|i| i * 1000).collect::<Vec<_>>();
        let soft = blurred(picture, 7, 60_000.0);
        assert!(soft.iter().all(|&value| value == soft[0]));
    }
}
