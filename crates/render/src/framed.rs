//! Photos that do not lie over the whole canvas: cropped, or straightened.

use document::{Fit, Placement, Size, geometry::Quad};

use crate::{
    Image, Pyramid,
    placing::Placed,
    region::Region,
    row::Row,
    sampler::{View, sample_row},
};

/// The photo stretched over `area` of the canvas, at `output` pixels; nothing where the area is not. And the finest level that the
/// exact picture reads.
pub fn framed(photo: &Pyramid, area: Quad, canvas: Size, output: Size) -> (Image, u32) {
    let placement = Placement::flat(area, Fit::Stretch);
    let placed = Placed::new(&placement, photo.size(), None, (canvas, output), &Region::whole(output));
    let Region { columns, rows } = placed.bounds.clone();
    let stride = output.width() as usize * 4;
    let mut pixels = vec![0; stride * output.height() as usize];
    let mut row = Row::new(output.width() as usize);
    let levels = rows.map(|y| {
        let finest = sample_row(View { pyramid: photo, placed: &placed, y, span: columns.clone(), out: &mut row });
        row.store(columns.clone(), &mut pixels[y * stride..][..stride]);
        finest
    });
    let finest = levels.min().unwrap_or(u32::MAX);
    let image = Image::new(output.width(), output.height(), pixels);
    (image.unwrap_or_else(|error| unreachable!("the picture has its size: {error}")), finest)
}
