//! Any bytes as a JPEG.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|file: &[u8]| shared::try_file(file, document::ImageFormat::Jpeg));
