//! Strokes: what a round brush leaves along a line.

use std::ops::{ControlFlow, Range};

use document::{Size, Stroke, geometry::Point};

use super::cost::Nanos;
use crate::region::Region;

/// What looking at one pixel from one piece takes, and finding out which pixels of a row that are, and making a piece:
/// measured by `mask::cost`'s timing, and rounded up.
const PIXEL: Nanos = Nanos(16);
const PIECE_ROW: Nanos = Nanos(60);
const PIECE: Nanos = Nanos(150);

/// So far beyond a piece's reach rounding never shows, in pixels.
const SLACK: f64 = 1.0;

/// Between two points of a stroke, in pixels of a region.
struct Piece {
    from: Point,
    to: Point,
    /// The brush's radius at both ends.
    radii: (f64, f64),
}

/// Gives `lay` the rows of the region, from above, with the columns that the stroke may cover and how much of their pixels it does.
/// Returns at how many pixels it has looked, once for each piece.
pub fn draw(
    stroke: &Stroke,
    scale: (f64, f64),
    region: &Region,
    mut lay: impl FnMut(usize, Range<usize>, &[f32]) -> ControlFlow<()>,
) -> u64 {
    let hardness = f64::from(stroke.hardness.get()) / 100.0;
    let width = region.columns.len();
    let mut waiting = pieces(stroke, scale, region);
    waiting.retain(|piece| piece.bottom() >= 0.5 && !piece.columns(width).is_empty());
    waiting.sort_by(|a, b| b.top().total_cmp(&a.top()));
    let mut reaching: Vec<Piece> = Vec::new();
    let mut row = Line { covered: vec![0.0; width], touched: 0..0, looked: 0 };
    let top = waiting.last().map_or(0.0, Piece::top);
    for y in top.max(0.0) as usize..region.rows.len() {
        let middle = y as f64 + 0.5;
        while let Some(piece) = waiting.pop_if(|piece| piece.top() <= middle) {
            reaching.push(piece);
        }
        reaching.retain(|piece| piece.bottom() >= middle);
        if reaching.is_empty() {
            if waiting.is_empty() {
                break;
            }
            continue;
        }
        row.take(&reaching, middle, hardness);
        if !row.touched.is_empty() && lay(y, row.touched.clone(), &row.covered[row.touched.clone()]).is_break() {
            break;
        }
    }
    row.looked
}

/// What drawing takes at most, in nanoseconds, and the part of the output that is gone through.
pub fn work(stroke: &Stroke, scale: (f64, f64), output: Size) -> (Nanos, Region) {
    let whole = Region::whole(output);
    let (mut nanos, mut touched) = (Nanos(0), Region { columns: 0..0, rows: 0..0 });
    for piece in pieces(stroke, scale, &whole) {
        let part = Region { columns: piece.columns(whole.columns.len()), rows: piece.rows(whole.rows.len()) };
        nanos += PIECE;
        if !part.is_empty() {
            // Of a region that begins elsewhere, rounding may find one more.
            let (rows, columns) = (part.rows.len() as u64 + 1, part.columns.len() as u64 + 1);
            nanos += PIECE_ROW * rows + PIXEL * (rows * columns.min(piece.widest()));
            touched = touched.around(&part);
        }
    }
    (nanos, touched)
}

fn pieces(stroke: &Stroke, (scale_x, scale_y): (f64, f64), region: &Region) -> Vec<Piece> {
    let (left, top) = (region.columns.start as f64, region.rows.start as f64);
    let radius = f64::from(stroke.size.get()) * (scale_x + scale_y) * 0.25;
    let at = |i: usize| {
        let point = stroke.points[i];
        (Point::new(point.at().x * scale_x - left, point.at().y * scale_y - top), radius * point.pressure())
    };
    let piece = |a: usize, b: usize| {
        let ((from, r0), (to, r1)) = (at(a), at(b));
        Piece { from, to, radii: (r0, r1) }
    };
    match stroke.points.len() {
        0 => Vec::new(),
        1 => vec![piece(0, 0)],
        n => (1..n).map(|i| piece(i - 1, i)).collect(),
    }
}

