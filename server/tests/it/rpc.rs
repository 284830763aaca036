//! Server functions: their addresses, and what each of them must say of itself.

use std::path::Path;

use leptos::server_fn::axum::server_fn_paths;

/// Every address, `/rpc/<area>/<function>`. Open pages, forms among them, call these: one that changes is another function.
const ADDRESSES: [(&str, &[&str]); 7] = [
    ("batches", &["cancel", "list", "list_renders", "open", "order", "retry"]),
    ("demo", &["fill"]),
    ("designs", &["list", "list_names", "rename", "restore", "trash"]),
    ("development", &["outbox"]),
    (
        "members",
        &[
            "accept_invitation",
            "audit_log",
            "change_role",
            "invitation_offer",
            "invite",
            "list",
            "list_invitations",
            "remove",
            "withdraw_invitation",
        ],
    ),
    (
        "people",
        &[
            "end_other_sessions",
            "end_session",
            "list_sessions",
            "list_workspaces",
            "request_password_reset",
            "reset_password",
            "send_verification",
            "sign_in",
            "sign_out",
            "sign_up",
            "switch_tenant",
            "verify_email",
            "who_am_i",
        ],
    ),
    (
        "templates",
        &[
            "create",
            "list",
            "list_versions",
            "open",
            "open_head",
            "open_version",
            "restore",
            "revision",
            "save",
            "trash",
        ],
    ),
];

/// How each server function is declared: the attribute's lines of every area.
pub fn declared() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/rpc/src");
    let areas = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let declares = |line: &&str| line.starts_with("#[server(");
    areas.flat_map(|area| area.lines().filter(declares).map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn the_addresses_of_server_functions_are_these_in_every_build() {
    let listed = ADDRESSES
        .iter()
        .flat_map(|(area, functions)| functions.iter().map(move |function| format!("/rpc/{area}/{function}")));
    let mut registered: Vec<&str> = server_fn_paths().map(|(path, _)| path).collect();
    registered.sort_unstable();
    assert_eq!(registered, listed.collect::<Vec<_>>());
    // Of two functions at one address only one would be registered.
    assert_eq!(registered.len(), declared().len(), "all of them");
}

#[test]
fn every_server_function_says_which_workspace_its_page_shows() {
    let declared = declared();
    let silent: Vec<_> = declared.iter().filter(|line| !line.contains("client = PageClient")).collect();
    assert!(silent.is_empty(), "{silent:?}");
    assert!(declared.len() > 20);
}
