//! What is being loaded in this process, so that it is loaded once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::sync::watch;

use super::Key;

#[derive(Debug, thiserror::Error)]
pub enum LoadError<E> {
    #[error("{0}")]
    Load(E),
    /// Another task loaded the same, and this one waited for it.
    #[error("{0}")]
    Followed(String),
}

/// What came of a loading: bytes, or the text of the error; `None` while it goes on.
type State = Option<Result<Bytes, String>>;

#[derive(Default)]
pub(super) struct Flights {
    flying: Mutex<HashMap<Key, watch::Sender<State>>>,
}

pub(super) enum Boarding {
    First(Flight),
    Follow(Follower),
}

/// The one that loads. Dropped before it has landed, it leaves its place to the next.
pub(super) struct Flight {
    key: Key,
    state: watch::Sender<State>,
    flights: Arc<Flights>,
}

pub(super) struct Follower(watch::Receiver<State>);

impl Flights {
    fn flying(&self) -> MutexGuard<'_, HashMap<Key, watch::Sender<State>>> {
        self.flying.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn board(self: &Arc<Self>, key: &Key) -> Boarding {
        let mut flying = self.flying();
        if let Some(state) = flying.get(key) {
            return Boarding::Follow(Follower(state.subscribe()));
        }
        let state = watch::Sender::new(None);
        flying.insert(key.clone(), state.clone());
        Boarding::First(Flight { key: key.clone(), state, flights: Arc::clone(self) })
    }

    /// Whoever asks from now on does not follow what is being loaded.
    pub(super) fn forget(&self, key: &Key) {
        self.flying().remove(key);
    }
}

impl Flight {
    /// Tells the followers; whether the flight was not forgotten meanwhile.
    pub(super) fn land(self, result: Result<Bytes, String>) -> bool {
        self.state.send_replace(Some(result));
        self.leave()
    }

    fn leave(&self) -> bool {
        let mut flying = self.flights.flying();
        let ours = flying.get(&self.key).is_some_and(|state| state.same_channel(&self.state));
        if ours {
            flying.remove(&self.key);
        }
        ours
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Follower {
    /// What was loaded; `None` where the one that loaded gave up.
    pub(super) async fn arrival(mut self) -> Option<Result<Bytes, String>> {
        self.0.wait_for(Option::is_some).await.ok()?.clone()
    }
}
