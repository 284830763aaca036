//! WebP. The container is read here, so that what it says wrongly of its picture (a length, an alpha that is not there, an animation)
//! does not matter; the picture itself goes to the decoder in a container of its own.

use std::io::Cursor;

use image_webp::WebPDecoder;

use super::{
    DecodeError, File,
    color::{self, Depth, Model, ToSrgb},
    damaged, exif,
    upright::Orientation,
    vp8l,
};
use crate::Image;

pub struct Webp<'a> {
    canvas: (u32, u32),
    frame: Frame<'a>,
    profile: Option<&'a [u8]>,
    orientation: Orientation,
}

/// A still picture, or the first of an animation, and where it lies on the canvas.
struct Frame<'a> {
    at: (u32, u32),
    size: (u32, u32),
    pixels: Pixels<'a>,
    /// What the decoder takes for the codes of a lossless bitstream.
    lossless_bytes: u64,
}

/// Bitstreams: RFC 9649, 2.5, 2.6 and 2.7.1.2.
enum Pixels<'a> {
    Lossy { data: &'a [u8], alpha: Option<&'a [u8]> },
    Lossless(&'a [u8]),
}

impl<'a> Webp<'a> {
    pub fn open(file: &'a [u8]) -> Result<Self, DecodeError> {
        let (mut canvas, mut frame, mut alpha, mut profile, mut exif) = (None, None, None, None, None);
        let mut still = true;
        for chunk in chunks(file.get(12..).unwrap_or_default()) {
            match &chunk.name {
                b"VP8X" => {
                    canvas = canvas.or_else(|| Some((number24(chunk.data, 4)? + 1, number24(chunk.data, 7)? + 1)))
                }
                b"ICCP" => profile = profile.or(Some(chunk.data)),
                b"EXIF" => exif = exif.or_else(|| exif::orientation(chunk.data)),
                b"ALPH" if frame.is_none() => alpha = Some(chunk.whole()?),
                b"VP8 " | b"VP8L" if frame.is_none() => frame = Some(Frame::still(&chunk, alpha)?),
                b"ANMF" if frame.is_none() => (frame, still) = (Some(Frame::animated(&chunk)?), false),
                _ => {}
            }
        }
        let frame = frame.ok_or_else(|| damaged("there is no picture in it"))?;
        let canvas = canvas.unwrap_or(frame.size);
        let reach = (frame.at.0 + frame.size.0, frame.at.1 + frame.size.1);
        if reach.0 > canvas.0 || reach.1 > canvas.1 {
            return Err(damaged("its picture is larger than it says"));
        }
        if still && canvas != frame.size {
            return Err(damaged("its picture is smaller than it says"));
        }
        Ok(Self { canvas, frame, profile, orientation: exif.unwrap_or(Orientation::AS_STORED) })
    }

    /// The frame where it belongs on a canvas that is transparent, whatever colour the file proposes for it.
    fn on_canvas(&self) -> Result<Vec<u8>, DecodeError> {
        let frame = self.frame.rgba()?;
        if self.canvas == self.frame.size {
            return Ok(frame);
        }
        let (x, y) = (self.frame.at.0 as usize, self.frame.at.1 as usize);
        let (width, height) = (self.canvas.0 as usize, self.canvas.1 as usize);
        let row = self.frame.size.0 as usize * 4;
        let mut canvas = vec![0; width * height * 4];
        for (to, from) in canvas.chunks_exact_mut(width * 4).skip(y).zip(frame.chunks_exact(row)) {
            to[x * 4..][..row].copy_from_slice(from);
        }
        Ok(canvas)
    }
}

