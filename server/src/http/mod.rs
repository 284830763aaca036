//! HTTP: what is reachable, and what every request passes through. `pages/` is what people open, `files/` what those pages
//! fetch and send; the rest is what both stand behind.

mod address;
mod detached;
mod error;
mod files;
mod health;
mod hosts;
mod pages;
mod security;
mod session;
mod watch;

use std::{path::Path, sync::Arc};

use accounts::Accounts;
use axum::{Router, extract::FromRef, middleware, routing::get};
use leptos::prelude::LeptosOptions;
use platform::events::Hub;
use product::Product;
use studio::Studio;
use tower_http::{catch_panic::CatchPanicLayer, services::ServeDir};

use crate::{
    authority::PublicUrl,
    config::{Config, Environment, MetricsToken},
    failure::Failure,
};

/// The most bytes of a request's body, uploads apart: a template document with all its masks.
const BODY_BYTES_MAX: usize = 8 << 20;

/// Where everything is that pages fetch, events too: by this alone nothing there is taken for a page.
const FILES: &str = "/files";

#[derive(Clone, FromRef)]
pub struct State {
    product: Product,
    hub: Hub,
    leptos: LeptosOptions,
    settings: Settings,
    stopped: tokio::sync::watch::Receiver<bool>,
}

/// Each request has its own.
impl FromRef<State> for Accounts {
    fn from_ref(state: &State) -> Self {
        state.product.accounts()
    }
}

/// Each request has its own.
impl FromRef<State> for Studio {
    fn from_ref(state: &State) -> Self {
        state.product.studio()
    }
}

/// What requests need of the configuration.
#[derive(Clone)]
pub struct Settings {
    public_url: Arc<PublicUrl>,
    uploads: Arc<Path>,
    incoming: files::IncomingPlaces,
    proxies: usize,
    environment: Environment,
    metrics_token: Option<MetricsToken>,
}

pub fn router(
    config: &Config,
    product: Product,
    hub: Hub,
    stopped: tokio::sync::watch::Receiver<bool>,
) -> Result<Router, Failure> {
    let uploads = config.data.join("uploads");
    std::fs::create_dir_all(&uploads)?;
    let leptos = LeptosOptions::builder()
        .output_name("vitrine")
        .site_root(config.site.display().to_string())
        .site_pkg_dir("pkg")
        .site_addr(config.listen)
        .build();
    let settings = Settings {
        public_url: config.public_url.clone().into(),
        uploads: uploads.into(),
        incoming: files::IncomingPlaces::default(),
        proxies: config.proxies,
        environment: config.environment,
        metrics_token: config.metrics_token,
    };
    let state = State { product, hub, leptos, settings, stopped };
    let with_session = pages::router(config, &state)?
        .nest(FILES, files::router())
        .layer(middleware::from_fn_with_state(state.clone(), session::resume))
        .layer(middleware::from_fn_with_state(state.clone(), security::same_origin))
        .layer(middleware::from_fn(detached::functions));
    let site = config.site.clone();
    Ok(Router::new()
        .merge(with_session)
        // For programs, which get no page where nothing is.
        .nest("/api", Router::new().fallback(error::no_such_address))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback_service(
            ServeDir::new(site).precompressed_br().precompressed_gzip().fallback(get(error::no_such_page)),
        )
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(middleware::from_fn(security::own_places))
        .layer(middleware::from_fn_with_state(state.clone(), hosts::guard))
        .layer(middleware::from_fn_with_state(state.clone(), security::headers))
        .layer(middleware::from_fn(watch::observe))
        .with_state(state))
}
