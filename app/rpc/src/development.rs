//! What only development has.

use domain::{Cursor, Page};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use ui::{
    error::Fault,
    page::{PageClient, Rpc},
};

#[cfg(feature = "ssr")]
use crate::server::{product, request};
#[cfg(feature = "ssr")]
use platform::mail;

#[derive(Clone, Debug, PartialEq, Hash, Serialize, Deserialize)]
pub struct SentMail {
    pub id: Uuid,
    pub recipient: String,
    pub subject: String,
    pub body: String,
}

/// Mail that did not leave. Only development has this page, and only for whoever sits at the machine: links in it open accounts.
#[server(prefix = "/rpc/development", endpoint = "outbox", client = PageClient, protocol = Rpc)]
pub async fn outbox(#[server(default)] after: Option<Cursor>) -> Result<Page<SentMail>, Fault> {
    if !expect_context::<crate::server::Deployment>().development || !request().local {
        return Err(platform::ServiceError::NotFound.into());
    }
    let process = product().process;
    let mails = mail::outbox(&mut process.db(), &process.mailer, after.as_ref()).await?;
    Ok(mails.map(|mail| SentMail { id: mail.id, recipient: mail.recipient, subject: mail.subject, body: mail.body }))
}
