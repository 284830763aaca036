//! The demonstration set.

use leptos::prelude::*;

use ui::{
    error::Fault,
    page::{PageClient, Rpc},
};

#[cfg(feature = "ssr")]
use crate::server::{member, studio};
#[cfg(feature = "ssr")]
use studio::demo;

#[server(prefix = "/rpc/demo", endpoint = "fill", client = PageClient, protocol = Rpc)]
pub async fn fill() -> Result<(), Fault> {
    let actor = member().await?;
    Ok(demo::request(&mut studio(), &actor.in_person()?).await?)
}
