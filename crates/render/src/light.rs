//! Light: how dark and bright a photo is beside its product in even light, and the same on other colours.

use std::ops::Range;

use document::{Color, Mask, Size, geometry::Quad};

use crate::{
    Pyramid,
    framed::framed,
    luma::brightness,
    mask::Coverage,
    row::{Row, straight},
};

/// What light does to a colour: below 1 it multiplies, above it screens.
#[derive(Clone, Copy)]
pub struct RelativeLight {
    shade: f32,
    shine: f32,
}

/// Of a brightness beside that of even light, both 0 to 1.
#[inline(always)]
pub fn relative_light(brightness: f32, even: f32) -> RelativeLight {
    // Beside pure black or white there is only one side left; the other is bounded.
    let even = even.clamp(1.0 / 255.0, 254.0 / 255.0);
    let shade = (brightness / even).min(1.0);
    let shine = ((brightness - even) / (1.0 - even)).max(0.0);
    RelativeLight { shade, shine }
}

impl RelativeLight {
    /// A colour in this light, its shadows and highlights as strong as said, 0 to 1.
    #[inline(always)]
    pub fn on(self, color: [f32; 3], shadows: f32, highlights: f32) -> [f32; 3] {
        let (shade, shine) = (1.0 - (1.0 - self.shade) * shadows, self.shine * highlights);
        color.map(|c| {
            let shaded = c * shade;
            shaded + (1.0 - shaded) * shine
        })
    }
}

/// A colour's channels, 0 to 1.
pub fn channels(color: Color) -> [f32; 3] {
    let [r, g, b, _] = straight([color.r, color.g, color.b, 255]);
    [r, g, b]
}

/// A light layer ready for rows.
pub struct Light {
    even: f32,
    shadows: f32,
    highlights: f32,
}

impl Light {
    /// `area`: where the photo lies on the canvas, if not all over it.
    pub fn new(
        light: &document::Light,
        mask: Option<&Mask>,
        canvas: Size,
        (photo, area): (&Pyramid, Option<Quad>),
    ) -> Self {
        let even = light.base.map_or_else(|| median(photo, area, mask, canvas), |base| brightness(channels(base)));
        let part = |percent: i16| f32::from(percent) / 100.0;
        Self { even, shadows: part(light.shadows.get()), highlights: part(light.highlights.get()) }
    }

    /// Puts the colours of `row` into the light that `photo` has; alpha becomes the photo's.
    pub fn apply(&self, row: &mut Row, photo: &Row, span: Range<usize>) {
        for x in span {
            let light = relative_light(brightness([photo.r[x], photo.g[x], photo.b[x]]), self.even);
            let lit = light.on([row.r[x], row.g[x], row.b[x]], self.shadows, self.highlights);
            [row.r[x], row.g[x], row.b[x]] = lit;
            row.a[x] = photo.a[x];
        }
    }
}

/// The longest side, in pixels, of what a median is taken from.
pub const MEDIAN_SIDE: u32 = 128;

/// The level of a photo of this size that a median is taken from.
pub fn median_level((width, height): (u32, u32)) -> u32 {
    (0..).find(|level| width.max(height).div_ceil(1 << level) <= MEDIAN_SIDE).unwrap_or(u32::MAX)
}

/// The photo's median brightness where the mask shows, in halves of 1/255. It is taken from a small level, so that a
/// browser that has no finer one finds the same.
fn median(photo: &Pyramid, area: Option<Quad>, mask: Option<&Mask>, canvas: Size) -> f32 {
    let framed = area.map(|area| framed(photo, area, canvas, canvas.scaled_to(MEDIAN_SIDE)).0);
    let small = framed.as_ref().unwrap_or_else(|| photo.nearest(median_level(photo.size())).1);
    let size = Size::new(small.width(), small.height());
    let coverage = mask.zip(size.ok()).map(|(mask, size)| Coverage::of(mask, canvas, size, |_| None));
    let mut counts = [0.0f64; 511];
    let mut shares = vec![0.0f32; small.width() as usize];
    for y in 0..small.height() {
        shares.fill(1.0);
        if let Some(coverage) = &coverage {
            coverage.limit(y as usize, 0..shares.len(), &mut shares);
        }
        for (x, share) in (0..).zip(&shares) {
            let [r, g, b, a] = straight(small.pixel(x, y));
            counts[(brightness([r, g, b]) * 510.0 + 0.5) as usize % 511] += f64::from(share * a);
        }
    }
    let half = counts.iter().sum::<f64>() / 2.0;
    let mut below = 0.0;
    let middle = counts.iter().position(|count| {
        below += count;
        below >= half
    });
    middle.unwrap_or(255) as f32 / 510.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Image;

    #[test]
    fn even_light_changes_nothing_shade_darkens_and_shine_lightens() {
        let blue = [0.1, 0.3, 0.8];
        assert_eq!(relative_light(0.6, 0.6).on(blue, 1.0, 1.0), blue);
        let shaded = relative_light(0.3, 0.6).on(blue, 1.0, 1.0);
        assert!((shaded[2] - 0.4).abs() < 1e-6 && (shaded[0] - 0.05).abs() < 1e-6);
        let shining = relative_light(0.8, 0.6).on(blue, 1.0, 1.0);
        assert!((shining[0] - 0.55).abs() < 1e-6 && (shining[2] - 0.9).abs() < 1e-6);
        assert_eq!(relative_light(0.3, 0.6).on(blue, 0.0, 1.0), blue);
        assert!(relative_light(1.0, 1.0).on(blue, 1.0, 1.0).iter().all(|c| c.is_finite()));
    }

    #[test]
    fn even_light_is_the_median_where_the_mask_shows() {
        let photo =
            Pyramid::of(Image::from_fn(
                400,
                200,
                |x, _| if x < 200 { [60, 60, 60, 255] } else { [200, 200, 200, 255] },
            ));
        let canvas = Size::new(400, 200).unwrap();
        let right = document::geometry::Outline::polygon(
            [[220.0, 0.0], [400.0, 0.0], [400.0, 200.0], [220.0, 200.0]].map(Into::into),
        );
        let even = median(&photo, None, Some(&Mask::outlined(right.unwrap())), canvas);
        assert!((even * 255.0 - 200.0).abs() < 1.0, "{}", even * 255.0);
    }
}
