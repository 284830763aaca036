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
use crate::server::{accounts, go, member, product, request, session, set_session_cookie, studio};
#[cfg(feature = "ssr")]
use platform::{audit, mail};
#[cfg(feature = "ssr")]
use studio::{demo, designs, renders, templates};

// People

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn sign_up(workspace: String, subdomain: String, email: String, password: String) -> Result<(), Fault> {
    let form = accounts::SignUp { workspace, subdomain, email, password: accounts::Password::new(password) };
    let (_, cookie) = accounts::sign_up(&mut accounts(), form, &request().browser).await?;
    set_session_cookie(Some(&cookie));
    go("/");
    Ok(())
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn sign_in(email: String, password: String, next: String) -> Result<(), Fault> {
    let password = accounts::Password::new(password);
    let cookie = accounts::sign_in(&mut accounts(), &email, &password, &request().browser).await?;
    set_session_cookie(Some(&cookie));
    go(&next);
    Ok(())
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn sign_out() -> Result<(), Fault> {
    accounts::sign_out(&mut accounts(), &session()?).await?;
    set_session_cookie(None);
    go("/login");
    Ok(())
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn request_password_reset(email: String) -> Result<(), Fault> {
    Ok(accounts::request_password_reset(&mut accounts(), &email, &request().browser).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn reset_password(token: String, password: String) -> Result<(), Fault> {
    let password = accounts::Password::new(password);
    accounts::reset_password(&mut accounts(), &token, &password, &request().browser).await?;
    go("/login");
    Ok(())
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn verify_email(token: String) -> Result<(), Fault> {
    Ok(accounts::verify_email(&mut accounts(), &token, &request().browser).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn send_verification() -> Result<(), Fault> {
    Ok(accounts::send_verification(&mut accounts(), &session()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn who_am_i() -> Result<Viewer, Fault> {
    member().await?;
    Ok(accounts::viewer(&mut accounts(), &session()?).await?)
}

/// Where the person may go, also when they are no member of where they are.
#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_workspaces() -> Result<Vec<Membership>, Fault> {
    Ok(accounts::memberships(&mut accounts(), &session()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn switch_tenant(tenant: TenantId) -> Result<(), Fault> {
    Ok(accounts::switch_tenant(&mut accounts(), &session()?, tenant).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_sessions() -> Result<Vec<SessionInfo>, Fault> {
    Ok(accounts::sessions(&mut accounts(), &session()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn end_session(id: SessionId) -> Result<(), Fault> {
    Ok(accounts::end(&mut accounts(), &session()?, id).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn end_other_sessions() -> Result<(), Fault> {
    Ok(accounts::end_all_others(&mut accounts(), &session()?).await?)
}

// Members

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_members() -> Result<Vec<Member>, Fault> {
    let actor = member().await?;
    Ok(accounts::members(&mut accounts(), &actor.can()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_invitations() -> Result<Vec<Invitation>, Fault> {
    let actor = member().await?;
    Ok(accounts::pending(&mut accounts(), &actor.can()?).await?)
}

/// The link, to be handed over where mail does not reach.
#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn invite(email: String, role: Role) -> Result<String, Fault> {
    let actor = member().await?;
    Ok(accounts::invite(&mut accounts(), &actor.can()?, &email, role).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn withdraw_invitation(id: InvitationId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(accounts::withdraw(&mut accounts(), &actor.can()?, id).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn change_role(account: AccountId, role: Role) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(accounts::change_role(&mut accounts(), &actor.can()?, account, role).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn remove_member(account: AccountId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(accounts::remove(&mut accounts(), &actor.can()?, account).await?)
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
    let offer = accounts::offer(&mut accounts(), &token, &request().browser).await?;
    let accounts::InvitationOffer { tenant_name, email, role, has_account } = offer;
    Ok(Offer { tenant_name, email, role, has_account })
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn accept_invitation(token: String, password: String) -> Result<(), Fault> {
    let request = request();
    let password = accounts::Password::new(password);
    let cookie =
        accounts::accept(&mut accounts(), &token, request.session.as_ref(), &password, &request.browser).await?;
    if cookie.is_some() {
        set_session_cookie(cookie.as_ref());
    }
    go("/");
    Ok(())
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn audit_log() -> Result<Vec<AuditEntry>, Fault> {
    let actor = member().await?;
    Ok(audit::newest(&mut product().process.db(), &actor.can()?).await?)
}

// Library

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_designs() -> Result<Vec<Design>, Fault> {
    let actor = member().await?;
    Ok(designs::list(&mut studio(), &actor.can()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn rename_design(id: DesignId, name: String) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(designs::rename(&mut studio(), &actor.can()?, id, &name).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn trash_design(id: DesignId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(designs::shelve(&mut studio(), &actor.can()?, id, designs::Shelf::Trash).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn restore_design(id: DesignId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(designs::shelve(&mut studio(), &actor.can()?, id, designs::Shelf::Library).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_templates() -> Result<Vec<TemplateSummary>, Fault> {
    let actor = member().await?;
    Ok(templates::list(&mut studio(), &actor.can()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn trash_template(id: TemplateId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(templates::shelve(&mut studio(), &actor.can()?, id, designs::Shelf::Trash).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn restore_template(id: TemplateId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(templates::shelve(&mut studio(), &actor.can()?, id, designs::Shelf::Library).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn open_template(id: TemplateId) -> Result<(Template, u32), Fault> {
    let actor = member().await?;
    Ok(templates::open(&mut studio(), &actor.can()?, id).await?)
}

/// What ordering pictures needs to know of a template: reading whole documents is much code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateHead {
    pub name: String,
    pub canvas: Size,
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn open_template_head(id: TemplateId) -> Result<TemplateHead, Fault> {
    let actor = member().await?;
    let (template, _) = templates::open(&mut studio(), &actor.can()?, id).await?;
    Ok(TemplateHead { name: template.name, canvas: template.canvas })
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn template_revision(id: TemplateId) -> Result<u32, Fault> {
    let actor = member().await?;
    Ok(templates::revision(&mut studio(), &actor.can()?, id).await?)
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
    let actor = member().await?;
    let template = read_template(&document)?;
    let save = domain::template::Save { revision, id: save, unanswered };
    Ok(templates::save(&mut studio(), &actor.can()?, id, &template, save).await?)
}

/// Another template of a document that the tenant has the images of.
#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn create_template(document: String) -> Result<TemplateId, Fault> {
    let actor = member().await?;
    let template = read_template(&document)?;
    Ok(templates::create_from(&mut studio(), &actor.can()?, &template).await?)
}

#[cfg(feature = "ssr")]
fn read_template(document: &str) -> Result<Template, Fault> {
    let broken = |error| Fault(domain::Problem::invalid("template-broken").with("reason", error));
    Template::from_json(document.as_bytes()).map_err(broken)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_versions(id: TemplateId) -> Result<Vec<TemplateVersion>, Fault> {
    let actor = member().await?;
    Ok(templates::versions(&mut studio(), &actor.can()?, id).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn open_version(id: TemplateId, revision: u32) -> Result<Template, Fault> {
    let actor = member().await?;
    Ok(templates::version(&mut studio(), &actor.can()?, id, revision).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn fill_with_demo() -> Result<(), Fault> {
    let actor = member().await?;
    Ok(demo::request(&mut studio(), &actor.can()?).await?)
}

// Renders

/// The order as JSON: it has a list in it, which a form cannot say.
#[server(prefix = "/rpc", client = PageClient, protocol = Rpc<Json>)]
pub async fn order_renders(order: BatchOrder) -> Result<BatchId, Fault> {
    let actor = member().await?;
    Ok(renders::order(&mut studio(), &actor.can()?, &order).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn list_batches() -> Result<Vec<Batch>, Fault> {
    let actor = member().await?;
    Ok(renders::batches(&mut studio(), &actor.can()?).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn open_batch(id: BatchId) -> Result<(Batch, Vec<Render>), Fault> {
    let actor = member().await?;
    let can = actor.can()?;
    Ok((renders::batch(&mut studio(), &can, id).await?, renders::items(&mut studio(), &can, id).await?))
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn cancel_batch(id: BatchId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(renders::cancel(&mut studio(), &actor.can()?, id).await?)
}

#[server(prefix = "/rpc", client = PageClient, protocol = Rpc)]
pub async fn retry_batch(id: BatchId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(renders::retry(&mut studio(), &actor.can()?, id).await?)
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
        return Err(platform::ServiceError::NotFound.into());
    }
    let process = product().process;
    let mails = mail::outbox(&mut process.db(), &process.mailer).await?.into_iter();
    let sent = mails.map(|mail| SentMail { recipient: mail.recipient, subject: mail.subject, body: mail.body });
    Ok(sent.collect())
}
