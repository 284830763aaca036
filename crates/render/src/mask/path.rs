//! Paths: outlines filled by exact area, less their holes.

use std::ops::Range;

use document::{
    Size,
    geometry::{Outline, Point, bernstein},
};

use crate::region::Region;

/// How far a straight piece may be from the curve it stands for, in output pixels: a two-thousandth of a pixel's coverage.
const TOLERANCE: f64 = 0.002;

/// The most straight pieces for one curve, and for all of an outline together.
const PIECES_MAX: usize = 4096;
const OUTLINE_PIECES_MAX: usize = 1 << 20;

/// The rows of a pixel that doubtful ones are decided by.
const SUBROWS: usize = 16;

/// The most edges through a row of pixels of which doubtful ones are decided by subrows: with more, nobody could tell.
const DECIDED_MAX: usize = 2048;

/// Shares of a pixel below it are single precision's, not an edge's.
const NOTHING: f32 = 1e-3;

/// Gives `lay` each row of the region with how much of its pixels the outline covers less its holes. Each of them by itself is filled by
/// non-zero winding: holes may overlap, reach beyond the outline and cross themselves.
pub fn draw(
    outline: &Outline,
    holes: &[Outline],
    scale: (f64, f64),
    region: &Region,
    mut lay: impl FnMut(usize, &[f32]),
) {
    let mut rings: Vec<Ring> =
        std::iter::once(outline).chain(holes).map(|outline| Ring::of(outline, scale, region)).collect();
    let mut line = Line::new(region.columns.len());
    for y in 0..region.rows.len() {
        line.begin();
        for (i, ring) in rings.iter_mut().enumerate() {
            if ring.enter(y) {
                line.take(ring, y, if i == 0 { Part::Outline } else { Part::Hole });
            }
        }
        line.decide(&rings, y);
        lay(y, &line.covered);
    }
}

/// Roughly how many steps drawing takes: crossings of edges and rows, of which a curve has three, each of them perhaps sorted in each
/// subrow; and the pixels around each ring, which are gone through one by one.
pub fn work(outline: &Outline, holes: &[Outline], scale: (f64, f64), output: Size) -> u64 {
    let steps = 4 * SUBROWS as u64;
    let rings = || std::iter::once(outline).chain(holes);
    let crossings: u64 = rings().map(|ring| crossings(ring, scale, output)).sum();
    let within = |low: f64, high: f64, side: u32| high.clamp(0.0, f64::from(side)) - low.clamp(0.0, f64::from(side));
    let pixels = rings().map(|ring| {
        let [low, high] = ring.bounds();
        let across = within(low.x * scale.0, high.x * scale.0, output.width());
        (across * within(low.y * scale.1, high.y * scale.1, output.height())) as u64
    });
    crossings * steps + pixels.sum::<u64>()
}

fn crossings(outline: &Outline, (_, scale_y): (f64, f64), output: Size) -> u64 {
    let rows = f64::from(output.height());
    let crossed = |piece: [Point; 4]| {
        let along = || piece.iter().map(|point| (point.y * scale_y).clamp(0.0, rows));
        3 * (along().fold(0.0, f64::max) - along().fold(rows, f64::min)) as u64
    };
    outline.pieces().map(crossed).sum()
}

/// What a ring is to a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Outline,
    Hole,
}

/// A closed outline in pixels of a region, gone through row by row.
struct Ring {
    /// Those still to come, the next one last.
    waiting: Vec<[Point; 2]>,
    /// Those that the row has something of.
    crossing: Vec<[Point; 2]>,
}

impl Ring {
    fn of(outline: &Outline, scale: (f64, f64), region: &Region) -> Self {
        let mut waiting = flattened(outline, scale, (region.columns.start as f64, region.rows.start as f64));
        waiting.sort_by(|a, b| a[0].y.min(a[1].y).total_cmp(&b[0].y.min(b[1].y)));
        waiting.reverse();
        Self { waiting, crossing: Vec::new() }
    }

    /// Goes on to row `y`; whether an edge crosses it.
    fn enter(&mut self, y: usize) -> bool {
        let (top, bottom) = (y as f64, y as f64 + 1.0);
        while let Some(edge) = self.waiting.pop_if(|[a, b]| a.y.min(b.y) < bottom) {
            self.crossing.push(edge);
        }
        self.crossing.retain(|[a, b]| a.y.max(b.y) > top);
        !self.crossing.is_empty()
    }

