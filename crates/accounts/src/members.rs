//! Who belongs to a workspace, and which one a person is in.

use domain::{
    AccountId, Cursor, Page, Problem, ProblemKind, TenantId,
    account::{Member, Membership, Viewer},
    change::Object,
    page::{List, ROWS},
    tenancy::Role,
};
use serde_json::json;

use super::{
    api_keys,
    recovery::{Mailbox, mailbox_of},
    sessions::{Session, move_to},
};
use crate::Accounts;
use platform::{
    Change, Result, ServiceError,
    access::{Can, MemberManage, MemberRead},
    db::{TenantTx, column},
};

/// The workspaces a person belongs to, the first joined first: all of them, for the menu that leads to each. They are as
/// many as the person has made or accepted, one by one.
pub async fn memberships(accounts: &mut Accounts, session: &Session) -> Result<Vec<Membership>> {
    let mut tx = accounts.db.account(session.account).await?;
    let rows = sqlx::query!(
        "select t.id, t.name, t.subdomain, m.role from memberships m join tenants t on t.id = m.tenant_id
        where m.account_id = $1 order by m.created_at",
        session.account.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let (tenant, role) = (TenantId(row.id), column(&row.role)?);
            Ok(Membership { tenant, tenant_name: row.name, subdomain: row.subdomain, role })
        })
        .collect()
}

/// Who is signed in, where, and where else they could be.
///
/// # Errors
/// [`ServiceError::NotFound`] where the person is no member of the present tenant.
pub async fn viewer(accounts: &mut Accounts, session: &Session) -> Result<Viewer> {
    let Mailbox { email, confirmed } = mailbox_of(accounts, session.account).await?;
    let memberships = memberships(accounts, session).await?;
    let (tenant, role) = session.membership.ok_or(ServiceError::NotFound)?;
    let here = memberships.iter().find(|m| m.tenant == tenant).ok_or(ServiceError::NotFound)?;
    Ok(Viewer {
        account: session.account,
        email: email.into(),
        email_verified: confirmed,
        tenant,
        tenant_name: here.tenant_name.clone(),
        role,
        memberships,
    })
}

/// Moves the session to another workspace of the person.
///
/// # Errors
/// [`ServiceError::NotFound`] for a workspace they do not belong to.
pub async fn switch_tenant(accounts: &mut Accounts, session: &Session, tenant: TenantId) -> Result<()> {
    accounts.db.role(session.account, tenant).await?.ok_or(ServiceError::NotFound)?;
    let mut tx = accounts.db.begin().await?;
    move_to(tx.conn(), session, tenant).await?;
    tx.commit().await
}

/// The members of a workspace, the first joined first.
///
/// # Errors
/// A refusal at `after`.
pub async fn list(accounts: &mut Accounts, can: &Can<MemberRead>, after: Option<&Cursor>) -> Result<Page<Member>> {
    let after = List::Members.after(after)?;
    let mut tx = accounts.db.tenant(can.tenant()).await?;
    let rows = sqlx::query!(
        "select m.account_id, a.email, m.role, m.created_at from memberships m join accounts a on a.id = m.account_id
        where m.tenant_id = $1 and (m.created_at, m.account_id) > ($2, $3)
        order by m.created_at, m.account_id limit $4",
        can.tenant().0,
        after.moment(),
        after.id,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    Page::of(
        rows,
        |row| List::Members.at_moment(row.created_at, row.account_id),
        |row| {
            let role = column(&row.role)?;
            Ok(Member { account: AccountId(row.account_id), email: row.email, role, joined_at: row.created_at })
        },
    )
}

/// # Errors
/// [`ServiceError::NotFound`] for somebody who is no member; a refusal where the actor may not hand out or take
/// away the role, or where no owner would be left.
pub async fn change_role(accounts: &mut Accounts, can: &Can<MemberManage>, member: AccountId, to: Role) -> Result<()> {
    let mut tx = accounts.db.tenant(can.tenant()).await?;
    let from = locked_role(&mut tx, member).await?;
    check_assignable(can, from)?;
    check_assignable(can, to)?;
    sqlx::query!("update memberships set role = $2 where account_id = $1", member.0, to.as_str())
        .execute(tx.conn())
        .await?;
    check_owner_left(&mut tx).await?;
    withdraw_above(&mut tx, member, Some(to)).await?;
    let change = Change::new("member.role_changed", Object::Member(member));
    tx.changed(can.actor(), change.before(json!({ "role": from })).after(json!({ "role": to })));
    tx.commit().await
}

/// # Errors
/// As [`change_role`].
pub async fn remove(accounts: &mut Accounts, can: &Can<MemberManage>, member: AccountId) -> Result<()> {
    let mut tx = accounts.db.tenant(can.tenant()).await?;
    let from = locked_role(&mut tx, member).await?;
    check_assignable(can, from)?;
    sqlx::query!("delete from memberships where account_id = $1", member.0).execute(tx.conn()).await?;
    check_owner_left(&mut tx).await?;
    withdraw_above(&mut tx, member, None).await?;
    api_keys::revoke_of(&mut tx, can.actor(), member).await?;
    let change = Change::new("member.removed", Object::Member(member));
    tx.changed(can.actor(), change.before(json!({ "role": from })));
    tx.commit().await
}

/// Takes back what a person has invited others to and could not any more: all of it, once they are no member.
async fn withdraw_above(tx: &mut TenantTx<'_>, inviter: AccountId, role: Option<Role>) -> Result<()> {
    let kept: Vec<String> = Role::ALL
        .into_iter()
        .filter(|offered| role.is_some_and(|role| role.permissions().may_assign(*offered)))
        .map(|offered| offered.as_str().to_owned())
        .collect();
    sqlx::query!("delete from invitations where invited_by = $1 and role <> all($2)", inviter.0, &kept)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The member's role. All owners' rows are locked with it, so that two changes at once cannot remove the last two.
async fn locked_role(tx: &mut TenantTx<'_>, member: AccountId) -> Result<Role> {
    let rows = sqlx::query!(
        "select account_id, role from memberships where tenant_id = $2 and (role = 'owner' or account_id = $1)
        order by account_id for update",
        member.0,
        tx.tenant().0
    )
    .fetch_all(tx.conn())
    .await?;
    let found = rows.into_iter().find(|row| row.account_id == member.0).ok_or(ServiceError::NotFound)?;
    column(&found.role)
}

fn check_assignable(can: &Can<MemberManage>, role: Role) -> Result<()> {
    if can.actor().permissions().may_assign(role) {
        return Ok(());
    }
    Err(Problem::invalid("members-role-too-high").at("role").into())
}

async fn check_owner_left(tx: &mut TenantTx<'_>) -> Result<()> {
    let owners = sqlx::query_scalar!(
        r#"select count(*) as "count!" from memberships where tenant_id = $1 and role = 'owner'"#,
        tx.tenant().0
    )
    .fetch_one(tx.conn())
    .await?;
    if owners > 0 {
        return Ok(());
    }
    Err(Problem::new(ProblemKind::Conflict, "members-last-owner").into())
}
