//! What strangers send: the right pixels of every build of file, and a refusal that names what is not read.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod jpeg;
mod make_jpeg;
mod make_png;
mod make_vp8l;
mod png;
mod webp;
mod words;

use render::{Image, decode::decode};

/// The picture of a file, at these points within a tolerance.
fn shows(name: &str, file: &[u8], size: (u32, u32), points: &[((u32, u32), [u8; 4])], tolerance: u8) {
    let picture: Image = decode(file).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!((picture.width(), picture.height()), size, "{name}");
    for ((x, y), wanted) in points {
        let is = picture.pixel(*x, *y);
        let near = is.iter().zip(wanted).all(|(is, wanted)| is.abs_diff(*wanted) <= tolerance);
        assert!(near, "{name}: {is:?} at ({x}, {y}), not {wanted:?}");
    }
}

fn refused(name: &str, file: &[u8], words: &str) {
    match decode(file) {
        Ok(_) => panic!("{name}: accepted"),
        Err(error) => assert!(error.to_string().contains(words), "{name}: {error}"),
    }
}
