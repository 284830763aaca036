//! Files in and out: what is written can be read again, what is read is upright, sRGB and 8 bits, and what cannot be is refused.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::Cursor;

use image_webp::WebPDecoder;
use proptest::prelude::*;
use render::{
    Image,
    decode::decode,
    encode::{Chroma, Jpeg, PngEffort, WebpKind, jpeg, png, webp},
};

fn picture(width: u32, height: u32) -> Image {
    Image::from_fn(width, height, |x, y| match (x * 5 + y * 3) % 256 {
        0 => [0; 4],
        alpha => [(x * 2) as u8, (y * 3) as u8, (x + y) as u8, alpha as u8],
    })
}

fn gradient(width: u32, height: u32) -> Image {
    Image::from_fn(width, height, |x, y| [(40 + x) as u8, (60 + y) as u8, (90 + (x + y) / 2) as u8, 255])
}

/// The largest difference of any channel.
fn difference(a: &Image, b: &Image) -> u8 {
    assert_eq!((a.width(), a.height()), (b.width(), b.height()));
    a.pixels().iter().zip(b.pixels()).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

proptest! {
    #[test]
    fn lossless_files_hold_every_pixel(width in 1..70u32, height in 1..50u32) {
        let picture = picture(width, height);
        for file in [
            png(&picture, PngEffort::Fast).unwrap(),
            png(&picture, PngEffort::Balanced).unwrap(),
            webp(&picture, WebpKind::Lossless).unwrap(),
        ] {
            prop_assert_eq!(&decode(&file).unwrap(), &picture);
        }
    }

    #[test]
    fn lossy_files_hold_smooth_pictures_of_any_size(width in 1..70u32, height in 1..50u32) {
        let picture = gradient(width, height);
        for chroma in [Chroma::Full, Chroma::Halved] {
            for progressive in [false, true] {
                let file = jpeg(&picture, Jpeg { quality: 95, chroma, progressive }).unwrap();
                let off = difference(&decode(&file).unwrap(), &picture);
                prop_assert!(off <= 6, "{off} with {chroma:?}, progressive {progressive}");
            }
        }
        let off = difference(&decode(&webp(&picture, WebpKind::Lossy(95)).unwrap()).unwrap(), &picture);
        prop_assert!(off <= 8, "{off} in WebP");
    }
}

#[test]
fn transparent_parts_of_a_jpeg_are_white() {
    let veil = Image::from_fn(32, 32, |_, _| [255, 0, 0, 51]);
    let [r, g, b, a] = decode(&jpeg(&veil, Jpeg::of_quality(95)).unwrap()).unwrap().pixel(9, 9);
    assert!(r >= 253 && g.abs_diff(204) <= 2 && b.abs_diff(204) <= 2 && a == 255, "{r} {g} {b} {a}");
}

#[test]
fn full_chroma_keeps_what_halved_chroma_mixes() {
    let stripes = Image::from_fn(64, 64, |x, _| if x % 2 == 0 { [220, 40, 40, 255] } else { [40, 40, 220, 255] });
    let off = |chroma| {
        let file = jpeg(&stripes, Jpeg { quality: 95, chroma, progressive: false }).unwrap();
        difference(&decode(&file).unwrap(), &stripes)
    };
    assert!(off(Chroma::Full) < 20 && off(Chroma::Halved) > 60);
}

#[test]
fn every_file_is_tagged_as_srgb_with_its_density() {
    let picture = picture(20, 10);
    let lossy = jpeg(&picture, Jpeg::of_quality(80)).unwrap();
    // JFIF: after the marker, its length and its name, version 1.2, dots per inch, 300 by 300.
    assert_eq!(lossy[6..18], [b"JFIF\0\x01\x02\x01".as_slice(), &[1, 44, 1, 44]].concat());
    let lossless = png(&picture, PngEffort::Fast).unwrap();
    let info = png::Decoder::new(Cursor::new(&lossless)).read_info().unwrap().info().clone();
    assert_eq!((info.pixel_dims.unwrap().xppu, info.srgb.is_some()), (11_811, true));
    let of_webp = |file: Vec<u8>| {
        let mut decoder = WebPDecoder::new(Cursor::new(file)).unwrap();
        (decoder.icc_profile().unwrap().unwrap(), decoder.exif_metadata().unwrap())
    };
    for (profile, exif) in [
        of_webp(webp(&picture, WebpKind::Lossy(80)).unwrap()),
        of_webp(webp(&picture, WebpKind::Lossless).unwrap()),
        (jpeg::Reader::open(&lossy).unwrap().profile().unwrap(), None),
    ] {
        // D50 is the only illuminant allowed, tags begin at steps of four bytes (ICC.1, 7.2.16 and 7.3.4), and the time of
        // making is not now, or equal pictures would be files that differ.
        let number = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap());
        assert_eq!([68, 72, 76].map(number), [0xF6D6, 0x10000, 0xD32D]);
        assert!((0..number(128) as usize).all(|tag| number(136 + 12 * tag) % 4 == 0));
        assert_eq!(profile[24..36], [1994, 1, 1, 0, 0, 0].map(u16::to_be_bytes).concat());
        let profile = moxcms::ColorProfile::new_from_slice(&profile).unwrap();
        assert_eq!(profile.color_space, moxcms::DataColorSpace::Rgb);
        if let Some(exif) = exif {
            assert!(exif.windows(8).any(|bytes| bytes == [44, 1, 0, 0, 1, 0, 0, 0]), "300 / 1");
        }
    }
}

