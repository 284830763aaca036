//! A compiled module with its bindings, by the wasm-bindgen library of the version that Cargo.lock pins.

use std::{env, error::Error, fs, path::Path};

use wasm_bindgen_cli_support::Bindgen;

use crate::{
    files::{self, Build},
    parts,
};

/// Whether a module is taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    One,
    Many,
}

/// Writes a module and its script, unless they are newer than what they are made of.
pub fn write(input: &Path, package: &Path, name: &str, parts: Parts, build: Build) -> Result<(), Box<dyn Error>> {
    let output = package.join(format!("{name}_bg.wasm"));
    let modified = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    let made = modified(&output);
    if made > modified(input) && made > modified(&env::current_exe()?) {
        return Ok(());
    }
    let main = match parts {
        Parts::One => input.to_owned(),
        Parts::Many => parts::take_apart(input, package, &format!("./{name}.js"), build)?,
    };
    Bindgen::new()
        .input_path(main)
        .keep_lld_exports(parts == Parts::Many)
        .demangle(parts == Parts::One)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(false)
        .out_name(name)
        .generate(package)?;
    let script = package.join(format!("{name}.js"));
    files::write_script(&script, &fs::read_to_string(&script)?, build)?;
    let wasm = fs::read(&output)?;
    println!("{name}: {} kB", wasm.len() / 1000);
    Ok(files::write(&output, &wasm, build)?)
}
