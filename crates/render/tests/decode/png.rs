//! PNG: all its depths, passes and profiles, and bounds on what it unfolds to.

use moxcms::{ColorProfile, ToneReprCurve};
use png::{BitDepth, ColorType};
use render::decode::decode;

use crate::{
    make_png::{Chunk, chunk, colors, greys, interlaced, plain, profile, with},
    refused, shows,
};

fn row(name: &str, file: &[u8], wanted: &[[u8; 3]], tolerance: u8) {
    let points: Vec<_> = wanted.iter().zip(0..).map(|([r, g, b], x)| ((x, 0), [*r, *g, *b, 255])).collect();
    shows(name, file, (wanted.len() as u32, 1), &points, tolerance);
}

fn grey_row(name: &str, file: &[u8], wanted: &[u8], tolerance: u8) {
    row(name, file, &wanted.iter().map(|level| [*level; 3]).collect::<Vec<_>>(), tolerance);
}

fn gamma(value: u32) -> Chunk {
    chunk(b"gAMA", &value.to_be_bytes())
}

fn primaries(values: [u32; 8]) -> Chunk {
    chunk(b"cHRM", &values.map(u32::to_be_bytes).concat())
}

const P3: [u32; 8] = [31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6000];
const SRGB: [u32; 8] = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6000];

fn code_points(primaries: u8, transfer: u8) -> Chunk {
    chunk(b"cICP", &[primaries, transfer, 0, 1])
}

pub fn grey_profile(curve: ToneReprCurve) -> Vec<u8> {
    let mut profile = ColorProfile::new_gray_with_gamma(1.0);
    profile.gray_trc = Some(curve);
    profile.encode().unwrap()
}

/// An offset press's grey that prints a fifth darker in the middle, roughly.
fn dot_gain() -> ToneReprCurve {
    let light = |step: u32| {
        let ink = 1.0 - f64::from(step) / 255.0;
        let printed = ink + 0.8 * ink * (1.0 - ink);
        ((1.0 - printed).max(0.0) * 65_535.0) as u16
    };
    ToneReprCurve::Lut((0..=255).map(light).collect())
}

#[test]
fn a_grey_profile_counts() {
    let levels = [0, 20, 64, 128, 255];
    let file = |curve| with(&greys(&levels), &[profile(&grey_profile(curve))]);
    // IEC 61966-2-1 of v / 255, and of (v / 255) ^ 2.2.
    grey_row("linear", &file(ToneReprCurve::Parametric(vec![1.0])), &[0, 79, 137, 188, 255], 1);
    grey_row("a power", &file(ToneReprCurve::Parametric(vec![2.2])), &[0, 12, 62, 129, 255], 1);
    let printed = decode(&file(dot_gain())).unwrap();
    // Half the ink prints as 70 % of it, which leaves 30 % of the light.
    assert!(printed.pixel(3, 0)[0].abs_diff(149) <= 1, "{:?}", printed.pixel(3, 0));
    let deep = plain((2, 1), ColorType::Grayscale, BitDepth::Sixteen, &[0, 100, 1, 144]);
    let deep = with(&deep, &[profile(&grey_profile(ToneReprCurve::Parametric(vec![1.0])))]);
    grey_row("linear of 16 bits", &deep, &[5, 18], 0);
}

#[test]
fn a_profile_of_another_model_or_a_broken_one_is_passed_over() {
    let levels = [0, 20, 128, 255];
    let linear = grey_profile(ToneReprCurve::Parametric(vec![1.0]));
    let color = colors(&levels.map(|level| [level; 3]));
    grey_row("a grey profile of colours", &with(&color, &[profile(&linear)]), &levels, 0);
    grey_row("half a profile", &with(&greys(&levels), &[profile(&linear[..linear.len() / 2])]), &levels, 0);
    grey_row("no profile at all", &with(&greys(&levels), &[chunk(b"iCCP", b"p\0\0not deflated")]), &levels, 0);
    grey_row("an empty chunk", &with(&greys(&levels), &[chunk(b"iCCP", b"")]), &levels, 0);
    let broken = [chunk(b"iCCP", b"p\0\0not deflated"), gamma(100_000)];
    grey_row("then gAMA counts", &with(&greys(&levels), &broken), &[0, 79, 188, 255], 1);
    let rgb = linear_rgb().encode().unwrap();
    grey_row("an RGB profile of greys", &with(&greys(&levels), &[profile(&rgb)]), &[0, 79, 188, 255], 1);
}