/// Exif that says how the picture is turned.
fn exif(orientation: u8) -> Vec<u8> {
    [b"II*\0\x08\0\0\0\x01\0".as_slice(), &[0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0], &[0; 4]].concat()
}

#[test]
fn a_photo_is_turned_upright() {
    // Lit from the left as it is stored.
    let stored = Image::from_fn(32, 16, |x, _| {
        let level = 255 - x as u8 * 8;
        [level, level, level, 255]
    });
    let whole = jpeg(&stored, Jpeg::of_quality(95)).unwrap();
    for (orientation, size, bright) in
        [(1, (32, 16), (0, 8)), (3, (32, 16), (31, 8)), (6, (16, 32), (8, 0)), (8, (16, 32), (8, 31))]
    {
        let exif = [b"Exif\0\0".as_slice(), &exif(orientation)].concat();
        let segment = [&[0xff, 0xe1, 0, exif.len() as u8 + 2], &exif[..]].concat();
        let file = [&whole[..2], &segment, &whole[2..]].concat();
        let picture = decode(&file).unwrap();
        assert_eq!((picture.width(), picture.height()), size, "orientation {orientation}");
        assert!(picture.pixel(bright.0, bright.1)[0] > 240, "orientation {orientation}");
    }
}

fn deep_png(color: png::ColorType, samples: &[u16], profile: Option<Vec<u8>>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut info = png::Info::with_size((samples.len() / color.samples()) as u32, 1);
    (info.bit_depth, info.color_type) = (png::BitDepth::Sixteen, color);
    info.icc_profile = profile.map(Into::into);
    let mut writer = png::Encoder::with_info(&mut file, info).unwrap().write_header().unwrap();
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_be_bytes()).collect();
    writer.write_image_data(&bytes).unwrap();
    writer.finish().unwrap();
    file
}

#[test]
fn sixteen_bits_are_rounded_to_eight() {
    let file =
        deep_png(png::ColorType::Rgba, &[0, 128, 129, 65_535, 257 * 77 + 128, 257 * 77 + 129, 65_406, 257], None);
    let picture = decode(&file).unwrap();
    assert_eq!(picture.pixel(0, 0), [0, 0, 1, 255]);
    assert_eq!(picture.pixel(1, 0), [77, 78, 254, 1]);
}

#[test]
fn wide_colours_become_srgb() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let samples = [128 * 257; 3].into_iter().chain([200, 100, 50].map(|value| value * 257));
    let file = deep_png(png::ColorType::Rgb, &samples.collect::<Vec<_>>(), Some(profile));
    let picture = decode(&file).unwrap();
    assert_eq!(picture.pixel(0, 0), [128, 128, 128, 255], "grey is grey in both");
    // By the matrices of Display P3 and sRGB: linear light, P3 to XYZ to sRGB, encoded.
    let [r, g, b, _] = picture.pixel(1, 0);
    assert!(r.abs_diff(213) <= 2 && g.abs_diff(94) <= 2 && b.abs_diff(32) <= 3, "{r} {g} {b}");
}

#[test]
fn grey_and_two_channel_pictures_are_read() {
    let grey = deep_png(png::ColorType::Grayscale, &[257 * 9, 257 * 200], None);
    assert_eq!(decode(&grey).unwrap().pixels(), [9, 9, 9, 255, 200, 200, 200, 255]);
    let with_alpha = deep_png(png::ColorType::GrayscaleAlpha, &[257 * 9, 257 * 30], None);
    assert_eq!(decode(&with_alpha).unwrap().pixels(), [9, 9, 9, 30]);
}
