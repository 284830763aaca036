//! Decoding takes hardly more memory than its picture, and never more than it said before.
#![allow(clippy::unwrap_used, clippy::expect_used, unsafe_code)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

#[allow(dead_code)] // What is only for the other tests.
#[path = "decode/make_vp8l.rs"]
mod make_vp8l;

use document::ImageFormat;
use make_vp8l::steps;
use png::{BitDepth, ColorType};
use render::{
    Image,
    decode::{decode, header, most_peak_bytes, peak_bytes},
    encode::{self, Chroma, Jpeg, PngEffort, WebpKind, jpeg, png_bytes_max, webp},
};

/// The system's memory, counted. What C libraries take is not; libjpeg gets no more than its reader says (`crates/jpeg/src/shim.c`).
struct Counted;

static NOW: AtomicU64 = AtomicU64::new(0);
static PEAK: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call is handed on as it came.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size() as u64, Relaxed) + layout.size() as u64;
        PEAK.fetch_max(now, Relaxed);
        // SAFETY: by the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size() as u64, Relaxed);
        // SAFETY: by the caller.
        unsafe { System.dealloc(at, layout) }
    }

    // What is large is moved by its pages, and never twice in memory.
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let now = NOW.fetch_add(size as u64, Relaxed) + size as u64;
        NOW.fetch_sub(layout.size() as u64, Relaxed);
        PEAK.fetch_max(now - layout.size() as u64, Relaxed);
        // SAFETY: by the caller.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static MEMORY: Counted = Counted;

const SIDE: u32 = 1000;
const PICTURE: u64 = SIDE as u64 * SIDE as u64 * 4;

/// The bytes that some work holds at its peak.
fn taken<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let made = work();
    (made, PEAK.load(Relaxed) - before)
}

/// A photo's noise, in which there is nothing to press.
fn noise(alpha: u8) -> Image {
    let mut state = 7u32;
    Image::from_fn(SIDE, SIDE, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [r, g, b, a] = state.rotate_left(9).to_be_bytes();
        [r, g, b, a | alpha]
    })
}

fn png(color: ColorType, depth: BitDepth, turned: bool) -> Vec<u8> {
    let mut file = Vec::new();
    let mut info = png::Info::with_size(SIDE, SIDE);
    (info.color_type, info.bit_depth) = (color, depth);
    let row = color.samples() * SIDE as usize * depth as usize / 8;
    info.exif_metadata =
        turned.then(|| b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec().into());
    info.icc_profile = Some(moxcms::ColorProfile::new_display_p3().encode().unwrap().into());
    let mut writer = png::Encoder::with_info(&mut file, info).unwrap().write_header().unwrap();
    writer.write_image_data(&vec![9; row * SIDE as usize]).unwrap();
    writer.finish().unwrap();
    file
}

fn lossless_webp(bitstream: &[u8]) -> Vec<u8> {
    let padded = bitstream.len().next_multiple_of(2);
    let lengths = [padded as u32 + 12, bitstream.len() as u32].map(u32::to_le_bytes);
    let mut file = [b"RIFF", &lengths[0][..], b"WEBPVP8L", &lengths[1], bitstream].concat();
    file.resize(20 + padded, 0);
    file
}