fn linear_rgb() -> ColorProfile {
    let mut profile = ColorProfile::new_srgb();
    let curve = Some(ToneReprCurve::Parametric(vec![1.0]));
    (profile.red_trc, profile.green_trc, profile.blue_trc) = (curve.clone(), curve.clone(), curve);
    profile.cicp = None;
    profile
}

#[test]
fn dark_tones_of_a_deep_picture_are_rounded_after_the_conversion() {
    let samples = [100_u16, 200, 400, 30_000, 65_535];
    let deep = |color: ColorType| {
        let bytes: Vec<u8> = samples.iter().flat_map(|v| v.to_be_bytes().repeat(color.samples())).collect();
        plain((5, 1), color, BitDepth::Sixteen, &bytes)
    };
    for (name, said) in [
        ("iCCP", vec![profile(&linear_rgb().encode().unwrap())]),
        ("gAMA", vec![gamma(100_000)]),
        ("cICP", vec![code_points(1, 8)]),
    ] {
        for color in [ColorType::Rgb, ColorType::Grayscale] {
            grey_row(&format!("{name}, {color:?}"), &with(&deep(color), &said), &[5, 10, 18, 180, 255], 0);
        }
    }
}

#[test]
fn of_several_words_on_colours_the_first_in_rank_counts() {
    let file = colors(&[[200, 60, 60], [128, 128, 128]]);
    let (as_stored, as_p3) = ([[200, 60, 60], [128; 3]], [[217, 42, 52], [128; 3]]);
    let p3 = || profile(&ColorProfile::new_display_p3().encode().unwrap());
    let srgb = || chunk(b"sRGB", &[0]);
    let said: [(&str, Vec<Chunk>, _); 12] = [
        ("nothing", vec![], as_stored),
        ("cICP of P3", vec![code_points(12, 13)], as_p3),
        ("cICP of sRGB over iCCP of P3", vec![p3(), code_points(1, 13)], as_stored),
        ("cICP of P3 over sRGB", vec![srgb(), code_points(12, 13)], as_p3),
        ("cICP of nothing known, then iCCP", vec![code_points(2, 2), p3()], as_p3),
        ("iCCP of P3 over gAMA", vec![gamma(100_000), p3()], as_p3),
        ("sRGB over gAMA and cHRM", vec![srgb(), gamma(100_000), primaries(P3)], as_stored),
        ("gAMA and cHRM of sRGB", vec![gamma(45_455), primaries(SRGB)], as_stored),
        ("gAMA of sRGB, cHRM of P3", vec![gamma(45_455), primaries(P3)], as_p3),
        ("cHRM of P3 alone", vec![primaries(P3)], as_p3),
        ("gAMA of nothing", vec![gamma(0)], as_stored),
        ("cHRM of nothing", vec![primaries([0; 8])], as_stored),
    ];
    for (name, chunks, wanted) in said {
        row(name, &with(&file, &chunks), &wanted, 1);
    }
    grey_row("linear", &with(&greys(&[20, 64, 128]), &[gamma(100_000)]), &[79, 137, 188], 1);
    // 203 cd/m² are white: ITU-R BT.2408 has PQ at 58 % and HLG at 75 % of the signal there.
    let bright = greys(&[0, 148, 255]);
    grey_row("PQ", &with(&bright, &[code_points(9, 16)]), &[0, 255, 255], 1);
    grey_row("HLG", &with(&greys(&[0, 191, 255]), &[code_points(9, 18)]), &[0, 255, 255], 1);
}

