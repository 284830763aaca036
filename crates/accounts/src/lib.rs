//! People: signing up, in and out, sessions, recovery, members, invitations; and the keys of programs.

pub mod api_keys;
mod forget;
mod invitations;
mod members;
mod password;
mod recovery;
mod sessions;
mod sign_in;
mod sign_up;
mod throttle;

pub use forget::forget_expired;
pub use invitations::{InvitationOffer, accept, invite, offer, pending, withdraw};
pub use members::{change_role, list as members, memberships, remove, switch_tenant, viewer};
pub use password::Password;
pub use recovery::{request_password_reset, reset_password, send_verification, verify_email};
pub use sessions::{
    Browser, IDLE_DAYS as SESSION_DAYS, Session, SessionCookie, Shown, acting, end, end_all_others, is_workspace,
    list as sessions, resume, stands,
};
pub use sign_in::{sign_in, sign_out};
pub use sign_up::{SignUp, sign_up};

use std::sync::Arc;

use platform::{Process, db::Db, jobs::Registry};

/// What the area keeps for as long as the program runs.
#[derive(Clone)]
pub struct Shared {
    process: Process,
    hasher: password::Hasher,
}

/// The area's face for one request or job, with its own way to the database.
pub struct Accounts {
    db: Db,
    public_url: Arc<str>,
    hasher: password::Hasher,
}

impl Shared {
    pub fn new(process: &Process) -> Self {
        Self { process: process.clone(), hasher: password::Hasher::default() }
    }

    pub fn accounts(&self) -> Accounts {
        Accounts { db: self.process.db(), public_url: self.process.public_url.clone(), hasher: self.hasher.clone() }
    }

    /// What of it workers do.
    pub fn register(&self, registry: Registry) -> Registry {
        registry.schedule(forget::Forget(self.clone()))
    }
}
