//! What the first load of a page transfers: its code, scripts and styles, in brotli.

use std::{error::Error, path::Path};

use crate::{files, parts};

/// What every page loads.
const SHARED: [&str; 4] = ["vitrine_bg.wasm", "vitrine.js", "parts.js", "vitrine.css"];
/// The page that may be larger: a tool one works with, opened from another page.
const TOOL: &str = "editor";
/// The most bytes that the first load of any other page may transfer: 300 kB, and a little for what differs from one build to the next.
const BYTES_MAX: u64 = 305_000;

/// Prints what the first load of each page transfers.
///
/// # Errors
/// A page loads more than it may, or the site is no production build.
pub fn check(package: &Path) -> Result<(), Box<dyn Error>> {
    let missing = |error| format!("{error}: sizes are those of a production build, with its compressed copies");
    let size = |file: &str| files::transferred(&package.join(file)).map_err(missing);
    let mut shared = 0;
    for file in SHARED {
        println!("{:>9.1} kB  {file}", kilobytes(size(file)?));
        shared += size(file)?;
    }
    let mut pages = Vec::new();
    for (name, part) in parts::list(package)? {
        let style = part.style.map_or(Ok(0), |style| size(&style))?;
        pages.push((shared + size(&part.code)? + style, name));
    }
    pages.sort();
    println!("First load of a page, with {:.1} kB that all share:", kilobytes(shared));
    for (bytes, name) in &pages {
        println!("{:>9.1} kB  {name}", kilobytes(*bytes));
    }
    match pages.iter().rfind(|(_, name)| name != TOOL) {
        Some((bytes, name)) if *bytes > BYTES_MAX => {
            Err(format!("{name} loads {bytes} bytes, more than {BYTES_MAX}").into())
        }
        _ => Ok(()),
    }
}

fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1000.0
}
