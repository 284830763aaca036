//! What every HTTP client of the program has in common.

use std::sync::Arc;

/// Why no client can be made.
pub(crate) type BuildError = Box<dyn std::error::Error + Send + Sync>;

const NAME: &str = concat!("Vitrine/", env!("CARGO_PKG_VERSION"));

/// A client that does nothing unasked: it follows no redirect, repeats nothing, uses no proxy of the environment, and tells
/// no one where it comes from but its name.
///
/// # Errors
/// As [`tls`].
pub(crate) fn client() -> Result<reqwest::ClientBuilder, BuildError> {
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls()?)
        .user_agent(NAME)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy())
}

/// TLS by ring, with the authorities of Mozilla's list.
///
/// # Errors
/// Where ring has no version of TLS that is safe, which would be a fault of the build.
fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
