//! Places for what goes on for as long as somebody likes: limited for each who may hold some, given back when it ends.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{SessionId, TenantId};

use crate::ClientAddress;

/// Whose places are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// All that this process serves together.
    Process,
    Tenant(TenantId),
    Session(SessionId),
    /// A sender as [`ClientAddress::sender`] tells them apart.
    Sender(ClientAddress),
}

#[derive(Clone, Default)]
pub struct Places(Arc<Mutex<HashMap<Holder, usize>>>);

/// One that is taken, until this is dropped.
#[derive(Debug)]
pub struct Place {
    of: Places,
    holders: Vec<Holder>,
}

impl Places {
    /// A place of each of these, of which each may hold so many.
    ///
    /// # Errors
    /// The first whose places are all taken; then nobody's is.
    pub fn take(&self, limits: &[(Holder, usize)]) -> Result<Place, Holder> {
        let mut taken = self.lock();
        let is_full = |(holder, most): &&(Holder, usize)| taken.get(holder).is_some_and(|count| count >= most);
        if let Some((holder, _)) = limits.iter().find(is_full) {
            return Err(*holder);
        }
        let holders: Vec<_> = limits.iter().map(|(holder, _)| *holder).collect();
        for holder in &holders {
            *taken.entry(*holder).or_default() += 1;
        }
        Ok(Place { of: self.clone(), holders })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Holder, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Places(…)")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.of.lock();
        for holder in &self.holders {
            match taken.get_mut(holder) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(taken.remove(holder)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_full_holder_takes_nothing_from_others_and_a_place_given_back_is_free() {
        let places = Places::default();
        let take = |tenant, session| {
            let (tenant, session) = (TenantId(Uuid::from_u128(tenant)), SessionId(Uuid::from_u128(session)));
            places.take(&[(Holder::Session(session), 2), (Holder::Tenant(tenant), 3), (Holder::Process, 5)])
        };
        let mut taken = vec![take(1, 1).unwrap(), take(1, 1).unwrap()];
        assert!(matches!(take(1, 1), Err(Holder::Session(_))));
        taken.push(take(1, 2).unwrap());
        assert!(matches!(take(1, 2), Err(Holder::Tenant(_))));
        taken.extend([take(2, 3).unwrap(), take(2, 3).unwrap()]);
        assert_eq!(take(3, 4).unwrap_err(), Holder::Process);
        taken.remove(0);
        drop(take(1, 1).unwrap());
        taken.push(take(3, 4).unwrap());
        taken.clear();
        assert!(places.lock().is_empty(), "nothing is kept of who has gone");
    }
}
