//! The gate: bytes and places, given to whoever has waited of the tenant that holds the least. Beside the places there is a
//! spare one for a person of a tenant that holds nothing, so that no tenant's long work keeps the others out.

use std::{
    collections::{HashMap, VecDeque},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use domain::TenantId;
use tokio::sync::oneshot;

use super::Waiting;

/// How many of one tenant may wait before the next person is told to come back.
const CROWD: usize = 64;

#[derive(Clone)]
pub(super) struct Gate {
    capacity: u64,
    state: Arc<Mutex<State>>,
}

struct State {
    free: u64,
    places: usize,
    /// Nobody has the spare place.
    spare: bool,
    /// What each tenant holds and who of it waits; gone when both are nothing.
    tenants: HashMap<TenantId, Tenant>,
    arrivals: u64,
}

#[derive(Default)]
struct Tenant {
    holds: usize,
    waiting: VecDeque<Waiter>,
}

struct Waiter {
    who: Waiting,
    bytes: u64,
    arrival: u64,
    enter: oneshot::Sender<Share>,
}

/// What has been let in holds this, and gives it back when it is dropped.
pub(super) struct Share {
    gate: Gate,
    tenant: TenantId,
    bytes: u64,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Ordinary,
    Spare,
}

impl Gate {
    pub fn new(capacity: u64, places: usize) -> Self {
        let state = State { free: capacity, places, spare: true, tenants: HashMap::new(), arrivals: 0 };
        Self { capacity, state: Arc::new(Mutex::new(state)) }
    }

    pub fn capacity(&self) -> u64 {
        self.capacity
    }

    /// Waits for `bytes` (at most the capacity) and a place. Dropping the future gives up waiting.
    pub fn enter(&self, tenant: TenantId, bytes: u64, who: Waiting) -> Entering {
        let (enter, entered) = oneshot::channel();
        let mut state = self.lock();
        state.arrivals += 1;
        let arrival = state.arrivals;
        let bytes = bytes.min(self.capacity);
        state.tenants.entry(tenant).or_default().waiting.push_back(Waiter { who, bytes, arrival, enter });
        self.let_in(state);
        Entering { gate: self.clone(), entered }
    }

    /// As [`Gate::enter`] for a person; `None` where too many of the tenant wait already.
    pub fn enter_unless_crowded(&self, tenant: TenantId, bytes: u64) -> Option<Entering> {
        let crowded = {
            let mut state = self.lock();
            let waiting = state.tenants.get_mut(&tenant).map(|tenant| &mut tenant.waiting);
            waiting.is_some_and(|waiting| {
                waiting.retain(|waiter| !waiter.enter.is_closed());
                waiting.len() >= CROWD
            })
        };
        (!crowded).then(|| self.enter(tenant, bytes, Waiting::Person))
    }

    /// Lets in whoever fits, the tenants with the least under way first. One that does not fit yet holds the others
    /// back, so that large work is not passed over for ever.
    fn let_in(&self, mut state: MutexGuard<'_, State>) {
        // Shares that nobody took any more are dropped outside the lock, as dropping takes it.
        let mut unwanted = Vec::new();
        while let Some((id, position, place)) = state.next() {
            let free = state.free;
            let Some(tenant) = state.tenants.get_mut(&id) else { break };
            if tenant.waiting.get(position).is_none_or(|waiter| waiter.bytes > free) {
                break;
            }
            let Some(Waiter { bytes, enter, .. }) = tenant.waiting.remove(position) else { break };
            tenant.holds += 1;
            match place {
                Place::Ordinary => state.places -= 1,
                Place::Spare => state.spare = false,
            }
            state.free -= bytes;
            if let Err(share) = enter.send(Share { gate: self.clone(), tenant: id, bytes, place }) {
                unwanted.push(share);
            }
        }
        drop(state);
        drop(unwanted);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock can panic but for want of memory.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waiting to be let in. Who gives up, being dropped, lets those behind in.
pub(super) struct Entering {
    gate: Gate,
    entered: oneshot::Receiver<Share>,
}

impl Future for Entering {
    type Output = Share;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Share> {
        match Pin::new(&mut self.entered).poll(context) {
            Poll::Ready(Ok(share)) => Poll::Ready(share),
            // A waiter leaves the queue by being let in or after this future has gone, so an error never comes.
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Entering {
    fn drop(&mut self) {
        self.entered.close();
        drop(self.entered.try_recv());
        self.gate.let_in(self.gate.lock());
    }
}

impl State {
    /// The tenant whose turn it is, which of its waiters, and the place there is for it. Waiters who have gone are forgotten.
    fn next(&mut self) -> Option<(TenantId, usize, Place)> {
        self.tenants.retain(|_, tenant| {
            tenant.waiting.retain(|waiter| !waiter.enter.is_closed());
            tenant.holds > 0 || !tenant.waiting.is_empty()
        });
        if self.places > 0 {
            let waiting =
                self.tenants.iter().filter_map(|(id, tenant)| Some((id, tenant.holds, tenant.waiting.front()?)));
            let next = waiting.min_by_key(|(_, holds, first)| (*holds, first.arrival));
            return next.map(|(id, ..)| (*id, 0, Place::Ordinary));
        }
        if !self.spare {
            return None;
        }
        let person = |waiter: &Waiter| waiter.who == Waiting::Person;
        let idle = self.tenants.iter().filter(|(_, tenant)| tenant.holds == 0);
        let persons = idle.filter_map(|(id, tenant)| {
            let position = tenant.waiting.iter().position(person)?;
            Some((*id, position, tenant.waiting.get(position)?.arrival))
        });
        persons.min_by_key(|(.., arrival)| *arrival).map(|(id, position, _)| (id, position, Place::Spare))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let gate = self.gate.clone();
        let mut state = gate.lock();
        state.free += self.bytes;
        match self.place {
            Place::Ordinary => state.places += 1,
            Place::Spare => state.spare = true,
        }
        if let Some(tenant) = state.tenants.get_mut(&self.tenant) {
            tenant.holds -= 1;
        }
        gate.let_in(state);
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn tenant(number: u128) -> TenantId {
        TenantId(uuid::Uuid::from_u128(number))
    }

    fn ask(gate: &Gate, of: u128, bytes: u64) -> Entering {
        gate.enter(tenant(of), bytes, Waiting::Job)
    }

    fn inside(entering: &mut Entering) -> Option<Share> {
        match Pin::new(entering).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(share) => Some(share),
            Poll::Pending => None,
        }
    }

    fn untaken(gate: &Gate) -> (u64, usize) {
        let state = gate.lock();
        (state.free, state.places)
    }

    #[test]
    fn what_does_not_fit_waits_until_enough_is_given_back() {
        let gate = Gate::new(100, 8);
        let first = inside(&mut ask(&gate, 1, 60)).unwrap();
        let mut second = ask(&gate, 1, 60);
        assert!(inside(&mut second).is_none());
        drop(first);
        assert!(inside(&mut second).is_some());
        assert_eq!(untaken(&gate), (100, 8));
    }

    #[test]
    fn a_tenant_with_nothing_under_way_goes_before_another_s_long_queue() {
        let gate = Gate::new(100, 2);
        let first = inside(&mut ask(&gate, 1, 10)).unwrap();
        let second = inside(&mut ask(&gate, 1, 10)).unwrap();
        let mut queue: Vec<_> = (0..5).map(|_| ask(&gate, 1, 10)).collect();
        let mut other = ask(&gate, 2, 10);
        drop(second);
        assert!(inside(&mut queue[0]).is_none(), "tenant 1 has one under way");
        assert!(inside(&mut other).is_some(), "tenant 2 has nothing");
        drop(first);
        assert!(inside(&mut queue[0]).is_some());
    }

    fn person(gate: &Gate, of: u128, bytes: u64) -> Entering {
        gate.enter_unless_crowded(tenant(of), bytes).unwrap()
    }

    #[test]
    fn one_tenant_s_long_work_in_all_places_leaves_one_to_a_person_of_another() {
        let gate = Gate::new(100, 2);
        let mut long: Vec<_> = (0..4).map(|_| person(&gate, 1, 10)).collect();
        let inside_of_1 = long.iter_mut().filter_map(inside).collect::<Vec<_>>();
        assert_eq!(inside_of_1.len(), 2, "the spare place is not for who holds some");
        let mut job = ask(&gate, 2, 10);
        assert!(inside(&mut job).is_none(), "nor for a job, which has time");
        let mut behind_its_job = person(&gate, 2, 10);
        let spare = inside(&mut behind_its_job).unwrap();
        let mut third = person(&gate, 3, 10);
        assert!(inside(&mut third).is_none(), "there is one");
        drop(spare);
        let spare = inside(&mut third).unwrap();
        drop(inside_of_1);
        assert!(inside(&mut job).is_some(), "ordinary places go by turns as ever");
        drop((spare, long));
        assert_eq!(untaken(&gate), (100, 2));
        assert!(gate.lock().spare);
    }

    #[test]
    fn large_work_is_not_passed_over_for_ever() {
        let gate = Gate::new(100, 8);
        let small = inside(&mut ask(&gate, 1, 60)).unwrap();
        let mut large = ask(&gate, 2, 100);
        let mut later = ask(&gate, 3, 10);
        assert!(inside(&mut later).is_none(), "it would fit, but the large one was first");
        drop(small);
        let large = inside(&mut large).unwrap();
        assert!(inside(&mut later).is_none());
        drop(large);
        assert!(inside(&mut later).is_some());
    }

    #[test]
    fn who_gives_up_waiting_takes_nothing_with_them() {
        let gate = Gate::new(100, 8);
        let first = inside(&mut ask(&gate, 1, 100)).unwrap();
        let given_up = ask(&gate, 1, 100);
        let let_in_unseen = ask(&gate, 2, 50);
        drop(given_up);
        drop(first);
        drop(let_in_unseen);
        assert_eq!(untaken(&gate), (100, 8));
        assert!(inside(&mut ask(&gate, 3, 100)).is_some());
    }

    #[test]
    fn who_gives_up_at_the_head_lets_those_behind_in() {
        let gate = Gate::new(100, 8);
        let _small = inside(&mut ask(&gate, 1, 60)).unwrap();
        let large = ask(&gate, 2, 100);
        let mut behind = ask(&gate, 3, 10);
        assert!(inside(&mut behind).is_none());
        drop(large);
        assert!(inside(&mut behind).is_some());
    }

    #[test]
    fn a_crowd_of_one_tenant_is_told_to_come_back_and_others_are_not() {
        let gate = Gate::new(100, 1);
        let _running = inside(&mut ask(&gate, 1, 10)).unwrap();
        let _crowd: Vec<_> = (0..CROWD).map(|_| gate.enter_unless_crowded(tenant(1), 10).unwrap()).collect();
        assert!(gate.enter_unless_crowded(tenant(1), 10).is_none());
        assert!(gate.enter_unless_crowded(tenant(2), 10).is_some());
    }
}
