//! A curve of tones: what each of a channel's values becomes.

use serde::{Deserialize, Serialize};

use crate::AdjustmentError;

/// The most points of a curve.
const POINTS_MAX: usize = 16;

/// Points `[input, output]` that a smooth curve passes through; beyond the outermost it is level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<[u8; 2]>", into = "Vec<[u8; 2]>")]
pub struct Curve(Vec<[u8; 2]>);

impl Curve {
    /// The curve through these points.
    ///
    /// # Errors
    /// For fewer than 2 or more than 16 points, or inputs that do not increase.
    pub fn new(points: Vec<[u8; 2]>) -> Result<Self, AdjustmentError> {
        let increasing = points.windows(2).all(|pair| pair[0][0] < pair[1][0]);
        let countable = (2..=POINTS_MAX).contains(&points.len());
        if increasing && countable { Ok(Self(points)) } else { Err(AdjustmentError::Points) }
    }

    /// The 2 to 16 points `[input, output]`, each further right than the one before.
    pub fn points(&self) -> &[[u8; 2]] {
        &self.0
    }

    /// The outputs for the inputs 0 to 255, all 0 to 1: the natural cubic spline through the points (second derivative 0 at both
    /// ends), as image editors draw their curves.
    pub fn table(&self) -> [f32; 256] {
        let points: Vec<(f32, f32)> = self.0.iter().map(|&[x, y]| (f32::from(x), f32::from(y))).collect();
        let bends = second_derivatives(&points);
        std::array::from_fn(|input| {
            let x = (input as f32).clamp(points[0].0, points[points.len() - 1].0);
            let right = points.iter().position(|point| point.0 >= x).unwrap_or(points.len() - 1).max(1);
            let ((x0, y0), (x1, y1)) = (points[right - 1], points[right]);
            let step = x1 - x0;
            let (a, b) = ((x1 - x) / step, (x - x0) / step);
            let bend = ((a * a * a - a) * bends[right - 1] + (b * b * b - b) * bends[right]) * step * step / 6.0;
            ((a * y0 + b * y1 + bend) / 255.0).clamp(0.0, 1.0)
        })
    }

    /// The curve with one more point at `input`, where it is already, and that point's index. None where a point is, or
    /// no more may be.
    pub fn with_point_at(&self, input: u8) -> Option<(Self, usize)> {
        let index = self.0.iter().position(|point| point[0] >= input).unwrap_or(self.0.len());
        if self.0.get(index).is_some_and(|point| point[0] == input) {
            return None;
        }
        let mut points = self.0.clone();
        points.insert(index, [input, (self.table()[usize::from(input)] * 255.0).round() as u8]);
        Self::new(points).ok().map(|curve| (curve, index))
    }

    /// The curve with the point at `index` as near to `to` as its neighbours let it.
    #[must_use]
    pub fn with_point_moved(&self, index: usize, to: [u8; 2]) -> Self {
        let mut points = self.0.clone();
        let low = index.checked_sub(1).and_then(|before| points.get(before)).map_or(0, |before| before[0] + 1);
        let high = points.get(index + 1).map_or(255, |after| after[0] - 1);
        if let Some(point) = points.get_mut(index) {
            *point = [to[0].clamp(low, high), to[1]];
        }
        Self(points)
    }

    /// The curve without the point at `index`. None where there is none, or only two are left.
    pub fn without_point(&self, index: usize) -> Option<Self> {
        let mut points = self.0.clone();
        if index < points.len() {
            points.remove(index);
        }
        Self::new(points).ok().filter(|curve| curve != self)
    }
}

/// By elimination in the tridiagonal system of the natural spline.
fn second_derivatives(points: &[(f32, f32)]) -> Vec<f32> {
    let n = points.len();
    let (mut bends, mut rest) = (vec![0.0; n], vec![0.0; n]);
    for i in 1..n - 1 {
        let ((x0, y0), (x1, y1), (x2, y2)) = (points[i - 1], points[i], points[i + 1]);
        let share = (x1 - x0) / (x2 - x0);
        let pivot = share * bends[i - 1] + 2.0;
        bends[i] = (share - 1.0) / pivot;
        let turn = (y2 - y1) / (x2 - x1) - (y1 - y0) / (x1 - x0);
        rest[i] = (6.0 * turn / (x2 - x0) - share * rest[i - 1]) / pivot;
    }
    for i in (1..n - 1).rev() {
        bends[i] = bends[i] * bends[i + 1] + rest[i];
    }
    bends
}

impl Default for Curve {
    fn default() -> Self {
        Self(vec![[0, 0], [255, 255]])
    }
}

impl TryFrom<Vec<[u8; 2]>> for Curve {
    type Error = AdjustmentError;
    fn try_from(points: Vec<[u8; 2]>) -> Result<Self, AdjustmentError> {
        Self::new(points)
    }
}

impl From<Curve> for Vec<[u8; 2]> {
    fn from(curve: Curve) -> Self {
        curve.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_point_lies_on_the_curve_and_can_go_again() {
        let curve = Curve::new(vec![[0, 0], [64, 32], [192, 224], [255, 255]]).unwrap();
        let (more, index) = curve.with_point_at(128).unwrap();
        assert_eq!((index, more.points()[2][0]), (2, 128));
        let moved = curve.table().into_iter().zip(more.table()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(moved < 1.5 / 255.0, "{moved}");
        assert_eq!(more.without_point(2).unwrap(), curve);
        assert!(curve.with_point_at(64).is_none(), "there is one already");
        let full = Curve::new((0..16).map(|i| [i * 17, i * 17]).collect()).unwrap();
        assert!(full.with_point_at(8).is_none(), "no more may be");
    }

    #[test]
    fn points_stay_in_order_and_two_stay() {
        let curve = Curve::new(vec![[0, 0], [100, 120], [255, 255]]).unwrap();
        assert_eq!(curve.with_point_moved(1, [0, 200]).points()[1], [1, 200]);
        assert_eq!(curve.with_point_moved(1, [255, 9]).points()[1], [254, 9]);
        assert_eq!(curve.with_point_moved(0, [180, 4]).points()[0], [99, 4]);
        assert_eq!(curve.with_point_moved(2, [0, 4]).points()[2], [101, 4]);
        assert!(Curve::default().without_point(0).is_none());
        assert!(curve.without_point(3).is_none());
    }
}
