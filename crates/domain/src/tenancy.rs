//! Workspaces, and what their members are in them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::access::{Permission, PermissionSet};

/// The first label of a tenant's own address, `<subdomain>.<domain>`:
/// `^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$` and not one of the product's own words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subdomain(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubdomainError {
    #[error("an address has 3 to 63 characters")]
    Length,
    #[error("an address has only the letters a to z, digits and hyphens, with no hyphen at either end")]
    Characters,
    #[error("this address is reserved for the product itself")]
    Reserved,
}

/// Names the product, its operators or common e-mail and web services need for themselves.
const RESERVED: &[&str] = &[
    "abuse",
    "account",
    "accounts",
    "admin",
    "administrator",
    "api",
    "app",
    "assets",
    "auth",
    "autoconfig",
    "autodiscover",
    "billing",
    "blog",
    "cdn",
    "console",
    "dashboard",
    "demo",
    "dev",
    "docs",
    "email",
    "files",
    "ftp",
    "grafana",
    "help",
    "hostmaster",
    "imap",
    "internal",
    "localhost",
    "login",
    "mail",
    "metrics",
    "mobile",
    "news",
    "noreply",
    "oauth",
    "operator",
    "ops",
    "pop",
    "postmaster",
    "prometheus",
    "root",
    "sandbox",
    "security",
    "shop",
    "signup",
    "smtp",
    "sso",
    "staging",
    "static",
    "status",
    "support",
    "system",
    "test",
    "vitrine",
    "webhooks",
    "webmail",
    "webmaster",
    "www",
];

impl Subdomain {
    /// The nearest valid spelling of a workspace's name, as a first proposal; `None` where no letter or digit is left
    /// to make one of.
    pub fn suggested_for(name: &str) -> Option<Self> {
        let mut text = String::new();
        for c in name.chars().flat_map(char::to_lowercase) {
            match c {
                'a'..='z' | '0'..='9' => text.push(c),
                _ if !text.is_empty() && !text.ends_with('-') => text.push('-'),
                _ => {}
            }
        }
        text.truncate(63);
        let text = text.trim_end_matches('-');
        text.parse().or_else(|_| format!("{text}-shop").parse()).ok()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Subdomain {
    type Err = SubdomainError;
    fn from_str(text: &str) -> Result<Self, SubdomainError> {
        if !(3..=63).contains(&text.len()) {
            return Err(SubdomainError::Length);
        }
        let allowed = |c: u8| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if !text.bytes().all(allowed) || text.starts_with('-') || text.ends_with('-') {
            return Err(SubdomainError::Characters);
        }
        if RESERVED.contains(&text) {
            return Err(SubdomainError::Reserved);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Subdomain {
    type Error = SubdomainError;
    fn try_from(text: String) -> Result<Self, SubdomainError> {
        text.parse()
    }
}

impl From<Subdomain> for String {
    fn from(subdomain: Subdomain) -> Self {
        subdomain.0
    }
}

impl fmt::Display for Subdomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a member is in a tenant: the name of a set of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Viewer,
    Editor,
    Admin,
    Owner,
}

document::words!(Role { Viewer => "viewer", Editor => "editor", Admin => "admin", Owner => "owner" });

impl Role {
    /// The one table of what each role is.
    pub const fn permissions(self) -> PermissionSet {
        use Permission::*;
        match self {
            Self::Viewer => PermissionSet::of(&[LibraryRead, MemberRead]),
            Self::Editor => Self::Viewer.permissions().with(&[DesignCreate, DesignDelete, TemplateEdit, RenderCreate]),
            Self::Admin => Self::Editor.permissions().with(&[MemberManage, AuditRead, KeyManage]),
            Self::Owner => Self::Admin.permissions().with(&[OwnerManage]),
        }
    }

    pub fn allows(self, permission: Permission) -> bool {
        self.permissions().contains(permission)
    }
}

impl PermissionSet {
    /// Whether who has these may hand the role out or take it away: whoever manages members may, where the role has nothing
    /// that they lack. So an admin cannot make or unmake an owner.
    pub fn may_assign(self, role: Role) -> bool {
        self.contains(Permission::MemberManage) && role.permissions().is_subset_of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subdomain_is_a_plain_unreserved_label() {
        for good in ["abc", "my-shop", "0day", &"a".repeat(63)] {
            assert_eq!(good.parse::<Subdomain>().unwrap().as_str(), good);
        }
        for (bad, why) in [
            ("ab", SubdomainError::Length),
            (&"a".repeat(64), SubdomainError::Length),
            ("-abc", SubdomainError::Characters),
            ("abc-", SubdomainError::Characters),
            ("Abc", SubdomainError::Characters),
            ("a.bc", SubdomainError::Characters),
            ("магазин", SubdomainError::Characters),
            ("admin", SubdomainError::Reserved),
            ("www", SubdomainError::Reserved),
        ] {
            assert_eq!(bad.parse::<Subdomain>(), Err(why), "{bad}");
        }
    }

    #[test]
    fn a_suggestion_is_valid_or_absent() {
        let suggest = |name| Subdomain::suggested_for(name).map(String::from);
        assert_eq!(suggest("Blue Heron Prints!"), Some("blue-heron-prints".into()));
        assert_eq!(suggest("  Äpfel & Öl  "), Some("pfel-l".into()));
        assert_eq!(suggest("Admin"), Some("admin-shop".into()));
        assert_eq!(suggest("ab"), Some("ab-shop".into()));
        assert_eq!(suggest("商店"), None);
    }

    #[test]
    fn roles_are_named_sets_of_permissions() {
        assert!(!Role::Viewer.allows(Permission::DesignCreate));
        assert!(Role::Editor.allows(Permission::RenderCreate));
        assert!(!Role::Editor.allows(Permission::MemberManage));
        assert_eq!(Role::Owner.permissions(), PermissionSet::ALL);
        let names = |role: Role| role.permissions().words().join(" ");
        assert_eq!(names(Role::Viewer), "library_read member_read");
        let editor = "library_read design_create design_delete template_edit render_create member_read";
        assert_eq!(names(Role::Editor), editor);
        assert_eq!(names(Role::Admin), format!("{editor} member_manage audit_read key_manage"));
    }

    #[test]
    fn a_role_is_assigned_by_who_manages_members_and_has_all_of_it() {
        let may = |role: Role, other| role.permissions().may_assign(other);
        assert!(may(Role::Admin, Role::Admin) && may(Role::Admin, Role::Editor) && may(Role::Admin, Role::Viewer));
        assert!(!may(Role::Admin, Role::Owner) && may(Role::Owner, Role::Owner));
        assert!(!may(Role::Editor, Role::Viewer), "has all of it, but manages nobody");
        let narrow = PermissionSet::of(&[Permission::MemberManage, Permission::MemberRead, Permission::LibraryRead]);
        assert!(narrow.may_assign(Role::Viewer) && !narrow.may_assign(Role::Editor));
    }
}
