//! Names of what is kept.

use domain::TenantId;

/// The name of something of one tenant: no two tenants share one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    area: &'static str,
    text: Box<str>,
}

impl Key {
    /// `area` is the part of the program that the thing belongs to, `id` its name there, of any length: it is kept as a hash.
    pub fn of(tenant: TenantId, area: &'static str, id: impl AsRef<[u8]>) -> Self {
        // The last part has a fixed length and the first no colon, so no area can look like another's name.
        let text = format!("{tenant}:{area}:{}", blake3::hash(id.as_ref()).to_hex());
        Self { area, text: text.into() }
    }

    pub fn area(&self) -> &'static str {
        self.area
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}