/// A row of pixels as a stroke covers it.
struct Line {
    covered: Vec<f32>,
    /// Beyond these columns nothing is covered.
    touched: Range<usize>,
    looked: u64,
}

impl Line {
    /// Of overlapping pieces the one that covers more counts; where one covers all, no other changes anything.
    fn take(&mut self, pieces: &[Piece], y: f64, hardness: f64) {
        self.covered[self.touched.clone()].fill(0.0);
        self.touched = 0..0;
        let mut open = 0..self.covered.len();
        for piece in pieces {
            let span = piece.span(y, &open);
            let Some(first) = self.covered[span.clone()].iter().position(|&covered| covered < 1.0) else { continue };
            let last = self.covered[span.clone()].iter().rposition(|&covered| covered < 1.0).unwrap_or(first);
            let span = span.start + first..span.start + last + 1;
            piece.cover(y, hardness, span.start, &mut self.covered[span.clone()]);
            self.looked += span.len() as u64;
            self.touched = match self.touched.is_empty() {
                true => span.clone(),
                false => self.touched.start.min(span.start)..self.touched.end.max(span.end),
            };
            let full = |covered: &f32| *covered >= 1.0;
            if span.start == open.start {
                open.start += self.covered[span.clone()].iter().take_while(|covered| full(covered)).count();
            }
            if span.end == open.end {
                open.end -= self.covered[open.clone()].iter().rev().take_while(|covered| full(covered)).count();
            }
            if open.is_empty() {
                break;
            }
        }
    }
}

impl Piece {
    /// Half a pixel more than the brush, for the edge's own softness.
    fn reach(&self) -> f64 {
        self.radii.0.max(self.radii.1) + 0.5
    }

    fn top(&self) -> f64 {
        self.from.y.min(self.to.y) - self.reach()
    }

    fn bottom(&self) -> f64 {
        self.from.y.max(self.to.y) + self.reach()
    }

    /// Those of so many columns that it reaches.
    fn columns(&self, width: usize) -> Range<usize> {
        self.between(self.from.x.min(self.to.x), self.from.x.max(self.to.x), &(0..width))
    }

    /// Those of so many rows that it reaches.
    fn rows(&self, height: usize) -> Range<usize> {
        self.between(self.from.y.min(self.to.y), self.from.y.max(self.to.y), &(0..height))
    }

    fn between(&self, low: f64, high: f64, of: &Range<usize>) -> Range<usize> {
        let limit = |at: f64| at.clamp(of.start as f64, of.end as f64) as usize;
        let start = limit((low - self.reach()).floor());
        start..limit((high + self.reach()).ceil()).max(start)
    }

    /// Along x for a step along y, where it runs upright enough that a row sees a part of it only.
    fn slope(&self) -> Option<f64> {
        let (dx, dy) = (self.to.x - self.from.x, self.to.y - self.from.y);
        (dy.abs() > 1.0).then(|| dx / dy)
    }

    /// What a row further away sees of it lies between the level lines through its reach above and below; and how far rounding may
    /// move that, which shows only with places millions of pixels away.
    fn near(&self, slope: f64) -> (f64, f64) {
        let far =
            [self.from.x, self.from.y, self.to.x, self.to.y].into_iter().fold(0.0f64, |far, at| far.max(at.abs()));
        (self.reach() + SLACK, SLACK + far * (1.0 + slope.abs()) * 8.0 * f64::EPSILON)
    }

