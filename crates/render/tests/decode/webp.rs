//! WebP: the picture's own word counts, not its container's.

use render::{
    Image,
    decode::{DecodeError, decode, peak_bytes},
    encode::{WebpKind, webp},
};

use crate::{
    make_vp8l::{Build, steps},
    refused, shows,
};

fn picture(alpha: u8) -> Image {
    Image::from_fn(40, 30, |x, y| [(x * 5) as u8, (y * 7) as u8, 90, alpha])
}

fn number24(number: u32) -> Vec<u8> {
    number.to_le_bytes()[..3].to_vec()
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = [&name[..], &(data.len() as u32).to_le_bytes(), data].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = [b"WEBP".to_vec(), chunks.concat()].concat();
    [b"RIFF".to_vec(), (body.len() as u32).to_le_bytes().to_vec(), body].concat()
}

fn extended(flags: u8, width: u32, height: u32) -> Vec<u8> {
    chunk(b"VP8X", &[vec![flags, 0, 0, 0], number24(width - 1), number24(height - 1)].concat())
}

/// A picture's own chunks, without what is said of it.
fn bitstream(alpha: u8, kind: WebpKind) -> Vec<u8> {
    let file = webp(&picture(alpha), kind).unwrap();
    let mut at = 12;
    let mut own = Vec::new();
    while at + 8 <= file.len() {
        let length = u32::from_le_bytes(file[at + 4..at + 8].try_into().unwrap()) as usize;
        let end = at + 8 + length.next_multiple_of(2);
        if matches!(&file[at..at + 4], b"ALPH" | b"VP8 " | b"VP8L") {
            own.extend(&file[at..end]);
        }
        at = end;
    }
    own
}

/// The pixel at (10, 20), however it is kept.
const SHOWN: [u8; 4] = [50, 140, 90, 255];
const LOSSY: WebpKind = WebpKind::Lossy(95);

#[test]
fn a_flag_of_alpha_without_alpha_and_alpha_without_a_flag_are_no_fault() {
    const ALPHA: u8 = 1 << 4;
    for flags in [0, ALPHA] {
        for (kind, tolerance) in [(LOSSY, 12), (WebpKind::Lossless, 0)] {
            for alpha in [255, 128] {
                let file = file(&[extended(flags, 40, 30), bitstream(alpha, kind)]);
                let [r, g, b, _] = SHOWN;
                let name = format!("{kind:?}, alpha {alpha}, flags {flags}");
                shows(&name, &file, (40, 30), &[((10, 20), [r, g, b, alpha])], tolerance);
            }
        }
    }
    let wide = file(&[extended(0, 64, 48), bitstream(255, LOSSY)]);
    refused("a still picture on a larger canvas", &wide, "damaged");
    let simple = file(&[bitstream(255, LOSSY)]);
    shows("a simple file", &simple, (40, 30), &[((10, 20), SHOWN)], 12);
    for length in [[0; 4], [255; 4], 21_u32.to_le_bytes()] {
        let mut wrong = simple.clone();
        wrong[4..8].copy_from_slice(&length);
        shows("a wrong length of all", &wrong, (40, 30), &[((10, 20), SHOWN)], 12);
    }
}

#[test]
fn the_first_frame_of_an_animation_lies_on_a_transparent_canvas() {
    const ANIMATED: u8 = 1 << 1;
    let white = chunk(b"ANIM", &[255, 255, 255, 255, 0, 0]);
    for flags in [ANIMATED, ANIMATED | 1 << 4] {
        for (kind, tolerance) in [(LOSSY, 12), (WebpKind::Lossless, 0)] {
            let frame = |x: u32, y: u32| {
                let place = [number24(x / 2), number24(y / 2), number24(39), number24(29), number24(100), vec![0]];
                chunk(b"ANMF", &[place.concat(), bitstream(255, kind)].concat())
            };
            let animation = file(&[extended(flags, 64, 48), white.clone(), frame(20, 10), frame(0, 0)]);
            let points = [((30, 30), SHOWN), ((2, 2), [0; 4]), ((62, 46), [0; 4]), ((19, 30), [0; 4])];
            shows(&format!("{kind:?}"), &animation, (64, 48), &points, tolerance);
            let beyond = file(&[extended(flags, 50, 48), white.clone(), frame(20, 10)]);
            refused("a frame beyond its canvas", &beyond, "damaged");
        }
    }
}

