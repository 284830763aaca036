//! Masks as coverage: figures drawn by exact area at the output's size, combined in order, grown, softened.

mod blur;
mod cost;
mod grow;
mod path;
mod stroke;

use std::{
    ops::{ControlFlow, Range},
    sync::Arc,
};

use document::{Combine, ContentHash, Figure, Mask, MaskShape, Raster, Size, geometry::Point};

use crate::{
    Pyramid,
    luma::brightness,
    placing::Placed,
    region::Region,
    row::Row,
    sampler::{View, sample_row},
    stop::Stop,
    weigh::RUN,
};

pub use blur::blurred;
pub use cost::Nanos;

/// A figure begun, and a column that it may have; a pixel of it combined with what is there; one of a raster sampled; one grown.
/// Measured as `cost` says.
const FIGURE: Nanos = Nanos(1000);
const COLUMN: Nanos = Nanos(2);
const LAID: Nanos = Nanos(4);
const SAMPLED: Nanos = Nanos(100);
const GROWN: Nanos = Nanos(200);

/// How much of each pixel a mask lets through. Only the part of the picture where that differs is kept.
pub struct Coverage {
    size: Size,
    region: Region,
    /// Of the region, row by row: 0 (none) to 65,535 (all).
    values: Vec<u16>,
    /// Outside of the region everything shows, instead of nothing.
    inverted: bool,
    /// The finest level of each of its rasters that the exact mask reads.
    pub wanted: Vec<(ContentHash, u32)>,
}

const FULL: f32 = 65_535.0;

/// What the mask's figures and their soft edges can touch.
fn region_of(mask: &Mask, canvas: Size, output: Size) -> Region {
    let (scale_x, scale_y) = scale(canvas, output);
    let grow = scaled(mask.grow.get(), canvas, output).max(0.0);
    let margin = f64::from(grow) + blur::radius(sigma(mask, canvas, output)) as f64 + 1.0;
    let (mut low, mut high) =
        (Point::new(f64::INFINITY, f64::INFINITY), Point::new(f64::NEG_INFINITY, f64::NEG_INFINITY));
    let mut touch = |x: f64, y: f64, reach: f64| {
        low = Point::new(low.x.min(x - reach), low.y.min(y - reach));
        high = Point::new(high.x.max(x + reach), high.y.max(y + reach));
    };
    for shape in mask.shapes.iter().filter(|shape| shape.combine == Combine::Add) {
        match &shape.figure {
            // A curve stays within its control points' hull.
            Figure::Path { outline, .. } => outline.pieces().flatten().for_each(|point| touch(point.x, point.y, 0.0)),
            Figure::Stroke(stroke) => {
                let radius = f64::from(stroke.size.get()) / 2.0;
                stroke.points.iter().for_each(|point| touch(point.at().x, point.at().y, radius));
            }
            Figure::Raster(raster) => {
                let [left, top, right, bottom] = sides(raster, canvas);
                touch(left, top, 0.0);
                touch(right, bottom, 0.0);
            }
        }
    }
    let range = |low: f64, high: f64, scale: f64, side: u32| {
        // An empty mask has its low above its high, and both become the same side.
        let limit = |value: f64| value.clamp(0.0, f64::from(side)) as usize;
        let start = limit((low * scale - margin).floor());
        start..limit((high * scale + margin).ceil()).max(start)
    };
    Region {
        columns: range(low.x, high.x, scale_x, output.width()),
        rows: range(low.y, high.y, scale_y, output.height()),
    }
}

/// Output pixels per canvas pixel, along both axes.
pub fn scale(canvas: Size, output: Size) -> (f64, f64) {
    let ratio = |to: u32, from: u32| f64::from(to) / f64::from(from);
    (ratio(output.width(), canvas.width()), ratio(output.height(), canvas.height()))
}

/// A length in output pixels; rounded sides make the two scales differ by less than a pixel over the whole picture.
pub fn scaled(length: f32, canvas: Size, output: Size) -> f32 {
    let (x, y) = scale(canvas, output);
    length * ((x + y) * 0.5) as f32
}

fn sigma(mask: &Mask, canvas: Size, output: Size) -> f32 {
    scaled(mask.feather.get(), canvas, output)
}

/// Where a raster lies, in canvas pixels: left, top, right, bottom.
fn sides(raster: &Raster, canvas: Size) -> [f64; 4] {
    let whole = [0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height())];
    raster.area.map_or(whole, |area| area.sides())
}

