//! Joining new figures to a mask.
//!
//! A mask is a list of figures that are added, cut and limited in order, perhaps inverted as a whole. What a person does next is
//! about what they see, so on an inverted mask everything turns into its opposite.

use document::{
    Combine, Figure, Mask, MaskShape, Size,
    geometry::{GeometryError, Outline, Point},
};

/// `mask`, or the whole layer where there is none, with `figures` joined as one: added, cut out, or all that is left.
///
/// # Errors
/// [`GeometryError::OutOfLimits`] for a canvas that leaves no room around it, which no canvas does.
pub(crate) fn combined(
    mask: Option<&Mask>,
    figures: Vec<Figure>,
    how: Combine,
    canvas: Size,
) -> Result<Mask, GeometryError> {
    let Some(mask) = mask.filter(|mask| !(mask.shapes.is_empty() && mask.inverted)) else {
        return Ok(first(mask, figures, how));
    };
    let shapes = match (how, mask.inverted) {
        (Combine::Add, false) | (Combine::Subtract, true) => all(figures, Combine::Add),
        (Combine::Subtract, false) | (Combine::Add, true) => all(figures, Combine::Subtract),
        // What is left of what shows is what the figures have: everything else is cut, or on an inverted mask, added.
        (Combine::Intersect, false) => limited(figures, Combine::Subtract, canvas)?,
        (Combine::Intersect, true) => limited(figures, Combine::Add, canvas)?,
    };
    let mut joined = mask.clone();
    joined.shapes.extend(shapes);
    Ok(joined)
}

/// The first figures of a mask: cut from a layer that shows everywhere, they leave what is around them.
fn first(mask: Option<&Mask>, figures: Vec<Figure>, how: Combine) -> Mask {
    let inverted = how == Combine::Subtract;
    let shapes = all(figures, Combine::Add);
    match mask {
        Some(mask) => Mask { shapes, inverted, ..mask.clone() },
        None => Mask { shapes, inverted, ..empty() },
    }
}

/// A mask of nothing yet.
pub(crate) fn empty() -> Mask {
    Mask { shapes: Vec::new(), grow: Default::default(), feather: Default::default(), inverted: false, attached: false }
}

fn all(figures: Vec<Figure>, combine: Combine) -> Vec<MaskShape> {
    figures.into_iter().map(|figure| MaskShape { figure, combine }).collect()
}

/// How far what lies outside of everything reaches beyond the canvas: further than an edge can grow and soften.
const BEYOND: f64 = 1_000.0;

/// Shapes that do `how` with everything outside of the figures. A single figure that is cut by its outside limits; several
/// become holes in a rectangle around everything. Their own holes follow, without the figures that lie in those.
fn limited(mut figures: Vec<Figure>, how: Combine, canvas: Size) -> Result<Vec<MaskShape>, GeometryError> {
    if figures.len() == 1 && how == Combine::Subtract {
        return Ok(all(vec![figures.remove(0)], Combine::Intersect));
    }
    let far = Point::new(f64::from(canvas.width()) + BEYOND, f64::from(canvas.height()) + BEYOND);
    let everything = Outline::rectangle(Point::new(-BEYOND, -BEYOND), far)?;
    let paths = figures.into_iter().filter_map(|figure| match figure {
        Figure::Path { outline, holes } => Some((outline, holes)),
        Figure::Stroke(_) | Figure::Raster(_) => None,
    });
    let (outlines, holes): (Vec<_>, Vec<_>) = paths.unzip();
    let inner = holes.into_iter().flatten().map(|hole| {
        let islands = outlines.iter().filter(|outline| !is_around(outline, &hole)).cloned().collect();
        Figure::Path { outline: hole, holes: islands }
    });
    let inner = all(inner.collect(), how);
    let mut shapes = vec![MaskShape { figure: Figure::Path { outline: everything, holes: outlines }, combine: how }];
    shapes.extend(inner);
    Ok(shapes)
}

/// As far as the rectangles around them tell.
fn is_around(outline: &Outline, inner: &Outline) -> bool {
    let ([low, high], [inner_low, inner_high]) = (outline.bounds(), inner.bounds());
    low.x <= inner_low.x && low.y <= inner_low.y && high.x >= inner_high.x && high.y >= inner_high.y
}

#[cfg(test)]
mod tests {
    use super::*;
    use document::{Color, Layer, LayerContent, LayerId, Template};

    const SIDE: u32 = 40;

    fn square(x: f64, y: f64, side: f64) -> Outline {
        Outline::rectangle(Point::new(x, y), Point::new(x + side, y + side)).unwrap()
    }

    fn path(x: f64, y: f64, side: f64) -> Figure {
        Figure::Path { outline: square(x, y, side), holes: Vec::new() }
    }

    /// Where a layer with this mask shows.
    fn shown(mask: &Mask) -> Vec<bool> {
        let fill = LayerContent::Fill { color: Color { r: 255, g: 255, b: 255 } };
        let layer = Layer { mask: Some(mask.clone()), ..Layer::new(LayerId(1), "Fill", fill) };
        let canvas = Size::new(SIDE, SIDE).unwrap();
        let template = Template::new("Mask", canvas, vec![layer]);
        let picture = render::compose(&template, &mut render::Sources::default(), canvas).unwrap();
        picture.image.pixels().chunks_exact(4).map(|pixel| pixel[3] > 127).collect()
    }

    #[test]
    fn what_is_seen_is_joined_whether_the_mask_is_inverted_or_not() {
        let canvas = Size::new(SIDE, SIDE).unwrap();
        let ring = Figure::Path { outline: square(20.0, 20.0, 12.0), holes: vec![square(24.0, 24.0, 4.0)] };
        for inverted in [false, true] {
            let before = Mask { inverted, ..Mask::outlined(square(4.0, 4.0, 22.0)) };
            let in_ring = vec![ring.clone(), path(25.0, 25.0, 2.0)];
            for figures in [vec![path(2.0, 2.0, 10.0)], vec![path(2.0, 2.0, 10.0), ring.clone()], in_ring] {
                let union = shown(&Mask { shapes: all(figures.clone(), Combine::Add), ..empty() });
                for how in [Combine::Add, Combine::Subtract, Combine::Intersect] {
                    let joined = shown(&combined(Some(&before), figures.clone(), how, canvas).unwrap());
                    for (i, had) in shown(&before).into_iter().enumerate() {
                        let expected = match how {
                            Combine::Add => had || union[i],
                            Combine::Subtract => had && !union[i],
                            Combine::Intersect => had && union[i],
                        };
                        assert_eq!(joined[i], expected, "{how:?} at {i}, inverted {inverted}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_layer_without_a_mask_shows_everywhere() {
        let canvas = Size::new(SIDE, SIDE).unwrap();
        let of = |how| shown(&combined(None, vec![path(0.0, 0.0, 20.0)], how, canvas).unwrap());
        let count = |shown: Vec<bool>| shown.into_iter().filter(|shown| *shown).count();
        assert_eq!([count(of(Combine::Add)), count(of(Combine::Intersect))], [400, 400]);
        assert_eq!(count(of(Combine::Subtract)), 1200);
    }
}
