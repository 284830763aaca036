//! Batches of renders: ordered, watched, cancelled, tried again.

use domain::{
    BatchId,
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
pub async fn list() -> Result<Vec<Batch>, Fault> {
    let actor = member().await?;
    Ok(renders::batches(&mut studio(), &actor.can()?).await?)
}

#[server(prefix = "/rpc/batches", endpoint = "open", client = PageClient, protocol = Rpc)]
pub async fn open(id: BatchId) -> Result<(Batch, Vec<Render>), Fault> {
    let actor = member().await?;
    let can = actor.can()?;
    Ok((renders::batch(&mut studio(), &can, id).await?, renders::items(&mut studio(), &can, id).await?))
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
