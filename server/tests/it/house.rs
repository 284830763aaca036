//! The house itself: what no compiler says of it.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// The folder of the whole workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file of Rust under a folder.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.insert(path);
        }
    }
    found
}

/// The files that a file's `mod` lines lead to, itself with them.
fn reached(file: &Path, found: &mut BTreeSet<PathBuf>) {
    found.insert(file.to_owned());
    let name = file.file_stem().unwrap();
    let within = file.parent().unwrap();
    let folder =
        if ["lib", "main", "mod"].iter().any(|root| name == *root) { within.to_owned() } else { within.join(name) };
    for line in std::fs::read_to_string(file).unwrap().lines() {
        let line = line.trim();
        let line = line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) ")).unwrap_or(line);
        let Some(module) = line.strip_prefix("mod ").and_then(|line| line.strip_suffix(';')) else { continue };
        let next = [folder.join(format!("{module}.rs")), folder.join(module).join("mod.rs")];
        if let Some(next) = next.iter().find(|next| next.exists()) {
            reached(next, found);
        }
    }
}

#[test]
fn every_file_is_reached_by_a_mod() {
    let workspace = workspace();
    let mut crates: Vec<PathBuf> =
        ["app", "app/editor", "app/rpc", "app/ui", "frontend", "frontend/render-worker", "server", "tools/bundle"]
            .map(Into::into)
            .into();
    crates.extend(std::fs::read_dir(workspace.join("crates")).unwrap().map(|entry| entry.unwrap().path()));
    assert!(crates.len() > 12);
    let mut dead = Vec::new();
    for each in crates {
        let source = workspace.join(each).join("src");
        let mut found = BTreeSet::new();
        for root in ["lib.rs", "main.rs"].map(|root| source.join(root)) {
            if root.exists() {
                reached(&root, &mut found);
            }
        }
        assert!(!found.is_empty(), "{} has a root", source.display());
        dead.extend(files(&source).difference(&found).cloned());
    }
    assert!(dead.is_empty(), "no mod leads to {dead:#?}");
}

/// Who may use whom. What stands here is what ARCHITECTURE.md says.
const USES: [(&str, &[&str]); 20] = [
    ("crates/document", &[]),
    ("crates/jpeg", &[]),
    ("crates/locales", &[]),
    ("crates/private-postgres", &[]),
    ("crates/render", &["document", "jpeg"]),
    ("crates/segment", &["document"]),
    ("crates/editor", &["document"]),
    ("crates/domain", &["document"]),
    ("crates/showcase", &["document", "render"]),
    ("crates/platform", &["document", "domain", "locales"]),
    ("crates/accounts", &["domain", "locales", "platform"]),
    ("crates/studio", &["document", "domain", "platform", "render", "showcase"]),
    ("crates/product", &["accounts", "platform", "studio"]),
    ("app/ui", &["domain", "locales", "platform"]),
    ("app/rpc", &["accounts", "document", "domain", "platform", "product", "studio", "ui"]),
    ("app/editor", &["document", "domain", "editor", "locales", "rpc", "ui"]),
    ("app", &["document", "domain", "editor-page", "locales", "rpc", "ui"]),
    ("frontend", &["app"]),
    ("frontend/render-worker", &["document", "domain", "editor", "render", "segment"]),
    (
        "server",
        &[
            "accounts",
            "app",
            "document",
            "domain",
            "locales",
            "platform",
            "private-postgres",
            "product",
            "render",
            "rpc",
            "studio",
            "ui",
        ],
    ),
];

/// The crates of the workspace that a crate is built from, tests apart.
fn used(manifest: &str) -> BTreeSet<String> {
    let mut dependencies = false;
    let mut used = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            dependencies = line.ends_with("dependencies]") && !line.contains("dev-");
        } else if dependencies && let Some(name) = line.split(['.', ' ', '=']).next() {
            used.insert(name.to_owned());
        }
    }
    used
}

#[test]
fn no_crate_uses_one_above_it() {
    let manifests = USES.map(|(folder, may)| {
        let manifest = std::fs::read_to_string(workspace().join(folder).join("Cargo.toml")).unwrap();
        (folder, manifest, may)
    });
    let name = |manifest: &str| {
        manifest
            .lines()
            .find_map(|line| Some(line.strip_prefix("name = \"")?.trim_end_matches('"').to_owned()))
            .unwrap()
    };
    let ours: BTreeSet<String> = manifests.iter().map(|(_, manifest, _)| name(manifest)).collect();
    for (folder, manifest, may) in &manifests {
        for name in used(manifest) {
            assert!(!ours.contains(&name) || may.contains(&&*name), "{folder} uses {name}");
        }
    }
}

/// Whoever makes an actor has looked up that it may be one; each place that does is here. The product's own
/// are made by what jobs and schedules are handed.
const ACTORS_ARE_MADE_IN: [(&str, &[&str]); 3] = [
    (
        "Member::signed_in(",
        &[
            "crates/accounts/src/invitations.rs",
            "crates/accounts/src/sessions.rs",
            "crates/accounts/src/sign_up.rs",
            "crates/studio/src/demo/mod.rs",
        ],
    ),
    ("Actor::api_key(", &["crates/accounts/src/api_keys.rs"]),
    ("Actor::system(", &["crates/platform/src/jobs/mod.rs", "crates/platform/src/jobs/schedule.rs"]),
];

#[test]
fn who_acts_is_said_only_where_it_was_looked_up() {
    let sources = ["app", "crates", "server/src"].map(|folder| files(&workspace().join(folder)));
    let sources: BTreeSet<_> = sources.into_iter().flatten().collect();
    // The unit tests beside the types make some too.
    let own = workspace().join("crates/platform/src/access.rs");
    for (making, places) in ACTORS_ARE_MADE_IN {
        let makes = |file: &&PathBuf| **file != own && std::fs::read_to_string(file).unwrap().contains(making);
        let made: BTreeSet<_> = sources.iter().filter(makes).cloned().collect();
        let places = places.iter().map(|file| workspace().join(file)).collect();
        assert_eq!(made, places, "{making}");
    }
}
