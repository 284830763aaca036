//! Masks as coverage: outlines filled by exact area at the output's size, combined in order, softened.

use std::ops::Range;

use domain::{
    geometry::{Point, Polygon},
    template::{Combine, Mask, Size},
};

/// How much of each pixel a mask lets through. Only the part of the picture where that differs is kept.
pub struct Coverage {
    size: Size,
    region: Region,
    /// Of the region, row by row: 0 (none) to 65,535 (all).
    values: Vec<u16>,
    /// Outside of the region everything shows, instead of nothing.
    inverted: bool,
}

const FULL: f32 = 65_535.0;

/// A rectangle of output pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    pub columns: Range<usize>,
    pub rows: Range<usize>,
}

impl Region {
    /// What the mask's outlines and their soft edges can touch.
    fn of(mask: &Mask, canvas: Size, output: Size) -> Self {
        let (scale, margin) = (scale(canvas, output), radius(sigma(mask, canvas, output)) as f64 + 1.0);
        let added = || mask.shapes.iter().filter(|shape| shape.combine == Combine::Add);
        let range = |at: fn(&Point) -> f64, scale: f64, side: u32| {
            let along = || added().flat_map(|shape| shape.outline.points()).map(|point| at(point) * scale);
            let (low, high) = (along().fold(f64::INFINITY, f64::min), along().fold(f64::NEG_INFINITY, f64::max));
            // An empty mask has its low above its high, and both become the same side.
            let limit = |value: f64| value.clamp(0.0, f64::from(side)) as usize;
            let start = limit((low - margin).floor());
            start..limit((high + margin).ceil()).max(start)
        };
        Self { columns: range(|p| p.x, scale.0, output.width()), rows: range(|p| p.y, scale.1, output.height()) }
    }

    fn pixels(&self) -> usize {
        self.columns.len() * self.rows.len()
    }
}

/// Output pixels per canvas pixel, along both axes.
pub fn scale(canvas: Size, output: Size) -> (f64, f64) {
    let ratio = |to: u32, from: u32| f64::from(to) / f64::from(from);
    (ratio(output.width(), canvas.width()), ratio(output.height(), canvas.height()))
}

/// The feather in output pixels; rounded sides make the two scales differ by less than a pixel over the whole picture.
fn sigma(mask: &Mask, canvas: Size, output: Size) -> f32 {
    let (x, y) = scale(canvas, output);
    let sigma = mask.feather.pixels() * ((x + y) * 0.5) as f32;
    if sigma > 0.05 { sigma } else { 0.0 }
}

/// Where the Gaussian is cut.
fn radius(sigma: f32) -> usize {
    (sigma * 3.0).ceil() as usize
}

impl Coverage {
    /// The bytes that [`Self::of`] will keep.
    pub fn bytes(mask: &Mask, canvas: Size, output: Size) -> u64 {
        Region::of(mask, canvas, output).pixels() as u64 * size_of::<u16>() as u64
    }

    /// `mask` drawn for a canvas of `canvas` pixels shown at `output` pixels.
    pub fn of(mask: &Mask, canvas: Size, output: Size) -> Self {
        let region = Region::of(mask, canvas, output);
        let (width, height) = (region.columns.len(), region.rows.len());
        let mut values = vec![0u16; region.pixels()];
        if !values.is_empty() {
            let mut row = vec![0.0f32; width + 2];
            for shape in &mask.shapes {
                let edges = Edges::of(&shape.outline, scale(canvas, output), &region);
                for (y, line) in values.chunks_exact_mut(width).enumerate() {
                    edges.cover(y, &mut row);
                    for (value, &covered) in line.iter_mut().zip(&row) {
                        *value = combine(shape.combine, *value, (covered * FULL + 0.5) as u16);
                    }
                }
            }
            let sigma = sigma(mask, canvas, output);
            if sigma > 0.0 {
                let upright = transposed(&blur_rows(&transposed(&values, width), height, sigma), height);
                values = blur_rows(&upright, width, sigma);
            }
        }
        if mask.inverted {
            values.iter_mut().for_each(|value| *value = u16::MAX - *value);
        }
        Self { size: output, region, values, inverted: mask.inverted }
    }

