//! Whatever a valid document says, it becomes a picture or an error in words, never a panic, and never at great length.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use document::{
    Area, Combine, ContentHash, Cylinder, Displacement, Figure, Fit, Layer, LayerContent, LayerId, Light, Mask,
    MaskShape, Measure, Mesh, Placement, Ranged, Raster, Scale, Size, Stroke, StrokePoint, Template,
    geometry::{Anchor, Outline, Point, Quad},
};
use proptest::prelude::*;
use render::{Image, Pyramid, Sources, compose};

const PHOTO: ContentHash = ContentHash([9; 32]);

fn sources() -> Sources {
    let photo = Image::from_fn(90, 70, |x, y| [(x * 7) as u8, (y * 5) as u8, (x ^ y) as u8, 255 - (x as u8 & 64)]);
    let design = Image::from_fn(33, 57, |x, y| [(x * 3) as u8, 40, (y * 2) as u8, (x * y) as u8]);
    let mut sources = Sources::default();
    sources.images.insert(PHOTO, Arc::new(Pyramid::of(photo)));
    sources.design = Some(Arc::new(Pyramid::of(design)));
    sources
}

fn measure<const LOW: i16, const HIGH: i16>() -> impl Strategy<Value = Measure<LOW, HIGH>> {
    (f32::from(LOW)..=f32::from(HIGH)).prop_map(|value| value.try_into().unwrap())
}

fn ranged<const LOW: i16, const HIGH: i16>() -> impl Strategy<Value = Ranged<LOW, HIGH>> {
    (LOW..=HIGH).prop_map(|value| value.try_into().unwrap())
}

/// Near, far and at the very limits.
fn coordinate() -> impl Strategy<Value = f64> {
    prop_oneof![6 => -50.0..150.0f64, 2 => -3000.0..3000.0f64, 1 => prop::sample::select(vec![-1e5, 0.0, 1e5])]
}

fn point() -> impl Strategy<Value = Point> {
    (coordinate(), coordinate()).prop_map(|(x, y)| Point::new(x, y))
}

fn quad() -> impl Strategy<Value = Quad> {
    prop::array::uniform4(point()).prop_filter_map("a convex quad", |corners| Quad::new(corners).ok())
}

fn mesh() -> impl Strategy<Value = Mesh> {
    (1..4usize, 1..4usize).prop_flat_map(|(columns, rows)| {
        let points = prop::collection::vec((-10.0..11.0f64, -10.0..11.0f64), (3 * columns + 1) * (3 * rows + 1));
        let gentle = prop::collection::vec((-0.2..0.2f64, -0.2..0.2f64), (3 * columns + 1) * (3 * rows + 1));
        let wild = points.prop_map(move |points| {
            Mesh::new(columns, rows, points.into_iter().map(|(x, y)| Point::new(x, y)).collect()).unwrap()
        });
        let waved = gentle.prop_map(move |moves| {
            let flat = Mesh::flat(columns, rows).unwrap();
            let moved = flat.points().iter().zip(moves).map(|(p, (x, y))| Point::new(p.x + x, p.y + y));
            Mesh::new(columns, rows, moved.collect()).unwrap()
        });
        prop_oneof![wild, waved]
    })
}

fn displacement() -> impl Strategy<Value = Displacement> {
    (measure(), measure(), measure(), any::<u8>()).prop_map(|(x, y, blur, neutral)| Displacement {
        image: PHOTO,
        x,
        y,
        blur,
        neutral,
    })
}

fn placement() -> impl Strategy<Value = Placement> {
    let fit = prop::sample::select(vec![Fit::Contain, Fit::Cover, Fit::Stretch, Fit::Tile]);
    let cylinder = (ranged(), ranged()).prop_map(|(arc, bend)| Cylinder { arc, bend });
    let laid = (fit, measure().prop_map(Scale), measure(), prop::array::uniform2(measure()));
    let bent = (prop::option::of(mesh()), prop::option::of(cylinder), prop::option::of(displacement()));
    (quad(), laid, bent).prop_map(|(quad, (fit, scale, rotation, offset), (mesh, cylinder, displacement))| Placement {
        quad,
        fit,
        scale,
        rotation,
        offset,
        mesh,
        cylinder,
        displacement,
        print: None,
    })
}

fn outline() -> impl Strategy<Value = Outline> {
    let anchor = (point(), prop::option::of(prop::array::uniform2(point())));
    prop::collection::vec(anchor.prop_map(|(at, handles)| Anchor { at, handles }), 3..9)
        .prop_map(|anchors| Outline::new(anchors).unwrap())
}

fn figure() -> impl Strategy<Value = Figure> {
    let path = (outline(), prop::collection::vec(outline(), 0..2));
    let through = prop::collection::vec((point(), 0.0..=1.0f64), 0..6);
    let stroke = (through, measure(), ranged()).prop_map(|(points, size, hardness)| Stroke {
        points: points.into_iter().map(|(at, pressure)| StrokePoint::new(at, pressure).unwrap()).collect(),
        size,
        hardness,
    });
    let area = (-200.0..100.0f64, -200.0..100.0f64, 1.0..900.0f64, 1.0..900.0f64)
        .prop_map(|(x, y, w, h)| Area::try_from([x, y, w, h]).unwrap());
    prop_oneof![
        path.prop_map(|(outline, holes)| Figure::Path { outline, holes }),
        stroke.prop_map(Figure::Stroke),
        prop::option::of(area).prop_map(|area| Figure::Raster(Raster { image: PHOTO, area })),
    ]
}

