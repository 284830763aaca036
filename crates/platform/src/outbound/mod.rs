//! Calls to remote services over HTTP: the one way out of the product.
//!
//! [`Known`] is for services whose addresses we know, [`Stranger`] for addresses that users typed. Both bound how long a
//! call takes and how large its answer may be, try again by a policy, refuse addresses inside of networks when they connect,
//! and count what happens. Nothing of a call but its service, method, status and duration is logged.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use platform::outbound::{Base, Known, Method, Request, Settings};
//!
//! let shop = Known::new("shop", vec![Base::https("https://api.shop.example/v1")?], vec![], Settings::default())?;
//! let answer = shop.send(Request::new(Method::GET, "https://api.shop.example/v1/orders".parse()?)).await?;
//! # Ok(()) }
//! ```

mod address;
mod answer;
mod base;
mod client;
mod error;
mod guard;
mod request;
mod resolver;
mod retry;
mod watch;

pub use base::{Base, BaseError, Trusted};
pub use client::{Known, Settings, Stranger};
pub use error::{OutboundError, Stage};
pub use guard::Refusal;
pub use request::{Request, Response};
pub use reqwest::{
    Method, StatusCode, Url,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
pub use resolver::{Resolver, SystemResolver};
pub use retry::Retry;