    /// The size it was drawn at.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The columns and rows beyond which nothing shows.
    pub fn bounds(&self) -> Region {
        match self.inverted {
            false => self.region.clone(),
            true => Region { columns: 0..self.size.width() as usize, rows: 0..self.size.height() as usize },
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

/// Probabilities of two independent shapes: adding is the union, cutting and limiting the product.
fn combine(how: Combine, have: u16, shape: u16) -> u16 {
    let product = |a: u16, b: u16| ((u32::from(a) * u32::from(b) + 32_767) / 65_535) as u16;
    match how {
        Combine::Add => u16::MAX - product(u16::MAX - have, u16::MAX - shape),
        Combine::Subtract => product(have, u16::MAX - shape),
        Combine::Intersect => product(have, shape),
    }
}

/// An outline's edges in pixels of a region, sorted by their top.
struct Edges(Vec<[Point; 2]>);

impl Edges {
    fn of(outline: &Polygon, (scale_x, scale_y): (f64, f64), region: &Region) -> Self {
        let points = outline.points();
        let (left, top) = (region.columns.start as f64, region.rows.start as f64);
        let at = |i: usize| Point::new(points[i].x * scale_x - left, points[i].y * scale_y - top);
        let mut edges: Vec<_> = (0..points.len()).map(|i| [at(i), at((i + 1) % points.len())]).collect();
        edges.sort_by(|a, b| a[0].y.min(a[1].y).total_cmp(&b[0].y.min(b[1].y)));
        Self(edges)
    }

    /// How much of each pixel of row `y` lies inside, by non-zero winding; `row` has two more cells than pixels.
    ///
    /// Signed areas are accumulated from left to right: each edge adds, to the cells it crosses, the area to its
    /// right within the cell, and its height to all cells after (R. Levien's method for glyphs).
    fn cover(&self, y: usize, row: &mut [f32]) {
        row.fill(0.0);
        let (top, bottom) = (y as f64, y as f64 + 1.0);
        let width = row.len() - 2;
        for [a, b] in &self.0 {
            if a.y.min(b.y) >= bottom {
                break;
            }
            let (direction, upper, lower) = if a.y < b.y { (1.0, a, b) } else { (-1.0, b, a) };
            let (y0, y1) = (upper.y.max(top), lower.y.min(bottom));
            if y1 <= y0 {
                continue;
            }
            let slope = (lower.x - upper.x) / (lower.y - upper.y);
            let x_at = |y: f64| upper.x + (y - upper.y) * slope;
            add_edge(&mut row[..width + 2], width, (x_at(y0), x_at(y1)), (y1 - y0) * direction);
        }
        let mut sum = 0.0f32;
        for cell in row.iter_mut() {
            sum += *cell;
            *cell = sum.abs().min(1.0);
        }
    }
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

fn transposed(values: &[u16], width: usize) -> Vec<u16> {
    let height = values.len() / width.max(1);
    (0..width).flat_map(|x| (0..height).map(move |y| values[y * width + x])).collect()
}

/// Every row convolved with a Gaussian of standard deviation `sigma` pixels, cut at three of them. Beyond the
/// picture's sides the outermost value goes on.
fn blur_rows(values: &[u16], width: usize, sigma: f32) -> Vec<u16> {
    let radius = radius(sigma);
    let weight = |distance: usize| {
        let t = distance as f32 / sigma;
        libm::expf(-0.5 * t * t)
    };
    let half: Vec<f32> = (0..=radius).map(weight).collect();
    let total = half[0] + 2.0 * half[1..].iter().sum::<f32>();
    let mut padded = vec![0.0f32; width + 2 * radius];
    let mut sums = vec![0.0f32; width];
    let mut blurred = Vec::with_capacity(values.len());
    for row in values.chunks_exact(width) {
        for (i, cell) in padded.iter_mut().enumerate() {
            *cell = f32::from(row[i.saturating_sub(radius).min(width - 1)]);
        }
        sums.fill(0.0);
        for offset in 0..=2 * radius {
            let weight = half[offset.abs_diff(radius)] / total;
            for (sum, &cell) in sums.iter_mut().zip(&padded[offset..]) {
                *sum += cell * weight;
            }
        }
        blurred.extend(sums.iter().map(|&sum| (sum + 0.5).min(FULL) as u16));
    }
    blurred
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::template::{Feather, MaskShape};
    use proptest::prelude::*;

    fn size(w: u32, h: u32) -> Size {
        Size::new(w, h).unwrap()
    }

    fn outline(points: &[[f64; 2]]) -> Polygon {
        Polygon::new(points.iter().copied().map(Point::from).collect()).unwrap()
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
            let got = area(&Coverage::of(&mask, size(64, 64), size(64, 64)), 64);
            prop_assert!((got - exact).abs() < 0.01 + exact * 1e-3, "{got}, exact {exact}");
        }

        #[test]
        fn a_mask_looks_the_same_at_any_size(points in prop::array::uniform3(prop::array::uniform2(-20.0..84.0f64))) {
            let mask = Mask::outlined(outline(&points));
            let small = area(&Coverage::of(&mask, size(64, 64), size(32, 32)), 32) * 4.0;
            let large = area(&Coverage::of(&mask, size(64, 64), size(128, 128)), 128) / 4.0;
            prop_assert!((small - large).abs() < 0.05, "{small} and {large}");
        }
    }

    #[test]
    fn edges_beyond_the_picture_keep_the_inside_covered() {
        let mask = Mask::outlined(outline(&[[-50.0, -50.0], [500.0, -20.0], [400.0, 300.0], [-80.0, 200.0]]));
        let coverage = Coverage::of(&mask, size(40, 30), size(40, 30));
        assert!((area(&coverage, 30) - 1200.0).abs() < 1e-3);
    }

    #[test]
    fn only_the_part_that_differs_is_kept() {
        let small = outline(&[[900.0, 900.0], [910.0, 900.0], [910.0, 910.0]]);
        let mut mask = Mask::outlined(small);
        let all = size(1000, 1000);
        assert!(Coverage::bytes(&mask, all, all) < 400);
        mask.feather = Feather::new(2.0).unwrap();
        let coverage = Coverage::of(&mask, all, all);
        assert!(coverage.bounds().columns.start > 880 && coverage.bounds().rows.end < 930);
        mask.inverted = true;
        let inverted = Coverage::of(&mask, all, all);
        assert_eq!(inverted.bounds().columns, 0..1000);
        assert!((area(&coverage, 1000) + area(&inverted, 1000) - 1e6).abs() < 1.0);
        let nothing = Mask { shapes: Vec::new(), feather: Feather::default(), inverted: false };
        assert_eq!(area(&Coverage::of(&nothing, all, all), 1000), 0.0);
    }

    #[test]
    fn shapes_combine_in_order_and_invert_at_last() {
        let square = |x: f64| outline(&[[x, 0.0], [x + 20.0, 0.0], [x + 20.0, 20.0], [x, 20.0]]);
        let shape = |x, combine| MaskShape { outline: square(x), combine };
        let covered = |second, inverted| {
            let shapes = vec![shape(0.0, Combine::Add), shape(10.0, second)];
            let mask = Mask { shapes, feather: Feather::default(), inverted };
            area(&Coverage::of(&mask, size(40, 20), size(40, 20)), 20).round()
        };
        assert_eq!(covered(Combine::Add, false), 600.0);
        assert_eq!(covered(Combine::Subtract, false), 200.0);
        assert_eq!(covered(Combine::Intersect, false), 200.0);
        assert_eq!(covered(Combine::Add, true), 200.0);
    }

    #[test]
    fn feathering_keeps_the_area_and_softens_the_edge() {
        let mut mask = Mask::outlined(outline(&[[30.0, 30.0], [70.0, 30.0], [70.0, 70.0], [30.0, 70.0]]));
        mask.feather = Feather::new(4.0).unwrap();
        let coverage = Coverage::of(&mask, size(100, 100), size(100, 100));
        assert!((area(&coverage, 100) - 1600.0).abs() < 8.0);
        let row = row(&coverage, 50);
        assert!((row[29] + row[30] - 1.0).abs() < 0.01 && row[22] > 0.0 && row[50] > 0.999);
    }
}
