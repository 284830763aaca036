//! Files that the page makes itself.

use document::{
    Size,
    geometry::{Outline, Part},
};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Hands a file to the person, as a click on a link does.
pub fn offer(name: &str, extension: &str, kind: &str, bytes: &[u8]) {
    let made = || -> Result<(), JsValue> {
        let options = BlobPropertyBag::new();
        options.set_type(kind);
        let parts = Array::of1(&Uint8Array::from(bytes));
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
        let address = Url::create_object_url_with_blob(&blob)?;
        let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
        link.set_href(&address);
        link.set_download(&format!("{name}.{extension}"));
        link.click();
        Url::revoke_object_url(&address)
    };
    // A browser that allows no downloads says so itself.
    let _ = made();
}

/// Paths of canvas pixels as an SVG file. As they were traced of a picture no two cross, so that even-odd filling leaves out just the holes.
pub fn mask_svg(canvas: Size, parts: &[Part]) -> String {
    let data: String =
        parts.iter().flat_map(|part| std::iter::once(&part.outline).chain(&part.holes)).map(path).collect();
    let (width, height) = (canvas.width(), canvas.height());
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\
         <path fill-rule=\"evenodd\" d=\"{data}\"/></svg>\n"
    )
}

fn path(outline: &Outline) -> String {
    let pieces = outline
        .pieces()
        .map(|[_, b, c, d]| format!("C{:.2} {:.2} {:.2} {:.2} {:.2} {:.2}", b.x, b.y, c.x, c.y, d.x, d.y));
    let start = outline.anchors()[0].at;
    format!("M{:.2} {:.2}{}Z", start.x, start.y, pieces.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use document::geometry::Point;

    #[test]
    fn a_mask_s_file_has_its_holes() {
        let square = |a: f64, b: f64| Outline::rectangle(Point::new(a, a), Point::new(b, b));
        let (Ok(outline), Ok(hole), Ok(canvas)) = (square(0.0, 40.0), square(10.0, 20.0), Size::new(50, 60)) else {
            panic!("these are allowed");
        };
        let svg = mask_svg(canvas, &[Part { outline, holes: vec![hole] }]);
        assert!(svg.contains("viewBox=\"0 0 50 60\"") && svg.matches('M').count() == 2, "{svg}");
    }
}
