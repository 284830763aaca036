//! What drawing takes at most, known before anything is drawn.
//!
//! Each part of the drawing says how many steps of which kind it takes at most, and how long a step of the kind is. That was measured
//! by the test `what_a_step_takes` at the foot of this file, on one core of 2.6 GHz of a busy machine, in the worst of its cases, and
//! rounded up; `cargo test -p render what_a_step_takes -- --ignored --nocapture` tells it again.

use std::{
    iter::Sum,
    ops::{Add, AddAssign, Mul},
};

/// Nanoseconds of one core, at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nanos(pub u64);

impl Add for Nanos {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Nanos {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul<u64> for Nanos {
    type Output = Self;
    fn mul(self, times: u64) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

impl Sum for Nanos {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self(0), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Instant};

    use document::{
        Area, Combine, ContentHash, Figure, Mask, MaskShape, Raster, Size, Stroke, StrokePoint,
        geometry::{Anchor, Outline, Point},
    };

    use super::super::Coverage;
    use crate::{Image, Pyramid};

    const SIDE: f64 = 1000.0;

    /// Places all over the picture, never two neighbours close to each other.
    fn places(count: usize) -> impl Iterator<Item = Point> + Clone {
        (0..count).map(|i| Point::new((i * 367 % 1000) as f64 + 0.3, (i * 533 % 1000) as f64 + 0.7))
    }

    fn stroke(points: impl Iterator<Item = Point>, size: f32, hardness: i16) -> Mask {
        let points = points.map(|at| StrokePoint::new(at, 1.0).unwrap()).collect();
        let (size, hardness) = (size.try_into().unwrap(), hardness.try_into().unwrap());
        Mask::of(Figure::Stroke(Stroke { points, size, hardness }))
    }

    fn path(outline: Outline, holes: Vec<Outline>) -> Mask {
        Mask::of(Figure::Path { outline, holes })
    }

    fn polygon(points: impl Iterator<Item = Point>) -> Outline {
        Outline::polygon(points).unwrap()
    }

    fn square() -> Outline {
        polygon([[1.5, 1.5], [998.5, 1.5], [998.5, 998.5], [1.5, 998.5]].map(Point::from).into_iter())
    }

    fn many(masks: impl Iterator<Item = Mask>, combine: Combine) -> Mask {
        let shapes = masks.flat_map(|mask| mask.shapes).map(|shape| MaskShape { combine, ..shape });
        Mask { shapes: shapes.collect(), ..path(square(), Vec::new()) }
    }

    fn around(at: Point, by: f64) -> Outline {
        polygon([(-by, -by), (by, -by), (0.0, by)].into_iter().map(|(x, y)| Point::new(at.x + x, at.y + y)))
    }

    fn cases() -> Vec<(&'static str, Mask)> {
        let between = |step: usize| (0..).step_by(step).map(|x| x as f64).take_while(|x| *x < SIDE);
        let curves = |count: usize| {
            let ends: Vec<Point> = places(count * 3).collect();
            let anchors = ends.chunks(3).map(|three| Anchor { at: three[0], handles: Some([three[1], three[2]]) });
            Outline::new(anchors.collect()).unwrap()
        };
        let soft = |sigma: f32| Mask { feather: sigma.try_into().unwrap(), ..path(square(), Vec::new()) };
        let area = Some(Area::try_from([0.0, 0.0, SIDE, SIDE]).unwrap());
        let raster = |image: u8| Mask::of(Figure::Raster(Raster { image: ContentHash([image; 32]), area }));
        let zigzag = |count: usize, upright: bool| {
            polygon((0..count).map(move |i| {
                let (far, along) = (if i % 2 == 0 { 0.2 } else { SIDE - 0.2 }, i as f64 * SIDE / count as f64);
                if upright { Point::new(along, far) } else { Point::new(far, along) }
            }))
        };
        vec![
            ("stroke, soft, everywhere", stroke(places(200), 5000.0, 0)),
            ("stroke, half soft, everywhere", stroke(places(200), 5000.0, 50)),
            ("stroke, hard, wide", stroke(places(200), 300.0, 100)),
            ("stroke, thin", stroke(places(2000), 1.0, 100)),
            ("stroke, dots", many(places(5000).map(|at| stroke([at].into_iter(), 3.0, 0)), Combine::Add)),
            ("stroke, 90,000 short pieces", stroke((0..90_000).map(|i| Point::new(f64::from(i % 900), 500.0)), 2.0, 0)),
            ("strokes that limit", many(places(50).map(|at| stroke([at].into_iter(), 3.0, 0)), Combine::Intersect)),
            ("path, square", path(square(), Vec::new())),
            ("path, star of 10,000", path(polygon(places(10_000)), Vec::new())),
            ("path, star of 1,000", path(polygon(places(1_000)), Vec::new())),
            ("path, star of 100", path(polygon(places(100)), Vec::new())),
            ("path, comb of 10,000, upright", path(zigzag(10_000, true), Vec::new())),
            ("path, comb of 1,500, upright", path(zigzag(1_500, true), Vec::new())),
            ("path, comb of 10,000, level", path(zigzag(10_000, false), Vec::new())),
            ("path, 9,000 curves", path(curves(9_000), Vec::new())),
            ("path, 200 curves", path(curves(200), Vec::new())),
            ("path, 3,000 holes", path(square(), places(3_000).map(|at| around(at, 3.0)).collect())),
            ("path, 300 large holes", path(square(), places(300).map(|at| around(at, 300.0)).collect())),
            ("path, level holes", path(square(), between(10).map(|y| around(Point::new(500.0, y), 2.0)).collect())),
            ("paths, 2,000 small", many(places(2_000).map(|at| path(around(at, 3.0), Vec::new())), Combine::Add)),
            ("raster", raster(1)),
            ("raster, squeezed", raster(2)),
            ("raster, magnified", raster(3)),
            ("softened by 1", soft(1.0)),
            ("softened by 11.9", soft(11.9)),
            ("softened by 100", soft(100.0)),
            ("grown", Mask { grow: 50.0.try_into().unwrap(), ..path(square(), Vec::new()) }),
            (
                "grown dots",
                Mask {
                    grow: 50.0.try_into().unwrap(),
                    ..many(places(5000).map(|at| stroke([at].into_iter(), 3.0, 0)), Combine::Add)
                },
            ),
        ]
    }

    /// Not a test that runs by itself: it reads a clock. What drawing takes, of what was said that it takes at most.
    #[test]
    #[ignore = "reads a clock"]
    fn what_a_step_takes() {
        let side = Size::new(SIDE as u32, SIDE as u32).unwrap();
        let image = |width, height| {
            let noise = |x: u32, y: u32| [((x * 7) ^ (y * 13)) as u8; 3];
            let image = Image::from_fn(width, height, |x, y| {
                let [r, g, b] = noise(x, y);
                [r, g, b, 255]
            });
            Arc::new(Pyramid::of(image))
        };
        let images = [image(3000, 3000), image(6000, 1000), image(9, 9)];
        for (name, mask) in cases() {
            let said = Coverage::work(&mask, side, side).0 as f64;
            let taken = |_| {
                let begun = Instant::now();
                std::hint::black_box(Coverage::of(&mask, side, side, |hash| {
                    images.get(usize::from(hash.0[0]) - 1).cloned()
                }));
                begun.elapsed().as_nanos() as f64
            };
            let taken = (0..3).map(taken).fold(f64::INFINITY, f64::min);
            println!("{name:32} {:9.2} ms of {:9.2} ms said: {:5.1} %", taken / 1e6, said / 1e6, 100.0 * taken / said);
        }
    }
}
