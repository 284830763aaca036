//! What somebody may do in a workspace: permissions, and sets of them.

use std::fmt;

use document::words::UnknownWord;
use serde::{Deserialize, Serialize};

/// One thing that somebody may be allowed to do. Its word is stored with API keys and never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See designs, templates and renders, and download results.
    LibraryRead,
    DesignCreate,
    DesignDelete,
    TemplateEdit,
    RenderCreate,
    MemberRead,
    /// Invite, change roles, remove.
    MemberManage,
    AuditRead,
    /// Make, see and revoke the keys of programs.
    KeyManage,
    /// Make and unmake owners.
    OwnerManage,
}

document::words!(Permission {
    LibraryRead => "library_read",
    DesignCreate => "design_create",
    DesignDelete => "design_delete",
    TemplateEdit => "template_edit",
    RenderCreate => "render_create",
    MemberRead => "member_read",
    MemberManage => "member_manage",
    AuditRead => "audit_read",
    KeyManage => "key_manage",
    OwnerManage => "owner_manage",
});

/// Some of the permissions. Written as the list of their words, in the order of [`Permission::ALL`].
///
/// ```
/// use domain::access::{Permission, PermissionSet};
///
/// let set: PermissionSet = serde_json::from_str(r#"["render_create", "library_read"]"#)?;
/// assert!(set.contains(Permission::LibraryRead) && !set.contains(Permission::AuditRead));
/// assert_eq!(serde_json::to_string(&set)?, r#"["library_read","render_create"]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<&'static str>")]
pub struct PermissionSet(u32);

impl PermissionSet {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = Self::NONE.with(&Permission::ALL);

    pub const fn of(permissions: &[Permission]) -> Self {
        Self::NONE.with(permissions)
    }

    /// These, and all of the others.
    #[must_use]
    pub const fn with(mut self, others: &[Permission]) -> Self {
        let mut i = 0;
        while i < others.len() {
            self.0 |= 1 << others[i] as u32;
            i += 1;
        }
        self
    }

    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    pub const fn is_subset_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| self.contains(*permission))
    }

    /// The words, as they are stored.
    pub fn words(self) -> Vec<&'static str> {
        self.iter().map(Permission::as_str).collect()
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::NONE, |set, permission| set.with(&[permission]))
    }
}

impl TryFrom<Vec<String>> for PermissionSet {
    type Error = UnknownWord;

    fn try_from(words: Vec<String>) -> Result<Self, UnknownWord> {
        words.iter().map(|word| word.parse::<Permission>()).collect()
    }
}

impl From<PermissionSet> for Vec<&'static str> {
    fn from(set: PermissionSet) -> Self {
        set.words()
    }
}

impl fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.words()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Permission::*;

    #[test]
    fn a_set_has_what_was_put_in_and_nothing_else() {
        let set = PermissionSet::of(&[AuditRead, LibraryRead, AuditRead]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [LibraryRead, AuditRead]);
        for permission in Permission::ALL {
            assert_eq!(set.contains(permission), [LibraryRead, AuditRead].contains(&permission), "{permission:?}");
            assert!(PermissionSet::ALL.contains(permission) && !PermissionSet::NONE.contains(permission));
        }
    }

    #[test]
    fn sets_are_compared_by_what_they_have() {
        let (small, large) = (PermissionSet::of(&[LibraryRead]), PermissionSet::of(&[LibraryRead, RenderCreate]));
        assert!(small.is_subset_of(large) && !large.is_subset_of(small) && large.is_subset_of(large));
        assert!(PermissionSet::NONE.is_subset_of(PermissionSet::NONE) && PermissionSet::NONE.is_empty());
        let other = PermissionSet::of(&[RenderCreate, AuditRead]);
        assert_eq!(large.intersection(other), PermissionSet::of(&[RenderCreate]));
        assert_eq!(small.intersection(other), PermissionSet::NONE);
    }

    #[test]
    fn a_set_reads_as_it_is_written_and_an_unknown_name_is_refused_with_words() {
        let json = serde_json::to_string(&PermissionSet::ALL).unwrap();
        assert_eq!(serde_json::from_str::<PermissionSet>(&json).unwrap(), PermissionSet::ALL);
        let refused = serde_json::from_str::<PermissionSet>(r#"["library_read", "fly"]"#).unwrap_err().to_string();
        assert!(refused.starts_with("\"fly\" is none of library_read, design_create"), "{refused}");
        for permission in Permission::ALL {
            assert_eq!(serde_json::to_value(permission).unwrap(), permission.as_str());
        }
    }
}