    /// Adds to `cells`, of `width` pixels and two more, by how much the mean winding of row `y` differs from the cell before; tells which.
    ///
    /// Signed areas are accumulated from left to right: each edge adds, to the cells it crosses, the area to its
    /// right within the cell, and its height to all cells after (R. Levien's method for glyphs).
    fn wind(&self, y: usize, width: usize, cells: &mut [f32]) -> Range<usize> {
        let (top, bottom) = (y as f64, y as f64 + 1.0);
        let mut touched = width..0;
        for [a, b] in &self.crossing {
            let (direction, upper, lower) = if a.y < b.y { (1.0, a, b) } else { (-1.0, b, a) };
            let (y0, y1) = (upper.y.max(top), lower.y.min(bottom));
            if y1 <= y0 {
                continue;
            }
            let x = (x_at(upper, lower, y0), x_at(upper, lower, y1));
            let cell = |x: f64| x.clamp(0.0, width as f64) as usize;
            touched = touched.start.min(cell(x.0.min(x.1)))..touched.end.max(cell(x.0.max(x.1)) + 2);
            add_edge(cells, width, x, (y1 - y0) * direction);
        }
        touched
    }

    /// Some edge begins or ends between the sides of row `y`.
    fn ends_within(&self, y: usize) -> bool {
        let within = |at: &Point| (y as f64) < at.y && at.y < y as f64 + 1.0;
        self.crossing.iter().flatten().any(within)
    }

    /// Where its edges cross a level line, and whether downwards (1) or upwards (-1).
    fn crossings(&self, level: f64) -> impl Iterator<Item = (f64, i32)> {
        self.crossing.iter().filter_map(move |[a, b]| match (a.y <= level, b.y <= level) {
            (true, false) => Some((x_at(a, b, level), 1)),
            (false, true) => Some((x_at(b, a, level), -1)),
            _ => None,
        })
    }
}

fn x_at(upper: &Point, lower: &Point, y: f64) -> f64 {
    upper.x + (y - upper.y) * ((lower.x - upper.x) / (lower.y - upper.y))
}

/// A row of pixels as the rings of a path cover it, one after the other.
struct Line {
    width: usize,
    covered: Vec<f32>,
    /// Pixels that an edge runs through.
    edged: Vec<bool>,
    /// Pixels in which edges of several rings, or of one that is wound several times, run: how those lie to each other, no sum can tell.
    doubtful: Vec<usize>,
    cells: Vec<f32>,
}

impl Line {
    fn new(width: usize) -> Self {
        let cells = vec![0.0; width + 2];
        Self { width, covered: cells.clone(), edged: vec![false; width + 2], doubtful: Vec::new(), cells }
    }

    fn begin(&mut self) {
        self.covered.fill(0.0);
        self.edged.fill(false);
        self.doubtful.clear();
    }

    fn take(&mut self, ring: &Ring, y: usize, part: Part) {
        let span = ring.wind(y, self.width, &mut self.cells);
        if span.is_empty() {
            return;
        }
        let winding = |sum: &mut f32, step: &f32| {
            *sum += step;
            Some(*sum)
        };
        let windings = || self.cells[span.clone()].iter().scan(0.0, winding);
        let (low, high) = windings().fold((0.0f32, 0.0f32), |(low, high), sum| (low.min(sum), high.max(sum)));
        let wound_once = high - low < 1.0 + NOTHING && (low > -NOTHING || high < NOTHING);
        // Where an edge ends within the row, the winding may differ above and below it in any pixel.
        let ends = !wound_once && ring.ends_within(y);
        for (x, winding) in span.clone().zip(windings()) {
            let inside = winding.abs().min(1.0);
            self.covered[x] = match part {
                Part::Outline => inside,
                Part::Hole => self.covered[x] * (1.0 - inside),
            };
            let edge = match wound_once {
                true => (NOTHING..1.0 - NOTHING).contains(&inside),
                false => ends || self.cells[x].abs() > NOTHING,
            };
            if edge && (self.edged[x] || !wound_once) {
                self.doubtful.push(x);
            }
            self.edged[x] |= edge;
        }
        self.cells[span].fill(0.0);
    }

    /// Looks again at the doubtful pixels of row `y`: how much of each subrow lies in the outline and in no hole.
    fn decide(&mut self, rings: &[Ring], y: usize) {
        if self.doubtful.is_empty() || rings.iter().map(|ring| ring.crossing.len()).sum::<usize>() > DECIDED_MAX {
            return;
        }
        self.doubtful.sort_unstable();
        self.doubtful.dedup();
        for &x in &self.doubtful {
            self.covered[x] = 0.0;
        }
        let mut crossings: Vec<(f64, usize, i32)> = Vec::new();
        let mut windings = vec![0; rings.len()];
        for subrow in 0..SUBROWS {
            let level = y as f64 + (subrow as f64 + 0.5) / SUBROWS as f64;
            crossings.clear();
            for (i, ring) in rings.iter().enumerate() {
                crossings.extend(ring.crossings(level).map(|(x, direction)| (x, i, direction)));
            }
            crossings.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let mut holes = 0;
            let mut from = f64::NEG_INFINITY;
            for &(x, ring, direction) in &crossings {
                if windings[0] != 0 && holes == 0 {
                    self.add(from, x);
                }
                let before = windings[ring] != 0;
                windings[ring] += direction;
                if ring > 0 {
                    holes += i32::from(windings[ring] != 0) - i32::from(before);
                }
                from = x;
            }
        }
    }

