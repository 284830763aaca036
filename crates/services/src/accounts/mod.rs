//! People: signing up, in and out, sessions, recovery, members and invitations.

mod address;
mod invitations;
mod members;
mod password;
mod recovery;
mod sessions;
mod sign_in;
mod sign_up;
mod throttle;

pub use address::ClientAddress;
pub use invitations::{InvitationOffer, accept, invite, offer, pending, withdraw};
pub use members::{change_role, list as members, memberships, remove, switch_tenant, viewer};
pub(crate) use password::Hasher;
pub use password::Password;
pub use recovery::{request_password_reset, reset_password, send_verification, verify_email};
pub use sessions::{
    Browser, IDLE_DAYS as SESSION_DAYS, Session, SessionCookie, Shown, acting, end, end_all_others, is_workspace,
    list as sessions, resume, stands,
};
pub use sign_in::{sign_in, sign_out};
pub use sign_up::{SignUp, sign_up};
