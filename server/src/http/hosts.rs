//! Under which name the product was called: its own, a workspace's below it, or one that is not ours. Links, cookies
//! and redirects are made for these names only.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use domain::tenancy::Subdomain;

use super::{Settings, error};
use crate::{authority::Authority, config::Environment};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    Product,
    /// `<label>.<domain>` with a label that a workspace can have.
    Workspace(Subdomain),
    /// `<label>.<domain>` with one that none can have.
    Nobody,
}

/// `None` for a name that is not ours. In development the machine's own names are.
fn host(headers: &HeaderMap, settings: &Settings) -> Option<Host> {
    let (name, domain) = (called(headers)?.host, &settings.public_url.authority.host);
    if name == *domain || settings.environment == Environment::Development && name.is_loopback() {
        return Some(Host::Product);
    }
    Some(name.label_below(domain)?.parse().map_or(Host::Nobody, Host::Workspace))
}

/// What the Host header names.
pub fn called(headers: &HeaderMap) -> Option<Authority> {
    headers.get(header::HOST)?.to_str().ok()?.parse().ok()
}

/// Whether the request comes from this machine itself, to one of its own names, and was handed on by nobody.
pub fn is_local(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let from_here = peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    let handed_on =
        ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "true-client-ip", "cf-connecting-ip", "via"];
    from_here
        && called(request.headers()).is_some_and(|called| called.host.is_loopback())
        && !handed_on.iter().any(|name| request.headers().contains_key(*name))
}

/// 421 for every name that is not ours. Health is asked by machines that know only an address.
pub async fn guard(State(settings): State<Settings>, mut request: Request, next: Next) -> Response {
    match host(request.headers(), &settings) {
        Some(host) => {
            request.extensions_mut().insert(host);
            next.run(request).await
        }
        None if request.uri().path().starts_with("/health/") || request.uri().path() == "/metrics" => {
            next.run(request).await
        }
        None => error::misdirected(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host_of(name: &'static str, environment: Environment) -> Option<Host> {
        let settings = Settings {
            environment,
            public_url: std::sync::Arc::new("https://vitrine.example".parse().unwrap()),
            uploads: std::path::Path::new("uploads").into(),
            incoming: crate::http::files::IncomingPlaces::default(),
            proxies: 0,
            metrics_token: None,
        };
        host(&HeaderMap::from_iter([(header::HOST, name.parse().unwrap())]), &settings)
    }

    #[test]
    fn only_the_products_name_and_those_below_it_are_ours() {
        let production = |name| host_of(name, Environment::Production);
        for own in ["vitrine.example", "Vitrine.Example:443", "vitrine.example."] {
            assert_eq!(production(own), Some(Host::Product), "{own}");
        }
        assert_eq!(production("heron.vitrine.example"), Some(Host::Workspace("heron".parse().unwrap())));
        for nobody in ["www.vitrine.example", "a.b.vitrine.example", "-.vitrine.example"] {
            assert_eq!(production(nobody), Some(Host::Nobody), "{nobody}");
        }
        for other in [
            "evil.example",
            "evilvitrine.example",
            "vitrine.example.evil.example",
            ".vitrine.example",
            "localhost",
            "127.0.0.1",
            "",
        ] {
            assert_eq!(production(other), None, "{other}");
        }
        assert_eq!(production("vitrine.example:80@evil.example"), None);
        for own in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "[::1]"] {
            assert_eq!(host_of(own, Environment::Development), Some(Host::Product), "{own}");
        }
    }
}
