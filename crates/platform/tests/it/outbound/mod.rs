//! Calls to real servers on this machine.

mod bounds;
mod guard;
mod retries;
mod watch;

use std::{io, net::IpAddr, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use platform::outbound::{Known, Method, Request, Resolver, Retry, Settings, Stranger, Trusted, Url};

use crate::support::http::Server;

/// Leads every name to the same addresses.
struct Always(Vec<IpAddr>);

impl Resolver for Always {
    fn addresses(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let addresses = self.0.clone();
        Box::pin(async move { Ok(addresses) })
    }
}

fn always(address: &str) -> Arc<dyn Resolver> {
    Arc::new(Always(vec![address.parse().unwrap()]))
}

/// Quick, and with one try.
fn settings() -> Settings {
    Settings {
        connect_timeout: Duration::from_millis(300),
        timeout: Duration::from_millis(600),
        body_max: 1000,
        retry: Retry { tries: 1, pause: Duration::from_millis(20), ..Retry::default() },
        ..Settings::default()
    }
}

fn trusted(server: &Server) -> Vec<Trusted> {
    vec![Trusted::new(&server.url("")).unwrap()]
}

fn known(server: &Server, settings: Settings) -> Known {
    Known::new("shop", vec![], trusted(server), settings).unwrap()
}

fn stranger(server: &Server, settings: Settings) -> Stranger {
    Stranger::new("webhook", trusted(server), settings).unwrap()
}

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

fn get(address: &str) -> Request {
    Request::new(Method::GET, url(address))
}

fn post(address: &str) -> Request {
    Request::new(Method::POST, url(address)).body("body")
}