    /// The columns of the row through `y` within which it covers anything, of those that are `open`.
    fn span(&self, y: f64, open: &Range<usize>) -> Range<usize> {
        let (low, high) = (self.from.x.min(self.to.x), self.from.x.max(self.to.x));
        let Some(slope) = self.slope() else { return self.between(low, high, open) };
        let (reach, slack) = self.near(slope);
        let at = |y: f64| (self.from.x + (y - self.from.y) * slope).clamp(low, high);
        let (a, b) = (at(y - reach), at(y + reach));
        self.between((a.min(b) - slack).max(low), (a.max(b) + slack).min(high), open)
    }

    /// The most columns that [`Self::span`] has in any row.
    fn widest(&self) -> u64 {
        let Some(slope) = self.slope() else { return u64::MAX };
        let (reach, slack) = self.near(slope);
        (2.0 * (reach * slope.abs() + slack + self.reach()) + 4.0) as u64
    }

    /// Covers the pixels of the row through `y` from column `start` on.
    fn cover(&self, y: f64, hardness: f64, start: usize, row: &mut [f32]) {
        let (dx, dy) = (self.to.x - self.from.x, self.to.y - self.from.y);
        let length = (dx * dx + dy * dy).max(f64::MIN_POSITIVE);
        for (i, covered) in row.iter_mut().enumerate() {
            let x = (start + i) as f64 + 0.5;
            let along = ((x - self.from.x) * dx + (y - self.from.y) * dy) / length;
            let along = along.clamp(0.0, 1.0);
            let radius = self.radii.0 + (self.radii.1 - self.radii.0) * along;
            let (beside_x, beside_y) = (x - (self.from.x + dx * along), y - (self.from.y + dy * along));
            let distance = (beside_x * beside_x + beside_y * beside_y).sqrt();
            *covered = covered.max(profile(distance, radius, hardness) as f32);
        }
    }
}

/// How much the brush covers at a distance from its middle: all up to its hard part, nothing from its rim on. A hard
/// rim is as soft as a pixel is wide.
fn profile(distance: f64, radius: f64, hardness: f64) -> f64 {
    let full = (radius * hardness).min(radius - 0.5);
    let rim = radius.max(full + 1.0);
    let inside = ((rim - distance) / (rim - full)).clamp(0.0, 1.0);
    if rim - full > 1.0 { inside * inside * (3.0 - 2.0 * inside) } else { inside }
}

#[cfg(test)]
mod tests {
    use document::StrokePoint;
    use proptest::prelude::*;

    use super::*;

