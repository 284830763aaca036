//! Reading an image on its surface, a row of output pixels at a time.

use std::ops::Range;

use crate::{
    alpha::Alpha,
    footprint::Footprint,
    image::Image,
    kernel::{TAPS_MAX, Table},
    placing::{Clip, Cover, Edge, Placed, extent},
    pyramid::{Level, Pyramid},
    row::Row,
    surface::Spots,
    weigh::{RUN, Run, Straight, Task, Weigher, Weights, fastest},
};

/// One output row's view of an image.
pub struct View<'a> {
    pub pyramid: &'a Pyramid,
    pub placed: &'a Placed,
    pub y: usize,
    pub span: Range<usize>,
    pub out: &'a mut Row,
}

/// Fills `view.out` over its span, with nothing where the image does not show.
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
        let mut colors = [[0.0; 4]; RUN];
        // Runs begin at multiples of their length, so that a part of a picture is read exactly as the whole.
        let first = self.span.start / RUN * RUN;
        for start in (first..self.span.end).step_by(RUN) {
            let part = start.max(self.span.start)..(start + RUN).min(self.span.end);
            let level = read_run(weigher, self.pyramid, self.placed, (start, self.y), &mut colors);
            match level {
                Some(level) => {
                    finest = finest.min(level);
                    self.out.set(part.clone(), &colors[part.start - start..part.end - start]);
                }
                None => self.out.clear(part),
            }
        }
        finest
    }
}

/// The run from (`x`, `y`) to the right, and the level that they need; `None` where nothing of the image shows.
#[inline(always)]
fn read_run(
    weigher: impl Weigher,
    pyramid: &Pyramid,
    placed: &Placed,
    (x, y): (usize, usize),
    colors: &mut [Straight; RUN],
) -> Option<u32> {
    let spots = placed.surface.spots(x, y)?;
    let spans = extent(spots.jacobian);
    let cover = cover(&placed.clips, &spots, spans)?;
    let footprint = Footprint::of(spans);
    let wanted = footprint.level();
    let (level, pixels) = pyramid.level(wanted);
    Reader::new(level, pixels, footprint, placed.edge).read(weigher, &spots, colors);
    if let Some(cover) = cover {
        colors.iter_mut().zip(cover).for_each(|(color, cover)| color[3] *= cover);
    }
    Some(wanted)
}

/// How much of the pixels lies in all clips: `None` for nothing, `Some(None)` for all.
#[inline(always)]
fn cover(clips: &[Clip], spots: &Spots, spans: (f64, f64)) -> Option<Option<[f32; RUN]>> {
    let mut all: Option<[f32; RUN]> = None;
    for clip in clips {
        match clip.cover(spots, spans) {
            Cover::Nothing => return None,
            Cover::Whole => {}
            // Edges that coincide cut away the same part.
            Cover::Partly(part) => {
                all = Some(all.map_or(part, |all| std::array::from_fn(|k| all[k].min(part[k]))));
            }
        }
    }
    Some(all)
}

/// A level of an image with the kernel for a run.
struct Reader<'a> {
    level: &'a Level,
    /// From level 0 pixels to 256ths of this level's.
    scale: f64,
    across: &'static Table,
    down: &'static Table,
    edge: Edge,
}

impl<'a> Reader<'a> {
    #[inline(always)]
    fn new(number: u32, level: &'a Level, footprint: Footprint, edge: Edge) -> Self {
        let extent = footprint.at_level(number);
        let scale = 256.0 / f64::from(1u32 << number);
        Self { level, scale, across: Table::of(extent.u), down: Table::of(extent.v), edge }
    }

