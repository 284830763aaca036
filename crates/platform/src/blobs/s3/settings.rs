//! Where a bucket is and who may enter it.

use std::{net::IpAddr, str::FromStr, time::Duration};

use reqwest::Url;
use zeroize::Zeroizing;

/// What a setting must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("s3://bucket or s3://bucket/prefix, of small letters, digits, dots and hyphens")]
    Location,
    #[error("an address like https://s3.example.com")]
    Endpoint,
    #[error("an address with https://")]
    PlainHttp,
    #[error("a region like eu-central-1")]
    Region,
}

/// A bucket and the folder in it, for instance `s3://bucket/folder`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// 3 to 63 small letters, digits, dots and hyphens.
    pub(super) bucket: String,
    /// Empty, or ends with `/`.
    pub(super) prefix: String,
}

impl FromStr for Location {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        let rest = text.strip_prefix("s3://").ok_or(SettingsError::Location)?.trim_end_matches('/');
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let sound = is_bucket(bucket) && (prefix.is_empty() || prefix.split('/').all(is_part));
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        if sound { Ok(Self { bucket: bucket.to_owned(), prefix }) } else { Err(SettingsError::Location) }
    }
}

/// The rules of Amazon's buckets that matter in an address; most services have the same.
fn is_bucket(name: &str) -> bool {
    let within = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len()) && name.bytes().all(within) && edge(bytes.first()) && edge(bytes.last())
}

fn is_part(part: &str) -> bool {
    let dots = part.bytes().all(|byte| byte == b'.');
    !dots && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

/// Whether files and signatures may cross a network unencrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlainHttp {
    /// Only to this machine itself.
    Loopback,
    Anywhere,
}

/// The address of an S3 service that is not Amazon's; buckets are below it as the first part of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(String);

impl Endpoint {
    /// # Errors
    /// [`SettingsError::Endpoint`] and [`SettingsError::PlainHttp`].
    pub fn parse(text: &str, plain: PlainHttp) -> Result<Self, SettingsError> {
        let url: Url = text.parse().map_err(|_| SettingsError::Endpoint)?;
        let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        if !bare || url.fragment().is_some() || !matches!(url.scheme(), "http" | "https") {
            return Err(SettingsError::Endpoint);
        }
        let host = url.host_str().ok_or(SettingsError::Endpoint)?;
        if url.scheme() == "http" && plain == PlainHttp::Loopback && !is_loopback(host) {
            return Err(SettingsError::PlainHttp);
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// A region's name, which is part of Amazon's addresses and of every signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region(String);

impl FromStr for Region {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        let sound = (1..=63).contains(&text.len());
        let sound = sound && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if sound { Ok(Self(text.to_owned())) } else { Err(SettingsError::Region) }
    }
}

impl Region {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Region {
    /// What services without regions take.
    fn default() -> Self {
        Self("us-east-1".into())
    }
}

/// An access key. Its secret prints as nothing.
#[derive(Clone)]
pub struct AccessKey {
    pub(super) id: String,
    pub(super) secret: Zeroizing<String>,
}

impl AccessKey {
    pub fn new(id: String, secret: String) -> Self {
        Self { id, secret: Zeroizing::new(secret) }
    }
}

impl std::fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessKey(…)")
    }
}

#[derive(Clone, Debug)]
pub struct Settings {
    pub location: Location,
    /// Without one the bucket is Amazon's.
    pub endpoint: Option<Endpoint>,
    pub region: Region,
    pub key: AccessKey,
    /// How long the service may send nothing: until an answer begins, sending a part included, and between its pieces.
    pub silence_max: Duration,
}

impl Settings {
    pub fn new(location: Location, endpoint: Option<Endpoint>, region: Region, key: AccessKey) -> Self {
        Self { location, endpoint, region, key, silence_max: Duration::from_secs(30) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_a_bucket_and_perhaps_a_folder() {
        let location = |text: &str| text.parse::<Location>().map(|it| (it.bucket, it.prefix));
        assert_eq!(location("s3://files"), Ok(("files".into(), "".into())));
        assert_eq!(location("s3://files/"), Ok(("files".into(), "".into())));
        assert_eq!(location("s3://my.files-2/a/B_c/"), Ok(("my.files-2".into(), "a/B_c/".into())));
        for wrong in [
            "",
            "files",
            "s3://",
            "s3://ab",
            "s3://Files",
            "s3://-files",
            "s3://files//a",
            "s3://files/a/../b",
            "s3://f?x",
        ] {
            assert_eq!(location(wrong), Err(SettingsError::Location), "{wrong}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_unless_it_is_said() {
        for (address, refused) in [
            ("https://s3.example.com", None),
            ("https://example.com/storage/v1/s3/", None),
            ("http://127.0.0.1:9000", None),
            ("http://[::1]:9000", None),
            ("http://localhost:9000", None),
            ("http://minio:9000", Some(SettingsError::PlainHttp)),
            ("http://127.0.0.1.example.com", Some(SettingsError::PlainHttp)),
            ("http://localhost@example.com", Some(SettingsError::Endpoint)),
            ("ftp://example.com", Some(SettingsError::Endpoint)),
            ("s3.example.com", Some(SettingsError::Endpoint)),
            ("https://example.com?x", Some(SettingsError::Endpoint)),
        ] {
            assert_eq!(Endpoint::parse(address, PlainHttp::Loopback).err(), refused, "{address}");
        }
        assert!(Endpoint::parse("http://minio:9000", PlainHttp::Anywhere).is_ok());
    }

    #[test]
    fn a_secret_is_not_printed() {
        let key = AccessKey::new("the-id".into(), "the-secret".into());
        let settings = Settings::new("s3://files".parse().unwrap(), None, Region::default(), key);
        assert!(!format!("{settings:?}").contains("the-"));
    }
}
