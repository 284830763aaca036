//! Who belongs to the workspace, who is invited to it, and what they have done.

use domain::{
    AccountId, Cursor, InvitationId, Page,
    account::{AuditEntry, Invitation, Member},
    tenancy::Role,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use ui::{
    error::Fault,
    page::{PageClient, Rpc},
};

#[cfg(feature = "ssr")]
use crate::server::{accounts, go, member, product, request, set_session_cookie};
#[cfg(feature = "ssr")]
use platform::audit;

#[server(prefix = "/rpc/members", endpoint = "list", client = PageClient, protocol = Rpc)]
pub async fn list(#[server(default)] after: Option<Cursor>) -> Result<Page<Member>, Fault> {
    let actor = member().await?;
    Ok(accounts::members(&mut accounts(), &actor.can()?, after.as_ref()).await?)
}

#[server(prefix = "/rpc/members", endpoint = "change_role", client = PageClient, protocol = Rpc)]
pub async fn change_role(account: AccountId, role: Role) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(accounts::change_role(&mut accounts(), &actor.can()?, account, role).await?)
}

#[server(prefix = "/rpc/members", endpoint = "remove", client = PageClient, protocol = Rpc)]
pub async fn remove(account: AccountId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(accounts::remove(&mut accounts(), &actor.can()?, account).await?)
}

#[server(prefix = "/rpc/members", endpoint = "list_invitations", client = PageClient, protocol = Rpc)]
pub async fn list_invitations(#[server(default)] after: Option<Cursor>) -> Result<Page<Invitation>, Fault> {
    let actor = member().await?;
    Ok(accounts::pending(&mut accounts(), &actor.can()?, after.as_ref()).await?)
}

/// The link, to be handed over where mail does not reach.
#[server(prefix = "/rpc/members", endpoint = "invite", client = PageClient, protocol = Rpc)]
pub async fn invite(email: String, role: Role) -> Result<String, Fault> {
    let actor = member().await?;
    Ok(accounts::invite(&mut accounts(), &actor.in_person()?, &email, role).await?)
}

#[server(prefix = "/rpc/members", endpoint = "withdraw_invitation", client = PageClient, protocol = Rpc)]
pub async fn withdraw_invitation(id: InvitationId) -> Result<(), Fault> {
    let actor = member().await?;
    Ok(accounts::withdraw(&mut accounts(), &actor.can()?, id).await?)
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub tenant_name: String,
    pub email: String,
    pub role: Role,
    pub has_account: bool,
}

#[server(prefix = "/rpc/members", endpoint = "invitation_offer", client = PageClient, protocol = Rpc)]
pub async fn invitation_offer(token: String) -> Result<Offer, Fault> {
    let offer = accounts::offer(&mut accounts(), &token, &request().browser).await?;
    let accounts::InvitationOffer { tenant_name, email, role, has_account } = offer;
    Ok(Offer { tenant_name, email, role, has_account })
}

#[server(prefix = "/rpc/members", endpoint = "accept_invitation", client = PageClient, protocol = Rpc)]
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

#[server(prefix = "/rpc/members", endpoint = "audit_log", client = PageClient, protocol = Rpc)]
pub async fn audit_log(#[server(default)] after: Option<Cursor>) -> Result<Page<AuditEntry>, Fault> {
    let actor = member().await?;
    Ok(audit::list(&mut product().process.db(), &actor.can()?, after.as_ref()).await?)
}
