//! One row of a picture on its way through the layers.

use std::ops::Range;

/// Colour planes that are not multiplied by alpha, and alpha, each 0 to 1. Where alpha is 0 the colour is 0.
#[derive(Clone, Default)]
pub struct Row {
    pub r: Vec<f32>,
    pub g: Vec<f32>,
    pub b: Vec<f32>,
    pub a: Vec<f32>,
}

impl Row {
    pub fn new(width: usize) -> Self {
        let plane = vec![0.0; width];
        Self { r: plane.clone(), g: plane.clone(), b: plane.clone(), a: plane }
    }

    pub fn clear(&mut self, span: Range<usize>) {
        self.fill(span, [0.0; 4]);
    }

    pub fn fill(&mut self, span: Range<usize>, [r, g, b, a]: [f32; 4]) {
        self.r[span.clone()].fill(r);
        self.g[span.clone()].fill(g);
        self.b[span.clone()].fill(b);
        self.a[span].fill(a);
    }

    /// Colours with their alpha, one for each pixel of `span`.
    #[inline(always)]
    pub fn set(&mut self, span: Range<usize>, colors: &[[f32; 4]]) {
        let (r, g) = (&mut self.r[span.clone()], &mut self.g[span.clone()]);
        let (b, a) = (&mut self.b[span.clone()], &mut self.a[span]);
        for ((((color, r), g), b), a) in colors.iter().zip(r).zip(g).zip(b).zip(a) {
            [*r, *g, *b, *a] = *color;
        }
    }

    pub fn copy_from(&mut self, other: &Self, span: Range<usize>) {
        self.r[span.clone()].copy_from_slice(&other.r[span.clone()]);
        self.g[span.clone()].copy_from_slice(&other.g[span.clone()]);
        self.b[span.clone()].copy_from_slice(&other.b[span.clone()]);
        self.a[span.clone()].copy_from_slice(&other.a[span]);
    }

    /// Goes from this row to `other` by `share`, 0 to 1: colours by what each has of alpha.
    pub fn fade_to(&mut self, other: &Self, share: &[f32], span: Range<usize>) {
        for x in span {
            let (from, to) = (self.a[x] * (1.0 - share[x]), other.a[x] * share[x]);
            let alpha = from + to;
            let mix = |a: f32, b: f32| if alpha > 0.0 { a + (b - a) * (to / alpha) } else { 0.0 };
            self.r[x] = mix(self.r[x], other.r[x]);
            self.g[x] = mix(self.g[x], other.g[x]);
            self.b[x] = mix(self.b[x], other.b[x]);
            self.a[x] = alpha;
        }
    }

    /// Takes the colours of a group with this row's alpha that was drawn into `below` and made `after` of it: those that laid over `below`
    /// with this alpha give `after` (ISO 32000-2, 11.4.8: a group's colours without its backdrop).
    pub fn color_as_group(&mut self, below: &Self, after: &Self, span: Range<usize>) {
        for x in span {
            let (alpha, under) = (self.a[x], below.a[x]);
            let past = if alpha > 0.0 { under / alpha - under } else { 0.0 };
            let color = |after: f32, below: f32| (after + (after - below) * past).clamp(0.0, 1.0);
            self.r[x] = color(after.r[x], below.r[x]);
            self.g[x] = color(after.g[x], below.g[x]);
            self.b[x] = color(after.b[x], below.b[x]);
        }
    }

    /// Puts the colours of `new` in the place of those of `old`, which have the same alpha and are part of this row.
    pub fn exchange(&mut self, old: &Self, new: &Self, span: Range<usize>) {
        for x in span {
            let share = if self.a[x] > 0.0 { old.a[x] / self.a[x] } else { 0.0 };
            self.r[x] += (new.r[x] - old.r[x]) * share;
            self.g[x] += (new.g[x] - old.g[x]) * share;
            self.b[x] += (new.b[x] - old.b[x]) * share;
        }
    }

    /// From a whole row of RGBA bytes.
    pub fn load(&mut self, span: Range<usize>, bytes: &[u8]) {
        let bytes = &bytes[span.start * 4..span.end * 4];
        let (r, g) = (&mut self.r[span.clone()], &mut self.g[span.clone()]);
        let (b, a) = (&mut self.b[span.clone()], &mut self.a[span]);
        for (i, pixel) in bytes.chunks_exact(4).enumerate() {
            let value = |c: usize| f32::from(pixel[c]) * (1.0 / 255.0);
            // A pixel that is not there has no colour.
            let there = if pixel[3] == 0 { 0.0 } else { 1.0 };
            (r[i], g[i], b[i], a[i]) = (value(0) * there, value(1) * there, value(2) * there, value(3));
        }
    }

    /// Into a whole row of RGBA bytes, rounded to the nearest.
    pub fn store(&self, span: Range<usize>, bytes: &mut [u8]) {
        let bytes = &mut bytes[span.start * 4..span.end * 4];
        let planes =
            self.r[span.clone()].iter().zip(&self.g[span.clone()]).zip(&self.b[span.clone()]).zip(&self.a[span]);
        for (pixel, (((&r, &g), &b), &a)) in bytes.chunks_exact_mut(4).zip(planes) {
            let packed = byte(r) | byte(g) << 8 | byte(b) << 16 | byte(a) << 24;
            pixel.copy_from_slice(&packed.to_le_bytes());
        }
    }
}

/// A value from 0 to 1 as a byte. Adding 2²³ leaves the nearest whole number in the lowest bits.
#[inline]
fn byte(value: f32) -> u32 {
    (value * 255.0 + 8_388_608.0).to_bits() & 0xff
}

/// What a row of bytes is worth, for a single colour.
#[inline]
pub fn straight([r, g, b, a]: [u8; 4]) -> [f32; 4] {
    [r, g, b, a].map(|value| f32::from(value) * (1.0 / 255.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_the_way_there_and_back() {
        let bytes: Vec<u8> = (0..=255).flat_map(|value| [value, 255 - value, 7, value.max(1)]).collect();
        let mut row = Row::new(256);
        row.load(0..256, &bytes);
        let mut back = vec![9; bytes.len()];
        row.store(0..256, &mut back);
        assert_eq!(back, bytes);
    }
}