fn mask() -> impl Strategy<Value = Mask> {
    let combine = prop::sample::select(vec![Combine::Add, Combine::Subtract, Combine::Intersect]);
    let shape = (figure(), combine).prop_map(|(figure, combine)| MaskShape { figure, combine });
    (prop::collection::vec(shape, 0..4), measure(), measure(), any::<bool>())
        .prop_map(|(shapes, grow, feather, inverted)| Mask { shapes, grow, feather, inverted, attached: false })
}

fn template(canvas: Size, placement: Placement, mask: Option<Mask>, light: Option<(i16, i16)>) -> Template {
    let mut template = Template::over_photo("Hostile", canvas, PHOTO);
    template.layers[1].content = LayerContent::Placement(placement);
    template.layers[1].mask = mask.clone();
    if let Some((shadows, highlights)) = light {
        let (shadows, highlights) = (shadows.try_into().unwrap(), highlights.try_into().unwrap());
        let light = LayerContent::Light(Light { image: PHOTO, base: None, shadows, highlights });
        template.layers.push(Layer { mask, clipped: true, ..Layer::new(LayerId(3), "Light", light) });
    }
    template
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: u32::MAX, ..ProptestConfig::default() })]

    #[test]
    fn every_document_becomes_a_picture(
        placement in placement(),
        mask in prop::option::of(mask()),
        light in prop::option::of((0..=100i16, 0..=100i16)),
        canvas in (1..120u32, 1..120u32),
        side in 1..160u32,
    ) {
        let canvas = Size::new(canvas.0, canvas.1).unwrap();
        let template = template(canvas, placement, mask, light);
        let again = Template::from_json(template.to_json().as_bytes()).unwrap();
        let size = canvas.scaled_to(side);
        let picture = compose(&again, &mut sources(), size).unwrap().image;
        prop_assert_eq!((picture.width(), picture.height()), (size.width(), size.height()));
    }
}

#[test]
fn the_largest_mesh_and_displacement_over_the_smallest_and_a_large_canvas() {
    for (side, output) in [(1, 1), (2000, 2000), (1, 600), (10_000, 40)] {
        let canvas = Size::new(side, side).unwrap();
        let mesh = Mesh::flat(16, 16).unwrap();
        let moved = mesh.points().iter().map(|p| Point::new(p.x * 10.0 - 4.5, p.y * 10.0 - 4.5)).collect();
        let placement = Placement {
            mesh: Some(Mesh::new(16, 16, moved).unwrap()),
            displacement: Some(Displacement {
                image: PHOTO,
                x: 200.0.try_into().unwrap(),
                y: (-200.0).try_into().unwrap(),
                blur: 100.0.try_into().unwrap(),
                neutral: 0,
            }),
            ..Placement::centred(canvas)
        };
        compose(&template(canvas, placement, None, None), &mut sources(), canvas.scaled_to(output)).unwrap();
    }
}

#[test]
fn masks_that_would_take_hours_are_refused_with_the_layer_s_name() {
    let canvas = Size::new(10_000, 10_000).unwrap();
    let across = |i: usize| Point::new(if i.is_multiple_of(2) { 0.0 } else { 1e4 }, if i % 4 < 2 { 0.0 } else { 1e4 });
    let points = (0..90_000).map(|i| StrokePoint::new(across(i), 1.0).unwrap()).collect();
    let stroke = Stroke { points, size: 5000.0.try_into().unwrap(), hardness: 100.try_into().unwrap() };
    let curves = (0..10_000).map(|i| Anchor { at: across(i), handles: Some([across(i + 1), across(i + 2)]) });
    let outline = Outline::new(curves.collect()).unwrap();
    let path =
        || MaskShape { figure: Figure::Path { outline: outline.clone(), holes: Vec::new() }, combine: Combine::Add };
    let paths = Mask { shapes: (0..9).map(|_| path()).collect(), ..Mask::outlined(outline.clone()) };
    for (mask, refused) in [(Mask::of(Figure::Stroke(stroke)), true), (paths, false)] {
        let template = template(canvas, Placement::centred(canvas), Some(mask), None);
        let error = compose(&template, &mut sources(), canvas.scaled_to(if refused { 10_000 } else { 300 })).err();
        assert_eq!(
            error.is_some_and(|error| error.to_string().contains("(\"Design\") the picture takes too long")),
            refused
        );
    }
}

/// A picture of 16 bits that has this profile.
fn with_profile(icc: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut info = png::Info::with_size(16, 1);
    (info.color_type, info.bit_depth) = (png::ColorType::Rgb, png::BitDepth::Sixteen);
    info.icc_profile = Some(icc.into());
    let mut writer = png::Encoder::with_info(&mut file, info).unwrap().write_header().unwrap();
    writer.write_image_data(&[77; 16 * 3 * 2]).unwrap();
    writer.finish().unwrap();
    file
}

/// What `dev/fuzz` begins with, and what it once found.
#[test]
fn the_fuzzers_corpus_breaks_nothing() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let files = |kind: &str| {
        let files: Vec<_> = std::fs::read_dir(folder.join(kind)).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(!files.is_empty());
        files.into_iter().map(|path| std::fs::read(path).unwrap())
    };
    for file in ["jpeg", "png", "webp"].into_iter().flat_map(files) {
        let _ = render::decode::decode(&file);
    }
    for profile in files("icc") {
        let _ = render::decode::decode(&with_profile(&profile));
    }
    for file in files("template") {
        let Ok(template) = Template::from_json(&file) else { continue };
        let mut all = sources();
        let photo = all.images[&PHOTO].clone();
        all.images = template.images().into_iter().map(|hash| (hash, photo.clone())).collect();
        compose(&template, &mut all, template.canvas.scaled_to(48)).unwrap();
    }
}
