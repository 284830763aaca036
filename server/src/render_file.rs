//! `vitrine render`: a template file and a design file to a picture.

use std::{fs, path::PathBuf, sync::Arc};

use domain::template::{ArchiveError, TemplateArchive};
use render::{
    Pyramid, RenderError, Sources,
    decode::{self, DecodeError},
    encode::{self, Chroma, EncodeError, Jpeg, PngEffort, WebpKind},
};

use crate::cli::RenderArgs;

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

pub fn render(args: &RenderArgs) -> Result<(), RenderFileError> {
    let read = |path: &PathBuf| fs::read(path).map_err(|error| RenderFileError::File { path: path.clone(), error });
    let picture = |path: &PathBuf, file: &[u8]| match decode::decode(file) {
        Ok(image) => Ok(Arc::new(Pyramid::of(image))),
        Err(error) => Err(RenderFileError::Image { path: path.clone(), error }),
    };
    let archive = TemplateArchive::read(&read(&args.template)?)
        .map_err(|error| RenderFileError::Template { path: args.template.clone(), error })?;
    let mut sources = Sources::default();
    for (hash, file) in &archive.images {
        sources.images.insert(*hash, picture(&args.template, file)?);
    }
    if let Some(design) = &args.design {
        sources.design = Some(picture(design, &read(design)?)?);
    }
    let canvas = archive.template.canvas;
    let size = match args.size {
        None => canvas,
        Some(side) if (1..=domain::template::SIDE_MAX).contains(&side) => canvas.scaled_to(side),
        Some(_) => return Err(RenderFileError::Size),
    };
    let composed = render::compose(&archive.template, &mut sources, size)?;
    let file = match args.out.extension().and_then(|ending| ending.to_str()) {
        Some("jpg" | "jpeg") => {
            let chroma = if args.full_chroma { Chroma::Full } else { Chroma::Halved };
            encode::jpeg(&composed.image, Jpeg { quality: args.quality, chroma, progressive: args.progressive })?
        }
        Some("png") => encode::png(&composed.image, PngEffort::Balanced)?,
        Some("webp") if args.lossless => encode::webp(&composed.image, WebpKind::Lossless)?,
        Some("webp") => encode::webp(&composed.image, WebpKind::Lossy(args.quality))?,
        _ => return Err(RenderFileError::Ending(args.out.clone())),
    };
    fs::write(&args.out, file).map_err(|error| RenderFileError::File { path: args.out.clone(), error })
}
