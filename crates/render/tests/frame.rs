//! A frame after any changes is the picture of its document, though only parts were composed again.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use document::{
    BlendMode, Color, Combine, ContentHash, Feather, Figure, Fit, Layer, LayerContent, LayerId, Light, Mask, MaskShape,
    Mesh, Opacity, Placement, Size, Stroke, StrokePoint, Template,
    geometry::{Outline, Quad},
};
use proptest::prelude::*;
use render::{Frame, Image, Pyramid, Region, Sources, compose};

const PHOTO: ContentHash = ContentHash([9; 32]);

fn sources() -> Sources {
    let photo = Image::from_fn(200, 160, |x, y| [(x * 7) as u8, (y * 5) as u8, (x ^ y) as u8, 255]);
    let design = Image::from_fn(300, 240, |x, y| [(x * 3) as u8, 40, (y * 2) as u8, (x + y) as u8 | 15]);
    let mut sources = Sources::default();
    sources.images.insert(PHOTO, Arc::new(Pyramid::of(photo)));
    sources.design = Some(Arc::new(Pyramid::of(design)));
    sources
}

/// A photo, a masked placement in a group, one clipped tint on it, a second, bent placement, and light over a part.
fn template() -> Template {
    let canvas = Size::new(200, 160).unwrap();
    let mut template = Template::over_photo("Test", canvas, PHOTO);
    let mut first = template.layers.remove(1);
    first.mask = Some(mask([60.0, 40.0]));
    let fill = Layer::new(LayerId(3), "Tint", LayerContent::Fill { color: Color { r: 200, g: 40, b: 90 } });
    let tint = Layer { clipped: true, opacity: Opacity::new(0.4).unwrap(), ..fill };
    let group = LayerContent::Group { layers: vec![first, tint], pass_through: false };
    template.layers.push(Layer { blend: BlendMode::Multiply, ..Layer::new(LayerId(4), "Print", group) });
    let bent = Placement { mesh: Some(Mesh::flat(2, 1).unwrap()), ..Placement::flat(quad([120.0, 90.0]), Fit::Cover) };
    template.layers.push(Layer::new(LayerId(5), "Label", LayerContent::Placement(bent)));
    let light = Light { image: PHOTO, base: None, shadows: 60.try_into().unwrap(), highlights: 40.try_into().unwrap() };
    let light = Layer::new(LayerId(6), "Light", LayerContent::Light(light));
    template.layers.push(Layer { mask: Some(mask([90.0, 30.0])), ..light });
    template
}

fn quad([x, y]: [f64; 2]) -> Quad {
    Quad::new([[x, y], [x + 60.0, y + 5.0], [x + 52.0, y + 50.0], [x - 4.0, y + 44.0]].map(Into::into)).unwrap()
}

fn mask([x, y]: [f64; 2]) -> Mask {
    let outline = Outline::polygon([[x, y], [x + 70.0, y + 9.0], [x + 30.0, y + 66.0]].map(Into::into)).unwrap();
    Mask { feather: Feather::try_from(2.5).unwrap(), ..Mask::outlined(outline) }
}

#[derive(Clone, Debug)]
enum Change {
    Move(u32, [f64; 2]),
    Mask(u32, [f64; 2]),
    Paint(u32, [f64; 2]),
    Blend(u32, usize),
    Opacity(u32, f32),
    Show(u32, bool),
    Clip(u32, bool),
    Invert(u32),
    Rename(u32),
    Cut(u32),
    PassThrough(u32, bool),
}

fn change() -> impl Strategy<Value = Change> {
    let id = || 1..7u32;
    let at = || prop::array::uniform2(-40.0..180.0f64);
    prop_oneof![
        3 => (id(), at()).prop_map(|(id, at)| Change::Move(id, at)),
        2 => (id(), at()).prop_map(|(id, at)| Change::Mask(id, at)),
        2 => (id(), at()).prop_map(|(id, at)| Change::Paint(id, at)),
        1 => (id(), 0..BlendMode::ALL.len()).prop_map(|(id, mode)| Change::Blend(id, mode)),
        1 => (id(), 0.0..=1.0f32).prop_map(|(id, opacity)| Change::Opacity(id, opacity)),
        1 => (id(), any::<bool>()).prop_map(|(id, shown)| Change::Show(id, shown)),
        1 => (id(), any::<bool>()).prop_map(|(id, clipped)| Change::Clip(id, clipped)),
        1 => id().prop_map(Change::Invert),
        1 => id().prop_map(Change::Rename),
        1 => id().prop_map(Change::Cut),
        1 => (id(), any::<bool>()).prop_map(|(id, passed)| Change::PassThrough(id, passed)),
    ]
}

