//! What `shim.c` declares.
#![allow(unsafe_code)]

use std::ffi::{c_char, c_int, c_uint, c_void};

pub const NO_FAULT: c_int = 0;
pub const END_MISSING: c_int = 2;
pub const PROCESS: c_int = 3;
pub const PRECISION: c_int = 4;
pub const NO_HEIGHT: c_int = 5;
pub const TOO_LARGE: c_int = 6;
pub const NO_MEMORY: c_int = 7;
pub const TOO_MANY_SCANS: c_int = 8;
pub const SCAN_MISSING: c_int = 9;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Segment {
    pub at: usize,
    pub length: usize,
    pub marker: c_int,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Header {
    pub width: c_uint,
    pub height: c_uint,
    pub components: c_int,
    pub arithmetic: c_int,
    pub segments: c_int,
    pub coefficients: usize,
}

#[repr(C)]
pub struct How {
    pub width: c_uint,
    pub height: c_uint,
    pub dots_per_inch: c_uint,
    pub quality: c_int,
    pub halved_chroma: c_int,
    pub progressive: c_int,
}

unsafe extern "C" {
    pub fn vitrine_jpeg_fault(either: *const c_void, detail: *mut c_int) -> *const c_char;

    pub fn vitrine_jpeg_reader() -> *mut c_void;
    pub fn vitrine_jpeg_open(
        reader: *mut c_void,
        file: *const u8,
        length: usize,
        scans_max: c_int,
        memory_max: usize,
        header: *mut Header,
    ) -> c_int;
    pub fn vitrine_jpeg_segments(reader: *const c_void) -> *const Segment;
    pub fn vitrine_jpeg_start(reader: *mut c_void, memory_max: usize) -> c_int;
    pub fn vitrine_jpeg_read(reader: *mut c_void, rgba: *mut u8) -> c_int;
    pub fn vitrine_jpeg_end(reader: *mut c_void) -> c_int;
    pub fn vitrine_jpeg_reader_free(reader: *mut c_void);

    pub fn vitrine_jpeg_writer() -> *mut c_void;
    pub fn vitrine_jpeg_begin(writer: *mut c_void, how: *const How, profile: *const u8, profile_length: usize)
    -> c_int;
    pub fn vitrine_jpeg_write(writer: *mut c_void, rgbx: *const u8) -> c_int;
    pub fn vitrine_jpeg_close(writer: *mut c_void, file: *mut *const u8, length: *mut usize) -> c_int;
    pub fn vitrine_jpeg_writer_free(writer: *mut c_void);
}