#[test]
fn exif_turns_a_webp_with_and_without_the_prefix_of_a_jpeg() {
    let short = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    let long = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x04\0\0\0\x01\0\0\0\x06\0\0\0\0".to_vec();
    let prefixed = [b"Exif\0\0", &short[..]].concat();
    for exif in [short, long, prefixed] {
        let file = file(&[extended(1 << 3, 40, 30), bitstream(255, WebpKind::Lossless), chunk(b"EXIF", &exif)]);
        let picture = decode(&file).unwrap();
        // The stored (10, 20) comes to (30 - 1 - 20, 10).
        assert_eq!(((picture.width(), picture.height()), picture.pixel(9, 10)), ((30, 40), SHOWN));
    }
    for nonsense in [b"II*\0\xff\xff\xff\xff".to_vec(), b"Exif\0\0".to_vec(), Vec::new(), vec![9; 99]] {
        let file = file(&[extended(1 << 3, 40, 30), bitstream(255, WebpKind::Lossless), chunk(b"EXIF", &nonsense)]);
        assert_eq!(decode(&file).unwrap().width(), 40);
    }
}

#[test]
fn a_cut_file_is_refused() {
    for kind in [LOSSY, WebpKind::Lossless] {
        let whole = file(&[bitstream(200, kind)]);
        for end in [whole.len() - 4, whole.len() - 30, whole.len() / 2, 30, 20] {
            refused(&format!("{kind:?}, cut at {end} of {}", whole.len()), &whole[..end], "damaged or incomplete");
        }
    }
    refused("a container of nothing", &file(&[extended(0, 40, 30)]), "damaged or incomplete");
}

/// With codes for which the decoder makes its largest tables.
fn with_codes(size: (u32, u32), groups: u32) -> Build {
    Build { size, groups, cache: None, green: steps(10), other: steps(10) }
}

#[test]
fn a_lossless_picture_has_no_more_codes_than_blocks_that_could_use_them() {
    let lossless = |build: &Build| file(&[chunk(b"VP8L", &build.picture())]);
    let of_alpha =
        |build: &Build| file(&[extended(1 << 4, 40, 30), chunk(b"ALPH", &build.alpha()), bitstream(255, LOSSY)]);
    for groups in [1, 80] {
        let build = with_codes((40, 30), groups);
        shows("as many as blocks", &lossless(&build), (40, 30), &[((10, 20), [0; 4])], 0);
        let [r, g, b, _] = SHOWN;
        shows("as many as blocks, of alpha", &of_alpha(&build), (40, 30), &[((10, 20), [r, g, b, 0])], 12);
    }
    for groups in [81, 4000] {
        let build = with_codes((40, 30), groups);
        refused("a picture", &lossless(&build), "more codes than blocks");
        refused("alpha", &of_alpha(&build), "more codes than blocks");
    }
    refused("four pixels a side", &lossless(&with_codes((4, 4), 65_536)), "more codes than blocks");
}

#[test]
fn what_tables_take_is_said_before_and_beyond_all_measure_refused() {
    for alpha in [false, true] {
        let said = |groups| {
            let build = with_codes((256, 104), groups);
            let chunks = match alpha {
                false => vec![chunk(b"VP8L", &build.picture())],
                true => vec![chunk(b"ALPH", &build.alpha()), chunk(b"VP8 ", &lossy_head(256, 104))],
            };
            peak_bytes(&file(&chunks))
        };
        // A table has a thousand entries of four bytes, and there are five in a group.
        let (few, many) = (said(500).unwrap(), said(1500).unwrap());
        assert!(many - few > 1000 * 5 * 4096 && many - few < 1000 * 5 * 5000, "{few}, {many}");
        assert!(matches!(said(1600), Err(DecodeError::OutOfMemory)));
    }
}

