//! Any text as a template document, and any bytes as a `.vitrine` file: what is read is written as it was read, and becomes a picture or
//! an error.
#![no_main]

use std::sync::Arc;

use document::{Template, TemplateArchive};
use libfuzzer_sys::fuzz_target;
use render::{Image, Pyramid, Sources, compose};

fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"PK") {
        if let Ok(archive) = TemplateArchive::read(bytes) {
            let written = archive.write().expect("what was read can be written");
            assert_eq!(TemplateArchive::read(&written).expect("and read again"), archive);
        }
        return;
    }
    let Ok(template) = Template::from_json(bytes) else { return };
    let again = Template::from_json(template.to_json().as_bytes()).expect("what was written can be read");
    assert_eq!(again.to_json(), template.to_json());
    let picture =
        |side: u32| Arc::new(Pyramid::of(Image::from_fn(side, side, |x, y| [x as u8, y as u8, 99, (x * y) as u8])));
    let mut sources = Sources::default();
    sources.images = template.images().into_iter().map(|hash| (hash, picture(20))).collect();
    sources.design = Some(picture(31));
    // Bounds on time are a matter of a test with documents made for it.
    if template.layers.len() < 30 {
        let _ = compose(&template, &mut sources, template.canvas.scaled_to(48));
    }
});
