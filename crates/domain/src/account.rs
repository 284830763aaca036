//! People, sessions, members and invitations as pages show them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{AccountId, ApiKeyId, InvitationId, SessionId, TenantId, access::PermissionSet, tenancy::Role};

/// The fewest and most characters of a password; length is what makes one strong.
pub const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 10..=200;

/// Who is signed in, and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Viewer {
    pub account: AccountId,
    pub email: String,
    pub email_verified: bool,
    pub tenant: TenantId,
    pub tenant_name: String,
    pub role: Role,
    /// Every workspace this person belongs to, the present one among them.
    pub memberships: Vec<Membership>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Membership {
    pub tenant: TenantId,
    pub tenant_name: String,
    pub subdomain: String,
    pub role: Role,
}

/// A member as the list of members shows one.
#[derive(Clone, Debug, PartialEq, Hash, Serialize, Deserialize)]
pub struct Member {
    pub account: AccountId,
    pub email: String,
    pub role: Role,
    #[serde(with = "time::serde::rfc3339")]
    pub joined_at: OffsetDateTime,
}

/// An invitation that nobody has taken yet.
#[derive(Clone, Debug, PartialEq, Hash, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub email: String,
    pub role: Role,
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// A key of a program as the list of keys shows one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    /// How its secret begins.
    pub prefix: String,
    /// What it was given; what its creator may not do any more, it may not either.
    pub permissions: PermissionSet,
    /// Their address.
    pub created_by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// To the minute.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_used_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub expires_at: Option<OffsetDateTime>,
}

/// A signed-in browser as its owner sees it.
#[derive(Clone, Debug, PartialEq, Hash, Serialize, Deserialize)]
pub struct SessionInfo {
    pub id: SessionId,
    /// What the browser says it is.
    pub user_agent: String,
    pub address: String,
    #[serde(with = "time::serde::rfc3339")]
    pub last_seen_at: OffsetDateTime,
    /// The one that asks.
    pub current: bool,
}

/// Who an entry of the audit log says has acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// Empty where the account is no more.
    Member { email: String },
    /// A program, with a key of this name at that time.
    ApiKey { name: String },
    /// The product itself, in a job or schedule of this name.
    System { what: String },
}

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq, Hash, Serialize, Deserialize)]
pub struct AuditEntry {
    pub sequence: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub who: Author,
    pub action: String,
    pub object: String,
}

/// An e-mail address: one `@` with something on both sides, no spaces, at most 254 characters (RFC 5321 4.5.3.1.3),
/// kept in lower case. Whether it exists, only a message to it shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("this is not an e-mail address")]
pub struct NotAnEmail;

impl std::str::FromStr for Email {
    type Err = NotAnEmail;
    fn from_str(text: &str) -> Result<Self, NotAnEmail> {
        let text = text.trim().to_lowercase();
        let (local, host) = text.rsplit_once('@').ok_or(NotAnEmail)?;
        let plain = |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control());
        let host_is_plain = !host.starts_with('.') && !host.ends_with('.') && !host.contains([',', ';', '<', '>']);
        if text.len() > 254 || !plain(local) || !plain(host) || !host_is_plain || local.contains(['<', '>', '@']) {
            return Err(NotAnEmail);
        }
        Ok(Self(text))
    }
}

impl TryFrom<String> for Email {
    type Error = NotAnEmail;
    fn try_from(text: String) -> Result<Self, NotAnEmail> {
        text.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_kept_in_lower_case_and_has_both_sides() {
        assert_eq!(" Ada@Example.COM ".parse::<Email>().unwrap().as_str(), "ada@example.com");
        for wrong in ["", "ada", "@example.com", "ada@", "a b@c.d", "a@b@c", "<ada@example.com>", "a@.b", "a\n@b.c"] {
            assert_eq!(wrong.parse::<Email>(), Err(NotAnEmail), "{wrong}");
        }
    }
}
