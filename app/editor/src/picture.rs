//! Parts of pictures: which one is asked for, and where it is drawn.

use document::{Color, Layer, LayerContent, LayerId, Mask, Size, Template, geometry::Point};
use editor::Editor;
use js_sys::Uint8ClampedArray;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use super::worker::number;

/// A part of the picture of a certain size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// The whole picture's longest side, in pixels.
    pub side: u32,
    /// Left, top, right and bottom in the picture's pixels.
    pub sides: [u32; 4],
    /// The same rectangle in canvas pixels: left, top, width and height.
    pub on_canvas: [f64; 4],
    /// What it was made for: two corners in canvas pixels.
    pub shown: [Point; 2],
}

/// The part of a picture of `side` pixels that shows a rectangle of the canvas.
pub fn part(canvas: Size, side: u32, [low, high]: [Point; 2]) -> Window {
    let size = canvas.scaled_to(side);
    let scale =
        (f64::from(size.width()) / f64::from(canvas.width()), f64::from(size.height()) / f64::from(canvas.height()));
    let (left, top) = ((low.x * scale.0).floor(), (low.y * scale.1).floor());
    let (right, bottom) = ((high.x * scale.0).ceil(), (high.y * scale.1).ceil());
    Window {
        side,
        sides: [left, top, right, bottom].map(|value| value as u32),
        on_canvas: [left / scale.0, top / scale.1, (right - left) / scale.0, (bottom - top) / scale.1],
        shown: [low, high],
    }
}

/// Draws the part of the picture that came at its place.
pub fn put(
    canvas: &HtmlCanvasElement,
    pixels: &Uint8ClampedArray,
    data: &JsValue,
    window: Option<Window>,
) -> Result<(), JsValue> {
    let (width, height) = match window {
        Some(Window { sides: [left, top, right, bottom], .. }) => (right - left, bottom - top),
        None => (number(data, "width") as u32, number(data, "height") as u32),
    };
    if canvas.width() != width || canvas.height() != height {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let columns = number(data, "columns") as u32;
    if columns == 0 || pixels.length() == 0 {
        return Ok(());
    }
    let [left, top, ..] = window.map_or([0; 4], |window| window.sides);
    let at = (number(data, "left") - f64::from(left), number(data, "top") - f64::from(top));
    lay(canvas, &ImageData::new_with_js_u8_clamped_array(pixels, columns)?, at)
}

/// Lays pixels on a canvas, from `at` on. Canvases are see-through where their pictures are: the ground is the page's.
pub fn lay(canvas: &HtmlCanvasElement, image: &ImageData, at: (f64, f64)) -> Result<(), JsValue> {
    let context = canvas.get_context("2d")?.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok());
    context.map_or(Ok(()), |context| context.put_image_data(image, at.0, at.1))
}

/// How the mask is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MaskView {
    #[default]
    Off,
    /// Red where it hides.
    Overlay,
    /// A line that marches around what it shows.
    Ants,
    BlackWhite,
}

/// What the mask of the active layer looks like; without a mask everything shows.
pub fn mask_document(editor: &Editor, view: MaskView) -> Option<Template> {
    let (mask, canvas) = (editor.mask()?.clone(), editor.template().canvas);
    match view {
        MaskView::Off | MaskView::Ants => None,
        MaskView::BlackWhite => Some(mask.picture(canvas)),
        MaskView::Overlay => {
            let red = LayerContent::Fill { color: Color { r: 230, g: 30, b: 60 } };
            let hidden = Mask { inverted: !mask.inverted, ..mask };
            let layer = Layer { mask: Some(hidden), ..Layer::new(LayerId(1), "Mask", red) };
            Some(Template::new("Mask", canvas, vec![layer]))
        }
    }
}
