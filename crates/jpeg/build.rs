//! Compiles the shim and links it with Debian's libjpeg-turbo, statically: the program needs no library where it runs.

use std::{error::Error, path::Path, process::Command};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=src/shim.c");
    let mut build = cc::Build::new();
    build.file("src/shim.c").opt_level(2).warnings(true).extra_warnings(true).warnings_into_errors(true);
    // The C compiler says where its libraries are; it answers with the bare name for one that is not there.
    let answer = Command::new(build.try_get_compiler()?.path()).arg("-print-file-name=libjpeg.a").output()?;
    let library = String::from_utf8(answer.stdout)?;
    let folder = Path::new(library.trim()).parent().filter(|folder| folder.is_absolute());
    let folder = folder.ok_or("libjpeg.a is missing: please install Debian's libjpeg62-turbo-dev")?;
    build.try_compile("jpeg_shim")?;
    println!("cargo:rustc-link-search=native={}", folder.display());
    println!("cargo:rustc-link-lib=static=jpeg");
    Ok(())
}
