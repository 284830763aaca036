//! What only development has.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use ui::{
    error::Fault,
    page::{PageClient, Rpc},
};

#[cfg(feature = "ssr")]
use crate::server::{product, request};
#[cfg(feature = "ssr")]
use platform::mail;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentMail {
    pub recipient: String,
    pub subject: String,
    pub body: String,
}

/// Mail that did not leave. Only development has this page, and only for whoever sits at the machine: links in it open accounts.
#[server(prefix = "/rpc/development", endpoint = "outbox", client = PageClient, protocol = Rpc)]
pub async fn outbox() -> Result<Vec<SentMail>, Fault> {
    if !expect_context::<crate::server::Deployment>().development || !request().local {
        return Err(platform::ServiceError::NotFound.into());
    }
    let process = product().process;
    let mails = mail::outbox(&mut process.db(), &process.mailer).await?.into_iter();
    let sent = mails.map(|mail| SentMail { recipient: mail.recipient, subject: mail.subject, body: mail.body });
    Ok(sent.collect())
}
