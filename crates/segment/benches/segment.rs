//! How long finding takes on a picture of the size that the editor looks at.
#![allow(clippy::unwrap_used, missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use segment::{Hint, Picture, Spread, Wire, object, trace, wand};

const WIDTH: usize = 1600;
const HEIGHT: usize = 1200;

/// A mug-like shape with grain and shade.
fn picture() -> Picture {
    let pixels = (0..WIDTH * HEIGHT).flat_map(|i| {
        let (x, y) = ((i % WIDTH) as f64, (i / WIDTH) as f64);
        let grain = (i.wrapping_mul(2_654_435_761) >> 13) as u8 % 16;
        let mug = (x - 800.0).abs() < 300.0 && (y - 600.0).abs() < 380.0;
        let shade = (((x - 500.0) / 600.0) * 60.0) as u8;
        if mug { [220 - shade + grain / 2, 215 - shade, 205 - shade, 255] } else { [130 + grain, 110, 90 + grain, 255] }
    });
    Picture::new(WIDTH, HEIGHT, pixels.collect()).unwrap()
}

fn finding(c: &mut Criterion) {
    let picture = picture();
    let mut group = c.benchmark_group("segment");
    group.sample_size(10);
    let hint = Hint::Box([400.0, 150.0, 1200.0, 1050.0]);
    group.bench_function("object", |b| b.iter(|| object(&picture, &hint)));
    group.bench_function("wand", |b| b.iter(|| wand(&picture, (20, 20), 40, Spread::Connected)));
    let found = object(&picture, &hint);
    group.bench_function("trace", |b| b.iter(|| trace(&found.softened(), 0.8)));
    group.bench_function("wire, edges", |b| b.iter(|| Wire::new(&picture)));
    let wire = Wire::new(&picture);
    group.bench_function("wire, way", |b| b.iter(|| wire.way((500.0, 300.0), (520.0, 900.0))));
    group.finish();
}

criterion_group!(benches, finding);
criterion_main!(benches);
