//! Server functions: each parses, authorises, calls one service and hands its error on.

use document::{Size, Template};
use domain::{
    AccountId, BatchId, DesignId, InvitationId, SaveId, SessionId, TemplateId, TenantId,
    account::{AuditEntry, Invitation, Member, Membership, SessionInfo, Viewer},
    design::Design,
    render::{Batch, BatchOrder, Render},
    template::{TemplateSummary, TemplateVersion},
    tenancy::Role,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::{
    error::Fault,
    page::{PageClient, Rpc},
};

#[cfg(feature = "ssr")]
use crate::server::{go, member, request, services, session, set_session_cookie};
#[cfg(feature = "ssr")]
use services::{accounts, audit, demo, designs, mail, renders, templates};

// People

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn sign_up(workspace: String, subdomain: String, email: String, password: String) -> Result<(), Fault> {
    let form = accounts::SignUp { workspace, subdomain, email, password: accounts::Password::new(password) };
    let (_, cookie) = accounts::sign_up(&mut services(), form, &request().browser).await?;
    set_session_cookie(Some(&cookie));
    go("/");
    Ok(())
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn sign_in(email: String, password: String, next: String) -> Result<(), Fault> {
    let password = accounts::Password::new(password);
    let cookie = accounts::sign_in(&mut services(), &email, &password, &request().browser).await?;
    set_session_cookie(Some(&cookie));
    go(&next);
    Ok(())
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn sign_out() -> Result<(), Fault> {
    accounts::sign_out(&mut services(), &session()?).await?;
    set_session_cookie(None);
    go("/login");
    Ok(())
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn request_password_reset(email: String) -> Result<(), Fault> {
    Ok(accounts::request_password_reset(&mut services(), &email, &request().browser).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn reset_password(token: String, password: String) -> Result<(), Fault> {
    let password = accounts::Password::new(password);
    accounts::reset_password(&mut services(), &token, &password, &request().browser).await?;
    go("/login");
    Ok(())
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn verify_email(token: String) -> Result<(), Fault> {
    Ok(accounts::verify_email(&mut services(), &token, &request().browser).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn send_verification() -> Result<(), Fault> {
    Ok(accounts::send_verification(&mut services(), &session()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn who_am_i() -> Result<Viewer, Fault> {
    let (mut services, _) = member().await?;
    Ok(accounts::viewer(&mut services, &session()?).await?)
}

/// Where the person may go, also when they are no member of where they are.
#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_workspaces() -> Result<Vec<Membership>, Fault> {
    Ok(accounts::memberships(&mut services(), &session()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn switch_tenant(tenant: TenantId) -> Result<(), Fault> {
    Ok(accounts::switch_tenant(&mut services(), &session()?, tenant).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_sessions() -> Result<Vec<SessionInfo>, Fault> {
    Ok(accounts::sessions(&mut services(), &session()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn end_session(id: SessionId) -> Result<(), Fault> {
    Ok(accounts::end(&mut services(), &session()?, id).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn end_other_sessions() -> Result<(), Fault> {
    Ok(accounts::end_all_others(&mut services(), &session()?).await?)
}

// Members

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_members() -> Result<Vec<Member>, Fault> {
    let (mut services, actor) = member().await?;
    Ok(accounts::members(&mut services, &actor.can()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_invitations() -> Result<Vec<Invitation>, Fault> {
    let (mut services, actor) = member().await?;
    Ok(accounts::pending(&mut services, &actor.can()?).await?)
}

/// The link, to be handed over where mail does not reach.
#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn invite(email: String, role: Role) -> Result<String, Fault> {
    let (mut services, actor) = member().await?;
    Ok(accounts::invite(&mut services, &actor.can()?, &email, role).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn withdraw_invitation(id: InvitationId) -> Result<(), Fault> {
    let (mut services, actor) = member().await?;
    Ok(accounts::withdraw(&mut services, &actor.can()?, id).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn change_role(account: AccountId, role: Role) -> Result<(), Fault> {
    let (mut services, actor) = member().await?;
    Ok(accounts::change_role(&mut services, &actor.can()?, account, role).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn remove_member(account: AccountId) -> Result<(), Fault> {
    let (mut services, actor) = member().await?;
    Ok(accounts::remove(&mut services, &actor.can()?, account).await?)
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub tenant_name: String,
    pub email: String,
    pub role: Role,
    pub has_account: bool,
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn invitation_offer(token: String) -> Result<Offer, Fault> {
    let offer = accounts::offer(&mut services(), &token, &request().browser).await?;
    let accounts::InvitationOffer { tenant_name, email, role, has_account } = offer;
    Ok(Offer { tenant_name, email, role, has_account })
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn accept_invitation(token: String, password: String) -> Result<(), Fault> {
    let request = request();
    let password = accounts::Password::new(password);
    let cookie =
        accounts::accept(&mut services(), &token, request.session.as_ref(), &password, &request.browser).await?;
    if cookie.is_some() {
        set_session_cookie(cookie.as_ref());
    }
    go("/");
    Ok(())
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn audit_log() -> Result<Vec<AuditEntry>, Fault> {
    let (mut services, actor) = member().await?;
    Ok(audit::newest(&mut services, &actor.can()?).await?)
}

// Library

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_designs() -> Result<Vec<Design>, Fault> {
    let (mut services, actor) = member().await?;
    Ok(designs::list(&mut services, &actor.can()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn rename_design(id: DesignId, name: String) -> Result<(), Fault> {
    let (mut services, actor) = member().await?;
    Ok(designs::rename(&mut services, &actor.can()?, id, &name).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn trash_design(id: DesignId) -> Result<(), Fault> {
    let (mut services, actor) = member().await?;
    Ok(designs::shelve(&mut services, &actor.can()?, id, designs::Shelf::Trash).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn restore_design(id: DesignId) -> Result<(), Fault> {
    let (mut services, actor) = member().await?;
    Ok(designs::shelve(&mut services, &actor.can()?, id, designs::Shelf::Library).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_templates() -> Result<Vec<TemplateSummary>, Fault> {
    let (mut services, actor) = member().await?;
    Ok(templates::list(&mut services, &actor.can()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn trash_template(id: TemplateId) -> Result<(), Fault> {
    let (mut services, actor) = member().await?;
    Ok(templates::shelve(&mut services, &actor.can()?, id, designs::Shelf::Trash).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn restore_template(id: TemplateId) -> Result<(), Fault> {
    let (mut services, actor) = member().await?;
    Ok(templates::shelve(&mut services, &actor.can()?, id, designs::Shelf::Library).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn open_template(id: TemplateId) -> Result<(Template, u32), Fault> {
    let (mut services, actor) = member().await?;
    Ok(templates::open(&mut services, &actor.can()?, id).await?)
}

/// What ordering pictures needs to know of a template: reading whole documents is much code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateHead {
    pub name: String,
    pub canvas: Size,
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn open_template_head(id: TemplateId) -> Result<TemplateHead, Fault> {
    let (mut services, actor) = member().await?;
    let (template, _) = templates::open(&mut services, &actor.can()?, id).await?;
    Ok(TemplateHead { name: template.name, canvas: template.canvas })
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn template_revision(id: TemplateId) -> Result<u32, Fault> {
    let (mut services, actor) = member().await?;
    Ok(templates::revision(&mut services, &actor.can()?, id).await?)
}

/// The document as JSON, so that its own rules read it; the rest as in `domain::template::Save`.
#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn save_template(
    id: TemplateId,
    document: String,
    revision: u32,
    #[server(default)] save: Option<SaveId>,
    #[server(default)] unanswered: Vec<SaveId>,
) -> Result<u32, Fault> {
    let (mut services, actor) = member().await?;
    let template = read_template(&document)?;
    let save = domain::template::Save { revision, id: save, unanswered };
    Ok(templates::save(&mut services, &actor.can()?, id, &template, save).await?)
}

/// Another template of a document that the tenant has the images of.
#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn create_template(document: String) -> Result<TemplateId, Fault> {
    let (mut services, actor) = member().await?;
    let template = read_template(&document)?;
    Ok(templates::create_from(&mut services, &actor.can()?, &template).await?)
}

#[cfg(feature = "ssr")]
fn read_template(document: &str) -> Result<Template, Fault> {
    let broken = |error| Fault(domain::Problem::invalid("template-broken").with("reason", error));
    Template::from_json(document.as_bytes()).map_err(broken)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_versions(id: TemplateId) -> Result<Vec<TemplateVersion>, Fault> {
    let (mut services, actor) = member().await?;
    Ok(templates::versions(&mut services, &actor.can()?, id).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn open_version(id: TemplateId, revision: u32) -> Result<Template, Fault> {
    let (mut services, actor) = member().await?;
    Ok(templates::version(&mut services, &actor.can()?, id, revision).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn fill_with_demo() -> Result<(), Fault> {
    let (mut services, actor) = member().await?;
    Ok(demo::request(&mut services, &actor.can()?).await?)
}

// Renders

/// The order as JSON: it has a list in it, which a form cannot say.
#[server(prefix = "/rpc", client = PageClient, protocol = Rpc<Json>)]
pub async fn order_renders(order: BatchOrder) -> Result<BatchId, Fault> {
    let (mut services, actor) = member().await?;
    Ok(renders::order(&mut services, &actor.can()?, &order).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_batches() -> Result<Vec<Batch>, Fault> {
    let (mut services, actor) = member().await?;
    Ok(renders::batches(&mut services, &actor.can()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn open_batch(id: BatchId) -> Result<(Batch, Vec<Render>), Fault> {
    let (mut services, actor) = member().await?;
    let can = actor.can()?;
    Ok((renders::batch(&mut services, &can, id).await?, renders::items(&mut services, &can, id).await?))
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn cancel_batch(id: BatchId) -> Result<(), Fault> {
    let (mut services, actor) = member().await?;
    Ok(renders::cancel(&mut services, &actor.can()?, id).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn retry_batch(id: BatchId) -> Result<(), Fault> {
    let (mut services, actor) = member().await?;
    Ok(renders::retry(&mut services, &actor.can()?, id).await?)
}

// Development

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentMail {
    pub recipient: String,
    pub subject: String,
    pub body: String,
}

/// Mail that did not leave. Only development has this page, and only for whoever sits at the machine: links in it open accounts.
#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn outbox() -> Result<Vec<SentMail>, Fault> {
    if !expect_context::<crate::Deployment>().development || !request().local {
        return Err(services::ServiceError::NotFound.into());
    }
    let mails = mail::outbox(&mut services()).await?.into_iter();
    let sent = mails.map(|mail| SentMail { recipient: mail.recipient, subject: mail.subject, body: mail.body });
    Ok(sent.collect())
}
