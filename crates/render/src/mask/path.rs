//! Paths: outlines filled by exact area, less their holes.

use std::ops::{ControlFlow, Range};

use document::{
    Size,
    geometry::{Outline, Point, bernstein},
};

use super::cost::Nanos;
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

/// An edge made and sorted; an edge in a row; one of those that pixels of a row are decided by; a pixel's share of an edge; a pixel that a ring
/// winds around; a doubtful one; a ring asked whether it has anything of a row. Measured as `mask::cost` says.
const EDGE: Nanos = Nanos(200);
const EDGE_ROW: Nanos = Nanos(60);
const DECIDING: Nanos = Nanos(4000);
const CELL: Nanos = Nanos(8);
const WOUND: Nanos = Nanos(8);
const DOUBTFUL: Nanos = Nanos(200);
const RING_ROW: Nanos = Nanos(40);

/// Into how many parts of its height a ring is taken apart to find out where it is wound once.
const ROWS_LOOKED_AT: usize = 1024;

/// Gives `lay` the rows of the region, from above, with the columns that the outline may cover and how much of their pixels it covers
/// less its holes. Each of them by itself is filled by non-zero winding: holes may overlap, reach beyond the outline and cross themselves.
pub fn draw(
    outline: &Outline,
    holes: &[Outline],
    scale: (f64, f64),
    region: &Region,
    mut lay: impl FnMut(usize, Range<usize>, &[f32]) -> ControlFlow<()>,
) {
    let mut rings: Vec<Ring> =
        std::iter::once(outline).chain(holes).map(|outline| Ring::of(outline, scale, region)).collect();
    let mut line = Line::new(region.columns.len());
    for y in rings[0].rows(region.rows.len()) {
        line.begin();
        for (i, ring) in rings.iter_mut().enumerate() {
            if ring.enter(y) {
                line.take(ring, y, if i == 0 { Part::Outline } else { Part::Hole });
            }
        }
        line.decide(&rings, y);
        if !line.shown.is_empty() && lay(y, line.shown.clone(), &line.covered[line.shown.clone()]).is_break() {
            break;
        }
    }
}

/// What drawing takes at most, in nanoseconds, and the part of the output that is gone through.
pub fn work(outline: &Outline, holes: &[Outline], scale: (f64, f64), output: Size) -> (Nanos, Region) {
    let touched = bounds(outline, scale, output);
    let rows = touched.rows.len() as u64;
    let (mut nanos, mut edge_rows) = (Nanos(0), 0u64);
    for ring in std::iter::once(outline).chain(holes) {
        let (own, own_edge_rows) = ring_work(ring, scale, output);
        nanos += own + RING_ROW * rows;
        edge_rows += own_edge_rows;
    }
    (nanos + DECIDING * edge_rows.min(DECIDED_MAX as u64 * rows), touched)
}

/// Where an outline lies on the output, and a pixel around it.
fn bounds(outline: &Outline, scale: (f64, f64), output: Size) -> Region {
    let within = |low: f64, high: f64, side: u32| {
        let limit = |at: f64| at.clamp(0.0, f64::from(side)) as usize;
        limit((low - 1.0).floor())..limit((high + 1.0).ceil())
    };
    let [low, high] = outline.bounds();
    Region {
        columns: within(low.x * scale.0, high.x * scale.0, output.width()),
        rows: within(low.y * scale.1, high.y * scale.1, output.height()),
    }
}

