//! The compositor on inputs that are decoded and pyramided: `cargo bench -p render`.

use std::{hint::black_box, sync::Arc};

use criterion::{Criterion, criterion_group, criterion_main};
use domain::{
    ContentHash,
    template::{BlendMode, Size, Template},
};
use render::{Image, Pyramid, Sources, compose};

fn noise(width: u32, height: u32) -> Image {
    let mut state = 1u32;
    Image::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [r, g, b, _] = state.to_be_bytes();
        [r, g, b, 255]
    })
}

fn bench(c: &mut Criterion) {
    let Ok(canvas) = Size::new(2400, 2000) else { return };
    let photo = ContentHash([1; 32]);
    let mut template = Template::over_photo("Bench", canvas, photo);
    template.layers[1].blend = BlendMode::Multiply;
    let mut sources = Sources::default();
    sources.photos.insert(photo, Arc::new(Pyramid::of(noise(2400, 2000))));
    sources.design = Some(Arc::new(Pyramid::of(noise(2250, 2700))));
    for side in [1200, 2400] {
        c.bench_function(&format!("compose {side}"), |b| {
            b.iter(|| compose(black_box(&template), &mut sources, canvas.scaled_to(side)));
        });
    }
    c.bench_function("pyramid 2250 x 2700", |b| {
        let image = noise(2250, 2700);
        b.iter(|| Pyramid::of(black_box(image.clone())));
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
