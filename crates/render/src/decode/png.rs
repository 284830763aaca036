//! PNG.

use std::io::{Cursor, ErrorKind};

use moxcms::ColorProfile;
use png::{BitDepth, ColorType, Decoder, DecodingError, Info, Limits, Reader, Transformations};

use super::{
    DecodeError, File, PROFILE_BYTES_MAX,
    color::{self, Depth, Model, ToSrgb},
    damaged, exif,
    upright::Orientation,
};
use crate::Image;

pub struct Png<'a> {
    file: &'a [u8],
    decoder: Decoder<Cursor<&'a [u8]>>,
    size: (u32, u32),
    interlaced: bool,
}

/// What the decoder may take for itself: some rows and an EXIF chunk. Texts and the profile never come to it.
const DECODER_BYTES_MAX: usize = 8 << 20;

impl<'a> Png<'a> {
    pub fn open(file: &'a [u8]) -> Result<Self, DecodeError> {
        let mut decoder = Decoder::new_with_limits(Cursor::new(file), Limits { bytes: DECODER_BYTES_MAX });
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        decoder.set_transformations(Transformations::EXPAND);
        let info = decoder.read_header_info().map_err(damaged)?;
        let (size, interlaced) = (info.size(), info.interlaced);
        Ok(Self { file, decoder, size, interlaced })
    }
}

/// The bytes that decoding takes beside the picture, by how wide it is: some rows of eight bytes a pixel.
pub(super) fn working_bytes(width: u32) -> u64 {
    8 * 8 * u64::from(width) + DECODER_BYTES_MAX as u64 + Orientation::working_bytes(width)
}

impl File for Png<'_> {
    fn size(&self) -> (u32, u32) {
        self.size
    }

    fn working_bytes(&self) -> u64 {
        working_bytes(self.size.0)
    }

    fn picture(self: Box<Self>) -> Result<Image, DecodeError> {
        let Self { file, decoder, size, interlaced } = *self;
        let reader = decoder.read_info().map_err(damaged)?;
        let orientation = reader.info().exif_metadata.as_deref().and_then(exif::orientation);
        let orientation = orientation.unwrap_or(Orientation::AS_STORED);
        let mut rows = Rows::new(reader, file)?;
        let picture = if interlaced {
            rows.interlaced(size, orientation)?
        } else {
            orientation.by_rows(size, |row| rows.next(row))?
        };
        rows.finish()?;
        Ok(picture)
    }
}

struct Rows<'a> {
    reader: Reader<Cursor<&'a [u8]>>,
    color: ColorType,
    depth: Depth,
    colors: ToSrgb,
    raw: Vec<u8>,
    deep: Vec<u16>,
}

impl<'a> Rows<'a> {
    fn new(reader: Reader<Cursor<&'a [u8]>>, file: &[u8]) -> Result<Self, DecodeError> {
        let (color, depth) = reader.output_color_type();
        let depth = if depth == BitDepth::Sixteen { Depth::Sixteen } else { Depth::Eight };
        let model = match color {
            ColorType::Grayscale | ColorType::GrayscaleAlpha => Model::Grey,
            ColorType::Rgb | ColorType::Rgba | ColorType::Indexed => Model::Rgb,
        };
        let colors = ToSrgb::new(profile(reader.info(), file)?.as_ref(), model, depth);
        let raw = vec![0; reader.output_line_size(reader.info().width).unwrap_or(0)];
        Ok(Self { reader, color, depth, colors, raw, deep: Vec::new() })
    }

    /// The next row, or an interlaced picture's next part of a row, in sRGB.
    fn next(&mut self, rgba: &mut [u8]) -> Result<(), DecodeError> {
        self.reader.read_row(&mut self.raw).map_err(damaged)?.ok_or_else(|| damaged("rows are missing"))?;
        match self.depth {
            Depth::Eight => {
                spread(self.color, &self.raw, rgba, 255, |[sample]: [u8; 1]| sample);
                self.colors.eight(rgba);
            }
            Depth::Sixteen => {
                self.deep.resize(rgba.len(), 0);
                spread(self.color, &self.raw, &mut self.deep, u16::MAX, u16::from_be_bytes);
                self.colors.sixteen(&self.deep, rgba);
            }
        }
        Ok(())
    }

    /// PNG specification 8.2: seven passes, each of every n-th column and row.
    fn interlaced(&mut self, size: (u32, u32), orientation: Orientation) -> Result<Image, DecodeError> {
        const PASSES: [[usize; 4]; 7] =
            [[0, 8, 0, 8], [4, 8, 0, 8], [0, 4, 4, 8], [2, 4, 0, 4], [0, 2, 2, 4], [1, 2, 0, 2], [0, 1, 1, 2]];
        let (width, height) = (size.0 as usize, size.1 as usize);
        let mut pixels = vec![0; width * height * 4];
        let mut part = vec![0; width * 4];
        for [left, across, top, down] in PASSES {
            let columns = width.saturating_sub(left).div_ceil(across);
            for y in (top..height).step_by(down).filter(|_| columns > 0) {
                let part = &mut part[..columns * 4];
                self.next(part)?;
                for (pixel, x) in part.chunks_exact(4).zip((left..).step_by(across)) {
                    let to = orientation.target((x, y), (width, height));
                    pixels[to..to + 4].copy_from_slice(pixel);
                }
            }
        }
        orientation.image(size, pixels)
    }