/// What a ring takes by itself, and how many edges all rows together have of it.
fn ring_work(ring: &Outline, scale: (f64, f64), output: Size) -> (Nanos, u64) {
    let (width, height) = (f64::from(output.width()), f64::from(output.height()));
    let around = bounds(ring, scale, output);
    let (mut edges, mut edge_rows, mut cells) = (0u64, 0u64, 0u64);
    // Some rows are looked at together: by how many more legs of curves' hulls they are met than those above. A level line crosses a
    // curve at most as often as its hull, so where two legs or fewer meet a row, nothing is wound twice.
    let together = around.rows.len().div_ceil(ROWS_LOOKED_AT).max(1);
    let mut legs = vec![0i64; around.rows.len() / together + 2];
    for (piece, steps) in curves(ring, scale, (0.0, 0.0)) {
        let steps = steps as u64;
        edges += steps;
        let along = |of: fn(&Point) -> f64, side: f64| -> u64 {
            piece.windows(2).map(|leg| (of(&leg[0]).clamp(0.0, side) - of(&leg[1]).clamp(0.0, side)).abs()).sum::<f64>()
                as u64
        };
        let rows = along(|point| point.y, height) + 2 * steps;
        edge_rows += rows;
        cells += along(|point| point.x, width) + 2 * rows;
        for leg in piece.windows(2).filter(|leg| leg[0] != leg[1]) {
            let (top, bottom) = (around.rows.start as f64, around.rows.end as f64);
            let row = |y: f64| (y.clamp(top, bottom) - top) as usize / together;
            legs[row(leg[0].y.min(leg[1].y))] += 1;
            legs[row(leg[0].y.max(leg[1].y)) + 1] -= 1;
        }
    }
    let met = legs.iter().scan(0, |met, more| {
        *met += more;
        Some(*met)
    });
    let (columns, rows) = (around.columns.len() as u64 + 2, around.rows.len() as u64);
    let doubtful = (met.filter(|met| *met > 2).count() * together) as u64 * columns + cells;
    let nanos = EDGE * edges + EDGE_ROW * edge_rows + CELL * cells + WOUND * (rows * columns) + DOUBTFUL * doubtful;
    (nanos, edge_rows)
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

    /// Those of so many rows that it has something of. Of a fresh ring.
    fn rows(&self, height: usize) -> Range<usize> {
        let limit = |y: f64| y.clamp(0.0, height as f64) as usize;
        let top = self.waiting.last().map_or(0.0, |[a, b]| a.y.min(b.y));
        let bottom = self.waiting.iter().fold(top, |bottom, [a, b]| bottom.max(a.y).max(b.y));
        limit(top.floor())..limit(bottom.ceil())
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
    /// Beyond these columns nothing is covered.
    shown: Range<usize>,
    /// Beyond these columns nothing was touched.
    touched: Range<usize>,
}

impl Line {
    fn new(width: usize) -> Self {
        let cells = vec![0.0; width + 2];
        let edged = vec![false; width + 2];
        Self { width, covered: cells.clone(), edged, doubtful: Vec::new(), cells, shown: 0..0, touched: 0..0 }
    }

    fn begin(&mut self) {
        self.covered[self.touched.clone()].fill(0.0);
        self.edged[self.touched.clone()].fill(false);
        self.doubtful.clear();
        (self.shown, self.touched) = (0..0, 0..0);
    }

    fn take(&mut self, ring: &Ring, y: usize, part: Part) {
        let span = ring.wind(y, self.width, &mut self.cells);
        if span.is_empty() {
            return;
        }
        self.touched = match self.touched.is_empty() {
            true => span.clone(),
            false => self.touched.start.min(span.start)..self.touched.end.max(span.end),
        };
        if part == Part::Outline {
            self.shown = span.start..span.end.min(self.width);
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

/// An outline's curves, scaled, with how many straight pieces stand for each.
fn curves(
    outline: &Outline,
    (scale_x, scale_y): (f64, f64),
    (left, top): (f64, f64),
) -> impl Iterator<Item = ([Point; 4], usize)> {
    let most = (OUTLINE_PIECES_MAX / outline.anchors().len()).min(PIECES_MAX) as f64;
    outline.pieces().map(move |piece| {
        let straight = piece[0] == piece[1] && piece[2] == piece[3];
        let scaled = piece.map(|point| Point::new(point.x * scale_x - left, point.y * scale_y - top));
        (scaled, if straight { 1 } else { steps(&scaled, most) })
    })
}

/// How many straight pieces stand for a curve: so many that none is further than the tolerance from it. A cubic's chord over a step `h`
/// of its parameter is off by at most `h² / 8` of its largest second derivative.
fn steps(&[a, b, c, d]: &[Point; 4], most: f64) -> usize {
    let bend = |p: Point, q: Point, r: Point| {
        let (x, y) = (p.x - 2.0 * q.x + r.x, p.y - 2.0 * q.y + r.y);
        6.0 * (x * x + y * y).sqrt()
    };
    (bend(a, b, c).max(bend(b, c, d)) / (8.0 * TOLERANCE)).sqrt().ceil().clamp(1.0, most) as usize
}

/// An outline's edges, curves as straight pieces.
fn flattened(outline: &Outline, scale: (f64, f64), corner: (f64, f64)) -> Vec<[Point; 2]> {
    let mut edges = Vec::new();
    for ([a, b, c, d], steps) in curves(outline, scale, corner) {
        let at = |i: usize| {
            let weights = bernstein(i as f64 / steps as f64);
            let sum = |of: fn(&Point) -> f64| {
                [a, b, c, d].iter().zip(weights).map(|(point, weight)| of(point) * weight).sum()
            };
            Point::new(sum(|p| p.x), sum(|p| p.y))
        };
        let mut from = a;
        for i in 1..=steps {
            let to = if i == steps { d } else { at(i) };
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
        let mut all = vec![0.0; SIDE * SIDE];
        let region = Region { columns: 0..SIDE, rows: 0..SIDE };
        draw(&ring(outline), &holes, (1.0, 1.0), &region, |y, columns, row| {
            all[y * SIDE..][..SIDE][columns].copy_from_slice(row);
            ControlFlow::Continue(())
        });
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
