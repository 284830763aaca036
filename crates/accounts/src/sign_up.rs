//! A new workspace with its first member.

use domain::{
    AccountId, Problem, ProblemKind, TenantId,
    account::Email,
    change::Object,
    name,
    tenancy::{Role, Subdomain, SubdomainError},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Password,
    password::HashedPassword,
    recovery::enqueue_verification,
    sessions::{Browser, SessionCookie, start},
    throttle::{self, Guess},
};
use crate::Accounts;
use platform::{Change, Result, ServiceError, access::Member, db::TenantTx, violates_unique};

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
        let workspace = name::checked(&self.workspace, 80, "workspace", "account-workspace-length")?.to_owned();
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
pub async fn sign_up(accounts: &mut Accounts, form: SignUp, browser: &Browser) -> Result<(Member, SessionCookie)> {
    throttle::count(accounts, &throttle::SIGN_UPS_PER_NETWORK, &browser.address.network()).await?;
    let form = form.check()?;
    let known = sqlx::query!("select id, password_hash from accounts where email = $1", form.email.as_str())
        .fetch_optional(accounts.db.global())
        .await?;
    let founder = match known {
        Some(known) => {
            let guess = Guess::count(accounts, &form.email, browser).await?;
            if !form.password.fits(accounts, guess, Some(known.password_hash)).await? {
                return Err(email_taken());
            }
            Founder::Known(AccountId(known.id))
        }
        None => Founder::New(form.password.hash(accounts).await?),
    };
    let mut tx = accounts.db.tenant(TenantId(Uuid::now_v7())).await?;
    let founded = found(&mut tx, &accounts.public_url, &form, founder, browser).await?;
    tx.commit().await?;
    Ok(founded)
}

enum Founder {
    Known(AccountId),
    New(HashedPassword),
}

fn email_taken() -> ServiceError {
    Problem::new(ProblemKind::Conflict, "account-email-taken").at("email").into()
}

async fn found(
    tx: &mut TenantTx<'_>,
    public_url: &str,
    form: &Checked,
    founder: Founder,
    browser: &Browser,
) -> Result<(Member, SessionCookie)> {
    let tenant = tx.tenant();
    let account = match founder {
        Founder::Known(account) => account,
        Founder::New(hash) => new_account(tx, public_url, &form.email, &hash).await?,
    };
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
    let member = Member::signed_in(account, session, (tenant, Role::Owner), browser.address);
    let after = json!({ "name": form.workspace, "subdomain": form.subdomain.as_str() });
    tx.changed(&member, Change::new("tenant.created", Object::Tenant(tenant)).after(after));
    Ok((member, cookie))
}

/// An account whose address nobody has shown to be theirs yet, and the mail with which they can.
pub(super) async fn new_account(
    tx: &mut TenantTx<'_>,
    public_url: &str,
    email: &Email,
    hash: &HashedPassword,
) -> Result<AccountId> {
    let id = AccountId(Uuid::now_v7());
    sqlx::query!(
        "insert into accounts (id, email, password_hash) values ($1, $2, $3)",
        id.0,
        email.as_str(),
        hash.as_str()
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violates_unique(&error, "accounts") {
        true => email_taken(),
        false => ServiceError::from(error),
    })?;
    enqueue_verification(tx.conn(), public_url, id, email).await?;
    Ok(id)
}
