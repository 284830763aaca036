//! JPEG: what libjpeg-turbo shows is shown, what is damaged or rare is refused by its name.

use render::decode::{DecodeError, decode, peak_bytes};

use crate::{
    make_jpeg::{BASELINE, Build, QUARTERS, Scan, color, segment, ycc},
    png::grey_profile,
    refused, shows,
};

const SIZE: (u32, u32) = (128, 128);
const MIDDLES: [(u32, u32); 4] = [(32, 32), (96, 32), (32, 96), (96, 96)];
const HALVED: [(usize, usize); 3] = [(2, 2), (1, 1), (1, 1)];

fn points(colors: [[u8; 3]; 4]) -> Vec<((u32, u32), [u8; 4])> {
    let points = MIDDLES.into_iter().zip(colors);
    points.map(|(at, [r, g, b])| (at, [r, g, b, 255])).collect()
}

fn shows_quarters(name: &str, file: &[u8]) {
    shows(name, file, SIZE, &points(QUARTERS), 6);
}

#[test]
fn every_sampling_shows_whether_in_one_scan_in_many_or_progressive() {
    let one = (1, 1);
    let samplings = [
        [one, one, one],
        [(2, 1), one, one],
        [(1, 2), one, one],
        [(2, 2), one, one],
        [(4, 1), one, one],
        [(1, 4), one, one],
        [(4, 2), one, one],
        [(2, 4), one, one],
        [(3, 1), one, one],
        [(2, 2), (2, 1), (2, 1)],
        [(2, 2), (1, 2), (1, 2)],
        [one, (2, 1), one],
        [(2, 1), one, (2, 1)],
    ];
    let orders: [&[&[usize]]; 5] =
        [&[&[0, 1, 2]], &[&[0], &[1], &[2]], &[&[0], &[1, 2]], &[&[1, 2], &[0]], &[&[2], &[0], &[1]]];
    for sampling in samplings {
        for restart in [0, 5] {
            for order in orders {
                let scans: Vec<Scan> = order.iter().map(|scan| Scan::whole(scan)).collect();
                let file = color(sampling).scans(&scans).restart(restart).file();
                shows_quarters(&format!("{sampling:?} in {order:?}, restart {restart}"), &file);
            }
            let file = color(sampling).progressive().restart(restart).file();
            shows_quarters(&format!("{sampling:?} progressive, restart {restart}"), &file);
        }
    }
}