    /// Covers what doubtful pixels have between two places of a subrow.
    fn add(&mut self, from: f64, to: f64) {
        let first = self.doubtful.partition_point(|&x| x as f64 + 1.0 <= from);
        for &x in self.doubtful[first..].iter().take_while(|&&x| (x as f64) < to) {
            let part = to.min(x as f64 + 1.0) - from.max(x as f64);
            self.covered[x] += (part / SUBROWS as f64) as f32;
        }
    }
}

/// An outline's edges, curves as so many straight pieces that none is further than the tolerance from its curve: a cubic's
/// chord over a step `h` of its parameter is off by at most `h² / 8` of its largest second derivative.
fn flattened(outline: &Outline, (scale_x, scale_y): (f64, f64), (left, top): (f64, f64)) -> Vec<[Point; 2]> {
    let mut edges = Vec::new();
    let most = (OUTLINE_PIECES_MAX / outline.anchors().len()).min(PIECES_MAX) as f64;
    for piece in outline.pieces() {
        let [a, b, c, d] = piece.map(|point| Point::new(point.x * scale_x - left, point.y * scale_y - top));
        let bend = |p: Point, q: Point, r: Point| {
            let (x, y) = (p.x - 2.0 * q.x + r.x, p.y - 2.0 * q.y + r.y);
            6.0 * (x * x + y * y).sqrt()
        };
        let straight = piece[0] == piece[1] && piece[2] == piece[3];
        let steps = match straight {
            true => 1.0,
            false => (bend(a, b, c).max(bend(b, c, d)) / (8.0 * TOLERANCE)).sqrt().ceil().clamp(1.0, most),
        };
        let at = |i: usize| {
            let weights = bernstein(i as f64 / steps);
            let sum = |of: fn(&Point) -> f64| {
                [a, b, c, d].iter().zip(weights).map(|(point, weight)| of(point) * weight).sum()
            };
            Point::new(sum(|p| p.x), sum(|p| p.y))
        };
        let mut from = a;
        for i in 1..=steps as usize {
            let to = if i == steps as usize { d } else { at(i) };
            edges.push([from, to]);
            from = to;
        }
    }
    edges
}

