//! JPEG files of any build: ITU T.81 with flat blocks, so that a handful of codes does.

/// How a file is built. Its picture is four quarters of one colour each.
#[derive(Clone)]
pub struct Build {
    /// The start-of-frame marker's second byte.
    pub frame: u8,
    pub precision: u8,
    pub size: (u16, u16),
    /// Identifier and sampling factors.
    pub components: Vec<(u8, usize, usize)>,
    pub scans: Vec<Scan>,
    pub restart: usize,
    /// Segments behind the start of image.
    pub segments: Vec<u8>,
    /// For each quarter, top left to bottom right, a sample per component.
    pub quarters: [Vec<u8>; 4],
}

/// Which components, which coefficients, which bits.
#[derive(Clone)]
pub struct Scan {
    pub components: Vec<usize>,
    pub spectrum: (u8, u8),
    pub bits: (u8, u8),
}

pub const BASELINE: u8 = 0xc0;
pub const PROGRESSIVE: u8 = 0xc2;

pub const QUARTERS: [[u8; 3]; 4] = [[200, 40, 40], [40, 160, 60], [40, 70, 190], [220, 200, 60]];

pub fn ycc([r, g, b]: [u8; 3]) -> Vec<u8> {
    let [r, g, b] = [r, g, b].map(f64::from);
    let y = 0.299 * r + 0.587 * g + 0.114 * b;
    [y, 128.0 + 0.564 * (b - y), 128.0 + 0.713 * (r - y)].map(|value| value.round() as u8).to_vec()
}

impl Scan {
    pub fn whole(components: &[usize]) -> Self {
        Self { components: components.to_vec(), spectrum: (0, 63), bits: (0, 0) }
    }

    pub fn first(components: &[usize], low: u8) -> Self {
        Self { components: components.to_vec(), spectrum: (0, 0), bits: (0, low) }
    }

    pub fn refined(components: &[usize], low: u8) -> Self {
        Self { components: components.to_vec(), spectrum: (0, 0), bits: (low + 1, low) }
    }

    pub fn rest(component: usize) -> Self {
        Self { components: vec![component], spectrum: (1, 63), bits: (0, 0) }
    }
}

/// Y, Cb and Cr with these sampling factors, in one scan.
pub fn color(sampling: [(usize, usize); 3]) -> Build {
    let components = sampling.iter().zip(1..).map(|((h, v), id)| (id, *h, *v)).collect();
    Build {
        frame: BASELINE,
        precision: 8,
        size: (128, 128),
        components,
        scans: vec![Scan::whole(&[0, 1, 2])],
        restart: 0,
        segments: Vec::new(),
        quarters: QUARTERS.map(ycc),
    }
}

impl Build {
    pub fn scans(mut self, scans: &[Scan]) -> Self {
        self.scans = scans.to_vec();
        self
    }

    pub fn progressive(mut self) -> Self {
        self.frame = PROGRESSIVE;
        let all: Vec<usize> = (0..self.components.len()).collect();
        self.scans = [Scan::first(&all, 1)].into_iter().chain(all.iter().map(|one| Scan::rest(*one))).collect();
        self.scans.push(Scan::refined(&all, 0));
        self
    }

    pub fn frame(mut self, frame: u8) -> Self {
        self.frame = frame;
        self
    }

    pub fn restart(mut self, every: usize) -> Self {
        self.restart = every;
        self
    }

    pub fn segments(mut self, segments: &[u8]) -> Self {
        self.segments = segments.to_vec();
        self
    }

