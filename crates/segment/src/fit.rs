//! A closed line of many points as a few Bezier curves.
//!
//! P. Schneider, "An algorithm for automatically fitting digitized curves", in Graphics Gems (1990): a curve with given ends and
//! tangents is fitted by least squares; where it is too far off, the parameters are moved towards the nearest points, and then the line is
//! split where it is furthest.

use document::geometry::{Anchor, Outline, Point, bernstein};

/// How many points before and after a point tell whether it is a corner.
const REACH: usize = 5;
/// The cosine of the turn from which on it is one: 55 degrees.
const CORNER: f64 = 0.57;

/// The outline of a closed line; `None` where it has no three points apart.
pub fn fitted(ring: &[Point], tolerance: f64) -> Option<Outline> {
    let ring = apart(ring);
    let count = ring.len();
    if count < 3 {
        return None;
    }
    if count <= 2 * REACH {
        return Outline::polygon(ring).ok();
    }
    let joints = joints(&ring);
    let mut curves: Vec<[Point; 4]> = Vec::new();
    for (i, joint) in joints.iter().enumerate() {
        let end = &joints[(i + 1) % joints.len()];
        let length = (end.at + count - joint.at - 1) % count + 1;
        let line: Vec<Point> = (0..=length).map(|k| ring[(joint.at + k) % count]).collect();
        let leaving = if joint.corner { direction(&line, true) } else { tangent(&ring, joint.at) };
        let arriving = if end.corner { direction(&line, false) } else { reversed(tangent(&ring, end.at)) };
        fit(&line, leaving, arriving, tolerance, &mut curves);
    }
    let anchors = curves.iter().enumerate().map(|(i, curve)| {
        let before = curves[(i + curves.len() - 1) % curves.len()];
        Anchor { at: curve[0], handles: Some([before[2], curve[1]]) }
    });
    Outline::new(anchors.collect()).ok()
}

/// Without points that lie on the one before.
fn apart(ring: &[Point]) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::with_capacity(ring.len());
    for point in ring {
        if points.last().is_none_or(|last| last.distance(*point) > 1e-6) {
            points.push(*point);
        }
    }
    while points.len() > 1 && points[0].distance(points[points.len() - 1]) <= 1e-6 {
        points.pop();
    }
    points
}

/// Where a curve ends and the next begins before anything is fitted.
struct Joint {
    at: usize,
    corner: bool,
}

/// The corners; a line without one begins anywhere and is cut in two.
fn joints(ring: &[Point]) -> Vec<Joint> {
    let count = ring.len();
    let sharpness = |i: usize| {
        let (a, b, c) = (ring[(i + count - REACH) % count], ring[i], ring[(i + REACH) % count]);
        let (p, q) = ((b.x - a.x, b.y - a.y), (c.x - b.x, c.y - b.y));
        (p.0 * q.0 + p.1 * q.1) / (p.0.hypot(p.1) * q.0.hypot(q.1)).max(1e-12)
    };
    let turns: Vec<f64> = (0..count).map(sharpness).collect();
    let sharpest = |i: usize| {
        // Of equally sharp neighbours the first.
        (1..=REACH).all(|k| turns[i] < turns[(i + count - k) % count] && turns[i] <= turns[(i + k) % count])
    };
    let corners = (0..count).filter(|i| turns[*i] < CORNER && sharpest(*i));
    let joints: Vec<Joint> = corners.map(|at| Joint { at, corner: true }).collect();
    match joints.len() {
        0 => vec![Joint { at: 0, corner: false }, Joint { at: count / 2, corner: false }],
        1 => {
            let at = (joints[0].at + count / 2) % count;
            let mut both: Vec<Joint> = joints.into_iter().chain([Joint { at, corner: false }]).collect();
            both.sort_by_key(|joint| joint.at);
            both
        }
        _ => joints,
    }
}

type Direction = (f64, f64);

fn unit(x: f64, y: f64) -> Direction {
    let length = x.hypot(y).max(1e-12);
    (x / length, y / length)
}

fn reversed((x, y): Direction) -> Direction {
    (-x, -y)
}

