//! What a lossless WebP bitstream makes its decoder take beside the picture, known before the decoder sees it.
//!
//! A bitstream says how many groups of prefix codes it has, and for each code the decoder makes a table that is some hundred times as
//! large as what is written of it. So it is read here as far as the last of these codes, without keeping any. The sections that are named
//! are those of the WebP Lossless Bitstream Specification (RFC 9649, 3); the figures are image-webp's.

use super::{DecodeError, damaged};

/// The most that the tables of a picture's codes may take: those of 1,500 groups, each with a full table for each code. libwebp joins what
/// is alike, so that of the most varied picture some hundred are left, with 5 MB together, and of a photo hardly 0.5 MB.
const TABLES_BYTES_MAX: u64 = 32 << 20;
/// A group is five trees of 56 bytes in a list that grows by doubling: three times that while it moves.
const GROUP_BYTES: u64 = 3 * 5 * 56;
/// The bits that are looked up in a code's table at once; what is longer is in a tree of two nodes a symbol.
const TABLE_BITS: usize = 10;
const ENTRY_BYTES: u64 = 4;
const NODE_BYTES: u64 = 16;
/// What a code has beside both: the tree of a simple one.
const CODE_BYTES: u64 = 64;
/// A pixel of the pictures that say something of blocks.
const PIXEL_BYTES: u64 = 4;
/// And the number of a block's group, which is taken from such a pixel.
const NUMBER_BYTES: u64 = 2;

/// "Decoding Entropy-Coded Image Data": green with lengths and the colour cache, red, blue, alpha, distance.
const ALPHABETS: [usize; 5] = [256 + LENGTHS, 256, 256, 256, 40];
const LENGTHS: usize = 24;
const CACHE_BITS_MAX: u32 = 11;
/// "Predictor Transform", "Color Transform" and "Decoding of Meta Prefix Codes": a block has four pixels a side at least.
const BLOCK_BITS_MIN: u32 = 2;
/// "Simple Code Length Code" and "Normal Code Length Code".
const CODE_LENGTHS: usize = 19;
const CODE_LENGTH_ORDER: [usize; CODE_LENGTHS] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const LENGTH_MAX: usize = 15;

/// The bytes that the decoder takes beside the picture and the file. The bitstream begins with its transforms.
///
/// # Errors
/// It is damaged, or has more groups of codes than blocks that could use them; [`DecodeError::OutOfMemory`] beyond a bound that no
/// encoder's file comes near.
pub fn decoder_bytes(bitstream: &[u8], size: (u32, u32)) -> Result<u64, DecodeError> {
    Walk { bits: Bits { data: bitstream, at: 0 } }.picture(size)
}

/// The most that [`decoder_bytes`] says of any bitstream of that size.
pub fn most_decoder_bytes(size: (u32, u32)) -> u64 {
    let symbols: usize = ALPHABETS.iter().sum::<usize>() + (1 << CACHE_BITS_MAX);
    let tables = ALPHABETS.len() as u64 * (CODE_BYTES + (ENTRY_BYTES << TABLE_BITS));
    let group = GROUP_BYTES + tables + symbols as u64 * 2 * NODE_BYTES;
    let blocks = blocks(size, BLOCK_BITS_MIN);
    blocks * (3 * PIXEL_BYTES + NUMBER_BYTES) + TABLES_BYTES_MAX.min(blocks * group)
}

fn blocks((width, height): (u32, u32), bits: u32) -> u64 {
    u64::from(width.div_ceil(1 << bits)) * u64::from(height.div_ceil(1 << bits))
}

struct Walk<'a> {
    bits: Bits<'a>,
}