    pub fn file(&self) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8];
        file.extend(&self.segments);
        file.extend(segment(0xdb, &[&[0][..], &[8; 64]].concat()));
        let (width, height) = self.size;
        let mut frame = vec![self.precision];
        frame.extend(height.to_be_bytes());
        frame.extend(width.to_be_bytes());
        frame.push(self.components.len() as u8);
        for (id, h, v) in &self.components {
            frame.extend([*id, (h << 4 | v) as u8, 0]);
        }
        file.extend(segment(self.frame, &frame));
        // DC differences by table K.3; of the others only the end of a block, in one bit.
        let dc = [&[0][..], &[0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]];
        file.extend(segment(0xc4, &dc.concat()));
        file.extend(segment(0xc4, &[&[0x10][..], &[1], &[0; 15], &[0]].concat()));
        if self.restart > 0 {
            file.extend(segment(0xdd, &(self.restart as u16).to_be_bytes()));
        }
        for scan in &self.scans {
            let mut head = vec![scan.components.len() as u8];
            head.extend(scan.components.iter().flat_map(|at| [self.components[*at].0, 0]));
            head.extend([scan.spectrum.0, scan.spectrum.1, scan.bits.0 << 4 | scan.bits.1]);
            file.extend(segment(0xda, &head));
            file.extend(self.coded(scan));
        }
        file.extend([0xff, 0xd9]);
        file
    }

    /// The file with another size in its header than its pixels have.
    pub fn said_to_be(&self, width: u16, height: u16) -> Vec<u8> {
        let mut file = self.file();
        let frame = 2 + self.segments.len() + 69;
        file[frame + 5..frame + 9].copy_from_slice(&[height.to_be_bytes(), width.to_be_bytes()].concat());
        file
    }

    fn coded(&self, scan: &Scan) -> Vec<u8> {
        let mut bits = Bits::default();
        let mut before = vec![0; self.components.len()];
        for (number, unit) in self.units(scan).iter().enumerate() {
            if self.restart > 0 && number > 0 && number % self.restart == 0 {
                bits.restart((number / self.restart - 1) as u8 & 7);
                before.fill(0);
            }
            for (component, level) in unit {
                self.block(scan, &mut bits, &mut before[*component], *level);
            }
        }
        bits.flushed()
    }

    fn block(&self, scan: &Scan, bits: &mut Bits, before: &mut i32, level: i32) {
        let level = level >> scan.bits.1;
        match (scan.spectrum.0, scan.bits.0) {
            (0, 0) => {
                bits.difference(level - *before);
                *before = level;
                if self.frame != PROGRESSIVE {
                    bits.push(0, 1);
                }
            }
            (0, _) => bits.push((level & 1) as u32, 1),
            _ => bits.push(0, 1),
        }
    }

    /// The scan's units of blocks, each a component with its level above the middle: T.81 A.2.
    fn units(&self, scan: &Scan) -> Vec<Vec<(usize, i32)>> {
        let (width, height) = (usize::from(self.size.0), usize::from(self.size.1));
        let most = |of: fn(&(u8, usize, usize)) -> usize| self.components.iter().map(of).max().unwrap();
        let (h_most, v_most) = (most(|c| c.1), most(|c| c.2));
        let level = |component: usize, x: usize, y: usize| {
            let (_, h, v) = self.components[component];
            let (x, y) = ((2 * x + 1) * 4 * h_most / h, (2 * y + 1) * 4 * v_most / v);
            let quarter = usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2);
            (component, i32::from(self.quarters[quarter][component]) - 128)
        };
        let mut units = Vec::new();
        if let [one] = scan.components[..] {
            let (_, h, v) = self.components[one];
            let (across, down) = ((width * h).div_ceil(h_most * 8), (height * v).div_ceil(v_most * 8));
            units.extend((0..down).flat_map(|y| (0..across).map(move |x| vec![level(one, x, y)])));
            return units;
        }
        for y in 0..height.div_ceil(8 * v_most) {
            for x in 0..width.div_ceil(8 * h_most) {
                let blocks = scan.components.iter().flat_map(|at| {
                    let (_, h, v) = self.components[*at];
                    (0..v).flat_map(move |dy| (0..h).map(move |dx| level(*at, x * h + dx, y * v + dy)))
                });
                units.push(blocks.collect());
            }
        }
        units
    }
}

pub fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    [&[0xff, marker], &(data.len() as u16 + 2).to_be_bytes()[..], data].concat()
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        for at in (0..count).rev() {
            self.held = self.held << 1 | (value >> at & 1);
            self.count += 1;
            if self.count == 8 {
                self.bytes.push(self.held as u8);
                if self.held as u8 == 0xff {
                    self.bytes.push(0);
                }
                (self.held, self.count) = (0, 0);
            }
        }
    }

    fn difference(&mut self, value: i32) {
        let category = 32 - value.unsigned_abs().leading_zeros();
        // The codes of table K.3 in their order.
        let (code, length) = match category {
            0 => (0b00, 2),
            1..=5 => (0b010 + category - 1, 3),
            6.. => ((1 << (category - 2)) - 2, category - 2),
        };
        self.push(code, length);
        self.push(if value < 0 { (value - 1) as u32 } else { value as u32 }, category);
    }

    fn restart(&mut self, number: u8) {
        self.fill();
        self.bytes.extend([0xff, 0xd0 + number]);
    }

    fn fill(&mut self) {
        while self.count > 0 {
            self.push(1, 1);
        }
    }

    fn flushed(mut self) -> Vec<u8> {
        self.fill();
        self.bytes
    }
}
