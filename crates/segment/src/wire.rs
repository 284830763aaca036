//! The live wire: the way along edges from one place to another.
//!
//! E. Mortensen and W. Barrett, "Intelligent scissors for image composition" (1995): steps along strong gradients are cheap, and the
//! cheapest way between two places follows the edge between them. Here a step's cost is the gradient's alone.

use std::{cmp::Ordering, collections::BinaryHeap};

use crate::Picture;

/// The picture's edges, computed once for many ways.
pub struct Wire {
    width: usize,
    height: usize,
    /// What a straight step onto a pixel costs, 1 (on an edge) to 255 (on plain ground).
    costs: Vec<u8>,
    /// How many of the picture's own pixels one of these is, a side.
    factor: usize,
}

/// Edges are looked at in a picture of at most this side: finer grain only distracts.
const SIDE: usize = 1_000;
/// The least room around the two places that a way may use, in pixels.
const ROOM: usize = 40;

impl Wire {
    pub fn new(picture: &Picture) -> Self {
        let (reduced, factor) = picture.reduced(SIDE);
        let (width, height) = (reduced.width(), reduced.height());
        let slopes: Vec<f32> = (0..width * height).map(|i| slope(&reduced, i % width, i / width)).collect();
        let costs = slopes.iter().map(|slope| {
            // Half the cost is gone at a slope of 24 steps: faint edges already lead.
            (1.0 + 254.0 / (1.0 + slope / 24.0 * (1.0 + slope / 24.0))) as u8
        });
        Self { width, height, costs: costs.collect(), factor }
    }

    /// The way from one place of the picture to another, both in its pixels; straight where the places are one.
    pub fn way(&self, from: (f64, f64), to: (f64, f64)) -> Vec<(f64, f64)> {
        let cell = |(x, y): (f64, f64)| {
            let axis = |v: f64, side: usize| ((v / self.factor as f64).max(0.0) as usize).min(side - 1);
            (axis(x, self.width), axis(y, self.height))
        };
        let (start, end) = (cell(from), cell(to));
        let mut way: Vec<(f64, f64)> = self.cheapest(start, end).into_iter().map(|at| self.middle(at)).collect();
        // The ends are where they were asked for, not in the middle of their cells.
        if let Some(first) = way.first_mut() {
            *first = from;
        }
        match way.len() {
            0 | 1 => vec![from, to],
            last => {
                way[last - 1] = to;
                way
            }
        }
    }

    fn middle(&self, (x, y): (usize, usize)) -> (f64, f64) {
        let factor = self.factor as f64;
        ((x as f64 + 0.5) * factor, (y as f64 + 0.5) * factor)
    }

    /// E. Dijkstra's shortest way, within the rectangle around both places and some room.
    fn cheapest(&self, start: (usize, usize), end: (usize, usize)) -> Vec<(usize, usize)> {
        let span = |a: usize, b: usize, side: usize| {
            let room = ROOM + a.abs_diff(b) / 2;
            a.min(b).saturating_sub(room)..(a.max(b) + room + 1).min(side)
        };
        let (columns, rows) = (span(start.0, end.0, self.width), span(start.1, end.1, self.height));
        let (width, height) = (columns.len(), rows.len());
        let index = |(x, y): (usize, usize)| (y - rows.start) * width + x - columns.start;
        let (start, end) = (index(start), index(end));
        let mut best = vec![u32::MAX; width * height];
        let mut came = vec![u32::MAX; width * height];
        let mut open = BinaryHeap::from([Reached { cost: 0, at: start }]);
        best[start] = 0;
        while let Some(Reached { cost, at }) = open.pop() {
            if at == end {
                break;
            }
            if cost > best[at] {
                continue;
            }
            let (x, y) = (at % width, at / width);
            for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1)] {
                let (nx, ny) = (x as isize + dx, y as isize + dy);
                if nx < 0 || ny < 0 || nx as usize >= width || ny as usize >= height {
                    continue;
                }
                let (nx, ny) = (nx as usize, ny as usize);
                let onto = u32::from(self.costs[(ny + rows.start) * self.width + nx + columns.start]);
                // Times ten and fourteen: a slanted step is longer by the root of two.
                let cost = cost + onto * if dx != 0 && dy != 0 { 14 } else { 10 };
                let next = ny * width + nx;
                if cost < best[next] {
                    best[next] = cost;
                    came[next] = at as u32;
                    open.push(Reached { cost, at: next });
                }
            }
        }
        let back = std::iter::successors(Some(end), |at| (came[*at] != u32::MAX).then_some(came[*at] as usize));
        let mut way: Vec<(usize, usize)> =
            back.map(|at| (at % width + columns.start, at / width + rows.start)).collect();
        way.reverse();
        way
    }
}

/// The largest slope of the three channels, by I. Sobel's operator, in steps per pixel.
fn slope(picture: &Picture, x: usize, y: usize) -> f32 {
    let at = |dx: isize, dy: isize, c: usize| {
        let axis = |v: usize, d: isize, side: usize| (v as isize + d).clamp(0, side as isize - 1) as usize;
        f32::from(picture.at(axis(x, dx, picture.width()), axis(y, dy, picture.height()))[c])
    };
    let channel = |c: usize| {
        let gx = at(1, -1, c) + 2.0 * at(1, 0, c) + at(1, 1, c) - at(-1, -1, c) - 2.0 * at(-1, 0, c) - at(-1, 1, c);
        let gy = at(-1, 1, c) + 2.0 * at(0, 1, c) + at(1, 1, c) - at(-1, -1, c) - 2.0 * at(0, -1, c) - at(1, -1, c);
        (gx * gx + gy * gy).sqrt() / 8.0
    };
    channel(0).max(channel(1)).max(channel(2))
}

/// A place reached at a cost; the cheapest comes first.
#[derive(PartialEq, Eq)]
struct Reached {
    cost: u32,
    at: usize,
}

impl Ord for Reached {
    fn cmp(&self, other: &Self) -> Ordering {
        other.cost.cmp(&self.cost).then(other.at.cmp(&self.at))
    }
}

impl PartialOrd for Reached {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_goes_around_a_disc_on_its_edge() {
        const SIDE: usize = 120;
        let pixels = (0..SIDE * SIDE).flat_map(|i| {
            let d = ((i % SIDE) as f64 + 0.5 - 60.0).hypot((i / SIDE) as f64 + 0.5 - 60.0);
            let value = if d < 40.0 { 60 } else { 200 };
            [value, value, value, 255]
        });
        let wire = Wire::new(&Picture::new(SIDE, SIDE, pixels.collect()).unwrap());
        let way = wire.way((60.0, 20.0), (100.0, 60.0));
        assert_eq!((way[0], way[way.len() - 1]), ((60.0, 20.0), (100.0, 60.0)));
        for (x, y) in &way {
            let off = ((x - 60.0).hypot(y - 60.0) - 40.0).abs();
            assert!(off < 2.0, "{x} {y} is off the edge by {off}");
        }
        assert_eq!(wire.way((5.0, 5.0), (5.0, 5.0)).len(), 2);
        // Places beyond the picture are taken to its border.
        assert!(wire.way((-50.0, 5.0), (500.0, 500.0)).len() > 2);
    }
}
