//! Who somebody is: signing up and in, passwords, the address that mail reaches, workspaces, sessions.

use domain::{
    Cursor, Page, SessionId, TenantId,
    account::{Membership, SessionInfo, Viewer},
};
use leptos::prelude::*;

use ui::{
    error::Fault,
    page::{PageClient, Rpc},
};

#[cfg(feature = "ssr")]
use crate::server::{accounts, go, member, request, session, set_session_cookie};

#[server(prefix = "/rpc/people", endpoint = "sign_up", client = PageClient, protocol = Rpc)]
pub async fn sign_up(workspace: String, subdomain: String, email: String, password: String) -> Result<(), Fault> {
    let form = accounts::SignUp { workspace, subdomain, email, password: accounts::Password::new(password) };
    let (_, cookie) = accounts::sign_up(&mut accounts(), form, &request().browser).await?;
    set_session_cookie(Some(&cookie));
    go("/");
    Ok(())
}

#[server(prefix = "/rpc/people", endpoint = "sign_in", client = PageClient, protocol = Rpc)]
pub async fn sign_in(email: String, password: String, next: String) -> Result<(), Fault> {
    let password = accounts::Password::new(password);
    let cookie = accounts::sign_in(&mut accounts(), &email, &password, &request().browser).await?;
    set_session_cookie(Some(&cookie));
    go(&next);
    Ok(())
}

#[server(prefix = "/rpc/people", endpoint = "sign_out", client = PageClient, protocol = Rpc)]
pub async fn sign_out() -> Result<(), Fault> {
    accounts::sign_out(&mut accounts(), &session()?).await?;
    set_session_cookie(None);
    go("/login");
    Ok(())
}

#[server(prefix = "/rpc/people", endpoint = "request_password_reset", client = PageClient, protocol = Rpc)]
pub async fn request_password_reset(email: String) -> Result<(), Fault> {
    Ok(accounts::request_password_reset(&mut accounts(), &email, &request().browser).await?)
}

#[server(prefix = "/rpc/people", endpoint = "reset_password", client = PageClient, protocol = Rpc)]
pub async fn reset_password(token: String, password: String) -> Result<(), Fault> {
    let password = accounts::Password::new(password);
    accounts::reset_password(&mut accounts(), &token, &password, &request().browser).await?;
    go("/login");
    Ok(())
}

#[server(prefix = "/rpc/people", endpoint = "verify_email", client = PageClient, protocol = Rpc)]
pub async fn verify_email(token: String) -> Result<(), Fault> {
    Ok(accounts::verify_email(&mut accounts(), &token, &request().browser).await?)
}

#[server(prefix = "/rpc/people", endpoint = "send_verification", client = PageClient, protocol = Rpc)]
pub async fn send_verification() -> Result<(), Fault> {
    Ok(accounts::send_verification(&mut accounts(), &session()?).await?)
}

#[server(prefix = "/rpc/people", endpoint = "who_am_i", client = PageClient, protocol = Rpc)]
pub async fn who_am_i() -> Result<Viewer, Fault> {
    member().await?;
    Ok(accounts::viewer(&mut accounts(), &session()?).await?)
}

/// Where the person may go, also when they are no member of where they are.
#[server(prefix = "/rpc/people", endpoint = "list_workspaces", client = PageClient, protocol = Rpc)]
pub async fn list_workspaces() -> Result<Vec<Membership>, Fault> {
    Ok(accounts::memberships(&mut accounts(), &session()?).await?)
}

#[server(prefix = "/rpc/people", endpoint = "switch_tenant", client = PageClient, protocol = Rpc)]
pub async fn switch_tenant(tenant: TenantId) -> Result<(), Fault> {
    Ok(accounts::switch_tenant(&mut accounts(), &session()?, tenant).await?)
}

#[server(prefix = "/rpc/people", endpoint = "list_sessions", client = PageClient, protocol = Rpc)]
pub async fn list_sessions(#[server(default)] after: Option<Cursor>) -> Result<Page<SessionInfo>, Fault> {
    Ok(accounts::sessions(&mut accounts(), &session()?, after.as_ref()).await?)
}

#[server(prefix = "/rpc/people", endpoint = "end_session", client = PageClient, protocol = Rpc)]
pub async fn end_session(id: SessionId) -> Result<(), Fault> {
    Ok(accounts::end(&mut accounts(), &session()?, id).await?)
}

#[server(prefix = "/rpc/people", endpoint = "end_other_sessions", client = PageClient, protocol = Rpc)]
pub async fn end_other_sessions() -> Result<(), Fault> {
    Ok(accounts::end_all_others(&mut accounts(), &session()?).await?)
}
