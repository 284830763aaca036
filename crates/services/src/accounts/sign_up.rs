//! A new workspace with its first member.

use domain::{
    AccountId, Problem, ProblemKind, TenantId,
    account::Email,
    tenancy::{Role, Subdomain, SubdomainError},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Password,
    recovery::enqueue_verification,
    sessions::{Browser, SessionCookie, start},
    throttle,
};
use crate::{Result, ServiceError, Services, access::Actor, audit, error::violates_unique};

/// What the form says.
#[derive(Debug)]
pub struct SignUp {
    pub workspace: String,
    pub subdomain: String,
    pub email: String,
    pub password: Password,
}

struct Checked {
    workspace: String,
    subdomain: Subdomain,
    email: Email,
    password: Password,
}

impl SignUp {
    fn check(self) -> Result<Checked> {
        let workspace = self.workspace.trim().to_owned();
        if !(1..=80).contains(&workspace.chars().count()) {
            return Err(Problem::invalid("account-workspace-length").at("workspace").into());
        }
        let subdomain = self.subdomain.trim().to_lowercase().parse().map_err(|error| {
            let key = match error {
                SubdomainError::Length => "account-subdomain-length",
                SubdomainError::Characters => "account-subdomain-characters",
                SubdomainError::Reserved => "account-subdomain-reserved",
            };
            Problem::invalid(key).at("subdomain")
        })?;
        let email = self.email.parse().map_err(|_| Problem::invalid("account-email-invalid").at("email"))?;
        self.password.check_length()?;
        Ok(Checked { workspace, subdomain, email, password: self.password })
    }
}

/// Makes the workspace and its owner, and signs the owner in. A person who already has an account proves it with its
/// password and gets another workspace.
///
/// # Errors
/// Refusals name the field: `workspace`, `subdomain` (malformed, reserved, taken), `email`, `password`.
pub async fn sign_up(services: &Services, form: SignUp, browser: &Browser) -> Result<(Actor, SessionCookie)> {
    throttle::count(services, &format!("sign-up {}", browser.address), &throttle::SIGN_UP_PER_ADDRESS).await?;
    let form = form.check()?;
    let known = sqlx::query!("select id, password_hash from accounts where email = $1", form.email.as_str())
        .fetch_optional(services.db.global())
        .await?;
    let (account, new_hash) = match known {
        Some(known) => {
            if !form.password.verify(Some(known.password_hash)).await? {
                return Err(Problem::new(ProblemKind::Conflict, "account-email-taken").at("email").into());
            }
            (AccountId(known.id), None)
        }
        None => (AccountId(Uuid::now_v7()), Some(form.password.hash().await?)),
    };

    let tenant = TenantId(Uuid::now_v7());
    let mut tx = services.db.tenant(tenant).await?;
    if let Some(hash) = new_hash {
        sqlx::query!(
            "insert into accounts (id, email, password_hash) values ($1, $2, $3)",
            account.0,
            form.email.as_str(),
            hash
        )
        .execute(tx.conn())
        .await
        .map_err(|error| match violates_unique(&error, "accounts") {
            true => Problem::new(ProblemKind::Conflict, "account-email-taken").at("email").into(),
            false => ServiceError::from(error),
        })?;
        enqueue_verification(services, tx.conn(), account, &form.email).await?;
    }
    sqlx::query!("insert into subdomains (subdomain, tenant_id) values ($1, $2)", form.subdomain.as_str(), tenant.0)
        .execute(tx.conn())
        .await
        .map_err(|error| match violates_unique(&error, "subdomains") {
            true => Problem::new(ProblemKind::Conflict, "account-subdomain-taken").at("subdomain").into(),
            false => ServiceError::from(error),
        })?;
    sqlx::query!(
        "insert into tenants (id, name, subdomain) values ($1, $2, $3)",
        tenant.0,
        form.workspace,
        form.subdomain.as_str()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into memberships (tenant_id, account_id, role) values ($1, $2, $3)",
        tenant.0,
        account.0,
        Role::Owner.as_str()
    )
    .execute(tx.conn())
    .await?;
    let (session, cookie) = start(tx.conn(), account, Some(tenant), browser).await?;
    let actor = Actor { account, session, tenant, role: Role::Owner, address: browser.address.clone() };
    let entry = audit::Entry {
        action: "tenant.created",
        object_kind: "tenant",
        object_id: tenant.to_string(),
        before: None,
        after: Some(json!({ "name": form.workspace, "subdomain": form.subdomain.as_str() })),
    };
    audit::record(&mut tx, &actor, entry).await?;
    tx.commit().await?;
    Ok((actor, cookie))
}