#[test]
fn colours_are_what_the_file_says_they_are() {
    let rgb = |ids: [u8; 3]| Build {
        components: ids.map(|id| (id, 1, 1)).to_vec(),
        quarters: QUARTERS.map(|color| color.to_vec()),
        ..color([(1, 1); 3])
    };
    let adobe = |transform: u8| segment(0xee, &[b"Adobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat());
    shows_quarters("by the letters R, G and B", &rgb(*b"RGB").file());
    shows_quarters("by Adobe's word", &rgb([1, 2, 3]).segments(&adobe(0)).file());
    shows_quarters("by Adobe's word for YCC", &color(HALVED).segments(&adobe(1)).file());
    let greys = [60, 190, 60, 190];
    for sampling in [(1, 1), (2, 2), (4, 1)] {
        let grey = Build {
            components: vec![(1, sampling.0, sampling.1)],
            scans: vec![Scan::whole(&[0])],
            quarters: greys.map(|level| vec![level]),
            ..color([(1, 1); 3])
        };
        for grey in [grey.clone(), grey.clone().progressive(), grey.segments(&adobe(0))] {
            shows("grey", &grey.file(), SIZE, &points(greys.map(|level| [level; 3])), 2);
        }
    }
}

#[test]
fn a_profile_comes_together_from_its_parts_in_any_order() {
    let greys = [20, 64, 128, 255];
    let grey = Build {
        components: vec![(1, 1, 1)],
        scans: vec![Scan::whole(&[0])],
        quarters: greys.map(|level| vec![level]),
        ..color([(1, 1); 3])
    };
    let profile = grey_profile(moxcms::ToneReprCurve::Parametric(vec![1.0]));
    let part =
        |number: u8, count: u8, data: &[u8]| segment(0xe2, &[b"ICC_PROFILE\0", &[number, count][..], data].concat());
    let (a, b) = profile.split_at(100);
    let unrelated = segment(0xe2, b"MPF\0II*\0");
    let (linear, as_stored) = ([79, 137, 188, 255], greys);
    for (name, segments, wanted) in [
        ("in one", part(1, 1, &profile), linear),
        ("in order", [part(1, 2, a), part(2, 2, b)].concat(), linear),
        ("reversed", [part(2, 2, b), unrelated, part(1, 2, a)].concat(), linear),
        ("one missing", part(1, 2, a), as_stored),
        ("one twice", [part(1, 2, a), part(1, 2, a)].concat(), as_stored),
        ("none", segment(0xe2, b"ICC_PROFILE\0"), as_stored),
    ] {
        let file = grey.clone().segments(&segments).file();
        shows(name, &file, SIZE, &points(wanted.map(|level| [level; 3])), 1);
    }
}

#[test]
fn what_follows_the_end_of_the_picture_does_not_matter() {
    let whole = color(HALVED).file();
    for tail in [vec![0; 10], vec![0; 100_000], [b"\0\0\0\x18ftypmp42".as_slice(), &[7; 9000]].concat(), whole.clone()]
    {
        shows_quarters(&format!("{} bytes behind it", tail.len()), &[&whole[..], &tail].concat());
    }
    let thumbnail = segment(0xe1, &[b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0".as_slice(), &whole].concat());
    shows_quarters("a thumbnail inside", &color(HALVED).segments(&thumbnail).file());
    shows_quarters("filling bytes", &color(HALVED).segments(&[0xff; 9]).file());
}

#[test]
fn a_cut_or_broken_picture_is_refused_and_never_grey() {
    let thumbnail = segment(0xe1, &[b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0".as_slice(), &color(HALVED).file()].concat());
    for (name, build) in [
        ("baseline", color(HALVED)),
        ("with a thumbnail", color(HALVED).segments(&thumbnail)),
        ("progressive", color(HALVED).progressive()),
        ("a scan per component", color(HALVED).scans(&[0, 1, 2].map(|one| Scan::whole(&[one])))),
    ] {
        let file = build.file();
        for end in [file.len() - 2, file.len() - 3, file.len() - 30, file.len() / 2, build.segments.len() + 30] {
            refused(&format!("{name}, cut at {end} of {}", file.len()), &file[..end], "damaged or incomplete");
        }
        refused(name, &file[..file.len() - 2], "the end of the picture is missing");
        refused(name, &[&file[..file.len() - 2], &[0; 5000]].concat(), "damaged or incomplete");
        let ones = [&file[..file.len() - 40], &[0xff, 0].repeat(19), &[0xff, 0xd9]].concat();
        refused(&format!("{name}, codes that do not exist"), &ones, "damaged or incomplete");
        let early = [&file[..file.len() - 40], &[0xff, 0xd9]].concat();
        refused(&format!("{name}, an early end"), &early, "damaged or incomplete");
    }
    let mut restarted = color(HALVED).restart(5).file();
    let at = restarted.windows(2).position(|pair| pair == [0xff, 0xd2]).unwrap();
    restarted.drain(at..at + 2);
    refused("a restart marker is missing", &restarted, "damaged or incomplete");
}

#[test]
fn a_picture_without_one_of_its_scans_is_refused_and_never_grey_or_blurred() {
    const MISSING: &str = "scans of the picture are missing";
    let separate = [0, 1, 2].map(|component| Scan::whole(&[component]));
    let joined = [Scan::whole(&[0]), Scan::whole(&[1, 2])];
    // By spectral selection and successive approximation both, as libjpeg's own script has it.
    let of_rest = |component, spectrum, bits| Scan { components: vec![component], spectrum, bits };
    let many = [
        Scan::first(&[0, 1, 2], 1),
        of_rest(0, (1, 5), (0, 2)),
        of_rest(2, (1, 63), (0, 1)),
        of_rest(1, (1, 63), (0, 1)),
        of_rest(0, (6, 63), (0, 2)),
        of_rest(0, (1, 63), (2, 1)),
        Scan::refined(&[0, 1, 2], 0),
        of_rest(2, (1, 63), (1, 0)),
        of_rest(1, (1, 63), (1, 0)),
        of_rest(0, (1, 63), (1, 0)),
    ];
    for (name, whole) in [
        ("a scan per component", color(HALVED).scans(&separate)),
        ("brightness, then colours", color(HALVED).scans(&joined)),
        ("progressive", color(HALVED).progressive()),
        ("progressive in ten scans", color(HALVED).progressive().scans(&many)),
    ] {
        shows_quarters(name, &whole.file());
        for count in 1..whole.scans.len() {
            let first = whole.clone().scans(&whole.scans[..count]).file();
            refused(&format!("{name}, its first {count} scans"), &first, MISSING);
        }
        if whole.frame == BASELINE {
            for without in 0..whole.scans.len() {
                let mut rest = whole.clone();
                rest.scans.remove(without);
                refused(&format!("{name}, without the scan {without}"), &rest.file(), MISSING);
            }
        }
    }
    // What is refined must have come before: these are out of order beside being incomplete.
    for without in 0..many.len() {
        let mut rest = color(HALVED).progressive().scans(&many);
        rest.scans.remove(without);
        refused(&format!("ten scans without {without}"), &rest.file(), "damaged or incomplete");
    }
    let grey = Build {
        components: vec![(1, 1, 1)],
        scans: vec![Scan::whole(&[0])],
        quarters: [60, 190, 60, 190].map(|level| vec![level]),
        ..color([(1, 1); 3])
    };
    let grey = grey.progressive();
    for count in 1..grey.scans.len() {
        refused("grey", &grey.clone().scans(&grey.scans[..count]).file(), MISSING);
    }
}

#[test]
fn what_is_not_read_is_called_by_its_name() {
    let cmyk = Build {
        components: [1, 2, 3, 4].map(|id| (id, 1, 1)).to_vec(),
        scans: vec![Scan::whole(&[0, 1, 2, 3])],
        quarters: QUARTERS.map(|color| [&color[..], &[90]].concat()),
        ..color([(1, 1); 3])
    };
    refused("CMYK", &cmyk.file(), "CMYK colours; save it as RGB");
    refused(
        "CMYK behind stray bytes",
        &cmyk.clone().segments(&[segment(0xfe, b"x"), vec![0x12, 0x34]].concat()).file(),
        "CMYK",
    );
    let comment = segment(0xfe, &segment(0xc0, &[8, 0, 9, 0, 9, 3]));
    refused("CMYK behind a comment that looks like RGB", &cmyk.segments(&comment).file(), "CMYK");
    let plain = color(HALVED);
    for (frame, words) in [
        (0xc3, "lossless"),
        (0xc5, "hierarchical"),
        (0xc6, "hierarchical"),
        (0xc7, "lossless"),
        (0xc9, "arithmetic"),
        (0xca, "arithmetic"),
        (0xcb, "arithmetic"),
        (0xcd, "arithmetic"),
    ] {
        refused(words, &plain.clone().frame(frame).file(), words);
    }
    refused("12 bits", &Build { precision: 12, ..plain.clone().frame(0xc1) }.file(), "12 bits");
    refused("no height", &plain.said_to_be(128, 0), "height");
    refused("too large", &plain.said_to_be(128, 10_001), "128 × 10001 px; at most 10000");
    refused("far too large", &plain.said_to_be(65_535, 65_535), "65535 × 65535 px");
    let two = Build { components: vec![(1, 1, 1), (2, 1, 1)], scans: vec![Scan::whole(&[0, 1])], ..plain.clone() };
    refused("two components", &two.file(), "2 colour components");
    let mut many = plain.progressive();
    many.scans.extend((0..101).map(|_| Scan::rest(0)));
    refused("scans without end", &many.file(), "too many scans");
}

#[test]
fn a_file_in_several_scans_says_that_it_needs_its_coefficients() {
    let head = |build: Build| peak_bytes(&build.said_to_be(4000, 3000)).unwrap();
    let pixels = 4000 * 3000;
    let baseline = head(color(HALVED));
    assert!((pixels * 4..pixels * 4 + (24 << 20)).contains(&baseline), "{baseline}");
    let progressive = head(color(HALVED).progressive());
    assert!(progressive > baseline + pixels * 3 && progressive < baseline + pixels * 3 + (1 << 20), "{progressive}");
    let separate = head(color([(1, 1); 3]).scans(&[0, 1, 2].map(|one| Scan::whole(&[one]))));
    assert!(separate > baseline + pixels * 6, "{separate}");
}

#[test]
fn no_file_takes_more_memory_than_it_says_whatever_its_sampling_and_its_sides() {
    let one = (1, 1);
    for sampling in
        [[one; 3], HALVED, [(4, 1), one, one], [(1, 4), one, one], [(4, 2), (1, 2), one], [one, (2, 2), one]]
    {
        let separate = [0, 1, 2].map(|component| Scan::whole(&[component]));
        for (order, build) in [
            ("in one scan", color(sampling)),
            ("in three", color(sampling).scans(&separate)),
            ("progressive", color(sampling).progressive()),
        ] {
            for (width, height) in [(10_000, 64), (64, 10_000), (9_999, 7), (7, 9_999), (2_001, 1_999)] {
                // There are not so many pixels in it; that is noticed once the memory for them is taken.
                let error = decode(&build.said_to_be(width, height)).unwrap_err();
                let name = format!("{sampling:?} {order}, {width} × {height}");
                assert!(matches!(error, DecodeError::Damaged(_)), "{name}: {error}");
            }
        }
    }
}

#[test]
fn the_makers_own_quarters_are_as_meant() {
    assert_eq!(ycc([255, 255, 255]), [255, 128, 128]);
    assert_eq!(ycc([0, 0, 0]), [0, 128, 128]);
}
