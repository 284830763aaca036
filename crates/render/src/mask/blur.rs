//! Softening by a true Gaussian.

const FULL: f32 = 65_535.0;

/// Where the Gaussian is cut.
pub fn radius(sigma: f32) -> usize {
    if is_sharp(sigma) { 0 } else { (sigma * 3.0).ceil() as usize }
}

/// So narrow that no value changes.
fn is_sharp(sigma: f32) -> bool {
    sigma <= 0.05
}

/// A picture of `width` pixels a row, convolved with a Gaussian of standard deviation `sigma` pixels.
pub fn blurred(values: Vec<u16>, width: usize, sigma: f32) -> Vec<u16> {
    if is_sharp(sigma) || values.is_empty() {
        return values;
    }
    let height = values.len() / width;
    let upright = transposed(&blur_rows(&transposed(&values, width), height, sigma), height);
    blur_rows(&upright, width, sigma)
}

fn transposed(values: &[u16], width: usize) -> Vec<u16> {
    let height = values.len() / width.max(1);
    (0..width).flat_map(|x| (0..height).map(move |y| values[y * width + x])).collect()
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
