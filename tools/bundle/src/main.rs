//! Turns compiled WASM, styles and static files into what a browser loads.
//!
//! `bundle <wasm folder> <site folder>` is the everyday build: files as they are. With `--production` before the folders scripts and styles are
//! minified and every file has a brotli and a gzip copy beside it, which the server sends as they are; `bundle --sizes <site folder>` says what
//! the first load of each page transfers of that, and fails where it is too much.

mod files;
mod module;
mod parts;
mod sizes;

use std::{
    env,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

use files::Build;
use module::Parts;

/// The design system, in the order in which later rules may refine earlier ones.
const STYLES: [&str; 4] = ["tokens", "base", "layout", "components"];
/// The worker module by itself only defines functions; this starts it.
const WORKER_START: &str = "import init, { start } from './render-worker.js';\n\
    // Messages that arrive before the module is ready wait here.\n\
    const early = [];\nself.onmessage = (event) => early.push(event);\n\
    await init();\nstart();\nfor (const event of early) self.onmessage(event);\n";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--sizes", site] => sizes::check(&Path::new(site).join("pkg")),
        [built, site] => bundle(Path::new(built), Path::new(site), Build::Everyday),
        ["--production", built, site] => bundle(Path::new(built), Path::new(site), Build::Production),
        _ => Err("usage: bundle [--production] <folder of .wasm files> <site folder>, or bundle --sizes <site folder>"
            .into()),
    }
}

fn bundle(built: &Path, site: &Path, build: Build) -> Result<(), Box<dyn Error>> {
    let package = site.join("pkg");
    fs::create_dir_all(&package)?;
    module::write(&built.join("frontend.wasm"), &package, "vitrine", Parts::Many, build)?;
    module::write(&built.join("render_worker.wasm"), &package, "render-worker", Parts::One, build)?;
    files::write_script(&package.join("render-worker-start.js"), WORKER_START, build)?;
    files::write_styles(&package.join("vitrine.css"), &STYLES, build)?;
    files::write_styles(&package.join("editor.css"), &["editor"], build)?;
    copy_all(Path::new("public"), site, build)?;
    Ok(())
}

fn copy_all(from: &Path, to: &Path, build: Build) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target: PathBuf = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy_all(&entry.path(), &target, build)?,
            false => files::write(&target, &fs::read(entry.path())?, build)?,
        }
    }
    Ok(())
}
