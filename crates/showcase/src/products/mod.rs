//! Product photos, each drawn by its own file, and the templates over them.

mod canvas_print;
mod ceramic_mug;
mod framed_print;
mod garment;
mod greeting_card;
mod hoodie;
mod ornament;
mod phone_case;
mod pillow;
mod poster;
mod sticker;
mod t_shirt;
mod tote_bag;

use document::{
    BlendMode, ContentHash, Cylinder, Displacement, Feather, Fit, Layer, LayerContent, LayerId, Light, Mask, Measure,
    Opacity, Placement, Size, Template, TemplateError,
    geometry::{Outline, Point, Quad},
};

/// A photo and the template over it.
#[derive(Clone, Copy)]
pub struct Product {
    pub photo: crate::Draw,
    /// From the template's name and the photo file's hash.
    pub template: fn(&str, ContentHash) -> Template,
}

const fn product(photo: crate::Draw, template: fn(&str, ContentHash) -> Template) -> Product {
    Product { photo, template }
}

/// The starter set: first the three that are quickest to understand.
pub const PRODUCTS: [(&str, Product); 12] = [
    ("Framed print", product(framed_print::photo_of, framed_print::template_of)),
    ("Tote bag", product(tote_bag::photo_of, tote_bag::template_of)),
    ("Ceramic mug", product(ceramic_mug::photo_of, ceramic_mug::template_of)),
    ("T-shirt in colours", product(t_shirt::photo_of, t_shirt::template_of)),
    ("Hoodie", product(hoodie::photo_of, hoodie::template_of)),
    ("Poster", product(poster::photo_of, poster::template_of)),
    ("Canvas print", product(canvas_print::photo_of, canvas_print::template_of)),
    ("Phone case", product(phone_case::photo_of, phone_case::template_of)),
    ("Pillow", product(pillow::photo_of, pillow::template_of)),
    ("Greeting card", product(greeting_card::photo_of, greeting_card::template_of)),
    ("Sticker", product(sticker::photo_of, sticker::template_of)),
    ("Ornament", product(ornament::photo_of, ornament::template_of)),
];

/// How a placement is laid on.
struct Print {
    corners: [[f64; 2]; 4],
    outline: Vec<[f64; 2]>,
    blend: BlendMode,
    opacity: f32,
    fit: Fit,
    cylinder: Option<Cylinder>,
}

fn template(name: &str, photo: ContentHash, canvas: Result<Size, TemplateError>, print: Print) -> Template {
    let outline = fixed(Outline::polygon(print.outline.into_iter().map(Point::from)));
    let placement = Placement { cylinder: print.cylinder, ..Placement::flat(quad(print.corners), print.fit) };
    let layer = Layer {
        blend: print.blend,
        opacity: fixed(Opacity::new(print.opacity)),
        mask: Some(soft(outline)),
        ..Layer::new(LayerId(2), "Design", LayerContent::Placement(placement))
    };
    Template::new(name, fixed(canvas), vec![photo_layer(photo), layer])
}

/// A design printed onto something light.
fn printed(
    name: &str,
    photo: ContentHash,
    canvas: Result<Size, TemplateError>,
    placement: Placement,
    mask: Mask,
) -> Template {
    let layer = Layer {
        blend: BlendMode::Multiply,
        mask: Some(mask),
        ..Layer::new(LayerId(2), "Design", LayerContent::Placement(placement))
    };
    Template::new(name, fixed(canvas), vec![photo_layer(photo), layer])
}

/// The square around a disc, and the disc.
fn disc((x, y): (f32, f32), radius: f32) -> (Quad, Outline) {
    let (x, y, r) = (f64::from(x), f64::from(y), f64::from(radius));
    let corners = [[x - r, y - r], [x + r, y - r], [x + r, y + r], [x - r, y + r]];
    (quad(corners), fixed(Outline::ellipse(Point::new(x - r, y - r), Point::new(x + r, y + r))))
}

fn photo_layer(photo: ContentHash) -> Layer {
    Layer::new(LayerId(1), "Photo", LayerContent::Photo { image: photo })
}

/// A design that is opaque, with the photo's shadows and highlights given back to it.
fn lit(id: u32, photo: ContentHash, placement: Placement, mask: Mask, highlights: i16) -> [Layer; 2] {
    let design = Layer { mask: Some(mask), ..Layer::new(LayerId(id), "Design", LayerContent::Placement(placement)) };
    let whole = fixed(100.try_into());
    let light = Light { image: photo, base: None, shadows: whole, highlights: fixed(highlights.try_into()) };
    // Even light is the median of where the design lies, so the light has the same mask.
    let mask = design.mask.clone();
    let light = Layer { clipped: true, mask, ..Layer::new(LayerId(id + 1), "Light", LayerContent::Light(light)) };
    [design, light]
}

/// Folds of the photo that move a design by up to so many pixels.
fn folds(image: ContentHash, by: f32) -> Displacement {
    let measure = |value: f32| fixed(Measure::try_from(value));
    Displacement { image, x: measure(by), y: measure(by), blur: fixed(Feather::try_from(6.0)), neutral: 200 }
}

fn quad(corners: [[f64; 2]; 4]) -> Quad {
    fixed(Quad::new(corners.map(Point::from)))
}

/// A mask with an edge as soft as a photo's.
fn soft(outline: Outline) -> Mask {
    Mask { feather: fixed(Feather::try_from(0.8)), ..Mask::outlined(outline) }
}

fn outline(points: &[[f32; 2]]) -> Outline {
    fixed(Outline::polygon(points.iter().map(|[x, y]| Point::new(f64::from(*x), f64::from(*y)))))
}

/// The numbers of these files are within every range; the tests make each template.
fn fixed<T, E: std::fmt::Display>(value: Result<T, E>) -> T {
    match value {
        Ok(value) => value,
        Err(error) => unreachable!("{error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_product_has_a_template_of_its_photo_s_size() {
        for (name, product) in PRODUCTS {
            let template = (product.template)(name, ContentHash([1; 32]));
            assert_eq!(template.check(), Ok(()), "{name}");
            let photo = (product.photo)();
            assert_eq!((photo.width(), photo.height()), (template.canvas.width(), template.canvas.height()), "{name}");
        }
    }
}
