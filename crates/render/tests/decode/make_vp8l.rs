//! Lossless WebP bitstreams with as many prefix codes as one likes: WebP Lossless Bitstream Specification (RFC 9649, 3).

/// How a bitstream is built. Its picture is transparent black.
pub struct Build {
    pub size: (u32, u32),
    /// How many groups of codes there are; each block of 4 × 4 pixels has the last.
    pub groups: u32,
    /// The bits of the colour cache.
    pub cache: Option<u32>,
    /// The lengths of the codes of green and the lengths, and of each other, from symbol zero on.
    pub green: Vec<u8>,
    pub other: Vec<u8>,
}

/// As many symbols as there are lengths, and one more.
pub fn steps(longest: u8) -> Vec<u8> {
    (1..=longest).chain([longest]).collect()
}

impl Build {
    /// With its header, as it is in a file.
    pub fn picture(&self) -> Vec<u8> {
        let mut bits = Bits::default();
        bits.push(0x2f, 8);
        bits.push(self.size.0 - 1, 14);
        bits.push(self.size.1 - 1, 14);
        // Alpha is used; the version is zero.
        bits.push(1, 4);
        self.write(&mut bits);
        bits.bytes
    }

    /// Without one, as an alpha chunk is.
    pub fn alpha(&self) -> Vec<u8> {
        let mut bits = Bits::default();
        bits.push(1, 8);
        self.write(&mut bits);
        bits.bytes
    }

    fn write(&self, bits: &mut Bits) {
        // No transform.
        bits.push(0, 1);
        match self.cache {
            Some(size) => bits.push(size << 1 | 1, 5),
            None => bits.push(0, 1),
        }
        bits.push(u32::from(self.groups > 1), 1);
        if self.groups > 1 {
            // Blocks of four pixels a side; their picture has no colour cache, and all pixels are one.
            bits.push(0, 3 + 1);
            let last = self.groups - 1;
            [last & 0xff, last >> 8, 0, 0, 0].into_iter().for_each(|symbol| bits.simple(symbol));
        }
        for _ in 0..self.groups {
            bits.normal(&self.green);
            (0..4).for_each(|_| bits.normal(&self.other));
        }
        // The first symbol of each code, which is all zeros.
        let zeros = usize::from(self.green[0]) + 3 * usize::from(self.other[0]);
        (0..self.size.0 * self.size.1).for_each(|_| bits.push(0, zeros as u32));
    }
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        for at in 0..count {
            if self.used == 0 {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().unwrap() |= ((value >> at & 1) as u8) << self.used;
            self.used = (self.used + 1) % 8;
        }
    }

    /// A code of one symbol.
    fn simple(&mut self, symbol: u32) {
        self.push(0b101, 3);
        self.push(symbol, 8);
    }

    fn normal(&mut self, lengths: &[u8]) {
        // The lengths have codes of four bits each; there are no repetitions (17, 18, 16), which are first, second and ninth in order.
        self.push(15 << 1, 5);
        (0..19).for_each(|at| self.push(if matches!(at, 0 | 1 | 8) { 0 } else { 4 }, 3));
        // As many symbols as there are, said in 12 bits.
        self.push(5 << 1 | 1, 4);
        self.push(lengths.len() as u32 - 2, 12);
        lengths.iter().for_each(|length| self.push(u32::from(length.reverse_bits() >> 4), 4));
    }
}
