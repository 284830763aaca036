//! The page's module taken apart: a main part that every page loads, and a file for each page (see `app/src/parts`).
//!
//! The splitting library puts what several pages share into chunks, some 170 of them. A page's file holds all the chunks that the page needs, and
//! the loader takes each but once. Files are named after the module that they belong to: a page of an earlier build finds no part of a later one,
//! whose addresses would be others.

use std::{
    collections::BTreeMap,
    error::Error,
    fmt::Write,
    fs,
    hash::{DefaultHasher, Hasher},
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_encoder::{Module, RawSection};
use wasm_split_cli_support::{Options, transform};
use wasmparser::{Parser, Payload};

use crate::files::{self, Build};

/// The script that loads parts; `vitrine.js` imports it, and it imports that.
const LOADER: &str = "parts.js";
/// The file that tells the server of the parts' files.
const LIST: &str = "parts.json";
/// Style sheets of parts, beside those that all pages load.
const STYLES: [(&str, &str); 1] = [("editor", "editor.css")];

/// The files of a part. `app/src/server.rs` reads them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Files {
    pub code: String,
    pub style: Option<String>,
}

/// Takes a linked module apart, writes the parts and the loader, and returns the main part.
pub fn take_apart(input: &Path, package: &Path, script: &str, build: Build) -> Result<PathBuf, Box<dyn Error>> {
    let module = fs::read(input)?;
    let chunks = tempfile::tempdir_in(package)?;
    let main = input.with_extension("main.wasm");
    let link = format!("./{LOADER}");
    let mut options = Options::new(&module);
    options.output_dir = chunks.path();
    options.main_out_path = &main;
    options.main_module = script;
    options.link_name = &link;
    let chunks_of: BTreeMap<_, _> = transform(options)?.prefetch_map.into_iter().collect();

    remove_earlier(package)?;
    let made_of = hash(&module);
    let mut numbers = BTreeMap::new();
    let mut list = BTreeMap::new();
    let mut written = Vec::new();
    for (name, chunk_names) in &chunks_of {
        let mut part = Vec::new();
        for chunk in chunk_names {
            let next = numbers.len();
            let number = *numbers.entry(chunk.clone()).or_insert(next);
            let code = without_names(&fs::read(chunks.path().join(chunk).with_extension("wasm"))?)?;
            part.extend(u32::try_from(number)?.to_le_bytes());
            part.extend(u32::try_from(code.len())?.to_le_bytes());
            part.extend(code);
        }
        let code = format!("{name}-{made_of:016x}.part");
        written.push((package.join(&code), part));
        let style = STYLES.iter().find(|(part, _)| part == name).map(|(_, style)| (*style).to_owned());
        list.insert(name.clone(), Files { code, style });
    }
    written.par_iter().try_for_each(|(path, part)| files::write(path, part, build))?;
    files::write_script(&package.join(LOADER), &loader(script, &list)?, build)?;
    fs::write(package.join(LIST), serde_json::to_string_pretty(&list)?)?;
    Ok(main)
}

/// The parts that a site has, by name.
pub fn list(package: &Path) -> Result<BTreeMap<String, Files>, Box<dyn Error>> {
    Ok(serde_json::from_slice(&fs::read(package.join(LIST))?)?)
}

fn hash(module: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(module);
    hasher.finish()
}

fn remove_earlier(package: &Path) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(package)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "part") {
            files::remove_with_copies(&path)?;
        }
    }
    Ok(())
}

/// A module without its custom sections: names and relocations, which nothing reads any more.
fn without_names(module: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut kept = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if matches!(payload, Payload::CustomSection(_)) {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
            kept.section(&RawSection { id, data: &module[range] });
        }
    }
    Ok(kept.finish())
}

/// The loader: a fixed text with a line for each part.
fn loader(script: &str, list: &BTreeMap<String, Files>) -> Result<String, Box<dyn Error>> {
    let mut text = format!("import {{ initSync }} from \"{script}\";\n{}", include_str!("loader.js"));
    for (name, Files { code, style }) in list {
        let style = serde_json::to_string(style)?;
        writeln!(text, "export const __wasm_split_load_{name} = part(\"{code}\", {style});")?;
    }
    Ok(text)
}
