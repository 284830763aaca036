//! The program's keys and the translation file agree.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Families whose keys are put together from a value: `blend-multiply`, `mail-reset-subject`.
const FAMILIES: [&str; 6] = ["blend-", "gesture-", "hint-", "look-", "mail-", "tool-"];

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["app", "server/src", "frontend", "crates"] {
        rust_files(&root.join(folder), &mut files);
    }
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn keys() -> BTreeSet<String> {
    [include_str!("../en/product.ftl"), include_str!("../en/editor.ftl")].into_iter().flat_map(keys_of).collect()
}

fn keys_of(file: &str) -> BTreeSet<String> {
    let starts = file.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    starts.filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned())).collect()
}

/// The first text among the arguments of each `call`, where that is a name of its own and not the end of a longer one.
fn keys_given_to<'a>(call: &'a str, source: &'a str) -> impl Iterator<Item = &'a str> {
    source.match_indices(call).filter_map(move |(at, _)| {
        let before = source[..at].chars().next_back();
        let (arguments, rest) = source[at + call.len()..].split_once('"')?;
        let is_call = before.is_none_or(|c| !c.is_alphanumeric() && c != '_') && !arguments.contains([')', ';']);
        is_call.then(|| rest.split('"').next()).flatten()
    })
}

#[test]
fn every_key_a_page_asks_for_has_its_sentence() {
    let keys = keys();
    let mut asked = 0;
    for (path, source) in sources() {
        for call in ["t!(", "Problem::invalid(", "Problem::new("] {
            for key in keys_given_to(call, &source) {
                asked += 1;
                assert!(keys.contains(key), "{} asks for {key}", path.display());
            }
        }
    }
    assert!(asked > 200, "only {asked} keys were found");
}

#[test]
fn every_sentence_is_used() {
    let all: String = sources().into_iter().map(|(_, source)| source).collect();
    let unused =
        |key: &String| !all.contains(&format!("\"{key}\"")) && !FAMILIES.iter().any(|family| key.starts_with(family));
    assert_eq!(keys().into_iter().filter(unused).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn only_the_editor_asks_for_its_sentences() {
    let keys = keys_of(include_str!("../en/editor.ftl"));
    let own = ["app/editor/", "crates/editor/", "frontend/render-worker/", "crates/locales/"];
    for (path, source) in sources() {
        if !own.iter().any(|own| path.to_string_lossy().contains(own)) {
            let asked: Vec<_> = keys.iter().filter(|key| source.contains(&format!("\"{key}\""))).collect();
            assert!(asked.is_empty(), "{} asks for {asked:?}, which it may not know", path.display());
        }
    }
}
