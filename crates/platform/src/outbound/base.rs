//! Addresses that a client is pinned to.

use reqwest::Url;

#[derive(Debug, thiserror::Error)]
pub enum BaseError {
    #[error("the address of a service cannot be read")]
    Unreadable(#[source] <Url as std::str::FromStr>::Err),
    #[error("the address of a service must begin with https://")]
    NotHttps,
    #[error("the address of a service must begin with http:// or https://")]
    NotHttp,
    #[error("the address of a service must have no user name, password, query or fragment")]
    TooMuch,
}

/// The beginning of a service's addresses: scheme, host, port, and whole parts of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(Url);

impl Base {
    /// The address of a service on the Internet, such as `https://api.shop.example/v1`.
    ///
    /// # Errors
    /// [`BaseError`]
    pub fn https(address: &str) -> Result<Self, BaseError> {
        let base = Self::parse(address)?;
        if base.0.scheme() == "https" { Ok(base) } else { Err(BaseError::NotHttps) }
    }

    fn parse(address: &str) -> Result<Self, BaseError> {
        let url: Url = address.parse().map_err(BaseError::Unreadable)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BaseError::NotHttp);
        }
        if has_credentials(&url) || url.query().is_some() || url.fragment().is_some() {
            return Err(BaseError::TooMuch);
        }
        Ok(Self(url))
    }

    pub(super) fn covers(&self, url: &Url) -> bool {
        let path = self.0.path().trim_end_matches('/');
        let rest = url.path().strip_prefix(path);
        self.0.origin() == url.origin() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// An address that the operator configured, such as a sandbox on this machine: it may be inside of a network, and without TLS.
/// Never make one of what a user typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trusted(Base);

impl Trusted {
    /// # Errors
    /// [`BaseError`]
    pub fn new(address: &str) -> Result<Self, BaseError> {
        Base::parse(address).map(Self)
    }

    pub(super) fn covers(&self, url: &Url) -> bool {
        self.0.covers(url)
    }
}

pub(super) fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}
