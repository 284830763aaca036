//! Fewer points for the same line.

use document::geometry::Point;

/// The line without the points that lie within `tolerance` of what is left.
///
/// D. Douglas and T. Peucker, "Algorithms for the reduction of the number of points required to represent a digitized line"
/// (1973), with a stack instead of recursion, as a hostile line could be deep.
pub(crate) fn simplified(points: &[Point], tolerance: f64) -> Vec<Point> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut kept = vec![false; points.len()];
    kept[0] = true;
    kept[points.len() - 1] = true;
    let mut spans = vec![(0, points.len() - 1)];
    while let Some((start, end)) = spans.pop() {
        let between = (start + 1..end).map(|i| (i, off(points[i], points[start], points[end])));
        if let Some((furthest, distance)) = between.max_by(|a, b| a.1.total_cmp(&b.1))
            && distance > tolerance
        {
            kept[furthest] = true;
            spans.extend([(start, furthest), (furthest, end)]);
        }
    }
    points.iter().zip(kept).filter(|(_, kept)| *kept).map(|(point, _)| *point).collect()
}

/// The distance of `p` from the line between `a` and `b`.
fn off(p: Point, a: Point, b: Point) -> f64 {
    let (x, y) = (b.x - a.x, b.y - a.y);
    let along = (((p.x - a.x) * x + (p.y - a.y) * y) / (x * x + y * y).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
    p.distance(a.towards(b, along))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_its_turns_only() {
        let line: Vec<Point> =
            (0..=20).map(|i| Point::new(f64::from(i), if i <= 10 { 0.1 } else { f64::from(i - 10) })).collect();
        assert_eq!(simplified(&line, 0.5), [line[0], line[10], line[20]]);
        assert_eq!(simplified(&line[..2], 0.5), line[..2]);
        assert_eq!(simplified(&[Point::new(1.0, 1.0); 9], 0.5).len(), 2);
    }
}
