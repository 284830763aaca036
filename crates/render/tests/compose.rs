//! Whole pictures: what must hold for every document.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use document::{
    BlendMode, Color, ContentHash, Cylinder, Displacement, Figure, Fit, Layer, LayerContent, LayerId, Light, Mask,
    Opacity, Placement, Raster, Size, Template,
    geometry::{Outline, Point, Quad},
};
use proptest::prelude::*;
use render::{Image, Pyramid, RenderError, Sources, Stop, compose, needed_level, source_bytes};

const PHOTO: ContentHash = ContentHash([9; 32]);

fn picture(width: u32, height: u32) -> Image {
    Image::from_fn(width, height, |x, y| {
        [(x * 7) as u8, (y * 5) as u8, (x ^ y) as u8, if (x + y) % 11 == 0 { 90 } else { 255 }]
    })
}

fn opaque(width: u32, height: u32) -> Image {
    Image::from_fn(width, height, |x, y| [(x * 7) as u8, (y * 5) as u8, (x ^ y) as u8, 255])
}

fn sources(photo: &Image, design: &Image) -> Sources {
    let mut sources = Sources::default();
    sources.images.insert(PHOTO, Arc::new(Pyramid::of(photo.clone())));
    sources.design = Some(Arc::new(Pyramid::of(design.clone())));
    sources
}

fn template(width: u32, height: u32, corners: [[f64; 2]; 4]) -> Template {
    let mut template = Template::over_photo("Test", Size::new(width, height).unwrap(), PHOTO);
    let quad = Quad::new(corners.map(Point::from)).unwrap();
    template.layers[1].content = LayerContent::Placement(Placement::flat(quad, Fit::Stretch));
    template
}

fn upright(x: f64, y: f64, w: f64, h: f64) -> [[f64; 2]; 4] {
    [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]
}

#[test]
fn what_is_stopped_gives_no_picture_and_leaves_nothing_behind() {
    let corners = [[4.0, 4.0], [60.0, 4.0], [60.0, 40.0]].map(Point::from);
    let mask = Mask::outlined(Outline::polygon(corners).unwrap());
    let template = mask.picture(Size::new(64, 48).unwrap());
    let whole = compose(&template, &mut Sources::default(), template.canvas).unwrap().image;
    let mut sources = Sources::default();
    drop(sources.stop.when_dropped());
    assert_eq!(compose(&template, &mut sources, template.canvas).unwrap_err(), RenderError::Stopped);
    sources.stop = Stop::default();
    assert_eq!(compose(&template, &mut sources, template.canvas).unwrap().image, whole);
}

#[test]
fn a_design_placed_at_its_own_size_is_bit_exact() {
    let (photo, design) = (opaque(80, 70), opaque(31, 24));
    let template = template(80, 70, upright(12.0, 9.0, 31.0, 24.0));
    let picture = compose(&template, &mut sources(&photo, &design), template.canvas).unwrap().image;
    for (x, y) in (0..80).flat_map(|x| (0..70).map(move |y| (x, y))) {
        let expected = match (12..43).contains(&x) && (9..33).contains(&y) {
            true => design.pixel(x - 12, y - 9),
            false => photo.pixel(x, y),
        };
        assert_eq!(picture.pixel(x, y), expected, "at {x}, {y}");
    }
}

#[test]
fn of_a_photo_that_lies_beside_the_canvas_nothing_is_seen() {
    for (x, y) in [(300.0, 0.0), (-300.0, 0.0), (0.0, 300.0), (0.0, -300.0)] {
        let mut template = template(80, 70, upright(12.0, 9.0, 31.0, 24.0));
        template.layers.truncate(1);
        template.photo_area = Some(Quad::new(upright(x, y, 80.0, 70.0).map(Point::from)).unwrap());
        let picture = compose(&template, &mut sources(&opaque(80, 70), &opaque(9, 9)), template.canvas).unwrap().image;
        assert!(picture.pixels().iter().all(|&byte| byte == 0), "at {x}, {y}");
    }
}

#[test]
fn a_missing_photo_is_named_with_its_layer() {
    let template = Template::over_photo("Test", Size::new(20, 20).unwrap(), PHOTO);
    let error = compose(&template, &mut Sources::default(), template.canvas).unwrap_err();
    assert!(matches!(&error, RenderError::MissingImage { layer, .. } if layer.0 == 1), "{error}");
}

