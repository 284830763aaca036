//! Reading a design on its surface, a row of output pixels at a time.

use std::ops::Range;

use crate::{
    footprint::Footprint,
    image::Image,
    kernel::{TAPS_MAX, Table},
    pyramid::Pyramid,
    row::Row,
    surface::Surface,
    weigh::{Block, Straight, Task, Weigher, fastest, weigh},
};

/// Output pixels that share a pyramid level and a kernel. Segments begin at multiples of this, so that a part of a
/// picture is read exactly as the whole.
const SEGMENT: usize = 8;

/// The part of an image, in its own pixels, that may be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    pub u0: f64,
    pub v0: f64,
    pub u1: f64,
    pub v1: f64,
}

/// One output row's view of an image.
pub struct View<'a> {
    pub pyramid: &'a Pyramid,
    pub surface: &'a Surface,
    pub window: Window,
    pub y: u32,
    pub span: Range<usize>,
    pub out: &'a mut Row,
}

/// Fills `view.out` over its span, with nothing outside of the window.
///
/// Returns the finest level that the exact result reads, `u32::MAX` where the row shows nothing of the image.
pub fn sample_row(view: View<'_>) -> u32 {
    fastest(view)
}

impl Task for View<'_> {
    type Output = u32;

    #[inline(always)]
    fn run<W: Weigher>(self, weigher: W) -> u32 {
        let mut finest = u32::MAX;
        let first = self.span.start / SEGMENT * SEGMENT;
        for start in (first..self.span.end).step_by(SEGMENT) {
            let Some(segment) = Segment::new(self.surface, self.window, start, self.y) else {
                let part = start.max(self.span.start)..(start + SEGMENT).min(self.span.end);
                self.out.clear(part);
                continue;
            };
            finest = finest.min(segment.level);
            let reader = Reader::new(self.pyramid, &segment);
            let part = start.max(self.span.start)..(start + SEGMENT).min(self.span.end);
            let mut colors = [[0.0; 4]; SEGMENT];
            for x in part.clone() {
                let i = x - start;
                let coverage = segment.coverage(self.window, i);
                if coverage > 0.0 {
                    let [r, g, b, a] = reader.read(weigher, segment.u[i], segment.v[i]);
                    colors[i] = [r, g, b, a * coverage];
                }
            }
            self.out.set(part.clone(), &colors[part.start - start..part.end - start]);
        }
        finest
    }
}

/// Where eight output pixels lie on the image.
struct Segment {
    u: [f64; SEGMENT],
    v: [f64; SEGMENT],
    /// What one output pixel spans, in level 0 pixels; as it is in the segment's middle.
    extent: (f64, f64),
    footprint: Footprint,
    level: u32,
    whole: bool,
}

impl Segment {
    /// `None` where none of it shows.
    #[inline(always)]
    fn new(surface: &Surface, window: Window, start: usize, y: u32) -> Option<Self> {
        let (x, y) = (start as f64 + 0.5, f64::from(y) + 0.5);
        let middle = surface.project(x + (SEGMENT - 1) as f64 * 0.5, y)?;
        let [ux, uy, vx, vy] = middle.jacobian;
        let extent = ((ux * ux + uy * uy).sqrt(), (vx * vx + vy * vy).sqrt());
        let (u, v, in_front) = surface.project_run::<SEGMENT>(x, y);
        let reach =
            |of: &[f64; SEGMENT]| (of.iter().fold(of[0], |a, b| a.min(*b)), of.iter().fold(of[0], |a, b| a.max(*b)));
        let ((u_low, u_high), (v_low, v_high)) = (reach(&u), reach(&v));
        let (half_u, half_v) = (extent.0 * 0.5, extent.1 * 0.5);
        let outside = u_high + half_u <= window.u0
            || u_low - half_u >= window.u1
            || v_high + half_v <= window.v0
            || v_low - half_v >= window.v1;
        if in_front && outside {
            return None;
        }
        let whole = in_front
            && u_low - half_u >= window.u0
            && u_high + half_u <= window.u1
            && v_low - half_v >= window.v0
            && v_high + half_v <= window.v1;
        let footprint = Footprint::of(middle.jacobian);
        Some(Self { u, v, extent, footprint, level: footprint.level(), whole })
    }

    /// How much of output pixel `i` lies in the window, 0 to 1: exact where the window is parallel to the pixel.
    #[inline(always)]
    fn coverage(&self, window: Window, i: usize) -> f32 {
        if self.whole {
            return 1.0;
        }
        let overlap = |low: f64, high: f64, center: f64, extent: f64| {
            let (from, to) = ((center - extent * 0.5).max(low), (center + extent * 0.5).min(high));
            ((to - from) / extent).clamp(0.0, 1.0)
        };
        let across = overlap(window.u0, window.u1, self.u[i], self.extent.0);
        (across * overlap(window.v0, window.v1, self.v[i], self.extent.1)) as f32
    }
}

/// A level of an image with the kernel for a segment.
struct Reader<'a> {
    image: &'a Image,
    /// From level 0 pixels to 256ths of this level's.
    scale: f64,
    across: &'static Table,
    down: &'static Table,
}

impl<'a> Reader<'a> {
    #[inline(always)]
    fn new(pyramid: &'a Pyramid, segment: &Segment) -> Self {
        let (level, image) = pyramid.nearest(segment.level);
        let extent = segment.footprint.at_level(level);
        let scale = 256.0 / f64::from(1u32 << level);
        Self { image, scale, across: Table::of(extent.u), down: Table::of(extent.v) }
    }