/// A key frame's first bytes: RFC 6386, 9.1.
fn lossy_head(width: u16, height: u16) -> Vec<u8> {
    [&[0, 0, 0, 0x9d, 1, 0x2a][..], &width.to_le_bytes(), &height.to_le_bytes()].concat()
}

#[test]
fn a_code_that_has_too_many_symbols_is_refused_before_the_decoder_meets_it() {
    // Two of each where one would do: all the lengths say together is a multiple of what fits.
    let twice: Vec<u8> = [1, 1].into_iter().chain(steps(15)).collect();
    for green in [twice, vec![1; 3], vec![1, 2, 3], vec![15; 5]] {
        let build = Build { green: green.clone(), ..with_codes((4, 4), 1) };
        refused(&format!("{green:?}"), &file(&[chunk(b"VP8L", &build.picture())]), "damaged or incomplete");
    }
}

#[test]
fn lossless_pictures_of_any_kind_and_size_come_back_as_they_were() {
    let noise = |x: u32, y: u32| {
        let mixed = (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77)).wrapping_mul(0xc2b2_ae3d);
        (mixed ^ mixed >> 15).to_le_bytes()
    };
    let of_colors = |count: u32| {
        move |x, y| {
            let [r, g, b, _] = noise(u32::from(noise(x, y)[0]) % count, 7);
            [r, g, b, 255]
        }
    };
    // Blocks of a kind each, so that one code does not fit all.
    let blocks = |x: u32, y: u32| {
        let [kind, base, step, _] = noise(x / 32, y / 32);
        let level = base.wrapping_add((x % 32) as u8 * (step % 4));
        let [spread, ..] = noise(x, y);
        [level, level.wrapping_add(spread & (kind >> 2)), base ^ (spread & (kind >> 5)), 255]
    };
    let smooth = |x: u32, y: u32| [(x / 3) as u8, (y / 2) as u8, ((x + y) / 5) as u8, 255];
    let seen_through = |x: u32, y: u32| [(x * 3) as u8, y as u8, 90, (x * y / 64) as u8];
    let (one, two, four) = (of_colors(1), of_colors(2), of_colors(4));
    let (sixteen, hundred) = (of_colors(16), of_colors(100));
    type Paint<'a> = &'a dyn Fn(u32, u32) -> [u8; 4];
    let kinds: [(&str, Paint); 10] = [
        ("one colour", &one),
        ("two colours", &two),
        ("four colours", &four),
        ("sixteen colours", &sixteen),
        ("a hundred colours", &hundred),
        ("blocks", &blocks),
        ("smooth", &smooth),
        ("seen through", &seen_through),
        ("noise", &|x, y| noise(x, y).map(|level| level | 1)),
        ("repeated", &|x, y| noise(x % 13, y % 9).map(|level| level | 3)),
    ];
    for (name, color) in kinds {
        for (width, height) in [(1, 1), (1, 50), (50, 1), (3, 2), (17, 40), (64, 64), (301, 203), (450, 350)] {
            let picture = Image::from_fn(width, height, color);
            let file = webp(&picture, WebpKind::Lossless).unwrap();
            let same = decode(&file).unwrap_or_else(|error| panic!("{name}, {width} × {height}: {error}")) == picture;
            assert!(same, "{name}, {width} × {height}");
            let lossy = webp(&picture, LOSSY).unwrap();
            let shown = decode(&lossy).unwrap_or_else(|error| panic!("{name}, {width} × {height}, lossy: {error}"));
            let alpha = |picture: &Image| picture.pixels().chunks_exact(4).map(|pixel| pixel[3]).collect::<Vec<_>>();
            assert!(alpha(&shown) == alpha(&picture), "alpha of {name}, {width} × {height}");
        }
    }
}
