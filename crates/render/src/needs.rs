//! What a picture needs of its sources, told by their sizes alone, before any of them is decoded.

use document::{ContentHash, Figure, Fit, Layer, LayerContent, Placement, Raster, Size, Template, geometry::Quad};

use crate::{
    footprint::Footprint,
    light,
    mask::upright,
    placing::{Placed, extent},
    pyramid::{level_count, level_size},
    region::Region,
    resize::level_for,
    weigh::RUN,
};

/// The finest level that the picture of `template` at `output` pixels reads of a source of `size` pixels: an image, or with
/// `None` the design. A pyramid that begins there gives the same picture, byte for byte. Where a mesh or folds carry the design, only
/// laying it out tells; then it is level 0.
pub fn needed_level(template: &Template, source: Option<ContentHash>, size: (u32, u32), output: Size) -> u32 {
    let need = Need { template, size, output };
    let levels = template.walk().map(|(layer, _)| match source {
        None => need.as_design(layer),
        Some(image) => need.as_image(layer, image),
    });
    levels.min().unwrap_or(u32::MAX).min(level_count(size.0, size.1) - 1)
}

/// The bytes that the sources of a picture take together once decoded: each from the level that it needs on, the coarser ones with it.
pub fn source_bytes(
    template: &Template,
    sizes: impl IntoIterator<Item = (Option<ContentHash>, (u32, u32))>,
    output: Size,
) -> u64 {
    let bytes = |(source, size): (Option<ContentHash>, (u32, u32))| {
        let (width, height) = level_size(size.0, size.1, needed_level(template, source, size, output));
        u64::from(width) * u64::from(height) * 4 * 4 / 3
    };
    sizes.into_iter().map(bytes).sum()
}

struct Need<'a> {
    template: &'a Template,
    size: (u32, u32),
    output: Size,
}

impl Need<'_> {
    fn as_design(&self, layer: &Layer) -> u32 {
        match &layer.content {
            LayerContent::Placement(placement) if placement.displacement.is_some() => 0,
            LayerContent::Placement(placement) => self.placed(placement, self.output),
            _ => u32::MAX,
        }
    }

    fn as_image(&self, layer: &Layer, image: ContentHash) -> u32 {
        let content = match &layer.content {
            LayerContent::Photo { image: photo } if *photo == image => self.stretched(self.output),
            LayerContent::Light(light) if light.image == image => {
                let median = if light.base.is_none() { self.measured() } else { u32::MAX };
                self.stretched(self.output).min(median)
            }
            LayerContent::Placement(Placement { displacement: Some(by), .. }) if by.image == image => {
                self.stretched(self.output)
            }
            _ => u32::MAX,
        };
        let shapes = layer.mask.iter().flat_map(|mask| &mask.shapes);
        let rasters = shapes.filter_map(|shape| match &shape.figure {
            Figure::Raster(raster) if raster.image == image => Some(self.raster(raster)),
            _ => None,
        });
        rasters.fold(content, u32::min)
    }

    /// As a photo over the canvas, or where photos lie on it.
    fn stretched(&self, output: Size) -> u32 {
        match self.template.photo_area {
            None => level_for(self.size, output.width(), output.height()),
            Some(area) => self.framed(area, output),
        }
    }

    /// For the median brightness of a light.
    fn measured(&self) -> u32 {
        match self.template.photo_area {
            None => light::median_level(self.size),
            Some(area) => self.framed(area, self.template.canvas.scaled_to(light::MEDIAN_SIDE)),
        }
    }

    fn framed(&self, area: Quad, output: Size) -> u32 {
        self.placed(&Placement::flat(area, Fit::Stretch), output)
    }

    fn placed(&self, placement: &Placement, output: Size) -> u32 {
        if placement.mesh.is_some() {
            return 0;
        }
        finest(&Placed::new(placement, self.size, None, (self.template.canvas, output), &Region::whole(output)))
    }

    fn raster(&self, raster: &Raster) -> u32 {
        finest(&upright(raster, self.size, (self.template.canvas, self.output), &Region::whole(self.output)))
    }
}

/// The finest level that any run of pixels which may show something reads.
fn finest(placed: &Placed) -> u32 {
    let Region { columns, rows } = &placed.bounds;
    let runs = || (columns.start / RUN * RUN..columns.end).step_by(RUN);
    let seen = rows.clone().flat_map(|y| runs().map(move |x| (x, y)));
    let levels = seen.filter_map(|(x, y)| Some(Footprint::of(extent(placed.surface.jacobian(x, y)?)).level()));
    levels.min().unwrap_or(u32::MAX)
}