fn apply(template: &mut Template, change: &Change) {
    let (Change::Move(id, _)
    | Change::Mask(id, _)
    | Change::Paint(id, _)
    | Change::Blend(id, _)
    | Change::Opacity(id, _)
    | Change::Show(id, _)
    | Change::Clip(id, _)
    | Change::Invert(id)
    | Change::Rename(id)
    | Change::Cut(id)
    | Change::PassThrough(id, _)) = change;
    let layer = template.layer_mut(LayerId(*id)).unwrap();
    match change {
        Change::Move(_, at) => {
            if let LayerContent::Placement(placement) = &mut layer.content {
                placement.quad = quad(*at);
            }
        }
        Change::Mask(_, at) => layer.mask = Some(mask(*at)),
        Change::Paint(_, at) => {
            // A stroke's next point, or a first one.
            let point = StrokePoint::new((*at).into(), 1.0).unwrap();
            let mask = layer.mask.get_or_insert_with(|| mask([30.0, 30.0]));
            if let Some(MaskShape { figure: Figure::Stroke(stroke), .. }) = mask.shapes.last_mut() {
                return stroke.points.push(point);
            }
            let (size, hardness) = (16.0.try_into().unwrap(), 60.try_into().unwrap());
            let figure = Figure::Stroke(Stroke { points: vec![point], size, hardness });
            mask.shapes.push(MaskShape { combine: Combine::Add, figure });
        }
        Change::Blend(_, mode) => layer.blend = BlendMode::ALL[*mode],
        Change::Opacity(_, opacity) => layer.opacity = Opacity::new(*opacity).unwrap(),
        Change::Show(_, shown) => layer.visible = *shown,
        Change::Clip(_, clipped) => layer.clipped = *clipped,
        Change::Invert(_) => {
            if let Some(mask) = &mut layer.mask {
                mask.inverted = !mask.inverted;
            }
        }
        Change::PassThrough(_, passed) => {
            if let LayerContent::Group { pass_through, .. } = &mut layer.content {
                *pass_through = *passed;
            }
        }
        Change::Rename(_) => layer.name.push('x'),
        Change::Cut(_) => {
            if let Some(mask) = &mut layer.mask {
                let hole = MaskShape { combine: Combine::Subtract, ..mask.shapes[0].clone() };
                mask.shapes.push(hole);
            }
        }
    }
}

/// Whether a frame that followed the changes shows the picture of the document they lead to.
fn follows(changes: &[Change], side: u32) -> bool {
    let (mut frame, mut own, mut fresh) = (Frame::default(), sources(), sources());
    let mut template = template();
    let size = template.canvas.scaled_to(side);
    frame.update(&template, &mut own, size).unwrap();
    for change in changes {
        apply(&mut template, change);
        frame.update(&template, &mut own, size).unwrap();
    }
    let whole = compose(&template, &mut fresh, size).unwrap().image;
    frame.image() == Some(&whole)
}

#[test]
fn hiding_the_lowest_layer_of_a_group_hides_what_is_clipped_to_it_even_where_it_is_marked_as_clipped() {
    assert!(follows(&[Change::Clip(2, true), Change::Show(2, false)], 60));
    let (mut clipped, mut plain, mut sources) = (template(), template(), sources());
    apply(&mut clipped, &Change::Clip(2, true));
    for shown in [true, false] {
        for template in [&mut clipped, &mut plain] {
            apply(template, &Change::Show(2, shown));
        }
        let mut picture = |template: &Template| compose(template, &mut sources, template.canvas).unwrap().image;
        assert!(picture(&clipped) == picture(&plain), "shown: {shown}");
    }
}

#[test]
fn a_group_s_mode_changes_nothing_where_the_group_is_not() {
    // The photo has a grey pixel there.
    assert!(follows(&[Change::Mask(3, [0.0, 0.0]), Change::Blend(4, 26)], 148));
}

proptest! {
    #[test]
    fn a_frame_is_the_picture_of_its_document(changes in prop::collection::vec(change(), 1..8), side in 60..220u32) {
        prop_assert!(follows(&changes, side), "after {changes:?}");
    }

    #[test]
    fn a_window_shows_that_part_of_the_picture(
        steps in prop::collection::vec((change(), 0..150usize, 0..120usize, 1..90usize), 1..6),
    ) {
        let (mut frame, mut own, mut fresh) = (Frame::default(), sources(), sources());
        let mut template = template();
        let size = template.canvas;
        for (change, left, top, side) in &steps {
            apply(&mut template, change);
            let window = Region { columns: *left..left + side, rows: *top..top + side }.within(&Region::whole(size));
            let update = frame.update_within(&template, &mut own, size, &window).unwrap();
            prop_assert_eq!(update.changed.within(&window), update.changed);
            let whole = compose(&template, &mut fresh, size).unwrap().image;
            for y in window.rows.clone() {
                let row = |image: &Image| image.pixels()[(y * 200 + window.columns.start) * 4..(y * 200 + window.columns.end) * 4].to_vec();
                prop_assert!(row(frame.image().unwrap()) == row(&whole), "row {y} after {change:?} in {window:?}");
            }
        }
    }
}

#[test]
fn only_what_changed_is_composed_again() {
    let (mut frame, mut sources, mut template) = (Frame::default(), sources(), template());
    let size = template.canvas;
    assert_eq!(frame.update(&template, &mut sources, size).unwrap().changed.pixels(), 200 * 160);
    apply(&mut template, &Change::Rename(2));
    assert!(frame.update(&template, &mut sources, size).unwrap().changed.is_empty());
    apply(&mut template, &Change::Move(5, [122.0, 91.0]));
    let changed = frame.update(&template, &mut sources, size).unwrap().changed;
    assert!(changed.pixels() < 80 * 70 && changed.columns.start > 100, "{changed:?}");
    sources.design = Some(Arc::new(Pyramid::of(Image::from_fn(10, 10, |_, _| [9, 9, 9, 255]))));
    let changed = frame.update(&template, &mut sources, size).unwrap().changed;
    assert!(changed.pixels() < 200 * 160 && changed.pixels() > 60 * 50, "{changed:?}");
}
