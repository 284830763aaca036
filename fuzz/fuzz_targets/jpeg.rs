//! Any bytes as an image file: a picture or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use render::decode::{decode, header};

/// Larger pictures are as right as small ones and only slow the search down.
const SIDE: u32 = 300;

fuzz_target!(|file: &[u8]| {
    let Ok(header) = header(file) else { return };
    if header.width > SIDE || header.height > SIDE {
        return;
    }
    if let Ok(picture) = decode(file) {
        assert_eq!(picture.pixels().len(), picture.width() as usize * picture.height() as usize * 4);
    }
});