    /// Every piece on every pixel, as the formula stands.
    fn plain(stroke: &Stroke, scale: (f64, f64), region: &Region) -> Vec<f32> {
        let hardness = f64::from(stroke.hardness.get()) / 100.0;
        let pieces = pieces(stroke, scale, region);
        let at = |x: usize, y: usize| {
            let at = Point::new(x as f64 + 0.5, y as f64 + 0.5);
            pieces.iter().fold(0.0f32, |covered, piece| {
                let (dx, dy) = (piece.to.x - piece.from.x, piece.to.y - piece.from.y);
                let length = dx * dx + dy * dy;
                let along = ((at.x - piece.from.x) * dx + (at.y - piece.from.y) * dy) / length.max(f64::MIN_POSITIVE);
                let along = along.clamp(0.0, 1.0);
                let radius = piece.radii.0 + (piece.radii.1 - piece.radii.0) * along;
                let nearest = Point::new(piece.from.x + dx * along, piece.from.y + dy * along);
                covered.max(profile(at.distance(nearest), radius, hardness) as f32)
            })
        };
        let rows = 0..region.rows.len();
        rows.flat_map(|y| (0..region.columns.len()).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect()
    }

    /// As it is drawn, and at how many pixels was looked.
    fn drawn(stroke: &Stroke, scale: (f64, f64), region: &Region) -> (Vec<f32>, u64) {
        let width = region.columns.len();
        let mut all = vec![0.0; region.pixels()];
        let looked = draw(stroke, scale, region, |y, columns, row| {
            all[y * width..][..width][columns].copy_from_slice(row);
            ControlFlow::Continue(())
        });
        (all, looked)
    }

    fn stroke(points: impl IntoIterator<Item = (f64, f64, f64)>, size: f32, hardness: i16) -> Stroke {
        let points = points.into_iter().map(|(x, y, pressure)| StrokePoint::new(Point::new(x, y), pressure).unwrap());
        let (size, hardness) = (size.try_into().unwrap(), hardness.try_into().unwrap());
        Stroke { points: points.collect(), size, hardness }
    }

    fn coordinate() -> impl Strategy<Value = f64> {
        prop_oneof![8 => -20.0..90.0f64, 2 => -3000.0..3000.0f64, 1 => prop::sample::select(vec![-1e5, 0.0, 1e5])]
    }

    prop_compose! {
        fn any_stroke()(
            points in prop::collection::vec((coordinate(), coordinate(), prop_oneof![Just(1.0), 0.0..=1.0f64]), 1..12),
            size in prop_oneof![4 => 1.0..60.0f32, 1 => 60.0..5000.0f32],
            hardness in prop_oneof![Just(0), Just(100), 0..=100i16],
        ) -> Stroke {
            stroke(points, size, hardness)
        }
    }

    proptest! {
        #[test]
        fn what_is_left_out_changes_no_bit(
            stroke in any_stroke(),
            scale in prop_oneof![Just((1.0, 1.0)), (0.05..4.0f64, 0.05..4.0f64), Just((1e4, 1e4))],
            corner in (0..40usize, 0..40usize),
        ) {
            let region = Region { columns: corner.0..64, rows: corner.1..56 };
            let (all, looked) = drawn(&stroke, scale, &region);
            let bits = |all: &[f32]| all.iter().map(|covered| (covered + 0.0).to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&all), bits(&plain(&stroke, scale, &region)));
            let (nanos, touched) = work(&stroke, scale, Size::new(64, 56).unwrap());
            prop_assert!(PIXEL * looked <= nanos, "{} looked at, {} said", looked, nanos.0);
            let beyond = |i: usize| {
                let (x, y) = (i % region.columns.len() + corner.0, i / region.columns.len() + corner.1);
                !touched.columns.contains(&x) || !touched.rows.contains(&y)
            };
            prop_assert!(all.iter().enumerate().all(|(i, &covered)| covered == 0.0 || !beyond(i)));
        }
    }

    /// 43,000 points, each between brushes wider than the picture.
    fn winding(hardness: i16) -> Stroke {
        stroke((0..43_000).map(|i| (f64::from(i * 37 % 2000), f64::from(i * 53 % 2000), 1.0)), 5000.0, hardness)
    }

    #[test]
    fn once_all_is_covered_nothing_more_is_looked_at() {
        let output = Size::new(480, 480).unwrap();
        let (all, looked) = drawn(&winding(50), (0.24, 0.24), &Region::whole(output));
        assert!(all.iter().all(|&covered| covered == 1.0));
        assert!(looked <= 4 * 480 * 480, "{looked}");
    }

    #[test]
    fn a_soft_brush_that_is_everywhere_is_known_to_take_long() {
        let output = Size::new(480, 480).unwrap();
        let (nanos, _) = work(&winding(0), (0.24, 0.24), output);
        assert!(nanos >= PIXEL * (42_999 * 480 * 480), "{}", nanos.0);
    }

    #[test]
    fn a_long_thin_stroke_looks_beside_itself_only() {
        let output = Size::new(1000, 1000).unwrap();
        let diagonal = stroke([(0.0, 0.0, 1.0), (1000.0, 1000.0, 1.0)], 8.0, 80);
        let (_, looked) = drawn(&diagonal, (1.0, 1.0), &Region::whole(output));
        assert!(looked < 30 * 1000, "{looked}");
        assert!(work(&diagonal, (1.0, 1.0), output).0 < PIXEL * (40 * 1000));
    }
}
