//! `vitrine render`: a template file and a design file to a picture.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use document::{ArchiveError, ArchiveReader, ContentHash, Template};
use domain::render::OutputFormat;
use render::{
    Pyramid, RenderError, Sources,
    decode::{self, DecodeError},
    encode::{self, Chroma, EncodeError, Jpeg, PngEffort, WebpKind},
};

#[derive(clap::Args)]
pub struct RenderArgs {
    /// The template, a .vitrine file.
    #[arg(long)]
    pub template: PathBuf,
    /// The design, a PNG, JPEG or WebP file; without one the template is rendered empty.
    #[arg(long)]
    pub design: Option<PathBuf>,
    /// The picture to write; its ending, .jpg, .png or .webp, decides the format.
    #[arg(long)]
    pub out: PathBuf,
    /// Of a JPEG or WebP, 1 to 100.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub quality: u8,
    /// A JPEG whose colour is kept as finely as its brightness (4:4:4).
    #[arg(long)]
    pub full_chroma: bool,
    /// A JPEG that shows coarsely first.
    #[arg(long)]
    pub progressive: bool,
    /// A WebP without any loss.
    #[arg(long)]
    pub lossless: bool,
    /// The longest side in pixels; the template's own size without it.
    #[arg(long)]
    pub size: Option<u32>,
}

#[derive(Debug, thiserror::Error)]
pub enum RenderFileError {
    #[error("{path}: {error}", path = .path.display())]
    File { path: PathBuf, error: std::io::Error },
    #[error("{path}: {error}", path = .path.display())]
    Template { path: PathBuf, error: ArchiveError },
    #[error("{path}: {error}", path = .path.display())]
    Image { path: PathBuf, error: DecodeError },
    #[error("--size goes from 1 to 10000")]
    Size,
    #[error("--out ends in .jpg, .png or .webp, not {}", .0.display())]
    Ending(PathBuf),
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

fn format_of(out: &Path) -> Result<OutputFormat, RenderFileError> {
    let ending = out.extension().and_then(|ending| ending.to_str());
    ending.and_then(OutputFormat::of_ending).ok_or_else(|| RenderFileError::Ending(out.to_owned()))
}

pub fn render(args: &RenderArgs) -> Result<(), RenderFileError> {
    let format = format_of(&args.out)?;
    let read = |path: &PathBuf| fs::read(path).map_err(|error| RenderFileError::File { path: path.clone(), error });
    let broken = |error| RenderFileError::Template { path: args.template.clone(), error };
    let mut archive = ArchiveReader::open(std::io::Cursor::new(read(&args.template)?)).map_err(broken)?;
    let canvas = archive.template.canvas;
    let size = match args.size {
        None => canvas,
        Some(side) if (1..=document::SIDE_MAX).contains(&side) => canvas.scaled_to(side),
        Some(_) => return Err(RenderFileError::Size),
    };
    // One after the other: of each only what the picture reads is kept.
    let picture = |path: &PathBuf, file: Vec<u8>, template: &Template, source| match decode::decode(&file) {
        Ok(image) => {
            let level = render::needed_level(template, source, (image.width(), image.height()), size);
            Ok(Arc::new(Pyramid::of(image).from_level_on(level)))
        }
        Err(error) => Err(RenderFileError::Image { path: path.clone(), error }),
    };
    let mut sources = Sources::default();
    let hashes: Vec<ContentHash> = archive.images().map(|(hash, _)| hash).collect();
    for hash in hashes {
        let file = archive.image(hash).map_err(broken)?;
        sources.images.insert(hash, picture(&args.template, file, &archive.template, Some(hash))?);
    }
    if let Some(design) = &args.design {
        sources.design = Some(picture(design, read(design)?, &archive.template, None)?);
    }
    let composed = render::compose(&archive.template, &mut sources, size)?;
    let file = match format {
        OutputFormat::Jpeg => {
            let chroma = if args.full_chroma { Chroma::Full } else { Chroma::Halved };
            encode::jpeg(&composed.image, Jpeg { quality: args.quality, chroma, progressive: args.progressive })?
        }
        OutputFormat::Png => encode::png(&composed.image, PngEffort::Balanced)?,
        OutputFormat::Webp if args.lossless => encode::webp(&composed.image, WebpKind::Lossless)?,
        OutputFormat::Webp => encode::webp(&composed.image, WebpKind::Lossy(args.quality))?,
    };
    fs::write(&args.out, file).map_err(|error| RenderFileError::File { path: args.out.clone(), error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_in_capitals_asks_for_the_same_kind_of_file() {
        for (name, format) in [
            ("a.JPG", OutputFormat::Jpeg),
            ("a.Jpeg", OutputFormat::Jpeg),
            ("a.PNG", OutputFormat::Png),
            ("a.b.WebP", OutputFormat::Webp),
        ] {
            assert_eq!(format_of(Path::new(name)).ok(), Some(format), "{name}");
        }
        for name in ["png", "a.gif", "a.png.", "a"] {
            assert!(matches!(format_of(Path::new(name)), Err(RenderFileError::Ending(_))), "{name}");
        }
    }
}
