//! Writes the demonstration set as files: `cargo run -p showcase --example write -- <folder>`.

use std::{error::Error, fs, path::PathBuf};

use document::{ContentHash, TemplateArchive};
use render::{
    Pyramid, Sources, compose,
    encode::{Jpeg, PngEffort, jpeg, png},
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os().nth(1).ok_or("which folder?")?.into();
    fs::create_dir_all(&folder)?;
    let slug = |name: &str| name.to_lowercase().replace(' ', "-");
    let mut designs: Vec<std::sync::Arc<Pyramid>> = Vec::new();
    for (name, draw) in showcase::DESIGNS {
        let image = draw();
        fs::write(folder.join(format!("{}.png", slug(name))), png(&image, PngEffort::Fast)?)?;
        designs.push(std::sync::Arc::new(Pyramid::of(image)));
    }
    for ((name, product), design) in showcase::PRODUCTS.into_iter().zip(designs.iter().cloned().cycle()) {
        let photo = (product.photo)();
        let file = jpeg(&photo, Jpeg::of_quality(93))?;
        let hash = ContentHash(*blake3::hash(&file).as_bytes());
        let template = (product.template)(name, hash);
        let mut sources = Sources::default();
        sources.design = Some(design);
        sources.images.insert(hash, std::sync::Arc::new(Pyramid::of(photo)));
        let mockup = compose(&template, &mut sources, template.canvas.scaled_to(1200))?;
        fs::write(folder.join(format!("{}.jpg", slug(name))), &file)?;
        fs::write(folder.join(format!("{}-mockup.jpg", slug(name))), jpeg(&mockup.image, Jpeg::of_quality(90))?)?;
        let archive = TemplateArchive { template, images: [(hash, file)].into() };
        fs::write(folder.join(format!("{}.vitrine", slug(name))), archive.write()?)?;
    }
    Ok(())
}
