//! Paths around what a matte has.

use document::geometry::{Outline, Part, Point};

use crate::{Matte, fit::fitted};

/// What is smaller than this many square pixels is dust.
const DUST: f64 = 12.0;
/// The most curves of all paths together; more are drawn less exactly.
const CURVES_MAX: usize = 4_000;

/// The parts of what is at least half found, largest first, as curves no further than about `tolerance` pixels from where
/// the matte passes its middle value. Specks and pinholes are left out.
///
/// W. Lorensen and H. Cline, "Marching cubes" (1987), in two dimensions.
pub fn trace(matte: &Matte, tolerance: f64) -> Vec<Part> {
    let loops: Vec<Vec<Point>> = contours(matte).into_iter().filter(|ring| area(ring).abs() >= DUST).collect();
    let mut tolerance = tolerance.max(0.1);
    loop {
        let rings: Vec<(f64, Outline)> =
            loops.iter().filter_map(|ring| Some((area(ring), fitted(ring, tolerance)?))).collect();
        if rings.iter().map(|(_, outline)| outline.anchors().len()).sum::<usize>() <= CURVES_MAX || tolerance > 64.0 {
            return nested(rings);
        }
        tolerance *= 1.6;
    }
}

/// Positive where the inside lies to the right of the way, as y goes down: clockwise.
fn area(ring: &[Point]) -> f64 {
    let pairs = ring.iter().zip(ring.iter().cycle().skip(1));
    pairs.map(|(a, b)| (a.x * b.y - a.y * b.x) / 2.0).sum()
}

/// Each hole goes to the smallest part around it.
fn nested(rings: Vec<(f64, Outline)>) -> Vec<Part> {
    let (mut outer, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|(area, _)| *area > 0.0);
    outer.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut parts: Vec<Part> = outer.into_iter().map(|(_, outline)| Part { outline, holes: Vec::new() }).collect();
    let corners: Vec<Vec<Point>> = parts.iter().map(|part| part.outline.flattened(1.0)).collect();
    for (_, hole) in holes {
        let Some(inside) = hole.points().next() else { continue };
        if let Some(around) = corners.iter().rposition(|corners| encloses(corners, inside)) {
            parts[around].holes.push(hole);
        }
    }
    parts
}