impl Coverage {
    /// The bytes that [`Self::of`] will take at most: those it keeps, and while it grows, softens or reads rasters some more.
    pub fn bytes(mask: &Mask, canvas: Size, output: Size) -> u64 {
        let each = if mask.grow.is_zero() && mask.feather.is_zero() { size_of::<u16>() } else { 4 * size_of::<u32>() };
        region_of(mask, canvas, output).pixels() as u64 * each as u64
    }

    /// What [`Self::of`] takes at most.
    pub fn work(mask: &Mask, canvas: Size, output: Size) -> Nanos {
        let scale = scale(canvas, output);
        let region = region_of(mask, canvas, output);
        let pixels = region.pixels() as u64;
        let each = |shape: &MaskShape| {
            let (drawing, part) = match &shape.figure {
                Figure::Path { outline, holes } => path::work(outline, holes, scale, output),
                Figure::Stroke(stroke) => stroke::work(stroke, scale, output),
                Figure::Raster(raster) => {
                    let part = raster_part(raster, canvas, output);
                    let runs = part.columns.len() + 2 * RUN;
                    (SAMPLED * (part.rows.len() * runs) as u64, part)
                }
            };
            // What limits empties all around it.
            let laid = if shape.combine == Combine::Intersect { pixels } else { part.pixels() as u64 };
            FIGURE + COLUMN * region.columns.len() as u64 + drawing + LAID * laid
        };
        let grown = if mask.grow.is_zero() { Nanos(0) } else { GROWN * pixels };
        mask.shapes.iter().map(each).sum::<Nanos>() + grown + blur::work(&region, sigma(mask, canvas, output))
    }

    /// [`Self::drawn`] with nothing that stops it.
    pub fn of(mask: &Mask, canvas: Size, output: Size, image: impl Fn(ContentHash) -> Option<Arc<Pyramid>>) -> Self {
        Self::drawn(mask, canvas, output, image, &Stop::default())
    }

    /// `mask` drawn for a canvas of `canvas` pixels shown at `output` pixels. A raster that is not among the images is empty.
    /// What is stopped is good for nothing.
    pub fn drawn(
        mask: &Mask,
        canvas: Size,
        output: Size,
        image: impl Fn(ContentHash) -> Option<Arc<Pyramid>>,
        stop: &Stop,
    ) -> Self {
        let region = region_of(mask, canvas, output);
        let scale = scale(canvas, output);
        let (width, height) = (region.columns.len(), region.rows.len());
        let mut values = vec![0u16; region.pixels()];
        let mut wanted = Vec::new();
        if !values.is_empty() {
            for shape in &mask.shapes {
                let mut laying = Laying { how: shape.combine, values: &mut values, width, done: 0 };
                let lay = |y: usize, columns: Range<usize>, covered: &[f32]| {
                    laying.row(y, columns, covered);
                    if stop.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                };
                match &shape.figure {
                    Figure::Path { outline, holes } => path::draw(outline, holes, scale, &region, lay),
                    Figure::Stroke(stroke) => {
                        stroke::draw(stroke, scale, &region, lay);
                    }
                    Figure::Raster(raster) => {
                        let level = draw_raster(raster, image(raster.image), (canvas, output), &region, lay);
                        wanted.push((raster.image, level));
                    }
                }
                laying.end();
            }
            if !mask.grow.is_zero() {
                values = grow::grown(&values, width, scaled(mask.grow.get(), canvas, output));
            }
            let sigma = sigma(mask, canvas, output);
            values = blurred(values, width, sigma);
            debug_assert_eq!(values.len(), width * height);
        }
        if mask.inverted {
            values.iter_mut().for_each(|value| *value = u16::MAX - *value);
        }
        Self { size: output, region, values, inverted: mask.inverted, wanted }
    }

    /// The size it was drawn at.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The part of the output beyond which nothing shows through a mask.
    pub fn touched(mask: &Mask, canvas: Size, output: Size) -> Region {
        if mask.inverted { Region::whole(output) } else { region_of(mask, canvas, output) }
    }

    /// The columns and rows beyond which nothing shows.
    pub fn bounds(&self) -> Region {
        if self.inverted { Region::whole(self.size) } else { self.region.clone() }
    }

