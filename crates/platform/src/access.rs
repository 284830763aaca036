//! Access as a type: a function that needs a permission asks for [`Can`] of it, which only
//! [`Actor::can`] makes, where the principal has it. A function that needs a person besides, such as one that writes
//! in their name or to their mailbox, asks for [`InPerson`], which only a [`Member`] can give.

use std::{marker::PhantomData, ops::Deref, sync::Arc};

use domain::{
    AccountId, ApiKeyId, SessionId, TenantId,
    access::{Permission, PermissionSet},
    tenancy::Role,
};

use crate::{ClientAddress, Result, ServiceError};

/// Who acts.
#[derive(Clone, Debug)]
pub enum Principal {
    /// A signed-in member of the tenant.
    Member { account: AccountId, session: SessionId, role: Role },
    /// A program with a key of the tenant: what it may do now, and what the key is called.
    ApiKey { id: ApiKeyId, name: Arc<str>, permissions: PermissionSet },
    /// The product itself, in a job or a schedule of this name. It may do all that its own code asks for.
    System { what: Arc<str> },
}

impl Principal {
    fn permissions(&self) -> PermissionSet {
        match self {
            Self::Member { role, .. } => role.permissions(),
            Self::ApiKey { permissions, .. } => *permissions,
            Self::System { .. } => PermissionSet::ALL,
        }
    }
}

/// A principal acting in one tenant.
#[derive(Clone, Debug)]
pub struct Actor {
    tenant: TenantId,
    address: ClientAddress,
    principal: Principal,
}

impl Actor {
    /// Who makes one has looked the key up, and what its creator may still do.
    pub fn api_key(
        tenant: TenantId,
        (id, name): (ApiKeyId, String),
        permissions: PermissionSet,
        address: ClientAddress,
    ) -> Self {
        Self { tenant, address, principal: Principal::ApiKey { id, name: name.into(), permissions } }
    }

    /// For jobs and schedules, which hand theirs to what they run.
    pub(crate) fn system(tenant: TenantId, what: &str) -> Self {
        Self { tenant, address: ClientAddress::Local, principal: Principal::System { what: what.into() } }
    }

    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Where the request came from; the machine itself where nobody asked.
    pub fn address(&self) -> ClientAddress {
        self.address
    }

    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Whose account it is, for columns that name a person where one acts.
    pub fn person(&self) -> Option<AccountId> {
        match self.principal {
            Principal::Member { account, .. } => Some(account),
            Principal::ApiKey { .. } | Principal::System { .. } => None,
        }
    }

    pub fn permissions(&self) -> PermissionSet {
        self.principal.permissions()
    }

    /// # Errors
    /// [`ServiceError::Forbidden`] without the permission: a principal may know what there is in its own workspace.
    pub fn can<P: Permit>(&self) -> Result<Can<P>> {
        if self.permissions().contains(P::PERMISSION) {
            Ok(Can { actor: self.clone(), permit: PhantomData })
        } else {
            Err(ServiceError::Forbidden)
        }
    }
}

/// A signed-in person acting as a member of one tenant: an [`Actor`] of which that is known.
#[derive(Clone, Debug)]
pub struct Member {
    account: AccountId,
    session: SessionId,
    role: Role,
    actor: Actor,
}

impl Member {
    /// Who makes one has looked the membership up, by [`Db::role`](crate::db::Db::role) or in the transaction that makes it.
    pub fn signed_in(
        account: AccountId,
        session: SessionId,
        (tenant, role): (TenantId, Role),
        address: ClientAddress,
    ) -> Self {
        let actor = Actor { tenant, address, principal: Principal::Member { account, session, role } };
        Self { account, session, role, actor }
    }

    pub fn account(&self) -> AccountId {
        self.account
    }

    pub fn session(&self) -> SessionId {
        self.session
    }

    pub fn role(&self) -> Role {
        self.role
    }

    /// As [`Actor::can`], for what only a person does.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] without the permission.
    pub fn in_person<P: Permit>(&self) -> Result<InPerson<P>> {
        Ok(InPerson { can: self.can()?, account: self.account, session: self.session })
    }
}

impl Deref for Member {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.actor
    }
}

/// A permission at the level of types.
pub trait Permit {
    const PERMISSION: Permission;
}

/// The proof that an actor has a permission.
#[derive(Clone, Debug)]
pub struct Can<P> {
    actor: Actor,
    permit: PhantomData<P>,
}

impl<P> Can<P> {
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn tenant(&self) -> TenantId {
        self.actor.tenant
    }
}

/// The proof that a person has a permission: a [`Can`] of which that is known.
#[derive(Clone, Debug)]
pub struct InPerson<P> {
    can: Can<P>,
    account: AccountId,
    session: SessionId,
}

impl<P> InPerson<P> {
    pub fn account(&self) -> AccountId {
        self.account
    }

    pub fn session(&self) -> SessionId {
        self.session
    }
}

impl<P> Deref for InPerson<P> {
    type Target = Can<P>;

    fn deref(&self) -> &Can<P> {
        &self.can
    }
}

macro_rules! permits {
    ($($name:ident),+ $(,)?) => {$(
        #[derive(Clone, Debug)]
        pub struct $name;
        impl Permit for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )+};
}

permits!(
    LibraryRead,
    DesignCreate,
    DesignDelete,
    TemplateEdit,
    RenderCreate,
    MemberRead,
    MemberManage,
    AuditRead,
    KeyManage
);

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_kind_of_principal_can_what_its_set_has() {
        let (tenant, local) = (TenantId(Uuid::nil()), ClientAddress::Local);
        let (account, session) = (AccountId(Uuid::nil()), SessionId(Uuid::nil()));
        let editor = Member::signed_in(account, session, (tenant, Role::Editor), local);
        assert!(editor.can::<DesignCreate>().is_ok() && editor.in_person::<DesignCreate>().is_ok());
        assert!(editor.can::<AuditRead>().is_err() && editor.in_person::<AuditRead>().is_err());
        let set = PermissionSet::of(&[Permission::AuditRead]);
        let key = Actor::api_key(tenant, (ApiKeyId(Uuid::nil()), "Shop".into()), set, local);
        assert!(key.can::<AuditRead>().is_ok() && key.can::<LibraryRead>().is_err());
        assert!(Actor::system(tenant, "clean_up").can::<MemberManage>().is_ok());
        assert_eq!((editor.person(), key.person()), (Some(account), None));
    }
}
