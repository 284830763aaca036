//! TLS as a client: ring, and the authorities of Mozilla's list.

use std::sync::Arc;

/// # Errors
/// Where ring has no version of TLS that is safe, which would be a fault of the build.
pub(crate) fn client_config() -> Result<rustls::ClientConfig, rustls::Error> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