    /// The colour at (`u`, `v`) in level 0 pixels; beyond the image its outermost pixels go on.
    #[inline(always)]
    fn read(&self, weigher: impl Weigher, u: f64, v: f64) -> Straight {
        let (column, across) = nearest(u * self.scale);
        let (row, down) = nearest(v * self.scale);
        let (column, across) = (self.across.first(column), self.across.across(across));
        let (row, down) = (self.down.first(row), self.down.down(down));
        let (width, height) = (self.image.width() as i64, self.image.height() as i64);
        let inside =
            column >= 0 && row >= 0 && column + across.len() as i64 <= width && row + down.len() as i64 <= height;
        if inside {
            let stride = width as usize * 4;
            let pixels = &self.image.pixels()[row as usize * stride + column as usize * 4..];
            return weigh(weigher, Block { pixels, stride }, across, down);
        }
        let mut around = [0u8; TAPS_MAX * TAPS_MAX * 4];
        for (y, line) in around.chunks_exact_mut(TAPS_MAX * 4).take(down.len()).enumerate() {
            let row = (row + y as i64).clamp(0, height - 1) as u32;
            for (x, pixel) in line.chunks_exact_mut(4).take(across.len()).enumerate() {
                let column = (column + x as i64).clamp(0, width - 1) as u32;
                pixel.copy_from_slice(&self.image.pixel(column, row));
            }
        }
        weigh(weigher, Block { pixels: &around, stride: TAPS_MAX * 4 }, across, down)
    }
}

/// The pixel whose middle a position in 256ths of a pixel lies at or less than one past, and how far past, in 256ths.
/// Pixel `i` covers `256 i` to `256 (i + 1)`.
#[inline(always)]
fn nearest(position: f64) -> (i64, usize) {
    // Adding 1.5 · 2⁵² leaves the nearest whole number in the lowest bits.
    let nearest = (position.clamp(-1e9, 1e9) - 128.0 + 6_755_399_441_055_744.0).to_bits() as i32;
    (i64::from(nearest >> 8), (nearest & 255) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::geometry::Point;

    /// The pyramid seen through an upright window of `scale` image pixels a pixel, beginning at (`u`, `v`).
    fn row(pyramid: &Pyramid, (u, v): (f64, f64), scale: f64, width: usize) -> Row {
        let (w, h) = pyramid.size();
        let (w, h) = (f64::from(w), f64::from(h));
        let corner = |x: f64, y: f64| Point::new((x - u) / scale, (y - v) / scale);
        let quad = [corner(0.0, 0.0), corner(w, 0.0), corner(w, h), corner(0.0, h)];
        let surface = Surface::new(quad, (w, h), (0.0, 0.0), None);
        let window = Window { u0: 0.0, v0: 0.0, u1: w, v1: h };
        let mut out = Row::new(width);
        sample_row(View { pyramid, surface: &surface, window, y: 0, span: 0..width, out: &mut out });
        out
    }

    #[test]
    fn an_image_read_at_its_own_pixels_is_itself() {
        let image = Image::from_fn(9, 7, |x, y| [(x * 25) as u8, (y * 30) as u8, (x * y) as u8, 255 - (x * 9) as u8]);
        let pyramid = Pyramid::of(image.clone());
        for y in 0..7 {
            let mut bytes = vec![0; 36];
            row(&pyramid, (0.0, f64::from(y)), 1.0, 9).store(0..9, &mut bytes);
            assert_eq!(bytes, image.pixels()[36 * y as usize..][..36]);
        }
    }

    #[test]
    fn a_flat_colour_stays_itself_at_every_scale() {
        let pyramid = Pyramid::of(Image::from_fn(64, 64, |_, _| [120, 130, 140, 255]));
        for scale in [0.2, 1.0, 1.7, 3.3, 9.0, 30.0] {
            let mut bytes = vec![0; 4];
            row(&pyramid, (15.3, 16.9), scale, 1).store(0..1, &mut bytes);
            assert_eq!(bytes, [120, 130, 140, 255], "at scale {scale}");
        }
    }

    #[test]
    fn fine_lines_shrink_to_grey_not_to_aliases() {
        let stripes = Image::from_fn(256, 256, |x, _| if x % 2 == 0 { [0, 0, 0, 255] } else { [255; 4] });
        let pyramid = Pyramid::of(stripes);
        for u in [100.0, 100.4, 101.1, 102.7] {
            let grey = row(&pyramid, (u, 128.0), 3.7, 4).r[1];
            assert!((grey - 0.5).abs() < 0.08, "grey at {u}, not {grey}");
        }
    }

    #[test]
    fn a_part_of_a_row_is_read_as_in_the_whole() {
        let pyramid =
            Pyramid::of(Image::from_fn(300, 200, |x, y| [x as u8, y as u8, (x ^ y) as u8, (x * y) as u8 | 1]));
        let quad = [[10.0, 4.0], [150.0, 20.0], [130.0, 140.0], [2.0, 120.0]].map(Point::from);
        let surface = Surface::new(quad, (300.0, 200.0), (0.0, 0.0), None);
        let window = Window { u0: 0.0, v0: 0.0, u1: 300.0, v1: 200.0 };
        let view = |span: Range<usize>, out: &mut Row| {
            sample_row(View { pyramid: &pyramid, surface: &surface, window, y: 60, span, out })
        };
        let (mut whole, mut part) = (Row::new(160), Row::new(160));
        view(0..160, &mut whole);
        view(37..91, &mut part);
        assert_eq!(part.r[37..91], whole.r[37..91]);
        assert_eq!(part.a[37..91], whole.a[37..91]);
    }
}
