//! The photos and designs as lossless WebP files come back as they were: what is read of such a file before it is decoded fits real pictures.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use render::{
    Image, Pyramid,
    decode::decode,
    encode::{WebpKind, webp},
    resize,
};

/// Smaller, so that the encoder takes no minutes.
fn small(image: Image) -> Arc<Image> {
    let (width, height) = (image.width() / 5, image.height() / 5);
    resize(&Pyramid::of(image), width, height)
}

#[test]
fn photos_and_designs_come_back_from_lossless_webp_as_they_were() {
    let photos = showcase::PRODUCTS.into_iter().step_by(4).map(|(name, product)| (name, product.photo));
    for (name, draw) in photos.chain(showcase::DESIGNS) {
        let picture = small(draw());
        let file = webp(&picture, WebpKind::Lossless).unwrap();
        let shown = decode(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(shown == *picture, "{name}");
    }
}
