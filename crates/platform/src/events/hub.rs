//! Hands events on to the open pages of this process: a channel per workspace, so that no page wakes for another's
//! changes, and what changes in a workspace is told at most four times a second, however much it is.

use std::{
    collections::{BTreeSet, HashMap},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{Problem, ProblemKind, TenantId, change::Topic};
use tokio::sync::broadcast::{self, error::RecvError};

use super::Event;
use crate::{
    Result, ServiceError,
    access::Member,
    changes::coalesced,
    db::Database,
    places::{Holder, Place, Places},
};

/// No second, wherever it begins, has more than four tellings in it: five take four pauses, which leaves a fifth of a
/// second for what a slow line does to them.
const PAUSE: Duration = Duration::from_millis(300);
/// Events that a page may be behind before it has to ask for everything anew.
const BACKLOG: usize = 64;

/// Pages of one browser that are told of changes at once.
const SESSION_MAX: usize = 20;
/// Those of all members of a workspace.
const TENANT_MAX: usize = 100;
/// Those from one address or IPv6 network, whatever workspaces they show: nobody alone takes the places of all.
const SENDER_MAX: usize = 150;
/// Those of all workspaces in this process: half of the 1,024 files that a process may have open where nobody has set more.
const PROCESS_MAX: usize = 512;
/// How long a page that finds no place waits before it tries again, in seconds.
const TRY_AGAIN: u32 = 10;

#[derive(Clone, Default)]
pub struct Hub {
    channels: Arc<Mutex<HashMap<TenantId, Channel>>>,
    places: Places,
}

/// An open page. Its place is free again when this is dropped.
pub struct Subscription {
    events: broadcast::Receiver<Event>,
    _place: Place,
}

impl Subscription {
    /// `None` where nothing will be told any more.
    pub async fn next(&mut self) -> Option<Event> {
        match self.events.recv().await {
            Ok(event) => Some(event),
            Err(RecvError::Lagged(_)) => Some(Event::Missed),
            Err(RecvError::Closed) => None,
        }
    }
}

struct Channel {
    sender: broadcast::Sender<Event>,
    /// Waits for the pause after the last telling to end; `None` when nothing was told for a pause.
    pending: Option<BTreeSet<Topic>>,
}

impl Channel {
    fn tell(&self, topics: BTreeSet<Topic>) {
        // An error only says that no page is open.
        let _ = self.sender.send(Event::Changed(topics));
    }

    /// Whether it was told at once, so that a pause begins.
    fn changed(&mut self, topic: Topic) -> bool {
        if let Some(pending) = &mut self.pending {
            pending.insert(topic);
            *pending = coalesced(mem::take(pending));
            return false;
        }
        self.tell(BTreeSet::from([topic]));
        self.pending = Some(BTreeSet::new());
        true
    }

    /// Tells what came during the pause; whether another begins.
    fn pause_over(&mut self) -> bool {
        let topics = self.pending.take().unwrap_or_default();
        if topics.is_empty() {
            return false;
        }
        self.tell(topics);
        self.pending = Some(BTreeSet::new());
        true
    }
}

impl Hub {
    /// Starts listening; ends with the runtime.
    pub fn start(database: &Database) -> Self {
        let hub = Self::default();
        tokio::spawn(super::listen(database.clone(), hub.clone()));
        hub
    }

    fn channels(&self) -> MutexGuard<'_, HashMap<TenantId, Channel>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells a page what happens in the member's workspace, and to the database and to sessions.
    ///
    /// # Errors
    /// A refusal where the browser, the network or the workspace has too many pages open; [`ServiceError::Busy`] where the process has.
    pub fn subscribe(&self, member: &Member) -> Result<Subscription> {
        let limits = [
            (Holder::Process, PROCESS_MAX),
            (Holder::Sender(member.address().sender()), SENDER_MAX),
            (Holder::Tenant(member.tenant()), TENANT_MAX),
            (Holder::Session(member.session()), SESSION_MAX),
        ];
        let throttled =
            |key, most: usize| Problem::new(ProblemKind::Throttled, key).with("limit", most).after(TRY_AGAIN);
        let place = self.places.take(&limits).map_err(|full| match full {
            Holder::Process => ServiceError::Busy { seconds: TRY_AGAIN },
            Holder::Sender(_) => throttled("events-network-full", SENDER_MAX).into(),
            Holder::Tenant(_) => throttled("events-workspace-full", TENANT_MAX).into(),
            Holder::Session(_) => throttled("events-browser-full", SESSION_MAX).into(),
        })?;
        Ok(Subscription { events: self.receiver(member.tenant()), _place: place })
    }

    fn receiver(&self, tenant: TenantId) -> broadcast::Receiver<Event> {
        let mut channels = self.channels();
        // Workspaces whose last page was closed; looked for where the map grows.
        channels.retain(|_, channel| channel.sender.receiver_count() > 0 || channel.pending.is_some());
        let channel = channels.entry(tenant).or_insert_with(|| {
            let (sender, _) = broadcast::channel(BACKLOG);
            Channel { sender, pending: None }
        });
        channel.sender.subscribe()
    }

    pub(super) fn tell_all(&self, event: &Event) {
        for channel in self.channels().values() {
            // An error only says that no page is open.
            let _ = channel.sender.send(event.clone());
        }
    }

    /// The first change is told at once, those of the pause after it together when it ends.
    pub(super) fn changed(&self, tenant: TenantId, topic: Topic) {
        let mut channels = self.channels();
        if channels.get_mut(&tenant).is_some_and(|channel| channel.changed(topic)) {
            tokio::spawn(self.clone().pauses(tenant));
        }
    }

    async fn pauses(self, tenant: TenantId) {
        loop {
            tokio::time::sleep(PAUSE).await;
            if !self.channels().get_mut(&tenant).is_some_and(Channel::pause_over) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::change::Area;
    use uuid::Uuid;

    use super::*;

    const DESIGNS: Topic = Topic { area: Area::Designs, id: None };
    const BATCHES: Topic = Topic { area: Area::Batches, id: None };
    const MEMBERS: Topic = Topic { area: Area::Members, id: None };

    fn told(page: &mut broadcast::Receiver<Event>) -> Vec<Event> {
        std::iter::from_fn(|| page.try_recv().ok()).collect()
    }

    #[tokio::test]
    async fn what_changes_during_a_pause_is_told_once_when_it_ends_and_only_to_its_workspace() {
        let hub = Hub::default();
        let (a, b) = (TenantId(Uuid::now_v7()), TenantId(Uuid::now_v7()));
        let (mut of_a, mut of_b) = (hub.receiver(a), hub.receiver(b));
        let changed = |topics: &[Topic]| Event::Changed(topics.iter().copied().collect());
        for n in 0..1000 {
            hub.changed(a, if n % 2 == 0 { BATCHES } else { DESIGNS });
        }
        assert_eq!(told(&mut of_a), [changed(&[BATCHES])], "the first at once");
        let pause_over = || hub.channels().get_mut(&a).unwrap().pause_over();
        assert!(pause_over());
        assert_eq!(told(&mut of_a), [changed(&[DESIGNS, BATCHES])]);
        assert!(!pause_over());
        hub.changed(a, MEMBERS);
        assert_eq!(told(&mut of_a), [changed(&[MEMBERS])], "after a quiet pause at once again");
        assert_eq!(told(&mut of_b), []);
    }

    /// Goes through the time in steps of 10 ms, with the pauses that `Hub::pauses` sleeps.
    #[test]
    fn no_second_has_more_than_four_tellings_after_a_quiet_time_either() {
        const STEP: Duration = Duration::from_millis(10);
        let (sender, mut page) = broadcast::channel(BACKLOG);
        let mut channel = Channel { sender, pending: None };
        let (mut now, mut pause_ends, mut changed) = (Duration::ZERO, None, Duration::ZERO);
        let mut tellings = Vec::new();
        // Busy and quiet by turns, each time for another while.
        for round in 1..40u64 {
            for step in 0..round * 11 + 40 {
                now += STEP;
                let over = pause_ends.take_if(|end| *end <= now).is_some();
                if over && channel.pause_over() {
                    pause_ends = Some(now + PAUSE);
                }
                if step < round * 7 {
                    changed = now;
                    if channel.changed(BATCHES) {
                        pause_ends = Some(now + PAUSE);
                    }
                }
                tellings.extend(told(&mut page).iter().map(|_| now));
            }
        }
        let shortest = tellings.windows(5).map(|five| five[4] - five[0]).min().unwrap();
        assert!(shortest > Duration::from_secs(1), "five tellings within {shortest:?}");
        assert!(*tellings.last().unwrap() >= changed, "the last change is told");
    }
}
