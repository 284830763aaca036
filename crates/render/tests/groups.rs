//! Groups that are passed through, with layers clipped to them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use document::{
    Adjustment, BlendMode, Color, Combine, ContentHash, Feather, Figure, Layer, LayerContent, LayerId, Mask, MaskShape,
    Opacity, Size, Template, geometry::Outline,
};
use proptest::prelude::*;
use render::{Image, Pyramid, Sources, compose};

const PHOTO: ContentHash = ContentHash([9; 32]);
const SIDE: u32 = 32;

fn fill(id: u32, [r, g, b]: [u8; 3]) -> Layer {
    Layer::new(LayerId(id), "Fill", LayerContent::Fill { color: Color { r, g, b } })
}

fn masked(layer: Layer, [x, y]: [f64; 2]) -> Layer {
    let outline = Outline::polygon([[x, y], [x + 17.0, y + 3.0], [x + 5.0, y + 18.0]].map(Into::into)).unwrap();
    let figure = Figure::Path { outline, holes: Vec::new() };
    let shapes = vec![MaskShape { figure: figure.clone(), combine: Combine::Add }];
    Layer { mask: Some(Mask { shapes, feather: Feather::try_from(1.5).unwrap(), ..Mask::of(figure) }), ..layer }
}

fn group(id: u32, layers: Vec<Layer>, pass_through: bool) -> Layer {
    Layer::new(LayerId(id), "Group", LayerContent::Group { layers, pass_through })
}

fn picture(layers: Vec<Layer>) -> Image {
    let photo =
        Image::from_fn(SIDE, SIDE, |x, y| [(x * 7) as u8, (y * 5) as u8, 90, if x < 24 { 255 } else { y as u8 * 8 }]);
    let ground = Layer::new(LayerId(99), "Photo", LayerContent::Photo { image: PHOTO });
    let mut sources = Sources::default();
    sources.images.insert(PHOTO, Arc::new(Pyramid::of(photo)));
    let canvas = Size::new(SIDE, SIDE).unwrap();
    let layers = std::iter::once(ground).chain(layers).collect();
    compose(&Template::new("Groups", canvas, layers), &mut sources, canvas).unwrap().image
}

/// The furthest that a channel which is seen is off.
fn off(a: &Image, b: &Image) -> u8 {
    let pixels = a.pixels().chunks_exact(4).zip(b.pixels().chunks_exact(4));
    let seen = pixels.filter(|(a, b)| a[3].max(b[3]) > 16);
    seen.flat_map(|(a, b)| a.iter().zip(b).map(|(a, b)| a.abs_diff(*b))).max().unwrap_or(0)
}

proptest! {
    #[test]
    fn passed_through_or_not_a_group_of_plain_layers_has_the_same_clipped_to_it(
        at in prop::array::uniform3(prop::array::uniform2(0.0..20.0f64)),
        colors in prop::array::uniform3(any::<[u8; 3]>()),
        opacities in prop::array::uniform4(0.0..=1.0f32),
        mode in 0..BlendMode::ALL.len(),
    ) {
        let [first, second, own, tint] = opacities.map(|opacity| Opacity::new(opacity).unwrap());
        // Where a step, or chance, decides, the smallest difference may show as the largest.
        let stepped = [BlendMode::Dissolve, BlendMode::HardMix, BlendMode::ColorBurn, BlendMode::ColorDodge,
            BlendMode::VividLight, BlendMode::Divide, BlendMode::DarkerColor, BlendMode::LighterColor, BlendMode::Hue,
            BlendMode::Saturation, BlendMode::Color, BlendMode::Luminosity];
        let blend = Some(BlendMode::ALL[mode]).filter(|mode| !stepped.contains(mode)).unwrap_or_default();
        let of = |pass_through| {
            let inner = vec![
                Layer { opacity: first, ..masked(fill(1, colors[0]), at[0]) },
                Layer { opacity: second, ..masked(fill(2, colors[1]), at[1]) },
            ];
            let clipped = Layer { clipped: true, blend, opacity: tint, ..masked(fill(4, colors[2]), at[2]) };
            picture(vec![Layer { opacity: own, ..group(3, inner, pass_through) }, clipped])
        };
        let (passed, isolated) = (of(true), of(false));
        prop_assert!(off(&passed, &isolated) <= 2, "off by {}", off(&passed, &isolated));
    }
}

#[test]
fn what_is_clipped_to_a_passed_group_lies_over_what_the_group_made_of_what_is_below() {
    let multiplied = || Layer { blend: BlendMode::Multiply, ..fill(1, [128, 255, 0]) };
    let ground = fill(5, [200, 200, 200]);
    let screened = Layer { clipped: true, blend: BlendMode::Screen, ..fill(3, [64, 64, 64]) };
    let made = picture(vec![ground.clone(), group(2, vec![multiplied()], true), screened.clone()]);
    let plain = picture(vec![ground.clone(), multiplied(), Layer { clipped: false, ..screened.clone() }]);
    assert_eq!(made, plain);
    // Half the group shows half of both.
    let half = Opacity::new(0.5).unwrap();
    let faded = picture(vec![ground, Layer { opacity: half, ..group(2, vec![multiplied()], true) }, screened]);
    let middle = |c: usize| ((u32::from(made.pixels()[c]) + 200) / 2) as u8;
    assert!((0..3).all(|c| faded.pixels()[c].abs_diff(middle(c)) <= 1), "{:?}", &faded.pixels()[..4]);
}

#[test]
fn nothing_is_clipped_to_a_passed_group_where_it_has_only_adjustments() {
    let invert = || Layer::new(LayerId(1), "Invert", LayerContent::Adjustment { adjustment: Adjustment::Invert });
    let tint = Layer { clipped: true, ..fill(3, [9, 9, 9]) };
    assert_eq!(picture(vec![group(2, vec![invert()], true), tint]), picture(vec![invert()]));
}

#[test]
fn groups_in_groups_with_something_clipped_to_each_take_no_longer_than_they_are_many() {
    let nested = (0..16).fold(masked(fill(100, [200, 30, 30]), [2.0, 2.0]), |inner, depth| {
        let tint = Layer { clipped: true, opacity: Opacity::new(0.1).unwrap(), ..fill(200 + depth, [30, 30, 200]) };
        group(300 + depth, vec![inner, tint], true)
    });
    let untouched = picture(Vec::new());
    let all = picture(vec![nested]);
    assert_ne!(all.pixel(8, 8), untouched.pixel(8, 8));
    assert_eq!(all.pixel(30, 1), untouched.pixel(30, 1));
}