    /// Checks what is behind the last row. That the file ends there, without its end chunk, takes nothing from the picture.
    fn finish(mut self) -> Result<(), DecodeError> {
        match self.reader.read_row(&mut self.raw) {
            Err(DecodingError::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof => Ok(()),
            Err(error) => Err(damaged(error)),
            Ok(_) => Ok(()),
        }
    }
}

/// A row's samples to RGBA.
fn spread<S: Copy, const BYTES: usize>(
    color: ColorType,
    raw: &[u8],
    rgba: &mut [S],
    opaque: S,
    sample: impl Fn([u8; BYTES]) -> S,
) {
    let (samples, _) = raw.as_chunks::<BYTES>();
    let (pixels, _) = rgba.as_chunks_mut::<4>();
    let of = |samples: &[[u8; BYTES]], at: usize| sample(samples[at]);
    match color {
        ColorType::Grayscale => pixels.iter_mut().zip(samples).for_each(|(pixel, level)| {
            let level = sample(*level);
            *pixel = [level, level, level, opaque];
        }),
        ColorType::GrayscaleAlpha => pixels.iter_mut().zip(samples.chunks_exact(2)).for_each(|(pixel, from)| {
            let level = of(from, 0);
            *pixel = [level, level, level, of(from, 1)];
        }),
        ColorType::Rgb | ColorType::Indexed => pixels
            .iter_mut()
            .zip(samples.chunks_exact(3))
            .for_each(|(pixel, from)| *pixel = [of(from, 0), of(from, 1), of(from, 2), opaque]),
        ColorType::Rgba => pixels
            .iter_mut()
            .zip(samples.chunks_exact(4))
            .for_each(|(pixel, from)| *pixel = [of(from, 0), of(from, 1), of(from, 2), of(from, 3)]),
    }
}

/// What says how the colours are meant, the first of these that can be followed: PNG specification (third edition) 4.3, cICP, iCCP,
/// sRGB, gAMA and cHRM.
fn profile(info: &Info, file: &[u8]) -> Result<Option<ColorProfile>, DecodeError> {
    let embedded = embedded(file)?;
    let code_points = info.coding_independent_code_points.filter(|points| points.is_video_full_range_image);
    let by_code_points =
        code_points.and_then(|points| color::of_code_points(points.color_primaries, points.transfer_function));
    let by_gamma = || {
        let primaries = info.chrm_chunk.map(|chrm| {
            [chrm.white, chrm.red, chrm.green, chrm.blue].map(|(x, y)| (hundred_thousandths(x), hundred_thousandths(y)))
        });
        let gamma = info.gama_chunk.map(hundred_thousandths);
        let said = info.srgb.is_none() && (gamma.is_some() || primaries.is_some());
        said.then(|| color::of_gamma(gamma, primaries)).flatten()
    };
    Ok(by_code_points.or(embedded).or_else(by_gamma))
}

fn hundred_thousandths(value: png::ScaledFloat) -> f64 {
    f64::from(value.into_scaled()) / 100_000.0
}

/// The profile of the iCCP chunk. A damaged one is passed over; one that unfolds without end is refused before it does.
fn embedded(file: &[u8]) -> Result<Option<ColorProfile>, DecodeError> {
    let Some(packed) = profile_chunk(file) else { return Ok(None) };
    match fdeflate::decompress_to_vec_bounded(packed, PROFILE_BYTES_MAX) {
        Ok(icc) => Ok(color::embedded(&icc)),
        Err(fdeflate::BoundedDecompressionError::OutputTooLarge { .. }) => Err(DecodeError::ProfileTooLarge),
        Err(fdeflate::BoundedDecompressionError::DecompressionError { .. }) => Ok(None),
    }
}

/// PNG specification 5.3 and 11.3.2.3: of the chunks before the pixels, the one with a name, a zero, a method (zero) and the rest.
fn profile_chunk(file: &[u8]) -> Option<&[u8]> {
    let mut rest = file.get(8..)?;
    loop {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (name, after) = after.split_first_chunk::<4>()?;
        let data = after.get(..u32::from_be_bytes(*length) as usize)?;
        match name {
            b"IDAT" => return None,
            b"iCCP" => {
                let name = data.iter().take(80).position(|byte| *byte == 0)?;
                return data.get(name + 1..)?.strip_prefix(&[0]);
            }
            _ => rest = after.get(data.len() + 4..)?,
        }
    }
}
