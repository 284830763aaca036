//! Access as a type: a function that needs a permission asks for [`Can`] of it, which only
//! [`Actor::can`] makes, from a role that has it.

use std::marker::PhantomData;

use domain::{
    AccountId, SessionId, TenantId,
    access::{Permission, PermissionSet},
    tenancy::Role,
};

use crate::{ClientAddress, Result, ServiceError};

/// A signed-in member acting in one tenant.
#[derive(Clone, Debug)]
pub struct Actor {
    account: AccountId,
    session: SessionId,
    tenant: TenantId,
    role: Role,
    address: ClientAddress,
}

impl Actor {
    /// Who makes one has looked the membership up, by [`Db::role`](crate::db::Db::role) or in the transaction that makes it.
    pub fn member(
        account: AccountId,
        session: SessionId,
        (tenant, role): (TenantId, Role),
        address: ClientAddress,
    ) -> Self {
        Self { account, session, tenant, role, address }
    }

    pub fn account(&self) -> AccountId {
        self.account
    }

    pub fn session(&self) -> SessionId {
        self.session
    }

    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    pub fn role(&self) -> Role {
        self.role
    }

    pub fn permissions(&self) -> PermissionSet {
        self.role.permissions()
    }

    /// Where the request came from.
    pub fn address(&self) -> ClientAddress {
        self.address
    }

    /// # Errors
    /// [`ServiceError::Forbidden`] without the permission: a member may know what there is in their own workspace.
    pub fn can<P: Permit>(&self) -> Result<Can<P>> {
        if self.permissions().contains(P::PERMISSION) {
            Ok(Can { actor: self.clone(), permit: PhantomData })
        } else {
            Err(ServiceError::Forbidden)
        }
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
