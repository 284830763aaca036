//! Templates: their documents, saved and opened, and what a save has replaced.

use document::{Size, Template};
use domain::{
    Cursor, Page, SaveId, TemplateId,
    template::{TemplateSummary, TemplateVersion},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use ui::{
    error::Fault,
    page::{PageClient, Rpc},
};

#[cfg(feature = "ssr")]
use crate::server::{member, studio};
#[cfg(feature = "ssr")]
use studio::{designs, templates};

#[server(prefix = "/rpc/templates", endpoint = "list", client = PageClient, protocol = Rpc)]
pub async fn list(#[server(default)] after: Option<Cursor>) -> Result<Page<TemplateSummary>, Fault> {
    let actor = member().await?;
    Ok(templates::list(&mut studio(), &actor.can()?, after.as_ref()).await?)
}

#[server(prefix = "/rpc/templates", endpoint = "trash", client = PageClient, protocol = Rpc)]
pub async fn trash(id: TemplateId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(templates::shelve(&mut studio(), &actor.can()?, id, designs::Shelf::Trash).await?)
}

#[server(prefix = "/rpc/templates", endpoint = "restore", client = PageClient, protocol = Rpc)]
pub async fn restore(id: TemplateId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(templates::shelve(&mut studio(), &actor.can()?, id, designs::Shelf::Library).await?)
}

#[server(prefix = "/rpc/templates", endpoint = "open", client = PageClient, protocol = Rpc)]
pub async fn open(id: TemplateId) -> Result<(Template, u32), Fault> {
    let actor = member().await?;
    Ok(templates::open(&mut studio(), &actor.can()?, id).await?)
}

/// What ordering pictures needs to know of a template: reading whole documents is much code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateHead {
    pub name: String,
    pub canvas: Size,
}

#[server(prefix = "/rpc/templates", endpoint = "open_head", client = PageClient, protocol = Rpc)]
pub async fn open_head(id: TemplateId) -> Result<TemplateHead, Fault> {
    let actor = member().await?;
    let (template, _) = templates::open(&mut studio(), &actor.can()?, id).await?;
    Ok(TemplateHead { name: template.name, canvas: template.canvas })
}

#[server(prefix = "/rpc/templates", endpoint = "revision", client = PageClient, protocol = Rpc)]
pub async fn revision(id: TemplateId) -> Result<u32, Fault> {
    let actor = member().await?;
    Ok(templates::revision(&mut studio(), &actor.can()?, id).await?)
}

/// The document as JSON, so that its own rules read it; the rest as in `domain::template::Save`.
#[server(prefix = "/rpc/templates", endpoint = "save", client = PageClient, protocol = Rpc)]
pub async fn save(
    id: TemplateId,
    document: String,
    revision: u32,
    #[server(default)] save: Option<SaveId>,
    #[server(default)] unanswered: Vec<SaveId>,
) -> Result<u32, Fault> {
    let actor = member().await?;
    let template = read_template(&document)?;
    let save = domain::template::Save { revision, id: save, unanswered };
    Ok(templates::save(&mut studio(), &actor.can()?, id, &template, save).await?)
}

/// Another template of a document that the tenant has the images of.
#[server(prefix = "/rpc/templates", endpoint = "create", client = PageClient, protocol = Rpc)]
pub async fn create(document: String) -> Result<TemplateId, Fault> {
    let actor = member().await?;
    let template = read_template(&document)?;
    Ok(templates::create_from(&mut studio(), &actor.can()?, &template).await?)
}

#[cfg(feature = "ssr")]
fn read_template(document: &str) -> Result<Template, Fault> {
    let broken = |error| Fault(domain::Problem::invalid("template-broken").with("reason", error));
    Template::from_json(document.as_bytes()).map_err(broken)
}

#[server(prefix = "/rpc/templates", endpoint = "list_versions", client = PageClient, protocol = Rpc)]
pub async fn list_versions(id: TemplateId) -> Result<Vec<TemplateVersion>, Fault> {
    let actor = member().await?;
    Ok(templates::versions(&mut studio(), &actor.can()?, id).await?)
}

#[server(prefix = "/rpc/templates", endpoint = "open_version", client = PageClient, protocol = Rpc)]
pub async fn open_version(id: TemplateId, revision: u32) -> Result<Template, Fault> {
    let actor = member().await?;
    Ok(templates::version(&mut studio(), &actor.can()?, id, revision).await?)
}
