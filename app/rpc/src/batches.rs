//! Batches of renders: ordered, watched, cancelled, tried again.

use domain::{
    BatchId, Cursor, Page,
    render::{Batch, BatchOrder, Render},
};
use leptos::{prelude::*, server_fn::codec::Json};

use ui::{
    error::Fault,
    page::{PageClient, Rpc},
};

#[cfg(feature = "ssr")]
use crate::server::{member, studio};
#[cfg(feature = "ssr")]
use studio::renders;

/// The order as JSON: it has a list in it, which a form cannot say.
#[server(prefix = "/rpc/batches", endpoint = "order", client = PageClient, protocol = Rpc<Json>)]
pub async fn order(order: BatchOrder) -> Result<BatchId, Fault> {
    let actor = member().await?;
    Ok(renders::order(&mut studio(), &actor.can()?, &order).await?)
}

#[server(prefix = "/rpc/batches", endpoint = "list", client = PageClient, protocol = Rpc)]
pub async fn list(#[server(default)] after: Option<Cursor>) -> Result<Page<Batch>, Fault> {
    let actor = member().await?;
    Ok(renders::batches(&mut studio(), &actor.can()?, after.as_ref()).await?)
}

#[server(prefix = "/rpc/batches", endpoint = "open", client = PageClient, protocol = Rpc)]
pub async fn open(id: BatchId) -> Result<Batch, Fault> {
    let actor = member().await?;
    Ok(renders::batch(&mut studio(), &actor.can()?, id).await?)
}

#[server(prefix = "/rpc/batches", endpoint = "list_renders", client = PageClient, protocol = Rpc)]
pub async fn list_renders(id: BatchId, #[server(default)] after: Option<Cursor>) -> Result<Page<Render>, Fault> {
    let actor = member().await?;
    Ok(renders::items(&mut studio(), &actor.can()?, id, after.as_ref()).await?)
}

#[server(prefix = "/rpc/batches", endpoint = "cancel", client = PageClient, protocol = Rpc)]
pub async fn cancel(id: BatchId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(renders::cancel(&mut studio(), &actor.can()?, id).await?)
}

#[server(prefix = "/rpc/batches", endpoint = "retry", client = PageClient, protocol = Rpc)]
pub async fn retry(id: BatchId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(renders::retry(&mut studio(), &actor.can()?, id).await?)
}
