//! HTTP: what is reachable, and what every request passes through.

mod address;
mod api;
mod error;
mod events;
mod health;
mod hosts;
mod rpc;
mod security;
mod session;
mod watch;

use std::{
    path::Path,
    sync::{Arc, LazyLock},
    time::Duration,
};

use accounts::Accounts;
use app::{App, PartFiles, shell};
use axum::{
    Router,
    extract::FromRef,
    middleware,
    routing::{get, post},
};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use platform::events::Hub;
use product::Product;
use studio::Studio;
use tower_http::{
    catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer, services::ServeDir, timeout::ResponseBodyTimeoutLayer,
};

use crate::{
    authority::PublicUrl,
    cli::Failure,
    config::{Config, Environment, MetricsToken},
};

/// The most bytes of a request's body, uploads apart: a template document with all its masks.
const BODY_BYTES_MAX: usize = 8 << 20;

/// The longest pause within a page that is sent in parts; what it waits for is the database. A page that pauses longer
/// is cut off, and its connection closed, rather than kept for ever.
const PAGE_PAUSE: Duration = Duration::from_secs(30);

/// The pages' routes, which the framework finds by running the application once. While it does, every resource that is
/// first asked for anywhere in the process waits for ever, so it is done once, before any page.
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

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
        proxies: config.proxies,
        environment: config.environment,
        metrics_token: config.metrics_token,
    };
    let state = State { product: product.clone(), hub, leptos: leptos.clone(), settings, stopped };
    let development = config.environment == Environment::Development;

    let uploads = Router::new()
        .route("/api/designs", post(api::upload_design))
        .route("/api/templates", post(api::upload_template));
    let context = move || {
        provide_context(product.clone());
        provide_context(app::Deployment { development });
    };
    let parts = PartFiles::read(&config.site)?;
    let pages = Router::new()
        .leptos_routes_with_context(&state, PAGES.clone(), context, move || shell(leptos.clone(), &parts))
        .layer(ResponseBodyTimeoutLayer::new(PAGE_PAUSE))
        .route("/api/images/{hash}", get(api::image_info))
        .route("/api/images/{hash}/levels/{level}", get(api::image_level))
        .route("/api/images/{hash}/thumbnail", get(api::image_thumbnail))
        .route("/api/designs/{id}/thumbnail", get(api::design_thumbnail))
        .route("/api/templates/{id}/thumbnail", get(api::template_thumbnail))
        .route("/api/templates/{id}/file", get(api::template_file))
        .route("/api/renders/{id}/preview", get(api::render_preview))
        .route("/api/renders/{id}/file", get(api::render_file))
        .route("/api/batches/{id}/zip", get(api::batch_zip))
        .route("/api/events", get(events::stream))
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        // Around the limit, which would refuse a server function's body without a sentence.
        .layer(middleware::from_fn(rpc::pass));

    let site = config.site.clone();
    let with_session = uploads
        .merge(pages)
        .layer(middleware::from_fn_with_state(state.clone(), session::resume))
        .layer(middleware::from_fn_with_state(state.clone(), security::same_origin));
    Ok(Router::new()
        .merge(with_session)
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
