//! Any bytes as a colour profile of a PNG, of colours and of greys, of both depths: it is followed or passed over, and never in the way.
#![no_main]

use libfuzzer_sys::fuzz_target;
use png::{BitDepth, ColorType};
use render::decode::decode;

fuzz_target!(|profile: &[u8]| {
    let chunk = [b"p\0\0".as_slice(), &fdeflate::compress_to_vec(profile)].concat();
    for color in [ColorType::Rgb, ColorType::Grayscale] {
        for depth in [BitDepth::Eight, BitDepth::Sixteen] {
            decode(&with_profile(color, depth, &chunk)).expect("the picture is whole");
        }
    }
});

fn with_profile(color: ColorType, depth: BitDepth, chunk: &[u8]) -> Vec<u8> {
    const WIDTH: usize = 16;
    // The signature, and the header of 13 bytes with its length, name and checksum.
    const HEADER_END: usize = 8 + 25;
    let samples: Vec<u8> = (0..WIDTH * color.samples() * depth as usize / 8).map(|at| (at * 37) as u8).collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, WIDTH as u32, 1);
    encoder.set_color(color);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().expect("a plain header");
    writer.write_image_data(&samples).expect("as many samples as it says");
    writer.finish().expect("a whole file");
    // A wrong checksum of what is not needed for the pixels is no fault.
    let chunk = [&(chunk.len() as u32).to_be_bytes(), b"iCCP", chunk, &[0; 4]].concat();
    [&file[..HEADER_END], &chunk, &file[HEADER_END..]].concat()
}