#[test]
fn passes_of_an_interlaced_picture_come_together_at_any_size_and_depth() {
    let level = |x: u32, y: u32| (x * 37 + y * 101 + x * y) as u8;
    for (width, height) in [(1, 1), (2, 3), (3, 2), (5, 5), (9, 4), (33, 17), (1, 40), (40, 1)] {
        for deep in [false, true] {
            let file = interlaced((width, height), ColorType::Rgb, |x, y| {
                let sample = |v: u8| if deep { vec![v, v] } else { vec![v] };
                [level(x, y), level(y, x), 7].into_iter().flat_map(sample).collect()
            });
            let picture = decode(&file).unwrap();
            for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                assert_eq!(picture.pixel(x, y), [level(x, y), level(y, x), 7, 255], "{width} × {height} at ({x}, {y})");
            }
        }
    }
}

#[test]
fn a_turned_png_is_upright_in_rows_and_in_passes() {
    let turned = chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x04\0\0\0\x01\0\0\0\x06\0\0\0\0");
    let pixel = |x: u32, y: u32| vec![x as u8, y as u8, 3];
    let stored: Vec<u8> = (0..20).flat_map(|y| (0..35).flat_map(move |x| pixel(x, y))).collect();
    let rows = plain((35, 20), ColorType::Rgb, BitDepth::Eight, &stored);
    for (name, file) in [("rows", rows), ("passes", interlaced((35, 20), ColorType::Rgb, pixel))] {
        let picture = decode(&with(&file, std::slice::from_ref(&turned))).unwrap();
        assert_eq!((picture.width(), picture.height()), (20, 35), "{name}");
        // The first row is the last column.
        let upright = (0..35).all(|y| (0..20).all(|x| picture.pixel(x, y) == [y as u8, 19 - x as u8, 3, 255]));
        assert!(upright, "{name}");
    }
}

#[test]
fn a_file_without_its_end_shows_and_one_with_broken_pixels_does_not() {
    let file = colors(&[[200, 40, 40]; 50]);
    row("whole", &file, &[[200, 40, 40]; 50], 0);
    row("without its end chunk", &file[..file.len() - 12], &[[200, 40, 40]; 50], 0);
    row("with half of it", &file[..file.len() - 6], &[[200, 40, 40]; 50], 0);
    row("with more behind it", &[&file[..], &[7; 300]].concat(), &[[200, 40, 40]; 50], 0);
    refused("cut in its pixels", &file[..file.len() - 12 - 14], "damaged or incomplete");
    let mut wrong = file.clone();
    let checksum = file.len() - 12 - 1;
    wrong[checksum] ^= 1;
    refused("whose pixels do not sum up", &wrong, "damaged or incomplete");
}

#[test]
fn a_profile_that_unfolds_without_end_is_refused_and_texts_are_not_unfolded() {
    let file = greys(&[20, 128]);
    let bomb = |megabytes: usize| fdeflate::compress_to_vec(&vec![0; megabytes << 20]);
    let packed = |megabytes| [b"p\0\0".as_slice(), &bomb(megabytes)].concat();
    refused("5 MB of profile", &with(&file, &[chunk(b"iCCP", &packed(5))]), "colour profile is larger than 4 MB");
    grey_row("3 MB of zeros are no profile", &with(&file, &[chunk(b"iCCP", &packed(3))]), &[20, 128], 0);
    for text in [b"zTXt", b"tEXt"] {
        grey_row("a long text", &with(&file, &[chunk(text, &packed(64))]), &[20, 128], 0);
    }
    let header =
        |side: u32| chunk(b"IHDR", &[&side.to_be_bytes()[..], &side.to_be_bytes(), &[16, 6, 0, 0, 0]].concat());
    let huge = with(&file[..8 + 25], &[header(2_000_000_000)]);
    refused(
        "a header for more than there is memory",
        &[&huge[..8], &huge[8 + 25..]].concat(),
        "2000000000 × 2000000000",
    );
}
