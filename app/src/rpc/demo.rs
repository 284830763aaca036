//! The demonstration set.

use leptos::prelude::*;

use crate::{
    error::Fault,
    page::{PageClient, Rpc},
};

#[cfg(feature = "ssr")]
use crate::server::member;
#[cfg(feature = "ssr")]
use services::demo;

#[server(prefix = "/rpc/demo", endpoint = "fill", client = PageClient, protocol = Rpc)]
pub async fn fill() -> Result<(), Fault> {
    let (mut services, actor) = member().await?;
    Ok(demo::request(&mut services, &actor.can()?).await?)
}