/// Adds a straight piece within one row that goes from `x.0` to `x.1` and is `height` high (signed).
fn add_edge(row: &mut [f32], width: usize, x: (f64, f64), height: f64) {
    let limit = width as f64;
    let (left, right) = (x.0.min(x.1).clamp(0.0, limit), x.0.max(x.1).clamp(0.0, limit));
    let (whole_left, whole_right) = (x.0.min(x.1), x.0.max(x.1));
    let run = whole_right - whole_left;
    if run < 1e-9 {
        let cell = left.floor() as usize;
        let inside = (cell as f64 + 1.0 - left) * height;
        row[cell] += inside as f32;
        row[cell + 1] += (height - inside) as f32;
        return;
    }
    // What lies beyond the left side acts as an upright at that side; what lies beyond the right one covers nothing.
    let per_pixel = height / run;
    let before = (whole_right.min(0.0) - whole_left).max(0.0) * per_pixel;
    row[0] += before as f32;
    let mut from = left;
    while from < right {
        let cell = from.floor() as usize;
        let to = right.min(cell as f64 + 1.0);
        let part = (to - from) * per_pixel;
        let inside = (cell as f64 + 1.0 - (from + to) * 0.5) * part;
        row[cell] += inside as f32;
        row[cell + 1] += (part - inside) as f32;
        from = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIDE: usize = 24;

    fn covered(outline: &[[f64; 2]], holes: &[Vec<[f64; 2]>]) -> Vec<f32> {
        let ring = |points: &[[f64; 2]]| Outline::polygon(points.iter().copied().map(Point::from)).unwrap();
        let holes: Vec<Outline> = holes.iter().map(|hole| ring(hole)).collect();
        let mut all = Vec::new();
        let region = Region { columns: 0..SIDE, rows: 0..SIDE };
        draw(&ring(outline), &holes, (1.0, 1.0), &region, |_, row| all.extend_from_slice(&row[..SIDE]));
        all
    }

    fn winding(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> i32 {
        let edges = ring.iter().zip(ring.iter().cycle().skip(1));
        let crossed = edges.map(|(&[ax, ay], &[bx, by])| {
            let right = || ax + (y - ay) * (bx - ax) / (by - ay) > x;
            match (ay <= y, by <= y) {
                (true, false) if right() => 1,
                (false, true) if right() => -1,
                _ => 0,
            }
        });
        crossed.sum()
    }

    /// By looking at so many places of a pixel.
    fn looked_at(outline: &[[f64; 2]], holes: &[Vec<[f64; 2]>], (x, y): (usize, usize)) -> f32 {
        const PLACES: usize = 16;
        let within = |i: usize| (i as f64 + 0.5) / PLACES as f64;
        let places = (0..PLACES).flat_map(|i| (0..PLACES).map(move |k| (i, k)));
        let inside = places.filter(|&(i, k)| {
            let at = [x as f64 + within(i), y as f64 + within(k)];
            winding(outline, at) != 0 && holes.iter().all(|hole| winding(hole, at) == 0)
        });
        inside.count() as f32 / (PLACES * PLACES) as f32
    }

    /// Two edges that are no neighbours pass within a pixel of the pixel's middle.
    fn crosses_itself(ring: &[[f64; 2]], (x, y): (usize, usize)) -> bool {
        let middle = Point::new(x as f64 + 0.5, y as f64 + 0.5);
        let near = |i: usize| {
            let [a, b] = [ring[i], ring[(i + 1) % ring.len()]].map(Point::from);
            let length = a.distance(b).max(1e-9);
            let along = ((middle.x - a.x) * (b.x - a.x) + (middle.y - a.y) * (b.y - a.y)) / (length * length);
            a.towards(b, along.clamp(0.0, 1.0)).distance(middle) < 1.0
        };
        (0..ring.len()).any(|i| (i + 2..ring.len()).any(|k| (i, k) != (0, ring.len() - 1) && near(i) && near(k)))
    }

    fn ring() -> impl Strategy<Value = Vec<[f64; 2]>> {
        prop::collection::vec(prop::array::uniform2(-6.0..30.0f64), 3..7)
    }

    proptest! {
        #[test]
        fn an_outline_less_its_holes_is_what_lies_in_it_and_in_none_of_them(
            outline in ring(),
            holes in prop::collection::vec(ring(), 0..4),
        ) {
            let covered = covered(&outline, &holes);
            for (i, covered) in covered.into_iter().enumerate() {
                let place = (i % SIDE, i / SIDE);
                if crosses_itself(&outline, place) || holes.iter().any(|hole| crosses_itself(hole, place)) {
                    continue;
                }
                let exact = looked_at(&outline, &holes, place);
                let whole = exact == 0.0 || exact == 1.0;
                prop_assert!((covered - exact).abs() < if whole { 0.05 } else { 0.15 }, "{covered} at {i}, not {exact}");
            }
        }
    }

    fn square(at: f64, side: f64) -> Vec<[f64; 2]> {
        vec![[at, at], [at + side, at], [at + side, at + side], [at, at + side]]
    }

    #[test]
    fn a_hole_as_large_as_its_outline_or_larger_leaves_not_even_a_fringe() {
        for hole in [square(3.3, 14.0), square(3.3, 14.0).into_iter().rev().collect(), square(1.0, 20.0)] {
            assert!(covered(&square(3.3, 14.0), &[hole]).iter().all(|&covered| covered < 1e-6));
        }
    }

    #[test]
    fn holes_side_by_side_leave_no_seam_and_the_same_hole_twice_is_one() {
        let [left, right] = [[2.0, 10.4], [10.4, 20.0]].map(|[a, b]| vec![[a, 4.0], [b, 4.0], [b, 9.0], [a, 9.0]]);
        let seam = covered(&square(0.0, 24.0), &[left.clone(), right]);
        assert!(seam[5 * SIDE + 3..5 * SIDE + 19].iter().all(|&covered| covered < 1e-6));
        let once = covered(&square(0.0, 24.0), std::slice::from_ref(&left));
        let twice = covered(&square(0.0, 24.0), &[left.clone(), left]);
        assert!(once.iter().zip(&twice).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn an_outline_drawn_twice_has_the_sides_of_one_drawn_once() {
        let once = square(3.3, 14.0);
        let twice = [once.clone(), once.clone()].concat();
        let both = covered(&once, &[]).into_iter().zip(covered(&twice, &[]));
        // From the second row on: of the first, which it touches only, no sum tells how often it is wound.
        assert!(both.skip(4 * SIDE).take(13 * SIDE).all(|(a, b)| (a - b).abs() < 1e-3));
    }
}