impl File for Webp<'_> {
    fn size(&self) -> (u32, u32) {
        self.canvas
    }

    fn working_bytes(&self) -> u64 {
        let bytes = |(width, height): (u32, u32)| u64::from(width) * u64::from(height) * 4;
        let (picture, own) = (bytes(self.canvas), bytes(self.frame.size));
        // The file is copied into a container of its own, and once more where the decoder takes it apart.
        let frame = match self.frame.pixels {
            Pixels::Lossless(data) => data.len() as u64 * 2,
            // Its planes of brightness and colour, and what is known of each block.
            Pixels::Lossy { data, alpha: None } => data.len() as u64 * 3 + own / 2,
            // Alpha comes as a picture of four bytes a pixel of its own, then as one of one.
            Pixels::Lossy { data, alpha: Some(alpha) } => (data.len() + alpha.len()) as u64 * 3 + own / 4 * 7,
        };
        // One after the other: the frame, it and its canvas, the canvas and it turned.
        let placed = if self.canvas == self.frame.size { 0 } else { own + picture };
        let turned = if self.orientation == Orientation::AS_STORED { 0 } else { picture * 2 };
        let most = (own + frame + self.frame.lossless_bytes).max(placed).max(turned);
        most.saturating_sub(picture) + Orientation::working_bytes(self.canvas.0)
    }

    fn picture(self: Box<Self>) -> Result<Image, DecodeError> {
        let mut pixels = self.on_canvas()?;
        let profile = self.profile.and_then(color::embedded);
        let mut colors = ToSrgb::new(profile.as_ref(), Model::Rgb, Depth::Eight);
        pixels.chunks_exact_mut(self.canvas.0 as usize * 4).for_each(|row| colors.eight(row));
        self.orientation.of_whole(self.canvas, pixels)
    }
}

impl<'a> Frame<'a> {
    fn still(chunk: &Chunk<'a>, alpha: Option<&'a [u8]>) -> Result<Self, DecodeError> {
        let data = chunk.whole()?;
        let (size, pixels) = if &chunk.name == b"VP8L" {
            (lossless_size(data), Pixels::Lossless(data))
        } else {
            (lossy_size(data), Pixels::Lossy { data, alpha })
        };
        let size = size.ok_or_else(|| damaged("its picture has no beginning"))?;
        let lossless = match pixels {
            Pixels::Lossless(data) => data.get(LOSSLESS_HEADER..),
            Pixels::Lossy { alpha, .. } => alpha.and_then(lossless_alpha),
        };
        let lossless_bytes = lossless.map_or(Ok(0), |bitstream| vp8l::decoder_bytes(bitstream, size))?;
        Ok(Self { at: (0, 0), size, pixels, lossless_bytes })
    }

    /// RFC 9649, 2.7.1.1: the place, the size and the time come before the frame's own chunks.
    fn animated(chunk: &Chunk<'a>) -> Result<Self, DecodeError> {
        let place =
            |at| number24(chunk.data, at).map(|half| half * 2).ok_or_else(|| damaged("its first frame is cut off"));
        let at = (place(0)?, place(3)?);
        let mut alpha = None;
        for chunk in chunks(chunk.data.get(16..).unwrap_or_default()) {
            match &chunk.name {
                b"ALPH" => alpha = Some(chunk.whole()?),
                b"VP8 " | b"VP8L" => return Ok(Self { at, ..Self::still(&chunk, alpha)? }),
                _ => {}
            }
        }
        Err(damaged("its first frame has no picture"))
    }

    fn rgba(&self) -> Result<Vec<u8>, DecodeError> {
        let pixels = self.size.0 as usize * self.size.1 as usize;
        match self.pixels {
            Pixels::Lossless(data) => {
                // As if it had alpha: it then comes as RGBA, without a copy. What is there where it has none does not count.
                let mut data = data.to_vec();
                let has_alpha = data[4] & ALPHA_USED != 0;
                data[4] |= ALPHA_USED;
                let mut rgba = decoded(&[(b"VP8L", &data)], pixels * 4, pixels * 4)?;
                if !has_alpha {
                    rgba.chunks_exact_mut(4).for_each(|pixel| pixel[3] = 255);
                }
                Ok(rgba)
            }
            Pixels::Lossy { data, alpha: None } => {
                let mut pixels = decoded(&[(b"VP8 ", data)], pixels * 3, pixels * 4)?;
                spread(&mut pixels);
                Ok(pixels)
            }
            Pixels::Lossy { data, alpha: Some(alpha) } => {
                const HAS_ALPHA: u8 = 1 << 4;
                let side = |side: u32| (side - 1).to_le_bytes();
                let (width, height) = (side(self.size.0), side(self.size.1));
                let extended = [&[HAS_ALPHA, 0, 0, 0], &width[..3], &height[..3]].concat();
                decoded(&[(b"VP8X", &extended), (b"ALPH", alpha), (b"VP8 ", data)], pixels * 4, pixels * 4)
            }
        }
    }
}

