//! A file that is no PNG, JPEG or WebP is called by its name.

use crate::refused;

#[test]
fn what_people_send_by_mistake_is_called_by_its_name() {
    let files: [(&[u8], &str); 18] = [
        (b"", "the file is empty"),
        (b"just a text", "not a PNG, JPEG or WebP"),
        (b"BM of a text", "this is not a PNG, JPEG or WebP"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC, not a PNG, JPEG or WebP image; on an iPhone choose Settings"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1miafavif", "AVIF"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "AVIF"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "MP4"),
        (b"GIF89a\x01\0\x01\0", "GIF"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"MM\0*\0\0\0\x08", "TIFF"),
        (b"8BPS\0\x01", "PSD"),
        (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", "BMP"),
        (b"%PDF-1.7", "PDF"),
        (b"\xff\x0a\xfa\x7f", "JPEG XL"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- by hand -->\n<svg:svg/>", "not a PNG"),
        (b"<?xml version='1.0'?>\n<svg width='3'/>", "SVG"),
    ];
    for (file, words) in files {
        refused(&String::from_utf8_lossy(file), file, words);
    }
}