impl Walk<'_> {
    /// "Overall Structure of the Format": transforms, then the picture.
    fn picture(&mut self, (mut width, height): (u32, u32)) -> Result<u64, DecodeError> {
        let mut bytes = 0;
        let mut seen = [false; 4];
        while self.bits.flag()? {
            let transform = self.bits.take(2)?;
            if std::mem::replace(&mut seen[transform as usize], true) {
                return Err(damaged("a transform comes twice"));
            }
            match transform {
                0 | 1 => {
                    let blocks = blocks((width, height), BLOCK_BITS_MIN + self.bits.take(3)?);
                    self.small_picture(blocks)?;
                    bytes += blocks * PIXEL_BYTES;
                }
                2 => {}
                _ => {
                    let colors = self.bits.take(8)? + 1;
                    self.small_picture(colors.into())?;
                    // "Color Indexing Transform": of few colours several pixels are one.
                    width = width.div_ceil(match colors {
                        ..=2 => 8,
                        3..=4 => 4,
                        5..=16 => 2,
                        _ => 1,
                    });
                }
            }
        }
        let cache = self.cache()?;
        let mut groups = 1;
        // "Decoding of Meta Prefix Codes".
        if self.bits.flag()? {
            let blocks = blocks((width, height), BLOCK_BITS_MIN + self.bits.take(3)?);
            groups = u64::from(self.small_picture(blocks)?) + 1;
            bytes += blocks * (PIXEL_BYTES + NUMBER_BYTES);
            if groups > blocks {
                return Err(damaged("it has more codes than blocks"));
            }
        }
        let mut tables = 0;
        for _ in 0..groups {
            tables += GROUP_BYTES;
            for code in self.group(cache)? {
                tables += code.table_bytes();
            }
            if tables > TABLES_BYTES_MAX {
                return Err(DecodeError::OutOfMemory);
            }
        }
        Ok(bytes + tables)
    }

    /// Passes over a picture that says something of blocks or colours, and tells the largest number that a pixel's red and green make.
    ///
    /// "Encoding of Image Data": what is copied from before, or comes from the colour cache, has been written as a pixel before (or is
    /// zero), so that only pixels that are written out count, and none is kept.
    fn small_picture(&mut self, pixels: u64) -> Result<u16, DecodeError> {
        let cache = self.cache()?;
        let [green, red, blue, alpha, distance] = self.group(cache)?;
        let mut largest = 0;
        let mut left = pixels;
        while left > 0 {
            let symbol = green.symbol(&mut self.bits)?;
            let run = match usize::from(symbol) {
                0..256 => {
                    let red_symbol = red.symbol(&mut self.bits)?;
                    blue.symbol(&mut self.bits)?;
                    alpha.symbol(&mut self.bits)?;
                    largest = largest.max(red_symbol << 8 | symbol);
                    // What takes no bits goes on to the end.
                    if [&green, &red, &blue, &alpha].iter().all(|code| matches!(code, Code::One(_))) { left } else { 1 }
                }
                256..280 => {
                    let length = self.number(u32::from(symbol) - 256)?;
                    let distance = distance.symbol(&mut self.bits)?;
                    self.number(distance.into())?;
                    length
                }
                _ => 1,
            };
            left = left.checked_sub(run).ok_or_else(|| damaged("a copy goes beyond its picture"))?;
        }
        Ok(largest)
    }

    /// "LZ77 Backward Reference": a length or a distance of its prefix and what bits follow.
    fn number(&mut self, prefix: u32) -> Result<u64, DecodeError> {
        if prefix < 4 {
            return Ok(u64::from(prefix) + 1);
        }
        let extra = (prefix - 2) >> 1;
        let offset = (2 + (prefix & 1)) << extra;
        Ok(u64::from(offset + self.bits.take(extra)?) + 1)
    }

    /// "Color Cache Coding": how many symbols it adds to green.
    fn cache(&mut self) -> Result<usize, DecodeError> {
        if !self.bits.flag()? {
            return Ok(0);
        }
        match self.bits.take(4)? {
            bits @ 1..=CACHE_BITS_MAX => Ok(1 << bits),
            _ => Err(damaged("its colour cache has no size")),
        }
    }

    fn group(&mut self, cache: usize) -> Result<[Code; 5], DecodeError> {
        let [green, red, blue, alpha, distance] = ALPHABETS;
        Ok([self.code(green + cache)?, self.code(red)?, self.code(blue)?, self.code(alpha)?, self.code(distance)?])
    }

    /// "Decoding and Building the Prefix Codes".
    fn code(&mut self, alphabet: usize) -> Result<Code, DecodeError> {
        if !self.bits.flag()? {
            let lengths = self.lengths(alphabet)?;
            return Code::of_lengths(&lengths);
        }
        let two = self.bits.flag()?;
        let first_bits = if self.bits.flag()? { 8 } else { 1 };
        let mut symbol = |bits| match self.bits.take(bits)? {
            symbol if (symbol as usize) < alphabet => Ok(symbol as u16),
            _ => Err(damaged("a code has a symbol that does not exist")),
        };
        let first = symbol(first_bits)?;
        if !two {
            return Ok(Code::One(first));
        }
        let mut counts = [0; LENGTH_MAX + 1];
        counts[1] = 2;
        Ok(Code::Many { counts, symbols: vec![first, symbol(8)?] })
    }

    /// "Normal Code Length Code": the length of each symbol's code, zero for one that does not occur.
    fn lengths(&mut self, alphabet: usize) -> Result<Vec<u8>, DecodeError> {
        let mut lengths = [0; CODE_LENGTHS];
        let count = 4 + self.bits.take(4)? as usize;
        for at in &CODE_LENGTH_ORDER[..count] {
            lengths[*at] = self.bits.take(3)? as u8;
        }
        let code = Code::of_lengths(&lengths)?;
        let mut left = alphabet;
        if self.bits.flag()? {
            let bits = 2 + 2 * self.bits.take(3)?;
            left = 2 + self.bits.take(bits)? as usize;
        }
        if left > alphabet {
            return Err(damaged("a code has more symbols than there are"));
        }
        let mut lengths = Vec::with_capacity(alphabet);
        let mut before = 8;
        while lengths.len() < alphabet && left > 0 {
            left -= 1;
            let (length, times) = match code.symbol(&mut self.bits)? {
                16 => (before, 3 + self.bits.take(2)?),
                17 => (0, 3 + self.bits.take(3)?),
                18 => (0, 11 + self.bits.take(7)?),
                length => (length as u8, 1),
            };
            if length > 0 {
                before = length;
            }
            lengths.extend(std::iter::repeat_n(length, times as usize));
            if lengths.len() > alphabet {
                return Err(damaged("a code has more symbols than there are"));
            }
        }
        Ok(lengths)
    }
}

