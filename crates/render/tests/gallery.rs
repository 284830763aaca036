//! Every template of the gallery makes the picture that lies beside it, byte for byte.
//!
//! A change of pixels that is meant changes `RENDER_VERSION` and draws the gallery anew: `cargo run -p render --example gallery`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{fs, path::Path, sync::Arc};

use document::TemplateArchive;
use render::{Pyramid, Sources, compose, decode::decode};

#[test]
fn the_gallery_s_templates_make_its_pictures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("gallery");
    let design = Arc::new(Pyramid::of(decode(&fs::read(folder.join("design.png")).unwrap()).unwrap()));
    let mut seen = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "vitrine") {
            continue;
        }
        let archive = TemplateArchive::read(&fs::read(&path).unwrap()).unwrap();
        let mut sources = Sources::default();
        sources.design = Some(design.clone());
        for (hash, file) in &archive.images {
            sources.images.insert(*hash, Arc::new(Pyramid::of(decode(file).unwrap())));
        }
        let picture = compose(&archive.template, &mut sources, archive.template.canvas).unwrap().image;
        let golden = decode(&fs::read(path.with_extension("png")).unwrap()).unwrap();
        let differs = picture.pixels().iter().zip(golden.pixels()).filter(|(a, b)| a != b).count();
        assert_eq!(differs, 0, "{} differs in {differs} channel values", path.display());
        seen += 1;
    }
    assert!(seen >= 22, "{seen} templates");
}