/// All in one, because the counting is of the whole process.
#[test]
fn decoding_takes_the_picture_and_little_beside_and_says_so_before() {
    let picture = |alpha| Image::from_fn(SIDE, SIDE, |x, y| [x as u8, y as u8, (x * y) as u8, alpha]);
    let few_rows = 3 << 20;
    let progressive = Jpeg { chroma: Chroma::Full, progressive: true, ..Jpeg::of_quality(90) };
    // libjpeg's, as many as there are samples, of two bytes each.
    let coefficients = PICTURE / 4 * 6;
    for (name, file, most) in [
        ("16-bit PNG", png(ColorType::Rgba, BitDepth::Sixteen, false), PICTURE + few_rows),
        ("16-bit PNG, turned", png(ColorType::Rgba, BitDepth::Sixteen, true), PICTURE + few_rows),
        ("8-bit PNG", png(ColorType::Rgb, BitDepth::Eight, false), PICTURE + few_rows),
        ("grey PNG", png(ColorType::Grayscale, BitDepth::Eight, true), PICTURE + few_rows),
        ("JPEG", jpeg(&picture(255), Jpeg::of_quality(90)).unwrap(), PICTURE + few_rows),
        ("progressive JPEG", jpeg(&picture(255), progressive).unwrap(), PICTURE + few_rows + coefficients),
        ("WebP", webp(&picture(255), WebpKind::Lossy(80)).unwrap(), PICTURE * 2),
        ("WebP with alpha", webp(&picture(90), WebpKind::Lossy(80)).unwrap(), PICTURE * 3),
        ("lossless WebP", webp(&picture(255), WebpKind::Lossless).unwrap(), PICTURE * 2),
        ("lossless WebP with alpha", webp(&picture(90), WebpKind::Lossless).unwrap(), PICTURE * 2),
    ] {
        let said = peak_bytes(&file).unwrap();
        let (decoded, taken) = taken(|| decode(&file).unwrap());
        assert_eq!(decoded.pixels().len() as u64, PICTURE, "{name}");
        assert!(taken <= most, "{name}: {taken} of {most}");
        assert!(taken <= said && said < most + (32 << 20), "{name}: {taken} taken, {said} said");
        let format = header(&file).unwrap().format;
        let said_of_any = most_peak_bytes(format, (SIDE, SIDE), file.len() as u64);
        // Of a lossless WebP it is not known how much its tables take.
        let tables = if format == ImageFormat::Webp { 34 << 20 } else { 0 };
        let much = PICTURE * 4 + (32 << 20) + tables;
        assert!(said <= said_of_any && said_of_any < much, "{name}: {said_of_any} said of any");
    }
    for (name, build) in [
        (
            "full tables",
            make_vp8l::Build { size: (256, 256), groups: 1500, cache: None, green: steps(10), other: steps(10) },
        ),
        (
            "long codes",
            make_vp8l::Build { size: (256, 256), groups: 1400, cache: None, green: steps(15), other: steps(15) },
        ),
        (
            "full trees",
            make_vp8l::Build { size: (96, 96), groups: 350, cache: Some(11), green: vec![11; 2048], other: steps(10) },
        ),
    ] {
        let data = build.picture();
        let file = lossless_webp(&data);
        let said = peak_bytes(&file).unwrap();
        let (decoded, taken) = taken(|| decode(&file).unwrap());
        assert_eq!((decoded.width(), decoded.height()), build.size, "{name}");
        assert!(taken <= said && said < taken + (24 << 20), "{name}: {taken} taken, {said} said");
        let said_of_any = most_peak_bytes(ImageFormat::Webp, build.size, file.len() as u64);
        assert!(said <= said_of_any && taken > 20 << 20, "{name}: {taken} taken, {said} said, {said_of_any} of any");
    }
    // Whatever a bitstream says: what is said before is said by a reading of it that must not differ from the decoder's.
    let blocks = Image::from_fn(120, 90, |x, y| {
        let [kind, base] = [(x / 24 * 7 + y / 18 * 5) as u8, (x / 24 * 60 + y / 18 * 35) as u8];
        [base, base ^ ((x * y) as u8 & kind & 63), kind, 255 - (y as u8 & kind)]
    });
    let file = webp(&blocks, WebpKind::Lossless).unwrap();
    // Behind the chunk's name and length and the picture's size.
    let begin = file.windows(4).position(|name| name == b"VP8L").unwrap() + 13;
    let mut state = 1u32;
    for round in 0..2000 {
        let mut broken = file.clone();
        for _ in 0..=round % 3 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Half of the time where most codes are.
            let reach = if round % 2 == 0 { 200 } else { file.len() - begin };
            broken[begin + (state >> 8) as usize % reach] ^= 1 << (state >> 4 & 7);
        }
        let ((said, _decoded), taken) = taken(|| (peak_bytes(&broken), decode(&broken)));
        // Little of what is spare is needed.
        assert!(said.is_err() || taken + (14 << 20) <= said.unwrap(), "round {round}: {taken} taken");
    }
    for (name, picture) in [("smooth", picture(255)), ("noise", noise(255)), ("noise with alpha", noise(0))] {
        for effort in [PngEffort::Fast, PngEffort::Balanced] {
            let (file, taken) = taken(|| encode::png(&picture, effort).unwrap());
            let said = png_bytes_max(SIDE, SIDE);
            assert!(file.len() as u64 <= said, "{name}, {effort:?}: {} of {said}", file.len());
            assert!(taken <= said + few_rows, "{name}, {effort:?}: {taken} taken, {said} said");
        }
    }
}
