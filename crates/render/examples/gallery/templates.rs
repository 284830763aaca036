//! One template a feature.

use document::{
    Adjustment, BlendMode, Color, Combine, ContentHash, Cylinder, Displacement, Figure, Fit, Layer, LayerContent,
    LayerId, Light, Mask, MaskShape, Mesh, Opacity, Placement, Raster, Scale, Size, Template,
    geometry::{Outline, Point, Quad},
};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::{Failure, photos::SIZE};

/// What the templates show.
pub struct Photos {
    pub cloth: ContentHash,
    pub mug: ContentHash,
    pub wall: ContentHash,
    pub ripples: ContentHash,
    pub spot: ContentHash,
}

type Made = Result<Template, Failure>;
type Maker = fn(&Photos) -> Made;

/// File names and templates, in the order of the crate's README.
pub fn all(photos: &Photos) -> Result<Vec<(&'static str, Template)>, Failure> {
    let makers: [(&'static str, Maker); 23] = [
        ("perspective", perspective),
        ("turned", turned),
        ("tiled", tiled),
        ("cylinder", cylinder),
        ("mesh", mesh),
        ("displacement-map", displacement_map),
        ("folds", folds),
        ("light", light),
        ("bent-together", bent_together),
        ("two-placements", two_placements),
        ("mask-curves", mask_curves),
        ("mask-strokes", mask_strokes),
        ("mask-raster", mask_raster),
        ("mask-combined", mask_combined),
        ("mask-grown", mask_grown),
        ("blend-modes", blend_modes),
        ("fill-opacity", fill_opacity),
        ("group", group),
        ("pass-through", pass_through),
        ("clipping", clipping),
        ("clipping-passed", clipping_passed),
        ("adjustments", adjustments),
        ("recolor", recolor),
    ];
    makers.into_iter().map(|(name, make)| Ok((name, make(photos)?))).collect()
}

/// From the JSON that a document has.
fn read<T: DeserializeOwned>(json: serde_json::Value) -> Result<T, Failure> {
    Ok(serde_json::from_value(json)?)
}

fn quad(corners: [[f64; 2]; 4]) -> Result<Quad, Failure> {
    Ok(Quad::new(corners.map(Point::from))?)
}

fn on(photo: ContentHash, name: &str, layers: Vec<Layer>) -> Made {
    let photo = Layer::new(LayerId(1), "Photo", LayerContent::Photo { image: photo });
    let canvas = Size::new(SIZE.0, SIZE.1)?;
    Ok(Template::new(name, canvas, std::iter::once(photo).chain(layers).collect()))
}

fn placed(id: u32, placement: Placement) -> Layer {
    Layer::new(LayerId(id), "Design", LayerContent::Placement(placement))
}

fn fill(id: u32, color: &str) -> Result<Layer, Failure> {
    Ok(Layer::new(LayerId(id), "Colour", LayerContent::Fill { color: color.parse::<Color>()? }))
}

fn percent(value: u32) -> Opacity {
    Opacity::from_percent(value)
}

/// A design as on the cloth of most templates.
fn on_cloth() -> Result<Placement, Failure> {
    Ok(Placement::flat(quad([[110.0, 40.0], [290.0, 52.0], [282.0, 278.0], [102.0, 262.0]])?, Fit::Stretch))
}

fn polygon(points: &[[f64; 2]]) -> Result<Outline, Failure> {
    Ok(Outline::polygon(points.iter().copied().map(Point::from))?)
}

fn perspective(photos: &Photos) -> Made {
    let corners = quad([[150.0, 34.0], [352.0, 92.0], [330.0, 290.0], [120.0, 262.0]])?;
    on(photos.wall, "Perspective", vec![placed(2, Placement::flat(corners, Fit::Stretch))])
}

fn turned(photos: &Photos) -> Made {
    let flat = Placement::flat(quad([[60.0, 50.0], [340.0, 50.0], [340.0, 270.0], [60.0, 270.0]])?, Fit::Contain);
    let placement = Placement {
        scale: Scale(80.0.try_into()?),
        rotation: 24.0.try_into()?,
        offset: [16.0.try_into()?, (-4.0).try_into()?],
        ..flat
    };
    on(photos.wall, "Scaled, turned, beside the middle", vec![placed(2, placement)])
}

fn tiled(photos: &Photos) -> Made {
    let flat = Placement::flat(quad([[40.0, 30.0], [360.0, 60.0], [380.0, 300.0], [20.0, 290.0]])?, Fit::Tile);
    let placement = Placement { scale: Scale(38.0.try_into()?), rotation: (-15.0).try_into()?, ..flat };
    on(photos.cloth, "Tiled", vec![Layer { blend: BlendMode::Multiply, ..placed(2, placement) }])
}

fn around_mug() -> Result<Placement, Failure> {
    let flat = Placement::flat(quad([[112.0, 84.0], [288.0, 84.0], [288.0, 244.0], [112.0, 244.0]])?, Fit::Cover);
    let cylinder = Cylinder { arc: 146.try_into()?, bend: 7.try_into()? };
    Ok(Placement { cylinder: Some(cylinder), ..flat })
}

fn cylinder(photos: &Photos) -> Made {
    let layer = Layer { blend: BlendMode::SoftLight, ..placed(2, around_mug()?) };
    on(photos.mug, "Around a cylinder", vec![layer])
}

/// A flag in the wind: two by two patches.
fn waving() -> Result<Mesh, Failure> {
    let flat = Mesh::flat(2, 2)?;
    let wave = |p: &Point| {
        let lift = 0.09 * libm::sin(p.x * 6.3) + 0.03 * libm::sin(p.y * 4.0 + p.x * 5.0);
        Point::new(p.x + 0.04 * libm::sin(p.y * 5.0), p.y + lift)
    };
    Ok(Mesh::new(2, 2, flat.points().iter().map(wave).collect())?)
}

fn mesh(photos: &Photos) -> Made {
    let placement = Placement { mesh: Some(waving()?), ..on_cloth()? };
    on(photos.wall, "Bezier mesh", vec![placed(2, placement)])
}

fn displaced(image: ContentHash, x: f32, y: f32, blur: f32) -> Result<Displacement, Failure> {
    Ok(Displacement { image, x: x.try_into()?, y: y.try_into()?, blur: blur.try_into()?, neutral: 128 })
}

fn displacement_map(photos: &Photos) -> Made {
    let placement = Placement { displacement: Some(displaced(photos.ripples, 9.0, 3.0, 0.0)?), ..on_cloth()? };
    on(photos.wall, "Displaced by a map", vec![placed(2, placement)])
}

fn folded(photos: &Photos) -> Result<Placement, Failure> {
    let by = Displacement { neutral: 190, ..displaced(photos.cloth, 22.0, 14.0, 2.5)? };
    Ok(Placement { displacement: Some(by), ..on_cloth()? })
}

fn folds(photos: &Photos) -> Made {
    let layer = Layer { blend: BlendMode::Multiply, opacity: percent(92), ..placed(2, folded(photos)?) };
    on(photos.cloth, "In the photo's own folds", vec![layer])
}

fn light(photos: &Photos) -> Made {
    let light = Light { image: photos.cloth, base: None, shadows: 100.try_into()?, highlights: 90.try_into()? };
    let light = Layer { clipped: true, ..Layer::new(LayerId(3), "Light", LayerContent::Light(light)) };
    on(photos.cloth, "In the photo's light", vec![placed(2, folded(photos)?), light])
}

fn bent_together(photos: &Photos) -> Made {
    let placement = Placement {
        mesh: Some(waving()?),
        displacement: Some(displaced(photos.ripples, 4.0, 0.0, 1.0)?),
        rotation: 6.0.try_into()?,
        ..around_mug()?
    };
    on(photos.mug, "Mesh, cylinder, perspective and displacement at once", vec![placed(2, placement)])
}

fn two_placements(photos: &Photos) -> Made {
    let small = quad([[40.0, 60.0], [150.0, 70.0], [146.0, 214.0], [44.0, 208.0]])?;
    let large = quad([[200.0, 36.0], [364.0, 24.0], [370.0, 250.0], [206.0, 236.0]])?;
    let layers = vec![placed(2, Placement::flat(small, Fit::Stretch)), placed(3, Placement::flat(large, Fit::Stretch))];
    on(photos.wall, "One design in two places", layers)
}

fn masked(photos: &Photos, name: &str, mask: Mask) -> Made {
    let all = quad([[40.0, 10.0], [360.0, 10.0], [360.0, 310.0], [40.0, 310.0]])?;
    let layer = Layer { mask: Some(mask), ..placed(2, Placement::flat(all, Fit::Cover)) };
    on(photos.wall, name, vec![layer])
}

/// A heart.
fn heart() -> Result<Outline, Failure> {
    read(json!([
        [200, 280, 120, 220, 280, 220],
        [340, 110, 340, 160, 340, 60],
        [200, 100, 240, 30, 160, 30],
        [60, 110, 60, 60, 60, 160],
    ]))
}

fn mask_curves(photos: &Photos) -> Made {
    let hole = read(json!([[200, 130, 172, 130, 228, 130], [200, 190, 228, 190, 172, 190]]))?;
    let figure = Figure::Path { outline: heart()?, holes: vec![hole] };
    masked(photos, "Mask of curves with a hole", Mask::of(figure))
}

fn mask_strokes(photos: &Photos) -> Made {
    let mask = read(json!({ "shapes": [
        { "stroke": { "points": [[70, 90], [160, 60], [250, 110], [340, 70]], "size": 50 } },
        { "stroke": { "points": [[70, 180, 0.2], [200, 160, 1], [335, 190, 0.3]], "size": 70, "hardness": 60 } },
        { "stroke": { "points": [[80, 265], [320, 265]], "size": 60, "hardness": 0 } },
    ] }))?;
    masked(photos, "Mask of strokes: hard, by pressure, soft", mask)
}

fn mask_raster(photos: &Photos) -> Made {
    let raster = Raster { image: photos.spot, area: Some([60.0, 20.0, 280.0, 280.0].try_into()?) };
    masked(photos, "Mask of a picture", Mask::of(Figure::Raster(raster)))
}

fn mask_combined(photos: &Photos) -> Made {
    let body = polygon(&[[60.0, 40.0], [340.0, 40.0], [340.0, 280.0], [60.0, 280.0]])?;
    let cut = polygon(&[[200.0, 20.0], [380.0, 160.0], [200.0, 160.0]])?;
    let path = |outline, combine| MaskShape { figure: Figure::Path { outline, holes: Vec::new() }, combine };
    let shapes = vec![path(body, Combine::Add), path(cut, Combine::Subtract), path(heart()?, Combine::Intersect)];
    let mask = Mask { shapes, feather: 5.0.try_into()?, ..Mask::outlined(heart()?) };
    masked(photos, "Added, cut, limited, feathered", mask)
}

fn mask_grown(photos: &Photos) -> Made {
    let grown = Mask { grow: 14.0.try_into()?, ..Mask::outlined(heart()?) };
    let shrunk = Mask { grow: (-14.0).try_into()?, ..Mask::outlined(heart()?) };
    let mut template = masked(photos, "Grown, and shrunk", grown)?;
    template.layers.push(Layer { mask: Some(shrunk), opacity: percent(70), ..fill(3, "#1d2f55")? });
    Ok(template)
}

/// Every mode once, from left to right and down, in the order of menus.
fn blend_modes(photos: &Photos) -> Made {
    let mut layers = Vec::new();
    for (i, mode) in BlendMode::ALL.into_iter().enumerate() {
        let (x, y) = (8.0 + 43.0 * (i % 9) as f64, 10.0 + 102.0 * (i / 9) as f64);
        let area = quad([[x, y], [x + 40.0, y], [x + 40.0, y + 94.0], [x, y + 94.0]])?;
        let layer = placed(2 + i as u32, Placement::flat(area, Fit::Cover));
        layers.push(Layer { blend: mode, name: mode.as_str().into(), ..layer });
    }
    on(photos.mug, "All blend modes", layers)
}

fn fill_opacity(photos: &Photos) -> Made {
    let mut layers = Vec::new();
    for (i, (opacity, fill_opacity)) in [(100, 100), (50, 100), (100, 50)].into_iter().enumerate() {
        let x = 20.0 + 125.0 * i as f64;
        let area = quad([[x, 60.0], [x + 110.0, 60.0], [x + 110.0, 250.0], [x, 250.0]])?;
        layers.push(Layer {
            blend: BlendMode::LinearBurn,
            opacity: percent(opacity),
            fill_opacity: percent(fill_opacity),
            ..placed(2 + i as u32, Placement::flat(area, Fit::Cover))
        });
    }
    on(photos.cloth, "Linear burn: whole, half its opacity, half its fill", layers)
}

/// The design and a blue strip over it.
fn pair() -> Result<Vec<Layer>, Failure> {
    let strip = polygon(&[[80.0, 130.0], [320.0, 150.0], [316.0, 190.0], [76.0, 170.0]])?;
    let strip = Layer { mask: Some(Mask::outlined(strip)), blend: BlendMode::Multiply, ..fill(3, "#3e7cd6")? };
    Ok(vec![placed(2, on_cloth()?), strip])
}

fn group(photos: &Photos) -> Made {
    let group = LayerContent::Group { layers: pair()?, pass_through: false };
    on(
        photos.cloth,
        "A group by itself",
        vec![Layer { opacity: percent(75), ..Layer::new(LayerId(4), "Print", group) }],
    )
}

fn pass_through(photos: &Photos) -> Made {
    let group = LayerContent::Group { layers: pair()?, pass_through: true };
    on(
        photos.cloth,
        "A group passed through",
        vec![Layer { opacity: percent(75), ..Layer::new(LayerId(4), "Print", group) }],
    )
}

fn clipping(photos: &Photos) -> Made {
    let mut layers = pair()?;
    layers[1].clipped = true;
    on(photos.cloth, "Clipped to the design", layers)
}

/// A strip that multiplies and one that lightens, passed through, with two colours clipped to both.
fn clipping_passed(photos: &Photos) -> Made {
    let area = |y: f64| polygon(&[[60.0, y], [340.0, y + 20.0], [336.0, y + 90.0], [56.0, y + 70.0]]);
    let strip = |id, color, blend, y| -> Result<Layer, Failure> {
        let mask = Mask { feather: 3.0.try_into()?, ..Mask::outlined(area(y)?) };
        Ok(Layer { blend, mask: Some(mask), ..fill(id, color)? })
    };
    let strips =
        vec![strip(2, "#3e7cd6", BlendMode::Multiply, 60.0)?, strip(3, "#6a5020", BlendMode::LinearDodge, 160.0)?];
    let group = LayerContent::Group { layers: strips, pass_through: true };
    let half = polygon(&[[200.0, 0.0], [300.0, 0.0], [300.0, 320.0], [200.0, 320.0]])?;
    let tint = Layer { clipped: true, mask: Some(Mask::outlined(half)), ..fill(5, "#d2453c")? };
    let shade = polygon(&[[120.0, 0.0], [240.0, 0.0], [240.0, 320.0], [120.0, 320.0]])?;
    let shade =
        Layer { clipped: true, blend: BlendMode::Multiply, mask: Some(Mask::outlined(shade)), ..fill(6, "#9a9a9a")? };
    on(photos.cloth, "Clipped to a group passed through", vec![Layer::new(LayerId(4), "Strips", group), tint, shade])
}

fn adjustments(photos: &Photos) -> Made {
    let mut layers =
        vec![placed(2, Placement::flat(quad([[0.0, 20.0], [400.0, 20.0], [400.0, 300.0], [0.0, 300.0]])?, Fit::Cover))];
    for (i, adjustment) in [
        json!({ "kind": "levels", "all": { "black": 40, "white": 220, "gamma": 1.3 } }),
        json!({ "kind": "curves", "all": [[0, 20], [70, 40], [180, 220], [255, 250]], "blue": [[0, 60], [255, 200]] }),
        json!({ "kind": "hue-saturation", "hue": 140, "saturation": 20 }),
        json!({ "kind": "brightness-contrast", "brightness": -20, "contrast": 40 }),
        json!({ "kind": "invert" }),
    ]
    .into_iter()
    .enumerate()
    {
        let x = 80.0 * i as f64;
        let strip = polygon(&[[x, 0.0], [x + 78.0, 0.0], [x + 78.0, 320.0], [x, 320.0]])?;
        let content = LayerContent::Adjustment { adjustment: read(adjustment)? };
        layers.push(Layer {
            mask: Some(Mask::outlined(strip)),
            ..Layer::new(LayerId(3 + i as u32), "Adjustment", content)
        });
    }
    on(photos.mug, "Levels, curves, hue and saturation, brightness and contrast, invert", layers)
}

fn recolor(photos: &Photos) -> Made {
    let mut layers = Vec::new();
    for (i, to) in ["#a8324a", "#2f6f5b", "#22262e"].into_iter().enumerate() {
        let adjustment = Adjustment::Recolor { from: "#d2cabc".parse()?, to: to.parse()?, choices: Vec::new() };
        let x = 100.0 * (i + 1) as f64;
        let strip = polygon(&[[x, 0.0], [x + 100.0, 0.0], [x + 100.0, 320.0], [x, 320.0]])?;
        let content = LayerContent::Adjustment { adjustment };
        layers.push(Layer { mask: Some(Mask::outlined(strip)), ..Layer::new(LayerId(2 + i as u32), to, content) });
    }
    on(photos.cloth, "The same cloth in four colours", layers)
}