    /// The smallest part of the output that has all in which two masks of the same size differ.
    pub fn difference(&self, other: &Self) -> Region {
        let nothing = Region { columns: 0..0, rows: 0..0 };
        if self.inverted != other.inverted {
            return Region::whole(self.size);
        }
        let both = self.region.around(&other.region);
        let mut rows = [vec![0u16; both.columns.len()], vec![0u16; both.columns.len()]];
        both.rows.clone().fold(nothing, |all, y| {
            for (row, coverage) in rows.iter_mut().zip([self, other]) {
                coverage.lay_row(y, both.columns.start, row);
            }
            let [a, b] = &rows;
            // Most rows are equal, and that is seen fastest of a whole row.
            if a == b {
                return all;
            }
            let differs = |(a, b): (&u16, &u16)| a != b;
            let first = a.iter().zip(b).position(differs).unwrap_or(0);
            let last = a.iter().zip(b).rposition(differs).unwrap_or(0);
            let start = both.columns.start;
            all.around(&Region { columns: start + first..start + last + 1, rows: y..y + 1 })
        })
    }

    /// Fills `row` with what row `y` has from column `start` on.
    fn lay_row(&self, y: usize, start: usize, row: &mut [u16]) {
        let Region { columns, rows } = &self.region;
        row.fill(if self.inverted { u16::MAX } else { 0 });
        if rows.contains(&y) {
            let own = &self.values[(y - rows.start) * columns.len()..][..columns.len()];
            row[columns.start - start..][..own.len()].copy_from_slice(own);
        }
    }

    /// Multiplies row `y` of `alpha` by the coverage within `span`.
    pub fn limit(&self, y: usize, span: Range<usize>, alpha: &mut [f32]) {
        let outside = if self.inverted { 1.0 } else { 0.0 };
        let Region { columns, rows } = &self.region;
        let (start, end) = (span.start.max(columns.start), span.end.min(columns.end));
        if !rows.contains(&y) || start >= end {
            return alpha[span].iter_mut().for_each(|alpha| *alpha *= outside);
        }
        alpha[span.start..start].iter_mut().for_each(|alpha| *alpha *= outside);
        alpha[end..span.end].iter_mut().for_each(|alpha| *alpha *= outside);
        let row = &self.values[(y - rows.start) * columns.len()..][start - columns.start..end - columns.start];
        for (alpha, &value) in alpha[start..end].iter_mut().zip(row) {
            *alpha *= f32::from(value) * (1.0 / FULL);
        }
    }
}

/// A raster's picture, of `size` pixels, where it lies on the output.
pub fn upright(raster: &Raster, size: (u32, u32), (canvas, output): (Size, Size), region: &Region) -> Placed {
    let (scale_x, scale_y) = scale(canvas, output);
    let [left, top, right, bottom] = sides(raster, canvas);
    Placed::upright(size, [left * scale_x, top * scale_y, right * scale_x, bottom * scale_y], region)
}

/// The part of the output that a raster can touch.
fn raster_part(raster: &Raster, canvas: Size, output: Size) -> Region {
    let (scale_x, scale_y) = scale(canvas, output);
    let [left, top, right, bottom] = sides(raster, canvas);
    let range = |low: f64, high: f64, side: u32| {
        let limit = |at: f64| at.clamp(0.0, f64::from(side)) as usize;
        limit((low - 1.0).floor())..limit((high + 1.0).ceil())
    };
    Region {
        columns: range(left * scale_x, right * scale_x, output.width()),
        rows: range(top * scale_y, bottom * scale_y, output.height()),
    }
}

/// Lays a raster's brightness row by row; returns the finest level that is read.
fn draw_raster(
    raster: &Raster,
    image: Option<Arc<Pyramid>>,
    (canvas, output): (Size, Size),
    region: &Region,
    mut lay: impl FnMut(usize, Range<usize>, &[f32]) -> ControlFlow<()>,
) -> u32 {
    let mut finest = u32::MAX;
    let Some(image) = image else { return finest };
    let placed = upright(raster, image.size(), (canvas, output), region);
    let part = raster_part(raster, canvas, output).within(region);
    if part.is_empty() {
        return finest;
    }
    let mut row = Row::new(region.columns.end);
    let mut covered = vec![0.0f32; part.columns.len()];
    let start = part.columns.start - region.columns.start;
    for y in part.rows.clone() {
        let span = part.columns.clone();
        let view = View { pyramid: &image, placed: &placed, y, span: span.clone(), out: &mut row };
        finest = finest.min(sample_row(view));
        for (covered, x) in covered.iter_mut().zip(span) {
            *covered = (brightness([row.r[x], row.g[x], row.b[x]]) * row.a[x]).clamp(0.0, 1.0);
        }
        if lay(y - region.rows.start, start..start + covered.len(), &covered).is_break() {
            break;
        }
    }
    finest
}

