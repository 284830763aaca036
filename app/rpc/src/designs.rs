//! The library of designs. They come in as files: `server/src/http/files/designs.rs`.

use domain::{Cursor, DesignId, Page, design::Design};
use leptos::prelude::*;

use ui::{
    error::Fault,
    page::{PageClient, Rpc},
};

#[cfg(feature = "ssr")]
use crate::server::{member, studio};
#[cfg(feature = "ssr")]
use studio::designs;

#[server(prefix = "/rpc/designs", endpoint = "list", client = PageClient, protocol = Rpc)]
pub async fn list(#[server(default)] after: Option<Cursor>) -> Result<Page<Design>, Fault> {
    let actor = member().await?;
    Ok(designs::list(&mut studio(), &actor.can()?, after.as_ref()).await?)
}

/// What choosing among the designs needs to know: reading all that is known of them is much code.
#[server(prefix = "/rpc/designs", endpoint = "list_names", client = PageClient, protocol = Rpc)]
pub async fn list_names(#[server(default)] after: Option<Cursor>) -> Result<Page<(DesignId, String)>, Fault> {
    let actor = member().await?;
    let designs = designs::list(&mut studio(), &actor.can()?, after.as_ref()).await?;
    Ok(designs.map(|design| (design.id, design.name)))
}

#[server(prefix = "/rpc/designs", endpoint = "rename", client = PageClient, protocol = Rpc)]
pub async fn rename(id: DesignId, name: String) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(designs::rename(&mut studio(), &actor.can()?, id, &name).await?)
}

#[server(prefix = "/rpc/designs", endpoint = "trash", client = PageClient, protocol = Rpc)]
pub async fn trash(id: DesignId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(designs::shelve(&mut studio(), &actor.can()?, id, designs::Shelf::Trash).await?)
}

#[server(prefix = "/rpc/designs", endpoint = "restore", client = PageClient, protocol = Rpc)]
pub async fn restore(id: DesignId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(designs::shelve(&mut studio(), &actor.can()?, id, designs::Shelf::Library).await?)
}
