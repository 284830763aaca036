//! WebP: the picture's own word counts, not its container's.

use render::{
    Image,
    decode::decode,
    encode::{WebpKind, webp},
};

use crate::{refused, shows};

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
