//! Mail: written in the transaction that causes it, sent afterwards over SMTP with retries. Where no SMTP server is
//! configured, messages stay in the outbox, which development shows as a page.

use std::time::Duration;

use domain::{
    Cursor, Page,
    page::{List, ROWS},
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use locales::{Argument, Language};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Result, ServiceError, db::Db};

/// A mail server and whom its messages come from.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// How mail leaves.
#[derive(Clone)]
pub enum Mailer {
    Smtp(Box<Smtp>),
    /// Nothing leaves; the outbox can be read.
    Outbox,
}

#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    #[error("SMTP_URL is not an address like smtps://user:password@mail.example.com: {0}")]
    Url(String),
    #[error("MAIL_FROM is not an address like Vitrine <no-reply@example.com>: {0}")]
    From(String),
}

impl Mailer {
    /// # Errors
    /// [`MailerError`] names the setting.
    pub fn smtp(url: &str, from: &str) -> Result<Self, MailerError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
        let transport = builder
            .map_err(|error| MailerError::Url(error.to_string()))?
            .timeout(Some(Duration::from_secs(20)))
            .build();
        let from = from.parse().map_err(|error: lettre::address::AddressError| MailerError::From(error.to_string()))?;
        Ok(Self::Smtp(Box::new(Smtp { transport, from })))
    }

    pub fn is_outbox(&self) -> bool {
        matches!(self, Self::Outbox)
    }
}

/// Puts a message into the outbox. `key` names the translations `<key>-subject` and `<key>-body`.
pub async fn enqueue(
    conn: &mut PgConnection,
    recipient: &str,
    key: &str,
    arguments: &[(&str, Argument<'_>)],
) -> Result<()> {
    let part = |part: &str, arguments: &[_]| locales::format(Language::default(), &format!("{key}-{part}"), arguments);
    sqlx::query!(
        "insert into mails (id, recipient, subject, body) values ($1, $2, $3, $4)",
        Uuid::now_v7(),
        recipient,
        // A subject is ours alone: whatever fills it would be somebody's words under our name.
        part("subject", &[]),
        part("body", arguments)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A message of the development outbox.
#[derive(Debug)]
pub struct OutboxMail {
    pub id: Uuid,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub created_at: OffsetDateTime,
}

/// The newest messages first; nothing where mail really leaves.
///
/// # Errors
/// [`ServiceError::NotFound`] where mail really leaves; a refusal at `after`.
pub async fn outbox(db: &mut Db, mailer: &Mailer, after: Option<&Cursor>) -> Result<Page<OutboxMail>> {
    if !mailer.is_outbox() {
        return Err(ServiceError::NotFound);
    }
    let after = List::Mails.after(after)?;
    let mails = sqlx::query_as!(
        OutboxMail,
        "select id, recipient, subject, body, created_at from mails where (created_at, id) < ($1, $2)
        order by created_at desc, id desc limit $3",
        after.moment(),
        after.id,
        ROWS
    );
    let mails = mails.fetch_all(db.global()).await?;
    Page::of(mails, |mail| List::Mails.at_moment(mail.created_at, mail.id), Ok)
}

/// Sends what is due, one message at a time; returns how many left. A message that cannot be sent is tried
/// again with growing pauses for about two days.
pub async fn send_due(db: &mut Db, mailer: &Mailer) -> Result<usize> {
    let Mailer::Smtp(smtp) = mailer else { return Ok(0) };
    let mut sent = 0;
    loop {
        let mut tx = db.begin().await?;
        let due = sqlx::query!(
            "select id, recipient, subject, body, attempts from mails
            where sent_at is null and attempts < 12 and next_attempt_at <= now()
            order by next_attempt_at limit 1 for update skip locked"
        );
        let Some(mail) = due.fetch_optional(tx.conn()).await? else { return Ok(sent) };
        let outcome = match message(&smtp.from, &mail.recipient, &mail.subject, mail.body) {
            Ok(message) => smtp.transport.send(message).await.map(drop).map_err(|error| error.to_string()),
            Err(error) => Err(error),
        };
        match outcome {
            // The body may hold a link that opens an account; it is not kept once it has left.
            Ok(()) => {
                sqlx::query!("update mails set sent_at = now(), body = '' where id = $1", mail.id)
                    .execute(tx.conn())
                    .await?;
                sent += 1;
            }
            Err(error) => {
                tracing::warn!(mail = %mail.id, %error, "mail not sent");
                let pause = f64::from(30 << mail.attempts.clamp(0, 11));
                sqlx::query!(
                    "update mails set attempts = attempts + 1, last_error = $2,
                        next_attempt_at = now() + make_interval(secs => $3) where id = $1",
                    mail.id,
                    error,
                    pause
                )
                .execute(tx.conn())
                .await?;
            }
        }
        tx.commit().await?;
    }
}

fn message(from: &Mailbox, to: &str, subject: &str, body: String) -> Result<Message, String> {
    let to: Mailbox = to.parse().map_err(|error: lettre::address::AddressError| error.to_string())?;
    let builder = Message::builder().from(from.clone()).to(to).subject(subject);
    builder.header(ContentType::TEXT_PLAIN).body(body).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_how_its_letters_are_written() {
        let from = "Vitrine <no-reply@example.com>".parse().unwrap();
        let message = message(&from, "ada@example.com", "Einladung für Sie", "Лавка “Heron”".into()).unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        assert!(text.contains("Content-Type: text/plain; charset=utf-8"), "{text}");
        assert!(text.is_ascii());
        assert!(super::message(&from, "not an address", "", String::new()).is_err());
    }
}
