//! Who is not signed in is sent to where they can be.

use axum::{
    extract::Request,
    http::Method,
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rpc::server::RequestContext;

/// Pages that make sense without being signed in.
const PUBLIC: [&str; 7] = ["/login", "/signup", "/forgot", "/reset", "/verify", "/invite/", "/dev/outbox"];

pub async fn lead_to_sign_in(request: Request, next: Next) -> Response {
    let signed_in = request.extensions().get::<RequestContext>().is_some_and(|context| context.session.is_some());
    let path = request.uri().path();
    let public = PUBLIC.iter().any(|page| path == *page || (page.ends_with('/') && path.starts_with(page)));
    if signed_in || public || request.method() != Method::GET {
        return next.run(request).await;
    }
    let wanted = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let login = match wanted {
        "/" => "/login".to_owned(),
        _ => format!("/login?next={}", utf8_percent_encode(wanted, NON_ALPHANUMERIC)),
    };
    Redirect::to(&login).into_response()
}