#[test]
fn a_document_that_would_take_all_memory_is_refused_with_the_layer_s_name() {
    let canvas = Size::new(10_000, 10_000).unwrap();
    let all = [[0.0, 0.0], [10_000.0, 0.0], [10_000.0, 10_000.0], [0.0, 10_000.0]].map(Point::from);
    let mask = Mask::outlined(Outline::polygon(all).unwrap());
    let layers = (1..=1000).map(|id| {
        let fill = LayerContent::Fill { color: Color { r: 1, g: 2, b: 3 } };
        Layer { mask: Some(mask.clone()), ..Layer::new(LayerId(id), "Veil", fill) }
    });
    let template = Template::new("Hostile", canvas, layers.collect());
    let error = compose(&template, &mut Sources::default(), canvas).unwrap_err();
    assert!(matches!(&error, RenderError::TooLarge { layer, .. } if layer.0 == 20), "{error}");
}

#[test]
fn coarse_sources_say_which_level_the_exact_picture_needs() {
    let (photo, design) = (opaque(400, 300), picture(600, 600));
    let template = template(400, 300, upright(100.0, 50.0, 200.0, 200.0));
    let exact = compose(&template, &mut sources(&photo, &design), template.canvas.scaled_to(200)).unwrap();
    assert!(exact.wanted.is_empty());

    let coarse = |image: &Image, level| {
        let whole = Pyramid::of(image.clone());
        let part = whole.nearest(level).1.clone();
        Arc::new(Pyramid::from_level(image.width(), image.height(), level, part).unwrap())
    };
    let mut part = Sources::default();
    part.images.insert(PHOTO, coarse(&photo, 3));
    part.design = Some(coarse(&design, 4));
    let first = compose(&template, &mut part, template.canvas.scaled_to(200)).unwrap();
    assert_ne!(first.image, exact.image);
    for wanted in first.wanted {
        match wanted.image {
            Some(hash) => drop(part.images.insert(hash, coarse(&photo, wanted.level))),
            None => part.design = Some(coarse(&design, wanted.level)),
        }
    }
    let second = compose(&template, &mut part, template.canvas.scaled_to(200)).unwrap();
    assert!(second.wanted.is_empty());
    assert_eq!(second.image, exact.image);
}

/// A pyramid of the levels that the picture needs.
fn from_needed(image: &Image, template: &Template, source: Option<ContentHash>, size: Size) -> Arc<Pyramid> {
    let level = needed_level(template, source, (image.width(), image.height()), size);
    Arc::new(Pyramid::of(image.clone()).from_level_on(level))
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: u32::MAX, ..ProptestConfig::default() })]

    #[test]
    fn the_levels_that_are_needed_make_the_same_picture(
        corners in any_quad(),
        crop in prop::option::of(any_quad()),
        area in prop::array::uniform4(1.0..150.0f64),
        (bent, folded, turned) in (any::<bool>(), any::<bool>(), -180.0..180.0f32),
        fit in prop::sample::select(vec![Fit::Contain, Fit::Cover, Fit::Stretch, Fit::Tile]),
        light in prop::option::of(prop::option::of(Just(Color { r: 90, g: 90, b: 90 }))),
        (side, photo_side, design_side) in (1..260u32, 1..900u32, 1..900u32),
    ) {
        let (photo, design) = (opaque(photo_side, 640), picture(design_side, 700));
        let mut template = template(200, 160, corners);
        template.photo_area = crop.map(|corners| Quad::new(corners.map(Point::from)).unwrap());
        let raster = Raster { image: PHOTO, area: Some(area.try_into().unwrap()) };
        let layer = &mut template.layers[1];
        layer.mask = Some(Mask { inverted: true, ..Mask::of(Figure::Raster(raster)) });
        let LayerContent::Placement(placement) = &mut layer.content else { panic!("a placement") };
        (placement.fit, placement.rotation) = (fit, turned.try_into().unwrap());
        placement.cylinder = bent.then(|| Cylinder { arc: 150.try_into().unwrap(), bend: 20.try_into().unwrap() });
        let (x, y, blur) = (9.0.try_into().unwrap(), 5.0.try_into().unwrap(), 1.0.try_into().unwrap());
        placement.displacement = folded.then_some(Displacement { image: PHOTO, x, y, blur, neutral: 128 });
        if let Some(base) = light {
            let light = Light { image: PHOTO, base, shadows: 100.try_into().unwrap(), highlights: 90.try_into().unwrap() };
            template.layers.push(Layer::new(LayerId(3), "Light", LayerContent::Light(light)));
        }
        let size = template.canvas.scaled_to(side);
        let whole = compose(&template, &mut sources(&photo, &design), size).unwrap();
        let mut part = Sources::default();
        part.images.insert(PHOTO, from_needed(&photo, &template, Some(PHOTO), size));
        part.design = Some(from_needed(&design, &template, None, size));
        let needed = compose(&template, &mut part, size).unwrap();
        prop_assert_eq!(needed.wanted, vec![]);
        prop_assert!(needed.image == whole.image);
    }
}

