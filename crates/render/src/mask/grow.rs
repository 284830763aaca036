//! Moving a mask's edge outwards or inwards by a true distance.
//!
//! Each pixel on the edge knows where within it the edge runs, from how much of it is covered and in which direction that grows
//! (S. Gustavson and R. Strand, "Anti-aliased Euclidean distance transform", 2011). For every other pixel the nearest of those is
//! found by columns, then by rows (P. Felzenszwalb and D. Huttenlocher, "Distance Transforms of Sampled Functions", 2012).

const FULL: f32 = 65_535.0;

/// The coverage of `width` pixels a row with its edge moved by `by` pixels, outwards where positive.
pub fn grown(values: &[u16], width: usize, by: f32) -> Vec<u16> {
    let plane = Plane { values, width, height: values.len() / width };
    let nearest = plane.nearest_edges();
    let moved = |index: usize| {
        let inside = values[index] >= u16::MAX / 2;
        let Some(edge) = nearest[index] else { return values[index] };
        let (x, y) = ((index % width) as f32, (index / width) as f32);
        let (ex, ey) = plane.edge_within(edge as usize);
        let distance = ((x - ex) * (x - ex) + (y - ey) * (y - ey)).sqrt();
        let beyond = if inside { -distance } else { distance };
        ((by - beyond + 0.5).clamp(0.0, 1.0) * FULL + 0.5) as u16
    };
    (0..values.len()).map(moved).collect()
}

struct Plane<'a> {
    values: &'a [u16],
    width: usize,
    height: usize,
}

impl Plane<'_> {
    /// 0 to 1; beyond the plane its outermost values go on.
    fn at(&self, x: usize, y: usize, dx: isize, dy: isize) -> f32 {
        let x = x.saturating_add_signed(dx).min(self.width - 1);
        let y = y.saturating_add_signed(dy).min(self.height - 1);
        f32::from(self.values[y * self.width + x]) / FULL
    }

    /// Partly covered, or wholly beside one that is nearly not.
    fn is_on_edge(&self, x: usize, y: usize) -> bool {
        let value = self.at(x, y, 0, 0);
        let beside = || [(-1, 0), (1, 0), (0, -1), (0, 1)].into_iter().any(|(dx, dy)| self.at(x, y, dx, dy) < 0.5);
        value > 0.0 && (value < 1.0 || beside())
    }

    /// Where the edge runs nearest to the pixel's middle, in pixels whose middles are whole numbers.
    fn edge_within(&self, index: usize) -> (f32, f32) {
        let (x, y) = (index % self.width, index / self.width);
        let slope = |across: fn(isize, isize) -> (isize, isize)| {
            let at = |along: isize, beside: isize| {
                let (dx, dy) = across(along, beside);
                self.at(x, y, dx, dy)
            };
            at(1, -1) + 2.0 * at(1, 0) + at(1, 1) - at(-1, -1) - 2.0 * at(-1, 0) - at(-1, 1)
        };
        let (gx, gy) = (slope(|along, beside| (along, beside)), slope(|along, beside| (beside, along)));
        let length = (gx * gx + gy * gy).sqrt();
        let ahead = 0.5 - self.at(x, y, 0, 0);
        match length > 0.0 {
            true => (x as f32 + gx / length * ahead, y as f32 + gy / length * ahead),
            false => (x as f32, y as f32),
        }
    }

    /// For every pixel the nearest one on the edge; `None` where there is no edge at all.
    fn nearest_edges(&self) -> Vec<Option<u32>> {
        const NONE: u32 = u32::MAX;
        let mut rows = vec![NONE; self.values.len()];
        for x in 0..self.width {
            let mut last = NONE;
            for y in 0..self.height {
                if self.is_on_edge(x, y) {
                    last = y as u32;
                }
                rows[y * self.width + x] = last;
            }
            last = NONE;
            for y in (0..self.height).rev() {
                let above = rows[y * self.width + x];
                if above == y as u32 {
                    last = above;
                }
                let nearer = last != NONE && (above == NONE || last - (y as u32) < y as u32 - above);
                if nearer {
                    rows[y * self.width + x] = last;
                }
            }
        }
        let mut nearest = vec![None; self.values.len()];
        // The columns whose parabolas make up the lower envelope, and where each begins.
        let mut envelope: Vec<(usize, f64)> = Vec::with_capacity(self.width);
        for y in 0..self.height {
            let line = &rows[y * self.width..][..self.width];
            let height = |x: usize| {
                let away = f64::from(line[x]) - y as f64;
                away * away + (x * x) as f64
            };
            envelope.clear();
            for x in (0..self.width).filter(|&x| line[x] != NONE) {
                loop {
                    let Some(&(before, begins)) = envelope.last() else {
                        envelope.push((x, f64::NEG_INFINITY));
                        break;
                    };
                    let meet = (height(x) - height(before)) / (2.0 * (x - before) as f64);
                    if meet > begins {
                        envelope.push((x, meet));
                        break;
                    }
                    envelope.pop();
                }
            }
            let mut current = 0;
            for x in 0..self.width {
                while envelope.get(current + 1).is_some_and(|(_, begins)| *begins < x as f64) {
                    current += 1;
                }
                let column = envelope.get(current).map(|(column, _)| *column);
                nearest[y * self.width + x] = column.map(|column| line[column] * self.width as u32 + column as u32);
            }
        }
        nearest
    }
}
