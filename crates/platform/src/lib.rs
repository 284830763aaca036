//! What every capability stands on and that knows none of them. The modules do not know each other either.

pub mod vault;
