//! The compositor on inputs that are decoded and pyramided: `cargo bench -p render`.
//!
//! The scenes have the measures of those that `docs/benchmarks.md` compares with other programs.
#![allow(clippy::unwrap_used)]

use std::{hint::black_box, sync::Arc};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use document::{
    BlendMode, Combine, ContentHash, Feather, Figure, Fit, LayerContent, Mask, MaskShape, Opacity, Placement, Size,
    Stroke, StrokePoint, Template,
    geometry::{Outline, Point, Quad},
};
use render::{
    Frame, Image, Pyramid, Sources, compose,
    decode::decode,
    encode::{self, Chroma, Jpeg, PngEffort},
};

const PHOTO: ContentHash = ContentHash([1; 32]);

/// Rings, finer towards the outside, with soft colours: neither flat nor noise.
fn picture(width: u32, height: u32) -> Image {
    Image::from_fn(width, height, |x, y| {
        let (dx, dy) = (x as i64 - i64::from(width / 2), y as i64 - i64::from(height / 2));
        let ring = ((dx * dx + dy * dy) >> 12) as u8;
        [ring, ring.wrapping_add((x / 20) as u8), (y / 20) as u8, 255]
    })
}

/// The same on a disc, transparent around it.
fn disc(width: u32, height: u32) -> Image {
    let whole = picture(width, height);
    Image::from_fn(width, height, |x, y| {
        let (dx, dy) = (f64::from(x) - f64::from(width) / 2.0, f64::from(y) - f64::from(height) / 2.0);
        let [r, g, b, _] = whole.pixel(x, y);
        let alpha = (f64::from(width) * 0.49 - (dx * dx + dy * dy).sqrt()) * 0.5 + 128.0;
        [r, g, b, alpha.clamp(0.0, 255.0) as u8]
    })
}

fn scene(corners: [[f64; 2]; 4], blend: BlendMode, opacity: f32) -> Template {
    let mut template = Template::over_photo("Scene", Size::new(3000, 2400).unwrap(), PHOTO);
    let design = &mut template.layers[1];
    (design.blend, design.opacity) = (blend, Opacity::new(opacity).unwrap());
    let quad = Quad::new(corners.map(Point::from)).unwrap();
    design.content = LayerContent::Placement(Placement::flat(quad, Fit::Stretch));
    let outline = [[600.0, 300.0], [2300.0, 260.0], [2380.0, 2150.0], [560.0, 2200.0]].map(Point::from);
    let mut mask = Mask::outlined(Outline::polygon(outline).unwrap());
    mask.feather = Feather::try_from(4.0).unwrap();
    design.mask = Some(mask);
    template
}

fn tshirt() -> Template {
    scene([[980., 600.], [1880., 610.], [1875., 1690.], [975., 1680.]], BlendMode::Multiply, 0.92)
}

fn sources() -> Sources {
    let mut sources = Sources::default();
    sources.images.insert(PHOTO, Arc::new(Pyramid::of(picture(3000, 2400))));
    sources.design = Some(Arc::new(Pyramid::of(disc(4500, 5400))));
    sources
}

fn bench(c: &mut Criterion) {
    let poster = scene([[700., 420.], [2050., 520.], [1990., 2080.], [760., 1990.]], BlendMode::Normal, 1.0);
    let tshirt = tshirt();
    let mut sources = sources();
    for (name, template) in [("poster", &poster), ("tshirt", &tshirt)] {
        c.bench_function(&format!("compose {name}"), |b| {
            b.iter(|| compose(black_box(template), &mut sources, template.canvas).unwrap());
        });
    }
    c.bench_function("compose poster, preview of 1600", |b| {
        b.iter(|| compose(black_box(&poster), &mut sources, poster.canvas.scaled_to(1600)).unwrap());
    });
    c.bench_function("floor: the photo copied into new memory", |b| {
        let photo = picture(3000, 2400);
        b.iter(|| black_box(&photo).pixels().to_vec());
    });
    c.bench_function("ten templates with one design, to JPEG", |b| {
        b.iter(|| {
            for template in [&poster, &tshirt].into_iter().cycle().take(10) {
                let picture = compose(black_box(template), &mut sources, template.canvas).unwrap().image;
                encode::jpeg(&picture, Jpeg::of_quality(90)).unwrap();
            }
        });
    });
    c.bench_function("pyramid 4500 x 5400", |b| {
        let design = disc(4500, 5400);
        b.iter_batched(
            || design.clone(),
            |image| Pyramid::of(image).nearest(u32::MAX).1.width(),
            BatchSize::PerIteration,
        );
    });
    c.bench_function("JPEG 3000 x 2400", |b| {
        let picture = picture(3000, 2400);
        b.iter(|| encode::jpeg(black_box(&picture), Jpeg::of_quality(90)).unwrap());
    });
}