/// The way the closed line goes at a point.
fn tangent(ring: &[Point], at: usize) -> Direction {
    let count = ring.len();
    let (a, b) = (ring[(at + count - REACH / 2) % count], ring[(at + REACH / 2) % count]);
    unit(b.x - a.x, b.y - a.y)
}

/// The way an open line leaves its beginning, or its end backwards.
fn direction(line: &[Point], begin: bool) -> Direction {
    let reach = REACH.min(line.len() - 1);
    let (from, to) = match begin {
        true => (line[0], line[reach]),
        false => (line[line.len() - 1], line[line.len() - 1 - reach]),
    };
    unit(to.x - from.x, to.y - from.y)
}

fn fit(line: &[Point], leaving: Direction, arriving: Direction, tolerance: f64, curves: &mut Vec<[Point; 4]>) {
    // A stack instead of recursion: a hostile line could be deep. The last is the next to do.
    let mut waiting = vec![(0, line.len() - 1, leaving, arriving)];
    while let Some((start, end, leaving, arriving)) = waiting.pop() {
        let span = &line[start..=end];
        let (curve, worst) = best(span, leaving, arriving, tolerance);
        match worst {
            Some(worst) if span.len() > 3 => {
                let split = start + worst.clamp(1, span.len() - 2);
                let (a, b) = (line[split.saturating_sub(2).max(start)], line[(split + 2).min(end)]);
                let (x, y) = unit(b.x - a.x, b.y - a.y);
                waiting.push((split, end, (x, y), arriving));
                waiting.push((start, split, leaving, (-x, -y)));
            }
            _ => curves.push(curve),
        }
    }
}

/// The best curve for a line, and where it is furthest off, if that is more than the tolerance.
fn best(line: &[Point], leaving: Direction, arriving: Direction, tolerance: f64) -> ([Point; 4], Option<usize>) {
    let (first, last) = (line[0], line[line.len() - 1]);
    if line.len() <= 3 {
        let third = first.distance(last) / 3.0;
        let along = |p: Point, (x, y): Direction| p.moved_by(x * third, y * third);
        return ([first, along(first, leaving), along(last, arriving), last], None);
    }
    let mut at = by_length(line);
    let mut curve = least_squares(line, &at, leaving, arriving);
    let (mut error, mut worst) = furthest(line, &at, &curve);
    // Worth moving parameters only where the fit is nearly good enough.
    for _ in 0..4 {
        if error <= tolerance || error > tolerance * 4.0 {
            break;
        }
        for (t, point) in at.iter_mut().zip(line) {
            *t = nearer(&curve, *point, *t);
        }
        curve = least_squares(line, &at, leaving, arriving);
        (error, worst) = furthest(line, &at, &curve);
    }
    (curve, (error > tolerance).then_some(worst))
}

fn by_length(line: &[Point]) -> Vec<f64> {
    let mut sum = 0.0;
    let mut at = vec![0.0];
    at.extend(line.windows(2).map(|pair| {
        sum += pair[0].distance(pair[1]);
        sum
    }));
    at.iter().map(|length| length / sum.max(1e-12)).collect()
}

fn on(curve: &[Point; 4], t: f64) -> Point {
    let w = bernstein(t);
    let sum = |of: fn(&Point) -> f64| (0..4).map(|i| w[i] * of(&curve[i])).sum();
    Point::new(sum(|p| p.x), sum(|p| p.y))
}