/// By the number of edges that a ray to the right crosses.
fn encloses(corners: &[Point], p: Point) -> bool {
    let pairs = corners.iter().zip(corners.iter().cycle().skip(1));
    let crosses =
        |(a, b): &(&Point, &Point)| (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x;
    pairs.filter(crosses).count() % 2 == 1
}

/// The level that the lines follow: half of 255, between two whole numbers, so that none lies on it.
const LEVEL: f64 = 127.5;

/// Closed lines along the level, with what is above it on their right. Coordinates are those of pixels' corners: the middle of
/// the first pixel is (0.5, 0.5). Beyond the border nothing is, and lines there run along the border.
fn contours(matte: &Matte) -> Vec<Vec<Point>> {
    let (width, height) = (matte.width() as isize, matte.height() as isize);
    let stride = (matte.width() + 2) as isize;
    let above = |x: isize, y: isize| f64::from(matte.at(x, y)) > LEVEL;
    // Between the middles of two neighbouring pixels that lie on different sides.
    let crossing = |(ax, ay): (isize, isize), (bx, by): (isize, isize)| {
        let outside = |x: isize, y: isize| x < 0 || y < 0 || x >= width || y >= height;
        let (a, b) = (f64::from(matte.at(ax, ay)), f64::from(matte.at(bx, by)));
        let part = if outside(ax, ay) || outside(bx, by) { 0.5 } else { (LEVEL - a) / (b - a) };
        let at = |a: isize, b: isize| a as f64 + 0.5 + (b - a) as f64 * part;
        Point::new(at(ax, bx), at(ay, by))
    };
    // An edge of the grid of middles is named by its first pixel and its direction.
    let name = |x: isize, y: isize, down: bool| ((((y + 1) * stride + x + 1) * 2) + isize::from(down)) as usize;
    let edges = ((height + 2) * stride * 2) as usize;
    // From each edge to the next one along the line, and where the line crosses it.
    let mut next = vec![u32::MAX; edges];
    let place = |edge: usize| {
        let (cell, down) = (edge / 2, edge % 2 == 1);
        let (x, y) = (cell as isize % stride - 1, cell as isize / stride - 1);
        crossing((x, y), if down { (x, y + 1) } else { (x + 1, y) })
    };
    for y in -1..height {
        for x in -1..width {
            let corners = [above(x, y), above(x + 1, y), above(x + 1, y + 1), above(x, y + 1)];
            let case = corners.iter().enumerate().fold(0, |case, (bit, set)| case | usize::from(*set) << bit);
            if case == 0 || case == 15 {
                continue;
            }
            let (top, right, bottom, left) =
                (name(x, y, false), name(x + 1, y, true), name(x, y + 1, false), name(x, y, true));
            // What is above lies to the right of the way. In the two saddles the parts are taken as apart.
            let ways: &[(usize, usize)] = match case {
                1 => &[(top, left)],
                2 => &[(right, top)],
                3 => &[(right, left)],
                4 => &[(bottom, right)],
                5 => &[(top, left), (bottom, right)],
                6 => &[(bottom, top)],
                7 => &[(bottom, left)],
                8 => &[(left, bottom)],
                9 => &[(top, bottom)],
                10 => &[(right, top), (left, bottom)],
                11 => &[(right, bottom)],
                12 => &[(left, right)],
                13 => &[(top, right)],
                _ => &[(left, top)],
            };
            for &(from, to) in ways {
                next[from] = to as u32;
            }
        }
    }
    let mut lines = Vec::new();
    for start in 0..edges {
        if next[start] == u32::MAX {
            continue;
        }
        let (mut line, mut edge) = (Vec::new(), start);
        while next[edge] != u32::MAX {
            line.push(place(edge));
            edge = std::mem::replace(&mut next[edge], u32::MAX) as usize;
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn disc(side: usize, radius: f64, hole: f64) -> Matte {
        let c = side as f64 / 2.0;
        let values = (0..side * side).map(|i| {
            let d = ((i % side) as f64 + 0.5 - c).hypot((i / side) as f64 + 0.5 - c);
            let covered = (radius - d + 0.5).clamp(0.0, 1.0) * (d - hole + 0.5).clamp(0.0, 1.0);
            (covered * 255.0).round() as u8
        });
        Matte::new(side, side, values.collect()).unwrap()
    }

    #[test]
    fn a_disc_becomes_a_few_curves_of_its_size() {
        let parts = trace(&disc(100, 30.0, 0.0), 0.5);
        assert_eq!((parts.len(), parts[0].holes.len()), (1, 0));
        let exact = std::f64::consts::PI * 900.0;
        let got = area(&parts[0].outline.flattened(0.05));
        assert!((got - exact).abs() < exact * 0.01, "{got}, exact {exact}");
        assert!(parts[0].outline.anchors().len() <= 16, "{} points", parts[0].outline.anchors().len());
    }

    #[test]
    fn a_ring_has_a_hole_and_dust_is_left_out() {
        let mut ring = disc(100, 30.0, 12.0);
        ring.values_mut()[5 * 100 + 5] = 255;
        let parts = trace(&ring, 0.5);
        assert_eq!((parts.len(), parts[0].holes.len()), (1, 1));
        let hole = area(&parts[0].holes[0].flattened(0.05));
        assert!((hole + std::f64::consts::PI * 144.0).abs() < 6.0, "{hole}");
    }

    #[test]
    fn what_fills_the_picture_goes_along_its_border() {
        let all = Matte::new(30, 20, vec![255; 600]).unwrap();
        let parts = trace(&all, 0.5);
        let [low, high] = parts[0].outline.bounds();
        assert!(
            low.distance(Point::new(0.0, 0.0)) < 0.8 && high.distance(Point::new(30.0, 20.0)) < 0.8,
            "{low:?} {high:?}"
        );
        assert!(trace(&Matte::new(30, 20, vec![0; 600]).unwrap(), 0.5).is_empty());
    }

    proptest! {
        #[test]
        fn every_line_is_closed_and_their_areas_sum_to_what_is_found(values in prop::collection::vec(any::<bool>(), 144)) {
            let matte = Matte::of(12, 12, |i| values[i]);
            let lines = contours(&matte);
            for line in &lines {
                for (a, b) in line.iter().zip(line.iter().cycle().skip(1)) {
                    prop_assert!(a.distance(*b) <= 1.0, "{a:?} to {b:?}");
                }
            }
            let sum: f64 = lines.iter().map(|line| area(line)).sum();
            let found = values.iter().filter(|found| **found).count() as f64;
            // The line cuts a corner of an eighth of a pixel wherever it turns.
            let turns = lines.iter().map(Vec::len).sum::<usize>() as f64;
            prop_assert!((sum - found).abs() <= turns / 4.0, "{sum} for {found}");
        }
    }
}
