//! Where files are: a folder, or a bucket of an S3 service.

use std::path::{Path, PathBuf};

use platform::blobs::{
    StoreProblem,
    s3::{AccessKey, Endpoint, PlainHttp, Region, Settings, SettingsError},
};

use super::{ConfigError, var};

pub enum Store {
    Folder(PathBuf),
    Bucket(Settings),
}

impl Store {
    pub(super) fn from_env(data: &Path) -> Result<Self, ConfigError> {
        match var("VITRINE_STORE") {
            None => Ok(Self::Folder(data.join("blobs"))),
            Some(location) if location.starts_with("s3://") => bucket(location).map(Self::Bucket),
            Some(value) if value.contains("://") => {
                let expected = "a folder, or s3://bucket, or s3://bucket/prefix";
                Err(ConfigError::Invalid { name: "VITRINE_STORE", value, expected })
            }
            Some(folder) => Ok(Self::Folder(folder.into())),
        }
    }

    /// What the operator reads: the problem, and the settings that it is about.
    pub fn explain(problem: &StoreProblem) -> String {
        let settings = match problem {
            StoreProblem::NoBucket { .. } => "VITRINE_STORE, S3_ENDPOINT",
            StoreProblem::Refused { .. } => "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY",
            StoreProblem::OtherRegion { .. } => "S3_REGION",
            StoreProblem::Away { .. } => "VITRINE_STORE, S3_ENDPOINT, S3_REGION",
        };
        format!("{problem} ({settings})")
    }
}

fn bucket(location: String) -> Result<Settings, ConfigError> {
    let expected = "s3://bucket or s3://bucket/prefix, of small letters, digits, dots and hyphens";
    let invalid = |value: String| {
        // Some write a key in front of the bucket.
        let value = if value.contains('@') { "s3://…".into() } else { value };
        ConfigError::Invalid { name: "VITRINE_STORE", value, expected }
    };
    let location = location.parse().map_err(|_| invalid(location))?;
    let endpoint = endpoint()?;
    let region = region(endpoint.is_some())?;
    let key = AccessKey::new(needed("S3_ACCESS_KEY_ID")?, needed("S3_SECRET_ACCESS_KEY")?);
    Ok(Settings::new(location, endpoint, region, key))
}

fn endpoint() -> Result<Option<Endpoint>, ConfigError> {
    let plain = match var("S3_PLAIN_HTTP").as_deref() {
        None => PlainHttp::Loopback,
        Some("yes") => PlainHttp::Anywhere,
        Some(other) => {
            let (name, value) = ("S3_PLAIN_HTTP", other.to_owned());
            return Err(ConfigError::Invalid { name, value, expected: "yes, or nothing" });
        }
    };
    let Some(value) = var("S3_ENDPOINT") else { return Ok(None) };
    match Endpoint::parse(&value, plain) {
        Ok(endpoint) => Ok(Some(endpoint)),
        Err(SettingsError::PlainHttp) => Err(ConfigError::PlainHttp(value)),
        // What cannot be read may hold a password.
        Err(_) => Err(ConfigError::Invalid {
            name: "S3_ENDPOINT",
            value: "…".into(),
            expected: "an address like https://s3.example.com, without a name or password",
        }),
    }
}

/// Amazon's addresses and signatures name the region; other services mostly do not look.
fn region(elsewhere: bool) -> Result<Region, ConfigError> {
    match var("S3_REGION") {
        Some(value) => value.parse().map_err(|_| ConfigError::Invalid {
            name: "S3_REGION",
            value,
            expected: "a region like eu-central-1",
        }),
        None if elsewhere => Ok(Region::default()),
        None => Err(ConfigError::Missing { name: "S3_REGION", when: "for a bucket of Amazon's" }),
    }
}

fn needed(name: &'static str) -> Result<String, ConfigError> {
    var(name).ok_or(ConfigError::Missing { name, when: "where VITRINE_STORE is a bucket" })
}