fn least_squares(line: &[Point], at: &[f64], leaving: Direction, arriving: Direction) -> [Point; 4] {
    let (first, last) = (line[0], line[line.len() - 1]);
    let (mut c, mut x) = ([[0.0; 2]; 2], [0.0; 2]);
    for (point, &t) in line.iter().zip(at) {
        let w = bernstein(t);
        let a = [(leaving.0 * w[1], leaving.1 * w[1]), (arriving.0 * w[2], arriving.1 * w[2])];
        let rest = (
            point.x - first.x * (w[0] + w[1]) - last.x * (w[2] + w[3]),
            point.y - first.y * (w[0] + w[1]) - last.y * (w[2] + w[3]),
        );
        let dot = |p: (f64, f64), q: (f64, f64)| p.0 * q.0 + p.1 * q.1;
        for i in 0..2 {
            for j in 0..2 {
                c[i][j] += dot(a[i], a[j]);
            }
            x[i] += dot(a[i], rest);
        }
    }
    let determinant = c[0][0] * c[1][1] - c[0][1] * c[1][0];
    let span = first.distance(last);
    let solved = (determinant.abs() > 1e-12)
        .then(|| ((x[0] * c[1][1] - x[1] * c[0][1]) / determinant, (c[0][0] * x[1] - c[1][0] * x[0]) / determinant));
    // Handles that point backwards or far beyond the line make loops; then a third of the way does.
    let usable = |length: f64| length > span * 1e-3 && length < span * 3.0 + 1.0;
    let (alpha, beta) = solved.filter(|(a, b)| usable(*a) && usable(*b)).unwrap_or((span / 3.0, span / 3.0));
    [
        first,
        first.moved_by(leaving.0 * alpha, leaving.1 * alpha),
        last.moved_by(arriving.0 * beta, arriving.1 * beta),
        last,
    ]
}

fn furthest(line: &[Point], at: &[f64], curve: &[Point; 4]) -> (f64, usize) {
    let off = line.iter().zip(at).map(|(point, &t)| on(curve, t).distance(*point)).enumerate();
    off.fold((0.0, 0), |worst, (i, error)| if error > worst.0 { (error, i) } else { worst })
}

/// A step of Newton's towards the parameter of the nearest point.
fn nearer(curve: &[Point; 4], p: Point, t: f64) -> f64 {
    let d = |a: Point, b: Point, k: f64| Point::new((b.x - a.x) * k, (b.y - a.y) * k);
    let first: [Point; 3] = std::array::from_fn(|i| d(curve[i], curve[i + 1], 3.0));
    let second: [Point; 2] = std::array::from_fn(|i| d(first[i], first[i + 1], 2.0));
    let s = 1.0 - t;
    let speed = |of: fn(&Point) -> f64| s * s * of(&first[0]) + 2.0 * s * t * of(&first[1]) + t * t * of(&first[2]);
    let bend = |of: fn(&Point) -> f64| s * of(&second[0]) + t * of(&second[1]);
    let at = on(curve, t);
    let (dx, dy) = (at.x - p.x, at.y - p.y);
    let (vx, vy) = (speed(|p| p.x), speed(|p| p.y));
    let slope = vx * vx + vy * vy + dx * bend(|p| p.x) + dy * bend(|p| p.y);
    if slope.abs() < 1e-12 { t } else { (t - (dx * vx + dy * vy) / slope).clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_keeps_its_corners() {
        let side = |n: usize, f: fn(f64) -> Point| (0..n).map(move |i| f(i as f64));
        let ring: Vec<Point> = side(40, |t| Point::new(t, 0.0))
            .chain(side(40, |t| Point::new(40.0, t)))
            .chain(side(40, |t| Point::new(40.0 - t, 40.0)))
            .chain(side(40, |t| Point::new(0.0, 40.0 - t)))
            .collect();
        let outline = fitted(&ring, 0.5).unwrap();
        assert_eq!(outline.anchors().len(), 4);
        let [low, high] = outline.bounds();
        assert!(low.distance(Point::new(0.0, 0.0)) < 0.3 && high.distance(Point::new(40.0, 40.0)) < 0.3);
    }

    #[test]
    fn every_point_is_near_the_curves() {
        let ring: Vec<Point> = (0..400)
            .map(|i| {
                let angle = f64::from(i) / 400.0 * std::f64::consts::TAU;
                let radius = 80.0 + 20.0 * (5.0 * angle).sin();
                Point::new(100.0 + radius * angle.cos(), 100.0 + radius * angle.sin())
            })
            .collect();
        let outline = fitted(&ring, 0.6).unwrap();
        assert!(outline.anchors().len() < 40, "{}", outline.anchors().len());
        for point in ring {
            assert!(outline.nearest(point).at.distance(point) < 0.9);
        }
    }

    #[test]
    fn what_encloses_nothing_is_no_outline() {
        assert_eq!(fitted(&[Point::new(1.0, 1.0); 30], 1.0), None);
        assert_eq!(fitted(&[], 1.0), None);
    }
}
