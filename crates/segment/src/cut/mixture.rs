//! How likely a colour is among others, by a mixture of Gaussians.

/// The Gaussians of one mixture.
const PARTS: usize = 5;
/// What is added to each variance, so that one flat colour does not make all others impossible: steps of 255, squared.
const GRAIN: f64 = 4.0;

/// One Gaussian, ready to be evaluated.
#[derive(Clone, Copy)]
struct Part {
    mean: [f64; 3],
    /// The inverse of the covariance.
    inverse: [[f64; 3]; 3],
    /// The logarithm of the weight over the root of the covariance's determinant.
    log_weight: f64,
}

#[derive(Clone)]
pub struct Mixture(Vec<Part>);

fn colour(color: [u8; 3]) -> [f64; 3] {
    color.map(f64::from)
}

/// Sums of the colours of a part.
#[derive(Clone, Copy, Default)]
struct Sums {
    count: f64,
    sum: [f64; 3],
    products: [[f64; 3]; 3],
}

impl Sums {
    fn add(&mut self, color: [f64; 3]) {
        self.count += 1.0;
        for i in 0..3 {
            self.sum[i] += color[i];
            for j in 0..3 {
                self.products[i][j] += color[i] * color[j];
            }
        }
    }

    fn part(&self, total: f64) -> Option<Part> {
        if self.count < 1.0 {
            return None;
        }
        let mean = self.sum.map(|sum| sum / self.count);
        let covariance: [[f64; 3]; 3] = std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let grain = if i == j { GRAIN } else { 0.0 };
                self.products[i][j] / self.count - mean[i] * mean[j] + grain
            })
        });
        let (inverse, determinant) = inverted(covariance);
        let log_weight = (self.count / total).ln() - 0.5 * determinant.max(1e-9).ln();
        Some(Part { mean, inverse, log_weight })
    }
}

/// The inverse of a symmetric matrix, and its determinant.
fn inverted(m: [[f64; 3]; 3]) -> ([[f64; 3]; 3], f64) {
    let minor = |i: usize, j: usize| {
        let (a, b, c, d) = ((i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3);
        m[a][c] * m[b][d] - m[a][d] * m[b][c]
    };
    let determinant = (0..3).map(|j| m[0][j] * minor(0, j)).sum::<f64>();
    (std::array::from_fn(|i| std::array::from_fn(|j| minor(j, i) / determinant)), determinant)
}

impl Mixture {
    /// Of colours; `None` where there are none. Parts are begun by splitting the widest at its mean again and again, as M. Orchard and
    /// C. Bouman do ("Color quantization of images", 1991).
    pub fn of(colors: impl Iterator<Item = [u8; 3]> + Clone) -> Option<Self> {
        let all: Vec<[f64; 3]> = colors.map(colour).collect();
        let mut groups = vec![all];
        while groups.len() < PARTS {
            let variances = groups.iter().map(|group| widest(group)).enumerate();
            let Some((index, (axis, mean, variance))) = variances.max_by(|a, b| a.1.2.total_cmp(&b.1.2)) else { break };
            if variance < 1.0 {
                break;
            }
            let (low, high) = groups.swap_remove(index).into_iter().partition(|color| color[axis] <= mean);
            groups.extend([low, high]);
        }
        let total = groups.iter().map(Vec::len).sum::<usize>() as f64;
        let parts = groups.iter().filter_map(|group| {
            let mut sums = Sums::default();
            group.iter().for_each(|color| sums.add(*color));
            sums.part(total)
        });
        Some(Self(parts.collect())).filter(|mixture| !mixture.0.is_empty())
    }

    /// Learnt anew from colours, each given to the part that it is likeliest in.
    pub fn refined(&self, colors: impl Iterator<Item = [u8; 3]>) -> Option<Self> {
        let mut sums = vec![Sums::default(); self.0.len()];
        for color in colors.map(colour) {
            let likeliest = self.0.iter().map(|part| part.log(color)).enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((index, _)) = likeliest {
                sums[index].add(color);
            }
        }
        let total: f64 = sums.iter().map(|sums| sums.count).sum();
        let parts: Vec<Part> = sums.iter().filter_map(|sums| sums.part(total)).collect();
        (!parts.is_empty()).then_some(Self(parts))
    }

    /// How unlikely a colour is: the negative logarithm of its density.
    pub fn unlikelihood(&self, color: [u8; 3]) -> f32 {
        let color = colour(color);
        let logs: Vec<f64> = self.0.iter().map(|part| part.log(color)).collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        -(most + logs.iter().map(|log| (log - most).exp()).sum::<f64>().ln()) as f32
    }
}

impl Part {
    fn log(&self, color: [f64; 3]) -> f64 {
        let d: [f64; 3] = std::array::from_fn(|i| color[i] - self.mean[i]);
        let distance: f64 = (0..3).map(|i| (0..3).map(|j| d[i] * self.inverse[i][j] * d[j]).sum::<f64>()).sum();
        self.log_weight - 0.5 * distance
    }
}

/// The channel in which a group varies most, its mean there, and the sum of the squares of what differs from it.
fn widest(group: &[[f64; 3]]) -> (usize, f64, f64) {
    let count = group.len().max(1) as f64;
    let of = |axis: usize| {
        let mean = group.iter().map(|color| color[axis]).sum::<f64>() / count;
        (axis, mean, group.iter().map(|color| (color[axis] - mean) * (color[axis] - mean)).sum::<f64>())
    };
    let axes = [of(0), of(1), of(2)];
    axes.into_iter().fold(axes[0], |best, axis| if axis.2 > best.2 { axis } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_that_were_seen_are_likelier_than_others() {
        let seen = (0..400u32).map(|i| match i % 3 {
            0 => [200, 30 + (i % 9) as u8, 40],
            1 => [20, 20, 120 + (i % 20) as u8],
            _ => [240, 240, 240],
        });
        let mixture = Mixture::of(seen.clone()).unwrap();
        let mixture = mixture.refined(seen).unwrap();
        let known = [[200, 33, 40], [20, 20, 130], [240, 240, 240]].map(|color| mixture.unlikelihood(color));
        let strange = [[30, 200, 40], [120, 120, 120]].map(|color| mixture.unlikelihood(color));
        assert!(known.iter().all(|k| strange.iter().all(|s| k + 5.0 < *s)), "{known:?} {strange:?}");
        assert!(Mixture::of(std::iter::empty()).is_none());
    }
}
