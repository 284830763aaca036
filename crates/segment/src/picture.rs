//! Pictures that are looked at, and how much of each pixel was found.

/// Opaque colours; transparent pixels count as what shows through them, white.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    width: usize,
    height: usize,
    colors: Vec<[u8; 3]>,
}

impl Picture {
    /// From straight RGBA bytes, row by row. `None` where a side is 0 or the bytes are not as many.
    pub fn new(width: usize, height: usize, rgba: Vec<u8>) -> Option<Self> {
        if width == 0 || height == 0 || rgba.len() != width.checked_mul(height)?.checked_mul(4)? {
            return None;
        }
        let over_white = |pixel: &[u8]| {
            let alpha = u32::from(pixel[3]);
            let channel = |value: u8| ((u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
            [channel(pixel[0]), channel(pixel[1]), channel(pixel[2])]
        };
        Some(Self { width, height, colors: rgba.chunks_exact(4).map(over_white).collect() })
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.height
    }

    pub(crate) fn colors(&self) -> &[[u8; 3]] {
        &self.colors
    }

    pub(crate) fn at(&self, x: usize, y: usize) -> [u8; 3] {
        self.colors[y * self.width + x]
    }

    /// A picture whose longest side is at most `side`, each pixel the mean of a square of `factor` pixels a side, and the factor.
    pub(crate) fn reduced(&self, side: usize) -> (Self, usize) {
        let factor = self.width.max(self.height).div_ceil(side.max(1)).max(1);
        let (width, height) = (self.width.div_ceil(factor), self.height.div_ceil(factor));
        let mean = |x: usize, y: usize| {
            let columns = x * factor..((x + 1) * factor).min(self.width);
            let rows = y * factor..((y + 1) * factor).min(self.height);
            let count = (columns.len() * rows.len()) as u32;
            let sum = rows.fold([0u32; 3], |sum, y| {
                self.colors[y * self.width..][columns.clone()]
                    .iter()
                    .fold(sum, |sum, color| std::array::from_fn(|c| sum[c] + u32::from(color[c])))
            });
            sum.map(|sum| ((sum + count / 2) / count) as u8)
        };
        let colors = (0..width * height).map(|i| mean(i % width, i / width)).collect();
        (Self { width, height, colors }, factor)
    }
}

/// How much of each pixel belongs to what was found, 0 to 255.
#[derive(Clone, Debug, PartialEq)]
pub struct Matte {
    width: usize,
    height: usize,
    values: Vec<u8>,
}

impl Matte {
    /// `None` where a side is 0 or there are not as many values.
    pub fn new(width: usize, height: usize, values: Vec<u8>) -> Option<Self> {
        (width > 0 && height > 0 && Some(values.len()) == width.checked_mul(height)).then_some(Self {
            width,
            height,
            values,
        })
    }

    pub(crate) fn of(width: usize, height: usize, inside: impl Fn(usize) -> bool) -> Self {
        let values = (0..width * height).map(|i| if inside(i) { 255 } else { 0 }).collect();
        Self { width, height, values }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.height
    }

    pub fn values(&self) -> &[u8] {
        &self.values
    }

    /// The value at a pixel; 0 outside.
    pub(crate) fn at(&self, x: isize, y: isize) -> u8 {
        let inside = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
        if inside { self.values[y as usize * self.width + x as usize] } else { 0 }
    }

    /// Stairs made slopes: each pixel the weighted mean of those around it, by 1 2 1 in both directions.
    pub fn softened(&self) -> Self {
        let line = |get: &dyn Fn(isize) -> u8, i: isize| {
            let sum = u16::from(get(i - 1)) + 2 * u16::from(get(i)) + u16::from(get(i + 1));
            ((sum + 2) / 4) as u8
        };
        let (width, height) = (self.width as isize, self.height as isize);
        // What lies beyond the border is as what lies at it: parts that touch the border keep to it.
        let clamp = |v: isize, end: isize| v.clamp(0, end - 1);
        let across: Vec<u8> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| line(&|x| self.at(clamp(x, width), y), x))
            .collect();
        let across = Self { values: across, ..*self };
        let down = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| line(&|y| across.at(x, clamp(y, height)), y))
            .collect();
        Self { values: down, ..*self }
    }
}

#[cfg(test)]
impl Matte {
    pub(crate) fn values_mut(&mut self) -> &mut [u8] {
        &mut self.values
    }
}
