//! Strokes: what a round brush leaves along a line.

use document::{Size, Stroke, geometry::Point};

use crate::region::Region;

/// Between two points of a stroke, in pixels of a region.
struct Piece {
    from: Point,
    to: Point,
    /// The brush's radius at both ends.
    radii: (f64, f64),
}

/// Gives `lay` each row of the region with how much of its pixels the stroke covers.
pub fn draw(stroke: &Stroke, scale: (f64, f64), region: &Region, mut lay: impl FnMut(usize, &[f32])) {
    let hardness = f64::from(stroke.hardness.get()) / 100.0;
    let mut pieces = pieces(stroke, scale, region);
    pieces.sort_by(|a, b| a.top().total_cmp(&b.top()));
    let mut row = vec![0.0f32; region.columns.len()];
    for y in 0..region.rows.len() {
        row.fill(0.0);
        let middle = y as f64 + 0.5;
        for piece in pieces.iter().take_while(|piece| piece.top() <= middle).filter(|piece| piece.bottom() >= middle) {
            piece.cover(middle, hardness, &mut row);
        }
        lay(y, &row);
    }
}

/// How many pixels the brush's pieces cover together at most, roughly.
pub fn work(stroke: &Stroke, scale: (f64, f64), output: Size) -> u64 {
    let whole = Region::whole(output);
    let (width, height) = (f64::from(output.width()), f64::from(output.height()));
    let covered = |piece: &Piece| {
        let (reach, from, to) = (piece.reach(), piece.from, piece.to);
        let along =
            |a: f64, b: f64, side: f64| (a.max(b) + reach).clamp(0.0, side) - (a.min(b) - reach).clamp(0.0, side);
        (along(from.x, to.x, width) * along(from.y, to.y, height)) as u64
    };
    pieces(stroke, scale, &whole).iter().map(covered).sum()
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

    /// Of overlapping pieces the one that covers more counts.
    fn cover(&self, y: f64, hardness: f64, row: &mut [f32]) {
        let limit = |x: f64| x.clamp(0.0, row.len() as f64) as usize;
        let start = limit((self.from.x.min(self.to.x) - self.reach()).floor());
        let end = limit((self.from.x.max(self.to.x) + self.reach()).ceil());
        let (dx, dy) = (self.to.x - self.from.x, self.to.y - self.from.y);
        let length = dx * dx + dy * dy;
        for (x, covered) in row.iter_mut().enumerate().take(end).skip(start) {
            let at = Point::new(x as f64 + 0.5, y);
            let along = ((at.x - self.from.x) * dx + (at.y - self.from.y) * dy) / length.max(f64::MIN_POSITIVE);
            let along = along.clamp(0.0, 1.0);
            let radius = self.radii.0 + (self.radii.1 - self.radii.0) * along;
            let nearest = Point::new(self.from.x + dx * along, self.from.y + dy * along);
            *covered = covered.max(profile(at.distance(nearest), radius, hardness) as f32);
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