/// A canonical prefix code.
enum Code {
    /// Of one symbol, which takes no bits.
    One(u16),
    /// How many symbols there are of each length, and all in the order of their codes.
    Many { counts: [u16; LENGTH_MAX + 1], symbols: Vec<u16> },
}

impl Code {
    /// The lengths leave no code unused, and none to two symbols.
    fn of_lengths(lengths: &[u8]) -> Result<Self, DecodeError> {
        let mut counts = [0; LENGTH_MAX + 1];
        lengths.iter().for_each(|length| counts[usize::from(*length)] += 1);
        counts[0] = 0;
        let used: u16 = counts.iter().sum();
        if used == 1 {
            let only = lengths.iter().position(|length| *length > 0).unwrap_or(0);
            return Ok(Self::One(only as u16));
        }
        let space: u32 =
            (1..).zip(&counts[1..]).map(|(length, count)| u32::from(*count) << (LENGTH_MAX - length)).sum();
        if space != 1 << LENGTH_MAX {
            return Err(damaged("a code is incomplete, or has too many symbols"));
        }
        let mut next = [0; LENGTH_MAX + 1];
        for length in 1..LENGTH_MAX {
            next[length + 1] = next[length] + counts[length];
        }
        let mut symbols = vec![0; usize::from(used)];
        for (symbol, length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
            let next = &mut next[usize::from(*length)];
            symbols[usize::from(*next)] = symbol as u16;
            *next += 1;
        }
        Ok(Self::Many { counts, symbols })
    }

    fn symbol(&self, bits: &mut Bits) -> Result<u16, DecodeError> {
        let (counts, symbols) = match self {
            Self::One(symbol) => return Ok(*symbol),
            Self::Many { counts, symbols } => (counts, symbols),
        };
        let mut ahead = bits.ahead();
        // The next code of this length, the first one of it, and where its symbol is.
        let (mut code, mut first, mut at) = (0, 0, 0);
        for (length, count) in (1..).zip(&counts[1..]) {
            let count = u32::from(*count);
            code |= (ahead & 1) as u32;
            if code < first + count {
                bits.skip(length)?;
                return Ok(symbols[(at + code - first) as usize]);
            }
            (ahead, code, first, at) = (ahead >> 1, code << 1, (first + count) << 1, at + count);
        }
        Err(damaged("a code does not exist"))
    }

    /// What the decoder's table and tree for it take.
    fn table_bytes(&self) -> u64 {
        let Self::Many { counts, .. } = self else { return CODE_BYTES };
        let longest = counts.iter().rposition(|count| *count > 0).unwrap_or(0);
        let long: u64 = counts[TABLE_BITS + 1..].iter().map(|count| u64::from(*count)).sum();
        CODE_BYTES + (ENTRY_BYTES << longest.min(TABLE_BITS)) + long * 2 * NODE_BYTES
    }
}

/// "Nomenclature": bits of a byte come from its least significant on.
struct Bits<'a> {
    data: &'a [u8],
    /// In bits.
    at: usize,
}

impl Bits<'_> {
    fn flag(&mut self) -> Result<bool, DecodeError> {
        Ok(self.take(1)? == 1)
    }

    /// The next bits, 24 at most, as a number.
    fn take(&mut self, count: u32) -> Result<u32, DecodeError> {
        let bits = self.ahead() & ((1 << count) - 1);
        self.skip(count)?;
        Ok(bits as u32)
    }

    /// 57 bits or more that come next, with zeros behind the end.
    fn ahead(&self) -> u64 {
        let rest = self.data.get(self.at / 8..).unwrap_or_default();
        let bytes = rest.first_chunk().copied().unwrap_or_else(|| {
            let mut bytes = [0; 8];
            bytes[..rest.len()].copy_from_slice(rest);
            bytes
        });
        u64::from_le_bytes(bytes) >> (self.at % 8)
    }

    fn skip(&mut self, count: u32) -> Result<(), DecodeError> {
        self.at += count as usize;
        if self.at > self.data.len() * 8 { Err(damaged("the end of the picture is missing")) } else { Ok(()) }
    }
}