#[test]
fn a_small_picture_of_large_photos_needs_little_of_them() {
    let layer = |id: u8| Layer::new(LayerId(id.into()), "Photo", LayerContent::Photo { image: ContentHash([id; 32]) });
    let template = Template::new("Photos", Size::new(10_000, 10_000).unwrap(), (1..6).map(layer).collect());
    let sizes = || (1..6u8).map(|id| (Some(ContentHash([id; 32])), (10_000, 10_000)));
    let bytes = |side| source_bytes(&template, sizes(), template.canvas.scaled_to(side));
    assert!(bytes(16) < 100_000, "{}", bytes(16));
    assert_eq!(bytes(10_000), 5 * (400_000_000 * 4 / 3));
}

fn any_quad() -> impl Strategy<Value = [[f64; 2]; 4]> {
    let corner = || prop::array::uniform2(-300.0..500.0f64);
    prop::array::uniform4(corner()).prop_filter("a convex quad", |corners| Quad::new(corners.map(Point::from)).is_ok())
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: u32::MAX, ..ProptestConfig::default() })]

    #[test]
    fn every_quad_becomes_a_picture(corners in any_quad(), side in 1..260u32) {
        let (photo, design) = (opaque(200, 160), picture(300, 220));
        let template = template(200, 160, corners);
        let composed = compose(&template, &mut sources(&photo, &design), template.canvas.scaled_to(side)).unwrap();
        prop_assert_eq!(composed.image.width(), template.canvas.scaled_to(side).width());
    }

    #[test]
    fn without_opacity_or_inside_an_empty_mask_a_layer_changes_nothing(corners in any_quad(), mode in 0..BlendMode::ALL.len()) {
        let (photo, design) = (opaque(60, 50), picture(30, 20));
        let mut template = template(60, 50, corners);
        template.layers[1].blend = BlendMode::ALL[mode];
        let mut masked = template.clone();
        let beside = [[100.0, 100.0], [110.0, 100.0], [110.0, 110.0]].map(Point::from);
        masked.layers[1].mask = Some(Mask::outlined(Outline::polygon(beside).unwrap()));
        template.layers[1].opacity = Opacity::new(0.0).unwrap();
        for template in [template, masked] {
            let composed = compose(&template, &mut sources(&photo, &design), template.canvas).unwrap();
            prop_assert_eq!(&composed.image, &photo);
        }
    }
}

#[test]
fn a_cropped_photo_is_that_part_of_the_whole_one() {
    let photo = Image::from_fn(240, 160, |x, y| [x as u8, y as u8, (x ^ y) as u8, 255]);
    let hash = ContentHash([5; 32]);
    let layer = Layer::new(LayerId(1), "Photo", LayerContent::Photo { image: hash });
    let whole = Template::new("Whole", Size::new(240, 160).unwrap(), vec![layer]);
    let mut cropped = Template { canvas: Size::new(100, 80).unwrap(), ..whole.clone() };
    let corners = [[-30.0, -20.0], [210.0, -20.0], [210.0, 140.0], [-30.0, 140.0]];
    cropped.photo_area = Some(Quad::new(corners.map(Point::from)).unwrap());
    let picture = |template: &Template| {
        let mut sources = Sources::default();
        sources.images.insert(hash, Arc::new(Pyramid::of(photo.clone())));
        compose(template, &mut sources, template.canvas).unwrap()
    };
    let (all, part) = (picture(&whole), picture(&cropped));
    assert!(part.wanted.is_empty());
    for (x, y) in [(0, 0), (40, 33), (99, 79)] {
        let (a, b) = (all.image.pixel(x + 30, y + 20), part.image.pixel(x, y));
        assert!(a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 2), "{a:?} and {b:?} at {x} {y}");
    }
}