/// A figure on its way into a mask, row by row from above. Where it covers nothing, adding and cutting change nothing.
struct Laying<'a> {
    how: Combine,
    values: &'a mut [u16],
    width: usize,
    /// Of a figure that limits: the values up to here are done.
    done: usize,
}

impl Laying<'_> {
    fn row(&mut self, y: usize, columns: Range<usize>, covered: &[f32]) {
        let (start, end) = (y * self.width + columns.start, y * self.width + columns.end);
        if self.how == Combine::Intersect {
            self.values[self.done..start].fill(0);
            self.done = end;
        }
        for (value, &covered) in self.values[start..end].iter_mut().zip(covered) {
            *value = combine(self.how, *value, (covered * FULL + 0.5) as u16);
        }
    }

    fn end(self) {
        if self.how == Combine::Intersect {
            self.values[self.done..].fill(0);
        }
    }
}

/// Probabilities of two independent shapes: adding is the union, cutting and limiting the product.
fn combine(how: Combine, have: u16, shape: u16) -> u16 {
    let product = |a: u16, b: u16| ((u32::from(a) * u32::from(b) + 32_767) / 65_535) as u16;
    match how {
        Combine::Add => u16::MAX - product(u16::MAX - have, u16::MAX - shape),
        Combine::Subtract => product(have, u16::MAX - shape),
        Combine::Intersect => product(have, shape),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use document::{Feather, Measure, Stroke, StrokePoint, geometry::Outline};
    use proptest::prelude::*;

    fn size(w: u32, h: u32) -> Size {
        Size::new(w, h).unwrap()
    }

    fn outline(points: &[[f64; 2]]) -> Outline {
        Outline::polygon(points.iter().copied().map(Point::from)).unwrap()
    }

    fn draw(mask: &Mask, canvas: Size, output: Size) -> Coverage {
        Coverage::of(mask, canvas, output, |_| None)
    }

    fn row(coverage: &Coverage, y: usize) -> Vec<f32> {
        let width = coverage.size().width() as usize;
        let mut alpha = vec![1.0; width];
        coverage.limit(y, 0..width, &mut alpha);
        alpha
    }

    fn area(coverage: &Coverage, height: usize) -> f64 {
        (0..height).flat_map(|y| row(coverage, y)).map(f64::from).sum()
    }

    proptest! {
        #[test]
        fn the_covered_area_is_the_triangle_s(points in prop::array::uniform3(prop::array::uniform2(1.0..63.0f64))) {
            let [[ax, ay], [bx, by], [cx, cy]] = points;
            let exact = ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)).abs() / 2.0;
            let mask = Mask::outlined(outline(&points));
            let got = area(&draw(&mask, size(64, 64), size(64, 64)), 64);
            prop_assert!((got - exact).abs() < 0.01 + exact * 1e-3, "{got}, exact {exact}");
        }

        #[test]
        fn a_mask_looks_the_same_at_any_size(points in prop::array::uniform3(prop::array::uniform2(-20.0..84.0f64))) {
            let mask = Mask::outlined(outline(&points));
            let small = area(&draw(&mask, size(64, 64), size(32, 32)), 32) * 4.0;
            let large = area(&draw(&mask, size(64, 64), size(128, 128)), 128) / 4.0;
            prop_assert!((small - large).abs() < 0.05, "{small} and {large}");
        }
    }

    #[test]
    fn edges_beyond_the_picture_keep_the_inside_covered() {
        let mask = Mask::outlined(outline(&[[-50.0, -50.0], [500.0, -20.0], [400.0, 300.0], [-80.0, 200.0]]));
        let coverage = draw(&mask, size(40, 30), size(40, 30));
        assert!((area(&coverage, 30) - 1200.0).abs() < 1e-3);
    }

    #[test]
    fn only_the_part_that_differs_is_kept() {
        let small = outline(&[[900.0, 900.0], [910.0, 900.0], [910.0, 910.0]]);
        let mut mask = Mask::outlined(small);
        let all = size(1000, 1000);
        assert!(Coverage::bytes(&mask, all, all) < 400);
        mask.feather = Feather::try_from(2.0).unwrap();
        let coverage = draw(&mask, all, all);
        assert!(coverage.bounds().columns.start > 880 && coverage.bounds().rows.end < 930);
        mask.inverted = true;
        let inverted = draw(&mask, all, all);
        assert_eq!(inverted.bounds().columns, 0..1000);
        assert!((area(&coverage, 1000) + area(&inverted, 1000) - 1e6).abs() < 1.0);
        let nothing = Mask { shapes: Vec::new(), ..Mask::outlined(outline(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])) };
        assert_eq!(area(&draw(&nothing, all, all), 1000), 0.0);
    }

    #[test]
    fn two_masks_differ_only_where_their_rows_do() {
        let all = size(100, 100);
        let square =
            |x: f64, side: f64| outline(&[[x, 20.0], [x + side, 20.0], [x + side, 20.0 + side], [x, 20.0 + side]]);
        let at = |x, side| draw(&Mask::outlined(square(x, side)), all, all);
        assert_eq!(at(10.0, 30.0).difference(&at(10.0, 40.0)), Region { columns: 10..50, rows: 20..60 });
        assert_eq!(at(10.0, 30.0).difference(&at(12.0, 30.0)), Region { columns: 10..42, rows: 20..50 });
        assert!(at(10.0, 30.0).difference(&at(10.0, 30.0)).is_empty());
        let turned = draw(&Mask { inverted: true, ..Mask::outlined(square(10.0, 30.0)) }, all, all);
        assert_eq!(turned.difference(&at(10.0, 30.0)), Region::whole(all));
    }

    #[test]
    fn shapes_combine_in_order_and_invert_at_last() {
        let square = |x: f64| outline(&[[x, 0.0], [x + 20.0, 0.0], [x + 20.0, 20.0], [x, 20.0]]);
        let shape = |x, combine| MaskShape { combine, ..Mask::outlined(square(x)).shapes[0].clone() };
        let covered = |second, inverted| {
            let shapes = vec![shape(0.0, Combine::Add), shape(10.0, second)];
            let mask = Mask { shapes, inverted, ..Mask::outlined(square(0.0)) };
            area(&draw(&mask, size(40, 20), size(40, 20)), 20).round()
        };
        assert_eq!(covered(Combine::Add, false), 600.0);
        assert_eq!(covered(Combine::Subtract, false), 200.0);
        assert_eq!(covered(Combine::Intersect, false), 200.0);
        assert_eq!(covered(Combine::Add, true), 200.0);
    }

    #[test]
    fn feathering_keeps_the_area_and_softens_the_edge() {
        let mut mask = Mask::outlined(outline(&[[30.0, 30.0], [70.0, 30.0], [70.0, 70.0], [30.0, 70.0]]));
        mask.feather = Feather::try_from(4.0).unwrap();
        let coverage = draw(&mask, size(100, 100), size(100, 100));
        assert!((area(&coverage, 100) - 1600.0).abs() < 8.0);
        let row = row(&coverage, 50);
        assert!((row[29] + row[30] - 1.0).abs() < 0.01 && row[22] > 0.0 && row[50] > 0.999);
    }

    #[test]
    fn a_circle_of_curves_less_a_hole_has_its_area() {
        // Four cubics are within 3 / 10,000 of a circle with this length of handles.
        let k = 0.552_284_75 * 20.0;
        let (c, r) = (32.0, 20.0);
        let json = format!(
            "[[{},{c},{},{},{},{}],[{c},{},{},{},{},{}],[{},{c},{},{},{},{}],[{c},{},{},{},{},{}]]",
            c + r,
            c + r,
            c - k,
            c + r,
            c + k,
            c + r,
            c + k,
            c + r,
            c - k,
            c + r,
            c - r,
            c - r,
            c + k,
            c - r,
            c - k,
            c - r,
            c - k,
            c - r,
            c + k,
            c - r,
        );
        let circle: Outline = serde_json::from_str(&json).unwrap();
        let exact = std::f64::consts::PI * r * r;
        let got = area(&draw(&Mask::outlined(circle.clone()), size(64, 64), size(64, 64)), 64);
        assert!((got - exact).abs() < exact * 1e-3, "{got}, exact {exact}");
        for hole in [[[30.0, 30.0], [34.0, 30.0], [34.0, 34.0]], [[30.0, 30.0], [34.0, 34.0], [34.0, 30.0]]] {
            let figure = Figure::Path { outline: circle.clone(), holes: vec![outline(&hole)] };
            let less = area(&draw(&Mask::of(figure), size(64, 64), size(64, 64)), 64);
            assert!((got - less - 8.0).abs() < 0.01, "the hole takes {}", got - less);
        }
    }

    fn stroke(points: &[[f64; 2]], size: f32, hardness: i16) -> Mask {
        let points = points.iter().map(|&[x, y]| StrokePoint::new(Point::new(x, y), 1.0).unwrap()).collect();
        let hardness = hardness.try_into().unwrap();
        Mask::of(Figure::Stroke(Stroke { points, size: size.try_into().unwrap(), hardness }))
    }

    #[test]
    fn a_stroke_is_as_wide_as_its_brush_and_round_at_its_ends() {
        let hard = draw(&stroke(&[[20.0, 32.0], [44.0, 32.0]], 10.0, 100), size(64, 64), size(64, 64));
        let exact = 24.0 * 10.0 + std::f64::consts::PI * 25.0;
        assert!((area(&hard, 64) - exact).abs() < 1.5, "{}", area(&hard, 64));
        let soft = draw(&stroke(&[[20.0, 32.0], [44.0, 32.0]], 10.0, 0), size(64, 64), size(64, 64));
        let across: Vec<f32> = (26..38).map(|y| row(&soft, y)[32]).collect();
        assert!(across.iter().all(|&c| c < 1.0) && across[5] > 0.9 && across[2] < across[3] && across[0] == 0.0);
        let large = draw(&stroke(&[[20.0, 32.0], [44.0, 32.0]], 10.0, 100), size(64, 64), size(256, 256));
        assert!((area(&large, 256) / 16.0 - exact).abs() < 0.5);
    }

    #[test]
    fn growing_moves_the_edge_by_a_true_distance() {
        let square = Mask::outlined(outline(&[[30.3, 30.3], [70.7, 30.3], [70.7, 70.7], [30.3, 70.7]]));
        let side = 40.4;
        let of = |grow: f32| {
            let mask = Mask { grow: Measure::try_from(grow).unwrap(), ..square.clone() };
            area(&draw(&mask, size(100, 100), size(100, 100)), 100)
        };
        for by in [0.3f32, 1.0, 7.5] {
            let b = f64::from(by);
            let exact = side * side + 4.0 * side * b + std::f64::consts::PI * b * b;
            assert!((of(by) - exact).abs() < 0.1 * 4.0 * side, "{} by {by}, exact {exact}", of(by));
            let exact = (side - 2.0 * b) * (side - 2.0 * b);
            assert!((of(-by) - exact).abs() < 0.1 * 4.0 * side, "{} by -{by}, exact {exact}", of(-by));
        }
        // Around a slanted edge too.
        let slanted = Mask::outlined(outline(&[[50.0, 20.0], [80.0, 50.0], [50.0, 80.0], [20.0, 50.0]]));
        let edge = 30.0 * std::f64::consts::SQRT_2;
        let mask = Mask { grow: Measure::try_from(4.0).unwrap(), ..slanted };
        let exact = edge * edge + 4.0 * edge * 4.0 + std::f64::consts::PI * 16.0;
        let got = area(&draw(&mask, size(100, 100), size(100, 100)), 100);
        assert!((got - exact).abs() < 0.1 * 4.0 * edge, "{got}, exact {exact}");
    }

    #[test]
    fn a_raster_covers_where_it_is_bright() {
        let image = crate::Image::from_fn(8, 8, |x, _| if x < 4 { [255; 4] } else { [0, 0, 0, 255] });
        let pyramid = Arc::new(Pyramid::of(image));
        let hash = ContentHash([3; 32]);
        let raster = Raster { image: hash, area: Some([10.0, 10.0, 32.0, 32.0].try_into().unwrap()) };
        let mask = Mask::of(Figure::Raster(raster));
        let coverage = Coverage::of(&mask, size(64, 64), size(64, 64), |_| Some(pyramid.clone()));
        let middle = row(&coverage, 26);
        assert!(middle[9] == 0.0 && middle[12] == 1.0 && middle[23] > 0.9 && middle[29] < 0.1 && middle[41] == 0.0);
        assert_eq!(coverage.wanted, [(hash, 0)]);
    }
}