fn files(c: &mut Criterion) {
    let photo =
        encode::jpeg(&picture(3000, 2400), Jpeg { quality: 95, chroma: Chroma::Full, progressive: false }).unwrap();
    let design = encode::png(&disc(4500, 5400), PngEffort::Balanced).unwrap();
    let large = encode::jpeg(&picture(6000, 4000), Jpeg::of_quality(90)).unwrap();
    for (name, file) in [
        ("read a JPEG of 3000 x 2400", photo),
        ("read a JPEG of 6000 x 4000, halved chroma", large),
        ("read a PNG of 4500 x 5400", design),
    ] {
        c.bench_function(name, |b| b.iter(|| decode(black_box(&file)).unwrap()));
    }
}

/// What a page asks for while something is dragged.
fn dragging(c: &mut Criterion) {
    let mut template = tshirt();
    let (mut frame, mut sources) = (Frame::default(), sources());
    let size = template.canvas.scaled_to(1600);
    let mut moved = 0;
    c.bench_function("frame of 1600 while a corner of tshirt is dragged", |b| {
        b.iter(|| {
            moved += 1;
            if let LayerContent::Placement(placement) = &mut template.layers[1].content {
                let to = Point::new(1875.0 + f64::from(moved % 16), 1690.0);
                placement.quad = placement.quad.with_corner(2, to).unwrap();
            }
            frame.update(&template, &mut sources, size).unwrap()
        });
    });
}

/// What a page asks for while a brush paints on a mask: each time the stroke has a point more, around and around.
fn painting(c: &mut Criterion) {
    let mut template = tshirt();
    let (mut frame, mut sources) = (Frame::default(), sources());
    let size = template.canvas.scaled_to(1600);
    let plain = template.layers[1].mask.clone();
    let mut points = Vec::new();
    c.bench_function("frame of 1600 while a brush paints on tshirt", |b| {
        b.iter(|| {
            if points.len() == 60 {
                points.clear();
            }
            let turn = points.len() as f64 / 8.0;
            let at = Point::new(1400.0 + 300.0 * turn.sin(), 1150.0 - 300.0 * turn.cos());
            points.push(StrokePoint::new(at, 1.0).unwrap());
            let size_px = 100.0.try_into().unwrap();
            let stroke = Stroke { points: points.clone(), size: size_px, hardness: 80.try_into().unwrap() };
            template.layers[1].mask = plain.clone().map(|mut mask| {
                mask.feather = Feather::default();
                mask.shapes.push(MaskShape { combine: Combine::Subtract, figure: Figure::Stroke(stroke) });
                mask
            });
            frame.update(&template, &mut sources, size).unwrap()
        });
    });
}

/// Masks drawn anew each time, at the measures of an ordinary preview.
fn masks(c: &mut Criterion) {
    let canvas = Size::new(3000, 2400).unwrap();
    let winding = |count: usize| (0..count).map(|i| ((i * 37 % 3000) as f64, (i * 53 % 2400) as f64));
    let stroke = |count: usize, size: f32, hardness: i16| {
        let points = winding(count).map(|(x, y)| StrokePoint::new(Point::new(x, y), 1.0).unwrap()).collect();
        Figure::Stroke(Stroke { points, size: size.try_into().unwrap(), hardness: hardness.try_into().unwrap() })
    };
    let dabs = |count: usize| {
        let dab = |(x, y): (f64, f64)| {
            let along = (0..8).map(|i| StrokePoint::new(Point::new(x + f64::from(i) * 6.0, y), 1.0).unwrap());
            let stroke =
                Stroke { points: along.collect(), size: 60.0.try_into().unwrap(), hardness: 80.try_into().unwrap() };
            MaskShape { combine: Combine::Add, figure: Figure::Stroke(stroke) }
        };
        let empty = Mask { shapes: Vec::new(), ..Mask::of(stroke(1, 1.0, 0)) };
        Mask { shapes: winding(count).map(dab).collect(), ..empty }
    };
    let star = |count: usize| {
        let points = winding(count).map(|(x, y)| Point::new(x, y));
        Mask::outlined(Outline::polygon(points).unwrap())
    };
    let spot = [[600.0, 300.0], [2300.0, 260.0], [2380.0, 2150.0], [560.0, 2200.0]].map(Point::from);
    let spot = Mask::outlined(Outline::polygon(spot).unwrap());
    for (name, mask) in [
        ("a soft stroke of 40 points, 400 px wide", Mask::of(stroke(40, 400.0, 0))),
        ("a hard stroke of 40 points, 40 px wide", Mask::of(stroke(40, 40.0, 100))),
        ("a stroke of 300 points as wide as the picture", Mask::of(stroke(300, 5000.0, 50))),
        ("100 dabs", dabs(100)),
        ("an outline of four points", spot.clone()),
        ("an outline of 60 points that crosses itself", star(60)),
        ("an outline, softened", Mask { feather: Feather::try_from(8.0).unwrap(), ..spot.clone() }),
        ("an outline, grown", Mask { grow: 8.0.try_into().unwrap(), ..spot }),
    ] {
        let template = mask.picture(canvas);
        c.bench_function(&format!("mask: {name}"), |b| {
            b.iter(|| compose(black_box(&template), &mut Sources::default(), canvas.scaled_to(1600)).unwrap());
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = bench, files, dragging, painting, masks
}
criterion_main!(benches);
