//! What every capability stands on and that knows none of them. The modules do not know each other either, but for
//! `redis`, which `limits` and `cache` share.

pub mod cache;
pub mod limits;
pub mod outbound;
pub mod redis;
pub mod vault;