/// RGB to RGBA in the same memory, from the end.
fn spread(pixels: &mut Vec<u8>) {
    let count = pixels.len() / 3;
    pixels.resize(count * 4, 0);
    for i in (0..count).rev() {
        let [r, g, b] = [pixels[i * 3], pixels[i * 3 + 1], pixels[i * 3 + 2]];
        pixels[i * 4..][..4].copy_from_slice(&[r, g, b, 255]);
    }
}

/// The bytes of a picture of these chunks, with room for more.
fn decoded(chunks: &[(&[u8; 4], &[u8])], bytes: usize, room: usize) -> Result<Vec<u8>, DecodeError> {
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    file.reserve_exact(chunks.iter().map(|(_, data)| data.len() + 9).sum());
    for (name, data) in chunks {
        file.extend(*name);
        file.extend((data.len() as u32).to_le_bytes());
        file.extend(*data);
        file.resize(file.len().next_multiple_of(2), 0);
    }
    let length = (file.len() as u32 - 8).to_le_bytes();
    file[4..8].copy_from_slice(&length);
    let mut decoder = WebPDecoder::new(Cursor::new(file)).map_err(damaged)?;
    if decoder.output_buffer_size() != Some(bytes) {
        return Err(damaged("its picture has another size than it says"));
    }
    let mut pixels = Vec::with_capacity(room);
    pixels.resize(bytes, 0);
    decoder.read_image(&mut pixels).map_err(damaged)?;
    Ok(pixels)
}

/// RFC 9649, 3.4: 14 bits a side after the signature, then one of alpha.
fn lossless_size(data: &[u8]) -> Option<(u32, u32)> {
    let [0x2f, rest @ ..] = data else { return None };
    let bits = u32::from_le_bytes(*rest.first_chunk()?);
    Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
}

const ALPHA_USED: u8 = 1 << 4;
/// The signature, both sides, alpha and a version.
const LOSSLESS_HEADER: usize = 5;

/// RFC 9649, 2.7.1.2: a byte whose lowest bits say how it is compressed, then alpha; losslessly as a picture without a header.
fn lossless_alpha(alpha: &[u8]) -> Option<&[u8]> {
    let (how, bitstream) = alpha.split_first()?;
    (how & 3 == 1).then_some(bitstream)
}

/// RFC 6386, 9.1: a key frame's tag, its start code, 14 bits a side.
fn lossy_size(data: &[u8]) -> Option<(u32, u32)> {
    let [_, _, _, 0x9d, 0x01, 0x2a, width0, width1, height0, height1, ..] = *data else { return None };
    let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3fff);
    let (width, height) = (side([width0, width1]), side([height0, height1]));
    (width > 0 && height > 0).then_some((width, height))
}

struct Chunk<'a> {
    name: [u8; 4],
    /// As far as it is there.
    data: &'a [u8],
    complete: bool,
}

impl<'a> Chunk<'a> {
    fn whole(&self) -> Result<&'a [u8], DecodeError> {
        self.complete.then_some(self.data).ok_or_else(|| damaged("the end of the picture is missing"))
    }
}

fn chunks(mut rest: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    std::iter::from_fn(move || {
        let (name, after) = rest.split_first_chunk::<4>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let data = &after[..length.min(after.len())];
        rest = after.get(length.next_multiple_of(2)..).unwrap_or_default();
        Some(Chunk { name: *name, data, complete: data.len() == length })
    })
}

fn number24(bytes: &[u8], at: usize) -> Option<u32> {
    let [a, b, c] = *bytes.get(at..)?.first_chunk::<3>()?;
    Some(u32::from_le_bytes([a, b, c, 0]))
}
