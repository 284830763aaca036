//! Paths: outlines filled by exact area.

use domain::{
    geometry::{Outline, Point, bernstein},
    template::Size,
};

use crate::region::Region;

/// How far a straight piece may be from the curve it stands for, in output pixels: a two-thousandth of a pixel's coverage.
const TOLERANCE: f64 = 0.002;

/// The most straight pieces for one curve, and for all of an outline together.
const PIECES_MAX: usize = 4096;
const OUTLINE_PIECES_MAX: usize = 1 << 20;

/// Gives `lay` each row of the region with how much of its pixels the outline covers less its holes.
pub fn draw(outline: &Outline, holes: &[Outline], scale: (f64, f64), region: &Region, lay: impl FnMut(usize, &[f32])) {
    Edges::of(outline, holes, scale, region).cover(region.columns.len(), region.rows.len(), lay);
}

/// How many crossings of edges and rows there are at most, roughly: each curve crosses a row three times.
pub fn work(outline: &Outline, (_, scale_y): (f64, f64), output: Size) -> u64 {
    let rows = f64::from(output.height());
    let crossed = |piece: [Point; 4]| {
        let along = || piece.iter().map(|point| (point.y * scale_y).clamp(0.0, rows));
        3 * (along().fold(0.0, f64::max) - along().fold(rows, f64::min)) as u64
    };
    outline.pieces().map(crossed).sum()
}

/// Edges in pixels of a region, sorted by their top.
struct Edges(Vec<[Point; 2]>);

impl Edges {
    fn of(outline: &Outline, holes: &[Outline], scale: (f64, f64), region: &Region) -> Self {
        let origin = (region.columns.start as f64, region.rows.start as f64);
        let mut edges = flattened(outline, scale, origin);
        let turns = area(&edges) < 0.0;
        for hole in holes {
            let mut around = flattened(hole, scale, origin);
            // Against the outline's sense, so that areas are taken away.
            if (area(&around) < 0.0) == turns {
                around.iter_mut().for_each(|edge| edge.swap(0, 1));
            }
            edges.extend(around);
        }
        edges.sort_by(|a, b| a[0].y.min(a[1].y).total_cmp(&b[0].y.min(b[1].y)));
        Self(edges)
    }

    /// Gives `lay` each row of `width` pixels and two more cells with how much of its pixels lies inside, by non-zero winding.
    ///
    /// Signed areas are accumulated from left to right: each edge adds, to the cells it crosses, the area to its
    /// right within the cell, and its height to all cells after (R. Levien's method for glyphs).
    fn cover(self, width: usize, height: usize, mut lay: impl FnMut(usize, &[f32])) {
        let mut row = vec![0.0f32; width + 2];
        let mut waiting = self.0.into_iter().peekable();
        let mut crossing: Vec<[Point; 2]> = Vec::new();
        for y in 0..height {
            let (top, bottom) = (y as f64, y as f64 + 1.0);
            while let Some(edge) = waiting.next_if(|[a, b]| a.y.min(b.y) < bottom) {
                crossing.push(edge);
            }
            crossing.retain(|[a, b]| a.y.max(b.y) > top);
            row.fill(0.0);
            for [a, b] in &crossing {
                let (direction, upper, lower) = if a.y < b.y { (1.0, a, b) } else { (-1.0, b, a) };
                let (y0, y1) = (upper.y.max(top), lower.y.min(bottom));
                if y1 <= y0 {
                    continue;
                }
                let slope = (lower.x - upper.x) / (lower.y - upper.y);
                let x_at = |y: f64| upper.x + (y - upper.y) * slope;
                add_edge(&mut row, width, (x_at(y0), x_at(y1)), (y1 - y0) * direction);
            }
            let mut sum = 0.0f32;
            for cell in row.iter_mut() {
                sum += *cell;
                *cell = sum.abs().min(1.0);
            }
            lay(y, &row);
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

/// Twice the area within, positive where the edges go clockwise on the screen.
fn area(edges: &[[Point; 2]]) -> f64 {
    edges.iter().map(|[a, b]| a.x * b.y - a.y * b.x).sum()
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
