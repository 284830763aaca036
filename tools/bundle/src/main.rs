//! Turns compiled WASM, styles and static files into what a browser loads: `bundle <wasm folder> <site folder>`.
//!
//! Bindings come from the wasm-bindgen library of the version that Cargo.lock pins. Every file gets a gzip copy beside it, which the server sends as it is. Work whose
//! input has not changed is not done again.

use std::{
    env,
    error::Error,
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use wasm_bindgen_cli_support::Bindgen;

/// Module names: the crate's artefact and what the browser asks for.
const MODULES: [(&str, &str); 2] = [("frontend", "vitrine"), ("render_worker", "render-worker")];
/// The design system, in the order in which later rules may refine earlier ones.
const STYLES: [&str; 5] = ["tokens", "base", "layout", "components", "editor"];
/// The worker module by itself only defines functions; this starts it.
const WORKER_START: &str = "import init, { start } from './render-worker.js';\n\
    // Messages that arrive before the module is ready wait here.\n\
    const early = [];\nself.onmessage = (event) => early.push(event);\n\
    await init();\nstart();\nfor (const event of early) self.onmessage(event);\n";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(built), Some(site)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bundle <folder of .wasm files> <site folder>".into());
    };
    let package = site.join("pkg");
    fs::create_dir_all(&package)?;
    for (artefact, name) in MODULES {
        module(&built.join(format!("{artefact}.wasm")), &package, name)?;
    }
    fs::write(package.join("render-worker-start.js"), WORKER_START)?;
    let styles =
        STYLES.iter().map(|name| fs::read_to_string(format!("style/{name}.css"))).collect::<Result<String, _>>()?;
    write_compressed(&package.join("vitrine.css"), styles.as_bytes())?;
    copy_all(Path::new("public"), &site)?;
    Ok(())
}

fn module(input: &Path, package: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    let output = package.join(format!("{name}_bg.wasm"));
    let modified = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    let made = modified(&output);
    if made > modified(input) && made > modified(&env::current_exe()?) {
        return Ok(());
    }
    Bindgen::new()
        .input_path(input)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(false)
        .out_name(name)
        .generate(package)?;
    let wasm = fs::read(&output)?;
    write_compressed(&output, &wasm)?;
    let script = package.join(format!("{name}.js"));
    let text = fs::read(&script)?;
    write_compressed(&script, &text)?;
    println!("{name}: {} kB", wasm.len() / 1000);
    Ok(())
}

fn write_compressed(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(path, bytes)?;
    let mut name = path.as_os_str().to_owned();
    name.push(".gz");
    let mut encoder = GzEncoder::new(fs::File::create(name)?, Compression::new(7));
    encoder.write_all(bytes)?;
    encoder.finish()?;
    Ok(())
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy_all(&entry.path(), &target)?,
            false => drop(fs::copy(entry.path(), target)?),
        }
    }
    Ok(())
}
