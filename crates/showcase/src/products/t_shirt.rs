//! A T-shirt on a wooden floor, in the colours that it comes in.

use document::{
    Adjustment, Color, ContentHash, Fit, Layer, LayerContent, LayerId, Placement, PrintArea, ProductColor, Size,
    Template,
};
use render::Image;

use super::{fixed, folds, garment, lit, outline, photo_layer, quad, soft};
use crate::shapes::{inside, length, mix, noise, photo, polygon, rgb, scale, shade, smooth};

const WIDTH: u32 = 1800;
const HEIGHT: u32 = 1600;
const SHIRT: [[f32; 2]; 18] = [
    [735.0, 205.0],
    [800.0, 262.0],
    [900.0, 285.0],
    [1000.0, 262.0],
    [1065.0, 205.0],
    [1215.0, 262.0],
    [1330.0, 400.0],
    [1485.0, 610.0],
    [1330.0, 735.0],
    [1238.0, 610.0],
    [1250.0, 1000.0],
    [1262.0, 1430.0],
    [538.0, 1430.0],
    [550.0, 1000.0],
    [562.0, 610.0],
    [470.0, 735.0],
    [315.0, 610.0],
    [585.0, 262.0],
];
/// The shirt in the photo.
const CLOTH: u32 = 0xdcdad6;

pub fn template_of(name: &str, image: ContentHash) -> Template {
    let color = |hex: u32| Color { r: (hex >> 16) as u8, g: (hex >> 8) as u8, b: hex as u8 };
    let choices = [
        ("White", 0xf4f3f0),
        ("Black", 0x26272a),
        ("Navy", 0x27365c),
        ("Forest", 0x2f5a45),
        ("Rose", 0xd9a2a4),
        ("Sand", 0xd8c3a0),
    ];
    let choices = choices.map(|(name, hex)| ProductColor { name: name.into(), color: color(hex) }).to_vec();
    let adjustment = Adjustment::Recolor { from: color(CLOTH), to: color(0xf4f3f0), choices };
    let shirt = Layer {
        mask: Some(soft(outline(&SHIRT))),
        ..Layer::new(LayerId(2), "Shirt colour", LayerContent::Adjustment { adjustment })
    };
    let area = quad([[690.0, 470.0], [1110.0, 470.0], [1114.0, 1010.0], [686.0, 1010.0]]);
    let print =
        PrintArea { width: fixed(280.0.try_into()), height: fixed(360.0.try_into()), dpi: fixed(150.try_into()) };
    let placement =
        Placement { displacement: Some(folds(image, 9.0)), print: Some(print), ..Placement::flat(area, Fit::Contain) };
    let printed = lit(3, image, placement, soft(outline(&SHIRT)), 60);
    let layers = [photo_layer(image), shirt].into_iter().chain(printed);
    Template::new(name, fixed(Size::new(WIDTH, HEIGHT)), layers.collect())
}

pub fn photo_of() -> Image {
    photo(WIDTH, HEIGHT, |x, y| {
        let plank = (x / 225.0).floor();
        let grain = noise(x / 6.0 + plank * 9.0, y / 260.0 + plank * 31.0) * 0.6 + noise(x / 2.0, y / 70.0) * 0.3;
        let gap = smooth(0.0, 3.0, (x - plank * 225.0).min((plank + 1.0) * 225.0 - x));
        let mut color = scale(mix(rgb(0xb58d63), rgb(0x8d6742), grain), 0.7 + 0.3 * gap);
        color = scale(color, 1.08 - length(x - 500.0, y - 300.0) / 5200.0);
        let edge = polygon(x, y, &SHIRT);
        color = scale(color, shade(polygon(x - 20.0, y - 26.0, &SHIRT), 42.0, 0.55));
        let body = garment::cloth(x, y, rgb(CLOTH), 1.7);
        // The hem, the sleeves' seams and the rib at the neck.
        let seam = |d: f32| 1.0 - 0.22 * smooth(3.0, 0.0, d.abs());
        let hem = seam(y - 1396.0) * seam(y - 1404.0);
        let sleeve = |side: f32| {
            seam(polygon(
                900.0 + (x - 900.0) * side,
                y,
                &[[1225.0, 265.0], [1262.0, 420.0], [1238.0, 610.0], [1900.0, 600.0], [1900.0, 200.0]],
            ))
        };
        let neck = length((x - 900.0) / 1.5, (y - 150.0) * 1.08) - 148.0;
        let rib = if neck < 0.0 { 0.9 + 0.08 * libm::sinf(x / 3.0) } else { seam(neck) };
        let shaded = scale(body, hem * sleeve(1.0) * sleeve(-1.0) * rib * (1.0 - 0.25 * smooth(-26.0, 0.0, edge)));
        mix(color, shaded, inside(edge))
    })
}