    /// The colours at the spots, in level 0 pixels.
    #[inline(always)]
    fn read(&self, weigher: impl Weigher, spots: &Spots, colors: &mut [Straight; RUN]) {
        let image = &self.level.image;
        let (width, height) = (image.width() as i32, image.height() as i32);
        let (columns, across) = self.along(&spots.u, self.across, width);
        let (rows, down) = self.along(&spots.v, self.down, height);
        let (first_column, last_column) = reach(&columns);
        let (first_row, last_row) = reach(&rows);
        let inside = first_column >= 0
            && first_row >= 0
            && last_column + self.across.stride() as i32 <= width
            && last_row + self.down.taps() as i32 <= height;
        let alpha = if inside || self.edge == Edge::Extended {
            let within = |first: i32, last: i32, taps: usize, side: i32| {
                let last = last.saturating_add(taps as i32 - 1);
                first.clamp(0, side - 1) as usize..last.clamp(0, side - 1) as usize + 1
            };
            let columns = within(first_column, last_column, self.across.stride(), width);
            self.level.alpha().within(columns, within(first_row, last_row, self.down.taps(), height))
        } else {
            self.level.alpha().of_all()
        };
        let mut weigh = |run: &Run<'_>| match alpha {
            Alpha::Opaque => weigher.opaque(run, colors),
            _ => weigher.by_alpha(run, colors),
        };
        let (across, down) =
            (Weights { table: self.across, phases: across }, Weights { table: self.down, phases: down });
        if alpha == Alpha::Empty {
            *colors = [[0.0; 4]; RUN];
        } else if inside {
            let stride = width as usize * 4;
            let at = std::array::from_fn(|k| rows[k] as usize * stride + columns[k] as usize * 4);
            weigh(&Run { pixels: image.pixels(), stride, at, across, down });
        } else {
            let around = self.around(image, &columns, &rows);
            let at = std::array::from_fn(|k| k * TAPS_MAX * 4);
            weigh(&Run { pixels: &around, stride: BESIDE, at, across, down });
        }
    }

    /// Each spot's first pixel and phase along one axis.
    #[inline(always)]
    fn along(&self, spots: &[f64; RUN], table: &Table, side: i32) -> ([i32; RUN], [u8; RUN]) {
        let before = table.taps() as i32 / 2 - 1;
        let mut places: [f64; RUN] = std::array::from_fn(|k| spots[k] * self.scale);
        if self.edge == Edge::Repeated {
            let whole = f64::from(side) * 256.0;
            places.iter_mut().for_each(|place| *place -= (*place / whole).floor() * whole);
        }
        // Pixel `i` covers `256 i` to `256 (i + 1)`. Adding 1.5 · 2⁵² leaves the nearest whole number in the lowest bits.
        let nearest: [i32; RUN] = std::array::from_fn(|k| {
            let place = places[k];
            let place = if place > -1e9 { place } else { -1e9 };
            let place = if place < 1e9 { place } else { 1e9 };
            (place - 128.0 + 6_755_399_441_055_744.0).to_bits() as i32
        });
        (std::array::from_fn(|k| (nearest[k] >> 8) - before), std::array::from_fn(|k| nearest[k] as u8))
    }

    /// The pixels that each spot reads side by side, for those that reach beyond the image.
    #[cold]
    #[inline(never)]
    fn around(&self, image: &Image, columns: &[i32; RUN], rows: &[i32; RUN]) -> [u8; BESIDE * TAPS_MAX] {
        let mut around = [0u8; BESIDE * TAPS_MAX];
        let within = |at: i32, side: u32| match self.edge {
            Edge::Extended => at.clamp(0, side as i32 - 1) as u32,
            Edge::Repeated => at.rem_euclid(side as i32) as u32,
        };
        for (y, line) in around.chunks_exact_mut(BESIDE).take(self.down.taps()).enumerate() {
            for ((part, &column), &row) in line.chunks_exact_mut(TAPS_MAX * 4).zip(columns).zip(rows) {
                let row = within(row + y as i32, image.height());
                for (x, pixel) in part.chunks_exact_mut(4).take(self.across.stride()).enumerate() {
                    pixel.copy_from_slice(&image.pixel(within(column + x as i32, image.width()), row));
                }
            }
        }
        around
    }
}

/// Bytes of a row of a run's rectangles.
const BESIDE: usize = RUN * TAPS_MAX * 4;

/// The smallest and the largest.
#[inline(always)]
fn reach(of: &[i32; RUN]) -> (i32, i32) {
    let extreme = |pick: fn(i32, i32) -> i32| {
        let mut lanes: [i32; 8] = std::array::from_fn(|i| of[i]);
        for eight in of[8..].chunks_exact(8) {
            lanes = std::array::from_fn(|i| pick(lanes[i], eight[i]));
        }
        let [a, b, c, d, e, f, g, h] = lanes;
        pick(pick(pick(a, e), pick(b, f)), pick(pick(c, g), pick(d, h)))
    };
    (extreme(i32::min), extreme(i32::max))
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::Region;
    use document::{Fit, Placement, Size, geometry::Quad};

    fn everywhere() -> Region {
        Region { columns: 0..1000, rows: 0..1000 }
    }

    /// The pyramid seen through an upright window of `scale` image pixels a pixel, beginning at (`u`, `v`).
    fn row(pyramid: &Pyramid, (u, v): (f64, f64), scale: f64, width: usize) -> Row {
        let (w, h) = pyramid.size();
        let sides = [-u / scale, -v / scale, (f64::from(w) - u) / scale, (f64::from(h) - v) / scale];
        let placed = Placed::upright(pyramid.size(), sides, &everywhere());
        let mut out = Row::new(width);
        sample_row(View { pyramid, placed: &placed, y: 0, span: 0..width, out: &mut out });
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
        let quad = Quad::new([[10.0, 4.0], [150.0, 20.0], [130.0, 140.0], [2.0, 120.0]].map(Into::into)).unwrap();
        let size = Size::new(160, 160).unwrap();
        let placement = Placement::flat(quad, Fit::Stretch);
        let placed = Placed::new(&placement, (300, 200), None, (size, size), &everywhere());
        let view = |span: Range<usize>, out: &mut Row| {
            sample_row(View { pyramid: &pyramid, placed: &placed, y: 60, span, out })
        };
        let (mut whole, mut part) = (Row::new(160), Row::new(160));
        view(0..160, &mut whole);
        view(37..91, &mut part);
        assert_eq!(part.r[37..91], whole.r[37..91]);
        assert_eq!(part.a[37..91], whole.a[37..91]);
    }
}
