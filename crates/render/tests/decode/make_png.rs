//! PNG files with any chunks: the encoder's file, taken apart and put together again.

use png::{BitDepth, ColorType, Encoder};

pub struct Chunk {
    pub name: [u8; 4],
    pub data: Vec<u8>,
}

pub fn chunk(name: &[u8; 4], data: &[u8]) -> Chunk {
    Chunk { name: *name, data: data.to_vec() }
}

/// A picture without a word of its colours. Samples have as many bytes as the depth.
pub fn plain(size: (u32, u32), color: ColorType, depth: BitDepth, samples: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, size.0, size.1);
    encoder.set_color(color);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(samples).unwrap();
    writer.finish().unwrap();
    file
}

/// A row of 8-bit greys.
pub fn greys(levels: &[u8]) -> Vec<u8> {
    plain((levels.len() as u32, 1), ColorType::Grayscale, BitDepth::Eight, levels)
}

/// A row of 8-bit colours.
pub fn colors(colors: &[[u8; 3]]) -> Vec<u8> {
    plain((colors.len() as u32, 1), ColorType::Rgb, BitDepth::Eight, &colors.concat())
}

/// The file with chunks behind its header.
pub fn with(file: &[u8], chunks: &[Chunk]) -> Vec<u8> {
    // The signature, and the header of 13 bytes with its length, name and checksum.
    const HEADER_END: usize = 8 + 25;
    let written = chunks.iter().flat_map(written);
    file[..HEADER_END].iter().copied().chain(written).chain(file[HEADER_END..].iter().copied()).collect()
}

/// An iCCP chunk of a profile.
pub fn profile(icc: &[u8]) -> Chunk {
    chunk(b"iCCP", &[b"p\0\0".as_slice(), &fdeflate::compress_to_vec(icc)].concat())
}

fn written(chunk: &Chunk) -> Vec<u8> {
    let body = [&chunk.name[..], &chunk.data].concat();
    [&(chunk.data.len() as u32).to_be_bytes()[..], &body, &crc(&body).to_be_bytes()].concat()
}

/// PNG specification, annex D.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    };
    !bytes.iter().fold(!0, step)
}

/// The header says that its pixels come in seven passes, and they do: PNG specification 8.2.
pub fn interlaced(size: (u32, u32), color: ColorType, pixel: impl Fn(u32, u32) -> Vec<u8>) -> Vec<u8> {
    let passes = [(0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2)];
    let mut rows = Vec::new();
    for (left, across, top, down) in passes {
        for y in (top..size.1).step_by(down) {
            let row: Vec<u8> = (left..size.0).step_by(across).flat_map(|x| pixel(x, y)).collect();
            if !row.is_empty() {
                rows.push(0);
                rows.extend(row);
            }
        }
    }
    let depth = if pixel(0, 0).len() == color.samples() { 8 } else { 16 };
    let header = [&size.0.to_be_bytes()[..], &size.1.to_be_bytes(), &[depth, color as u8, 0, 0, 1]].concat();
    let chunks = [chunk(b"IHDR", &header), chunk(b"IDAT", &fdeflate::compress_to_vec(&rows)), chunk(b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.iter().flat_map(written).collect()].concat()
}
