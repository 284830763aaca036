//! Writes the gallery: a template file for each feature and the picture that it makes with the gallery's design.
//!
//! `cargo run -p render --example gallery` from anywhere. The pictures are what a test holds every build to, so they
//! change only on purpose.

#[path = "gallery/photos.rs"]
mod photos;
#[path = "gallery/templates.rs"]
mod templates;

use std::{collections::BTreeMap, error::Error, fs, path::Path, sync::Arc};

use document::{ContentHash, TemplateArchive};
use render::{
    Image, Pyramid, Sources, compose,
    encode::{PngEffort, png},
};
use sha2::{Digest, Sha256};

type Failure = Box<dyn Error>;

/// The pictures that templates are made of, under the digest of their files.
struct Shelf {
    files: BTreeMap<ContentHash, Vec<u8>>,
    pictures: BTreeMap<ContentHash, Image>,
}

impl Shelf {
    fn put(&mut self, image: Image) -> Result<ContentHash, Failure> {
        let file = png(&image, PngEffort::Balanced)?;
        let hash = ContentHash(Sha256::digest(&file).into());
        self.files.insert(hash, file);
        self.pictures.insert(hash, image);
        Ok(hash)
    }
}

fn main() -> Result<(), Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("gallery");
    fs::create_dir_all(&folder)?;
    let mut shelf = Shelf { files: BTreeMap::new(), pictures: BTreeMap::new() };
    let photos = templates::Photos {
        cloth: shelf.put(photos::cloth())?,
        mug: shelf.put(photos::mug())?,
        wall: shelf.put(photos::wall())?,
        ripples: shelf.put(photos::ripples())?,
        spot: shelf.put(photos::spot())?,
    };
    let design = photos::design();
    fs::write(folder.join("design.png"), png(&design, PngEffort::Balanced)?)?;
    let design = Arc::new(Pyramid::of(design));
    for (file, template) in templates::all(&photos)? {
        let images: BTreeMap<_, _> =
            template.images().into_iter().filter_map(|hash| Some((hash, shelf.files.get(&hash)?.clone()))).collect();
        let mut sources = Sources::default();
        sources.design = Some(design.clone());
        for (hash, picture) in &shelf.pictures {
            sources.images.insert(*hash, Arc::new(Pyramid::of(picture.clone())));
        }
        let picture = compose(&template, &mut sources, template.canvas)?.image;
        fs::write(folder.join(format!("{file}.png")), png(&picture, PngEffort::Balanced)?)?;
        fs::write(folder.join(format!("{file}.vitrine")), TemplateArchive { template, images }.write()?)?;
        println!("{file}");
    }
    Ok(())
}
