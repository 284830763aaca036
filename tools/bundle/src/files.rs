//! Files of the site: written only where they differ, and with their compressed copies in the production build.

use std::{
    error::Error,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use brotli::{CompressorWriter, enc::BrotliEncoderParams};
use flate2::{Compression, write::GzEncoder};

/// How the site is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// As it is compiled, for the machine it is made on.
    Everyday,
    /// Minified, with compressed copies beside each file.
    Production,
}

/// The endings of compressed copies, which the server looks for.
const COPIES: [&str; 2] = ["br", "gz"];

/// Writes a file of the site.
pub fn write(path: &Path, bytes: &[u8], build: Build) -> io::Result<()> {
    fs::write(path, bytes)?;
    match build {
        Build::Production => {
            fs::write(copy(path, "br"), brotli(bytes)?)?;
            fs::write(copy(path, "gz"), gzip(bytes)?)
        }
        // A copy of an earlier build would be served in the file's place.
        Build::Everyday => COPIES.iter().try_for_each(|ending| remove(&copy(path, ending))),
    }
}

/// Writes a script.
pub fn write_script(path: &Path, text: &str, build: Build) -> Result<(), Box<dyn Error>> {
    let text = match build {
        Build::Everyday => text.to_owned(),
        Build::Production => minifier::js::minify(&ended(text))?.to_string(),
    };
    Ok(write(path, text.as_bytes(), build)?)
}

/// A script whose imports end as the minifier, which puts all on one line, needs it; wasm-bindgen leaves that to the line.
fn ended(script: &str) -> String {
    let line = |line: &str| match line.starts_with("import ") && !line.ends_with(';') {
        true => format!("{line};\n"),
        false => format!("{line}\n"),
    };
    script.lines().map(line).collect()
}

/// Writes a style sheet of files of the design system.
pub fn write_styles(path: &Path, names: &[&str], build: Build) -> Result<(), Box<dyn Error>> {
    let text =
        names.iter().map(|name| fs::read_to_string(format!("style/{name}.css"))).collect::<Result<String, _>>()?;
    let text = match build {
        Build::Everyday => text,
        Build::Production => minifier::css::minify(&text)?.to_string(),
    };
    Ok(write(path, text.as_bytes(), build)?)
}

/// Removes a file of the site with its copies.
pub fn remove_with_copies(path: &Path) -> io::Result<()> {
    remove(path)?;
    COPIES.iter().try_for_each(|ending| remove(&copy(path, ending)))
}

/// The bytes that a browser transfers of a file of the production build.
pub fn transferred(path: &Path) -> io::Result<u64> {
    copy(path, "br").metadata().map(|metadata| metadata.len())
}

fn copy(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: bytes.len(), ..Default::default() };
    let mut writer = CompressorWriter::with_params(Vec::new(), 1 << 16, &parameters);
    writer.write_all(bytes)?;
    Ok(writer.into_inner())
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn imports_without_an_end_stay_apart_on_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.js");
        let script =
            "import * as a from \"./a.js\"\nimport b from \"./b.js\";\n// Only for people.\nexport class C {}\n";
        write_script(&path, script, Build::Production).unwrap();
        let written = fs::read_to_string(&path).unwrap();
        assert_eq!(written, "import*as a from\"./a.js\";import b from\"./b.js\";export class C{}");
    }

    #[test]
    fn copies_unfold_to_the_file_and_an_everyday_build_leaves_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.js");
        let text = "const a = 1;\n".repeat(1000);
        write(&path, text.as_bytes(), Build::Production).unwrap();
        let (mut unfolded, mut unzipped) = (String::new(), String::new());
        let copy_of = |ending| fs::File::open(copy(&path, ending)).unwrap();
        brotli::Decompressor::new(copy_of("br"), 4096).read_to_string(&mut unfolded).unwrap();
        flate2::read::GzDecoder::new(copy_of("gz")).read_to_string(&mut unzipped).unwrap();
        assert!(unfolded == text && unzipped == text);
        assert!(transferred(&path).unwrap() < 100);

        write(&path, text.as_bytes(), Build::Everyday).unwrap();
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["a.js"]);
    }
}
