//! What the targets for image files have in common.

use document::ImageFormat;
use render::decode::{Header, decode, header, peak_bytes};

/// Larger pictures are as right as small ones and only slow the search down.
const SIDE: u32 = 300;

/// Any bytes that begin as a file of that format: a picture as large as its header says, or an error.
pub fn try_file(file: &[u8], format: ImageFormat) {
    if ImageFormat::sniff(file) != Some(format) {
        return;
    }
    let Ok(Header { width, height, .. }) = header(file) else {
        assert!(decode(file).is_err(), "what has no header is no picture");
        return;
    };
    assert!(
        peak_bytes(file).expect("what has a header has a need of memory") >= u64::from(width) * u64::from(height) * 4
    );
    if width > SIDE || height > SIDE {
        return;
    }
    if let Ok(picture) = decode(file) {
        let sides = [(picture.width(), picture.height()), (picture.height(), picture.width())];
        assert!(sides.contains(&(width, height)));
        assert_eq!(picture.pixels().len(), width as usize * height as usize * 4);
    }
}
