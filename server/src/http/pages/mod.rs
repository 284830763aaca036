//! Pages, and the server functions that they call.

mod rpc;
mod signed_out;

pub use self::rpc::is_function;

use std::{sync::LazyLock, time::Duration};

use ::rpc::server::Deployment;
use app::{App, PartFiles, shell};
use axum::{Router, extract::DefaultBodyLimit, middleware};
use leptos::prelude::provide_context;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use tower_http::{limit::RequestBodyLimitLayer, timeout::ResponseBodyTimeoutLayer};

use super::{BODY_BYTES_MAX, State};
use crate::{
    config::{Config, Environment},
    failure::Failure,
};

/// The longest pause within a page that is sent in parts; what it waits for is the database. A page that pauses longer
/// is cut off, and its connection closed, rather than kept for ever.
const PAGE_PAUSE: Duration = Duration::from_secs(30);

/// The pages' routes, which the framework finds by running the application once. While it does, every resource that is
/// first asked for anywhere in the process waits for ever, so it is done once, before any page.
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// # Errors
/// The list of the pages' parts cannot be read.
pub fn router(config: &Config, state: &State) -> Result<Router<State>, Failure> {
    let (product, leptos) = (state.product.clone(), state.leptos.clone());
    let development = config.environment == Environment::Development;
    let context = move || {
        provide_context(product.clone());
        provide_context(Deployment { development });
    };
    let parts = PartFiles::read(&config.site)?;
    Ok(Router::new()
        .leptos_routes_with_context(state, PAGES.clone(), context, move || shell(leptos.clone(), &parts))
        .layer(ResponseBodyTimeoutLayer::new(PAGE_PAUSE))
        // axum has a limit of its own, which is smaller.
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        // Around the limit, which would refuse a server function's body without a sentence.
        .layer(middleware::from_fn_with_state(rpc::BodyPlaces::default(), rpc::pass))
        .layer(middleware::from_fn(signed_out::lead_to_sign_in)))
}
